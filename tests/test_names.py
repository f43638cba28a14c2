"""One name for one thing: no class name stands twice in the apps, and URL names take away with five words."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from django.urls import get_resolver

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "config demo worker sheets telling trends tracker questions groups courses people lib benchmarks".split()
)
# Django wants this name of every management command.
EXEMPT = {"Command"}


def test_no_class_name_stands_twice() -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for path in (path for app in APPS for path in sorted((ROOT / app).rglob("*.py"))):
        if "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name not in EXEMPT:
                where[node.name].append(str(path.relative_to(ROOT)))
    assert len(where) > 100
    assert {name: paths for name, paths in where.items() if len(paths) > 1} == {}


def test_url_names_take_away_with_five_words() -> None:
    """Undo, remove, close, archive and delete; a review is withdrawn, an invitation revoked."""
    spaces = get_resolver().namespace_dict.values()
    names = {name for _, space in spaces for name in space.reverse_dict if isinstance(name, str)}
    others = re.compile(r"(take|bring|put)-back|discard|drop|forget|retire|revoke|throw|unpublish|withdraw")
    assert len(names) > 200
    assert {name for name in names if others.search(name)} == {"invitation-revoke", "review-withdraw"}
