import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("content")


def read(*path: str) -> dict[str, Any]:
    with _FOLDER.joinpath(*path).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)


def read_all(*path: str) -> dict[str, Any]:
    """Return the tables of all files in a folder.

    Raises:
        ValueError: two files have a table of the same name.
    """
    tables: dict[str, Any] = {}
    for file in sorted(_FOLDER.joinpath(*path).glob("*.toml")):
        more = read(*path, file.stem)
        if twice := tables.keys() & more.keys():
            raise ValueError(f"{', '.join(sorted(twice))} is twice under {'/'.join(path)}.")
        tables |= more
    return tables
