"""Say how much there is: lines by app, of templates, styles, tests and benchmarks, how finely the code is cut, and in
how many ways one thing is done.

It fails if a file of the application or its tests has grown over 400 lines, which is more than one thought.
Migrations are not counted. A private function counts as called once if its module names it once besides defining it.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
APPS = (
    "config", "lib", "people", "courses", "groups", "questions", "tracker", "trends", "telling", "sheets", "worker",
    "backup", "demo",
)  # fmt: skip
OTHERS = {
    "templates": "templates/**/*.html",
    "texts of mails": "templates/**/*.txt",
    "CSS": "static/css/*.css",
    "tests": "tests/**/*.py",
    "benchmarks": "benchmarks/**/*.py",
}
MOST_LINES = 400
# Longer than that: a table with a line or two for each page, and what is to be cut in two when it is next changed.
LONGER = {
    "tests/places.py",
    "tests/browser/test_a_team_moves_in.py",
    "tests/browser/test_nothing_typed_is_lost.py",
    "tests/sheets/actions/test_roster.py",
    "tests/sheets/actions/test_sheet.py",
    "tests/test_constraints.py",
    "tests/tracker/views/test_check_in_log.py",
    "tests/trends/views/test_trends.py",
}


# What begins a query at `group.memberships`; a list that is called so has none of these.
QUERIES = {
    "annotate", "current", "exclude", "exists", "filter", "get", "not_ended", "open", "order_by", "select_for_update",
    "select_related", "there", "values", "values_list", "without_end",
}  # fmt: skip
# Of enrolments, too, which hold by the same rule.
STAY_DAYS = re.compile(r"(^|__)(started_on|ended_on)(__|$)|(^|__)away__|^(starts|ends)_on__")


def code(app: str) -> list[Path]:
    return [path for path in sorted(TOP.glob(f"{app}/**/*.py")) if "migrations" not in path.parts]


def lines(paths: Iterable[Path]) -> int:
    return sum(len(path.read_text().splitlines()) for path in paths)


def is_dataclass(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        "dataclass" in ast.unparse(one) for one in node.decorator_list
    )


def private_functions(tree: ast.Module) -> list[int]:
    """Count how often the module names each of its private functions."""
    named = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    named.update(node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute))
    functions = (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))
    return [named[one.name] for one in functions if one.name.startswith("_") and not one.name.endswith("__")]


def exceptions_of_actions(path: Path, tree: ast.Module) -> int:
    """Count the classes of exceptions in a module of actions."""
    return "actions" in path.parts and sum(
        ast.unparse(base).endswith(("Error", "Exception", "Refused"))
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    )


def excepts_of_views(path: Path, tree: ast.Module) -> int:
    """Count the exceptions that a module of views catches by itself."""
    return "views" in path.parts and sum(isinstance(node, ast.ExceptHandler) for node in ast.walk(tree))


def undos_of_actions(path: Path, tree: ast.Module) -> int:
    """Count the public functions of a module of actions that undo something, but for those that call another of it."""
    undoing = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and re.match("undo|restore|take_back|open_again", node.name)
    }
    called = {
        name: {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        for name, function in undoing.items()
    }
    return "actions" in path.parts and sum(not names & undoing.keys() for names in called.values())


def mechanisms_of_preview(path: Path, tree: ast.Module) -> int:
    """Count a module that rolls back what it showed, or compares what the form says was seen."""
    marks = ("set_rollback(", "POST.get('seen'", "'seen' in request.POST", "cleaned_data.get('seen'")
    return any(mark in ast.unparse(tree) for mark in marks)


def words_of_mails(path: Path, tree: ast.Module) -> int:
    """Count the mails and posts that a module of telling words itself, not by a template."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return path.parts[0] == "telling" and sum(ast.unparse(one.func) in ("Mail", "Post") for one in calls)


@cache
def makers_of_dicts() -> frozenset[str]:
    """The names of the functions that return a dict of anything."""
    trees = (ast.parse(path.read_text()) for app in APPS for path in code(app))
    functions = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(one.name for one in functions if one.returns and is_untyped(one.returns))


def is_untyped(annotation: ast.expr) -> bool:
    return re.search(r"(dict|Mapping)\[str, (Any|object)\]", ast.unparse(annotation)) is not None


def untyped_dicts(path: Path, tree: ast.Module) -> int:
    """Count the functions that read by its key a dict of anything that they were given, or that another function made.

    `clean` is left out, which Django wants so, and the demo, which reads its content from files.
    """
    functions = (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name != "clean"
    )
    return path.parts[0] != "demo" and sum(map(reads_untyped_dict, functions))


def reads_untyped_dict(function: ast.FunctionDef) -> bool:
    nodes, arguments = list(ast.walk(function)), [*function.args.args, *function.args.kwonlyargs]
    dicts = {one.arg for one in arguments if one.annotation and is_untyped(one.annotation)}
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            if ast.unparse(node.value.func).rpartition(".")[2] in makers_of_dicts():
                dicts.update(one.id for one in node.targets if isinstance(one, ast.Name))
    keys = ((node.value, node.slice) for node in nodes if isinstance(node, ast.Subscript))
    calls = (node for node in nodes if isinstance(node, ast.Call) and node.args)
    gets = ((one.func.value, one.args[0]) for one in calls if isinstance(one.func, ast.Attribute))
    return any(
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and isinstance(read, ast.Name)
        and read.id in dicts
        for read, key in (*keys, *gets)
    )


def paginators(path: Path, tree: ast.Module) -> int:
    """Count the lists that a module cuts into pages by itself."""
    return sum(
        isinstance(node, ast.Call) and ast.unparse(node.func) == "Paginator" for node in ast.walk(tree)
    )


def joins_of_names(path: Path, tree: ast.Module) -> int:
    """Count where a module writes "A, B and C" or "A and 3 more" by itself."""
    if path == Path("lib/text.py"):
        return 0
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    texts = [node.values for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    return sum(name in ("get_text_list", "' and '.join") for name in calls) + sum(
        [isinstance(one, ast.Constant) and str(one.value).strip(" .") for one in (before, after)]
        == ["and", "more"]
        for values in texts
        for before, _, after in zip(values, values[1:], values[2:], strict=False)
    )


# Templates that render a field for all pages: those of crispy, widgets, components and packages.
PARTS_OF_FIELDS = re.compile(r"^templates/(bootstrap5|django|allauth|admin|components)/|_textarea\.html$")
FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>|{% crispy |include .bootstrap5/field\.html")
# A tick belongs to a row of a list, a sheet or a preview, and to no form of Django.
HIDDEN_OR_TICK = re.compile(r"""type="?(hidden|checkbox|radio)""")


def fields_by_hand(template: Path) -> int:
    """Count the fields that a page renders itself instead of by crispy's filters, but for ticks of rows."""
    if PARTS_OF_FIELDS.search(str(template.relative_to(TOP))):
        return 0
    return sum(not HIDDEN_OR_TICK.search(field) for field in FIELD.findall(template.read_text()))


def queries_of_stays(path: Path, tree: ast.Module) -> int:
    """Count where a module begins a query of mentorships or memberships, at the model or at a group or enrolment.

    Those of `groups.models` are left out, and so is `.all()`, which reads what was fetched.
    """
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    if path.parts[:2] == ("groups", "models"):
        return 0
    of_model = (ast.unparse(node) in {"Mentorship.objects", "Membership.objects"} for node in named)
    of_row = (
        isinstance(node.value, ast.Attribute)
        and node.value.attr in {"mentorships", "memberships"}
        and node.attr in QUERIES
        for node in named
    )
    return sum(of_model) + sum(of_row)


def conditions_on_days(path: Path, tree: ast.Module) -> int:
    """Count the conditions on the days of stays, `ended_on__gt=`, of queries that no model makes."""
    if "models" in path.parts or path.parts[0] == "lib":
        return 0
    return sum(
        bool(STAY_DAYS.search(word.arg or ""))
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] in {"filter", "exclude", "get", "Q"}
        for word in call.keywords
    )


# What should be done in one way, and what counts the ways in a module.
WAYS: dict[str, Callable[[Path, ast.Module], int]] = {
    "exception classes of actions": exceptions_of_actions,
    "except in views": excepts_of_views,
    "mechanisms of undo": undos_of_actions,
    "mechanisms of preview": mechanisms_of_preview,
    "mails and posts worded in Python": words_of_mails,
    "functions that read a dict[str, Any] made elsewhere": untyped_dicts,
    "queries of mentorships and memberships outside their models": queries_of_stays,
    "conditions on their days outside their models": conditions_on_days,
    "paginators": paginators,
    "joins of names": joins_of_names,
}


def too_long() -> list[str]:
    """Say which files have grown too long, beyond those that are known to be."""
    paths = [path for app in (*APPS, "tests") for path in code(app)]
    counted = {str(path.relative_to(TOP)): lines([path]) for path in paths}
    return [
        f"{name} has {count} lines"
        for name, count in counted.items()
        if count > MOST_LINES and name not in LONGER
    ]


def main() -> int:
    counted = {app: lines(code(app)) for app in APPS}
    counted["application"] = sum(counted.values())
    counted |= {name: lines(TOP.glob(pattern)) for name, pattern in OTHERS.items()}
    for name, count in counted.items():
        print(f"{name:16}{count:8,}")
    modules = {path.relative_to(TOP): ast.parse(path.read_text()) for app in APPS for path in code(app)}
    trees = list(modules.values())
    print(f"{'dataclasses':16}{sum(is_dataclass(node) for tree in trees for node in ast.walk(tree)):8,}")
    uses = [count for tree in trees for count in private_functions(tree)]
    print(f"Of {len(uses):,} private functions {uses.count(1) / len(uses):.0%} are called once.")
    for way, count_of in WAYS.items():
        print(f"{way:62}{sum(count_of(path, tree) for path, tree in modules.items()):5,}")
    by_hand = sum(map(fields_by_hand, TOP.glob(OTHERS["templates"])))
    print(f"{'fields rendered without crispy, but for ticks of rows':62}{by_hand:5,}")
    found = too_long()
    for said in found:
        print(f"{said}, over {MOST_LINES}: cut it where one thought ends.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
