"""A refusal is for the person who asked: no view calls an action that may refuse outside of `acting`."""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from textwrap import dedent
from types import FunctionType
from typing import Any

from django.urls import URLResolver, get_resolver

from lib.refusals import Refused


def test_views_act_inside_acting() -> None:
    unguarded = {f"{view.__module__}.{view.__name__}: {name}" for view in _views() for name in _called(view)}
    assert unguarded == set()


def test_an_action_that_calls_one_that_refuses_may_refuse() -> None:
    def refuses() -> None:
        raise Refused("No.")

    def asks_first() -> None:
        try:
            raise Refused("No.")
        except Refused:
            return

    assert (_may_refuse(refuses), _may_refuse(asks_first)) == (True, False)


def _views(resolver: URLResolver | None = None) -> Iterator[FunctionType]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from _views(each)
        elif ".views" in each.callback.__module__:
            view = inspect.unwrap(each.callback)
            if isinstance(view, FunctionType):
                yield view


def _called(view: FunctionType) -> Iterator[str]:
    """The names of actions that may refuse and are called by the view itself, unguarded."""
    for node in _unguarded(_body(view)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            function = view.__globals__.get(node.func.id)
            if ".actions" in getattr(function, "__module__", "") and _may_refuse(function):
                yield node.func.id


@cache
def _may_refuse(function: Callable[..., Any] | None) -> bool:
    function = inspect.unwrap(function) if function else None
    if not isinstance(function, FunctionType):
        return False
    for node in _unguarded(_body(function)):
        if isinstance(node, ast.Raise) and node.exc and ast.unparse(node.exc).startswith("Refused("):
            return True
        if isinstance(node, ast.Name):
            named = inspect.unwrap(function.__globals__.get(node.id) or int)
            if (
                named is not function
                and ".actions" in getattr(named, "__module__", "")
                and _may_refuse(named)
            ):
                return True
    return False


def _body(function: FunctionType) -> ast.AST:
    return ast.parse(dedent(inspect.getsource(function))).body[0]


def _unguarded(node: ast.AST) -> Iterator[ast.AST]:
    """What is below the node, but for functions that are called elsewhere, and blocks where refusals are caught."""
    for child in ast.iter_child_nodes(node):
        is_function = isinstance(child, (ast.FunctionDef, ast.Lambda))
        is_acting = isinstance(child, ast.With) and "acting(" in ast.unparse(child.items[0])
        is_caught = isinstance(child, ast.Try) and any(
            "Refused" in ast.unparse(one) for one in child.handlers
        )
        if not (is_function or is_acting or is_caught):
            yield child
            yield from _unguarded(child)
