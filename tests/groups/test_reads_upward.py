"""A query belongs to the highest app whose models it reads. Importing is checked by import-linter, names are not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import groups


def test_groups_asks_for_no_table_of_tracker_by_name() -> None:
    app = Path(groups.__file__).parent
    names = set(_names_of_tracker())
    assert not {
        str(path.relative_to(app))
        for path in app.rglob("*.py")
        if "migrations" not in path.parts and names & _asked_for(path.read_text())
    }


@pytest.mark.parametrize(
    "source",
    [
        "group.check_ins.all()",
        "rows.prefetch_related('enrolment__progress')",
        "rows.filter(check_ins__entries=1)",
    ],
)
def test_a_name_is_found_however_it_is_written(source: str) -> None:
    assert set(_names_of_tracker()) & _asked_for(source)


def _names_of_tracker() -> Iterator[str]:
    """The names by which models of other apps lead to those of tracker."""
    for model in apps.get_models():
        for relation in model._meta.related_objects:
            if relation.related_model._meta.app_label == "tracker" != model._meta.app_label:
                yield from (str(relation.get_accessor_name()), relation.name)


def _asked_for(source: str) -> set[str]:
    """The attributes, keywords and strings of a module, without the `__` between them."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
                names |= set(name.lstrip("-").split("__"))
    return names
