"""Names in documents exist: files, commands, modules, pages."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
from django.conf import settings
from django.urls import get_resolver

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
}
TARGETS = set(re.findall(r"^([a-z-]+):.*#", (ROOT / "Makefile").read_text(), re.MULTILINE))
APPS = "config demo worker backup sheets telling trends tracker questions groups courses people lib".split()
# A file's name, or a folder of ours; what is made while Trefoil runs is in var/.
_FILE = re.compile(
    r"(?!var/)(?:[\w.-]+/)+|(?!var/)(?:[\w.-]+/)*[\w-]+\.(?:md|py|toml|html|css|js|env)|Makefile|bin/\w+"
)
_NAME = re.compile(rf"(?:{'|'.join(APPS)})(?:\.\w+)+")


def spans(text: str) -> set[str]:
    """Text between backticks, a document's blocks of code left out."""
    return set(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)))


def linked(text: str) -> set[str]:
    """The files that a document links to."""
    return {path for path in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in path}


def named_files(text: str) -> set[str]:
    """The paths among the words that stand between backticks."""
    return {word for span in spans(text) for word in span.split() if _FILE.fullmatch(word)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_of_a_document_exist(document: str) -> None:
    text, folder = DOCUMENTS[document], (ROOT / document).parent
    missing = {path for path in named_files(text) if not (ROOT / path).exists()}
    assert missing | {path for path in linked(text) if not (folder / path).exists()} == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_of_a_document_are_targets(document: str) -> None:
    used = set(re.findall(r"(?:^|`|PORT=\d+ )make ([a-z-]+)", DOCUMENTS[document], re.MULTILINE))
    assert used <= TARGETS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_names_of_a_document_can_be_imported(document: str) -> None:
    for name in sorted(span for span in spans(DOCUMENTS[document]) if _NAME.fullmatch(span)):
        assert resolve_name(name) is not None, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_pages_of_a_document_exist(document: str) -> None:
    spaces = get_resolver().namespace_dict
    pages = {
        f"{space}:{name}"
        for space, (_, resolver) in spaces.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    named = {span for span in spans(DOCUMENTS[document]) if ":" in span and span.partition(":")[0] in spaces}
    assert named - pages == set()


def test_documents_are_read_at_all() -> None:
    assert {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/roles.md", "docs/deploying.md"} <= set(
        DOCUMENTS
    )
    assert "tests/test_constraints.py" in named_files(DOCUMENTS["ARCHITECTURE.md"])
    assert {"run", "test", "check"} <= TARGETS


def test_changelog_names_the_version_of_the_package() -> None:
    newest = re.findall(r"^## ([\w.]+)", DOCUMENTS["CHANGELOG.md"], re.M)[0]
    assert newest == ("Unreleased" if settings.VERSION.endswith(".dev") else settings.VERSION)


def test_architecture_is_at_most_200_lines() -> None:
    assert len(DOCUMENTS["ARCHITECTURE.md"].splitlines()) <= 200
