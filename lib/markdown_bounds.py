"""Bounds on users' Markdown: reading and rendering it cost time and size in proportion to its length.

References repeat a long address at each use, tables fill up short rows, and emphasis nests without end. A text that
would grow far beyond its length, or nest too deep, is shown as it was typed.
"""

from collections.abc import Sequence

from markdown_it.token import Token

# Characters; more than any form takes.
LONGEST = 40_000
_DEEPEST = 20
# A letter of an address may be written as three of its bytes in hex: twelve characters.
_GROWTH = 12
_ANYWAY = 5_000


def may_have_tables(text: str) -> bool:
    """Whether no table of the text can have many more cells than the text has characters."""
    lines = text.split("\n")
    return max(line.count("|") for line in lines) * len(lines) <= 4 * len(text) + _ANYWAY


def is_too_much(tokens: Sequence[Token], text: str) -> bool:
    if len(text) > LONGEST:
        return True
    written = 0
    for token in tokens:
        depth = 0
        for child in token.children or ():
            depth += child.nesting
            written += sum(len(str(value)) for value in child.attrs.values())
            if depth > _DEEPEST:
                return True
    return written > _GROWTH * len(text) + _ANYWAY
