"""Counting by bin/figures.py."""

import ast

import figures
import pytest


def test_private_functions_are_counted_by_how_often_they_are_named() -> None:
    tree = ast.parse(
        "def shown(): return _once() + _twice() + self._twice()\n"
        "def _once(): ...\n"
        "def _twice(): ...\n"
        "def __repr__(self): ...\n"
    )
    assert figures.private_functions(tree) == [1, 2]


def test_dataclasses_are_counted_with_and_without_arguments() -> None:
    tree = ast.parse("@dataclass\nclass A: ...\n@dataclass(frozen=True)\nclass B: ...\nclass C: ...\n")
    assert [figures.is_dataclass(node) for node in tree.body] == [True, True, False]


def test_migrations_are_no_lines_of_the_application() -> None:
    assert figures.code("people")
    assert not [path for path in figures.code("people") if "migrations" in path.parts]


def test_file_of_more_than_400_lines_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert figures.too_long() == []
    monkeypatch.setattr(figures, "LONGER", figures.LONGER - {"tests/places.py"})
    assert [said.split()[0] for said in figures.too_long()] == ["tests/places.py"]
