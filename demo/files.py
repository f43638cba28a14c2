"""The plain data of the demo, as it stands in the files of `content/`."""

import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("content")


def read(*path: str) -> dict[str, Any]:
    """Return the tables of one file: `read("now", "groups")`."""
    with _FOLDER.joinpath(*path).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


def read_all(*path: str) -> dict[str, Any]:
    """Return the tables of all files of a folder together; no two of them may have one of the same name.

    Raises:
        ValueError: two files have it.
    """
    tables: dict[str, Any] = {}
    for file in sorted(_FOLDER.joinpath(*path).glob("*.toml")):
        found = read(*path, file.stem)
        if twice := tables.keys() & found.keys():
            raise ValueError(f"{', '.join(sorted(twice))} stands twice under {'/'.join(path)}.")
        tables |= found
    return tables
