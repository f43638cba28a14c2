"""Every class name that a page uses has its look in a stylesheet."""

import re
from collections import defaultdict
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
APPS = ("config", "lib", "people", "courses", "groups", "questions", "tracker", "trends", "telling", "sheets")
# Stands for what a variable of a template says.
SAID = "\0"


def names_in(classes: str) -> set[str]:
    """The names in a class attribute; a part that a variable of a template or of `format_html` says is `SAID`."""
    without_variables = re.sub(r"\{\{.*?\}\}|\{\}", SAID, classes)
    return set(re.sub(r"\{%.*?%\}", " ", without_variables).split())


def used() -> dict[str, set[str]]:
    """The files that use each class name: templates, strings of Python, and elements that scripts make."""
    files: dict[str, set[str]] = defaultdict(set)
    sources = [
        *(TOP / "templates").rglob("*.html"),
        *(TOP / "static/js").rglob("*.js"),
        # Settings name classes of Python.
        *(path for app in APPS for path in (TOP / app).rglob("*.py") if path.stem != "settings"),
    ]
    attribute = re.compile(r'\bclass(?:Name = |=|": )"([^"]*)"')
    for path in sources:
        for classes in attribute.findall(path.read_text()):
            for name in names_in(classes):
                files[name].add(str(path.relative_to(TOP)))
    return files


def known() -> set[str]:
    # A mail brings its own styles.
    files = [*(TOP / "static").rglob("*.css"), TOP / "templates/telling/mail.html"]
    css = "".join(path.read_text() for path in files)
    return set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", css))


def has_look(name: str, looks: set[str]) -> bool:
    if SAID not in name:
        return name in looks
    pattern = re.compile(re.escape(name).replace(re.escape(SAID), ".+"))
    return any(pattern.fullmatch(look) for look in looks)


def test_every_class_of_a_page_has_its_look() -> None:
    looks = known()
    files = used()
    assert {"btn", "message-\0", "messages", "tone-act"} <= files.keys()
    assert {name: sorted(where) for name, where in files.items() if not has_look(name, looks)} == {}


def test_fonts_are_there_small_and_licensed() -> None:
    fonts = TOP / "static/vendor/inter-4.1"
    named = re.findall(r'url\("../(vendor/[^"]+)"\)', (TOP / "static/css/base.css").read_text())
    assert sorted(named) == sorted(str(path.relative_to(TOP / "static")) for path in fonts.glob("*.woff2"))
    assert sum(path.stat().st_size for path in fonts.glob("*.woff2")) < 120_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text()


def test_looks_of_a_phone_are_not_those_of_paper() -> None:
    """A sheet of A4 is narrower than 46rem."""
    css = "".join(path.read_text() for path in (TOP / "static/css").glob("*.css"))
    phones = re.findall(r"@media [^{]*max-width: (?:46|23)rem[^{]*", css)
    assert phones
    assert [query for query in phones if "screen" not in query] == []
