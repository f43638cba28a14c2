"""One name for one thing: no class name stands twice in the apps, so that one search finds it."""

import ast
from collections import defaultdict
from pathlib import Path

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
