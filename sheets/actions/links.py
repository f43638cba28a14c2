"""Fetches what stands at an address that somebody typed in: a CSV file or workbook, or a Google Sheet.

Anybody with the address of a sheet that is shared by link can read it: so no line of the log, and nothing that
outlives the import, has more of it than its host.
"""

import re
from urllib.parse import parse_qs, urlsplit

from lib.outgoing import OutgoingError, follow
from people.models import Hold
from sheets.actions.planning import Say
from sheets.actions.upload import is_long, shown_name
from sheets.models import SheetImport
from sheets.reading import UnreadableFile
from sheets.reading.files import check_size
from sheets.reading.limits import LIMITS

_REDIRECTS, _SECONDS = 3, 60.0
_GOOGLE = re.compile(r"/spreadsheets/(?:u/[0-9]+/)?d/([\w-]{20,})(?:/(?:edit|view|htmlview|preview)?)?")
_NOT_SHARED = (
    "{host} answers with a page, not with a file: the sheet is not shared. In Google Sheets choose Share, and under"
    " General access “Anyone with the link”; elsewhere copy the address by which the file is downloaded. Try again,"
    " or download it as .xlsx and upload that."
)


def fetch_files(sheet_import: SheetImport, say: Say) -> None:
    """Fetch the files of the import that have only an address so far, or that could not be read as they were.

    A sheet that was read stays as it is, since what is confirmed must be what was shown.

    Raises:
        UnreadableFile: one could not be fetched, or is no file.
    """
    for file in sheet_import.links_to_fetch:
        if Hold.is_on():
            raise UnreadableFile(
                "Nothing is fetched before a site admin releases what was restored from a backup."
            )
        host = str(urlsplit(file.link).hostname)
        say(f"Fetching the sheet from {host}")
        try:
            reply = follow(
                "GET",
                file_address(file.link, has_all_tabs=sheet_import.kind == SheetImport.Kind.SHEET),
                redirects=_REDIRECTS,
                seconds=_SECONDS,
                most_bytes=LIMITS.bytes,
            )
        except OutgoingError as error:
            raise UnreadableFile(f"The sheet could not be fetched from {host}. {error}") from error
        begins = reply.content[:200].lstrip().lower()
        is_page = reply.media_type == "text/html" or begins.startswith((b"<!doctype html", b"<html"))
        if reply.status in (401, 403, 404, 410) or is_page:
            raise UnreadableFile(_NOT_SHARED.format(host=host))
        if reply.status != 200:
            raise UnreadableFile(
                f"{host} answers {reply.status}. Try again later, or upload the sheet as a file."
            )
        name = shown_name(reply.name or host)
        check_size(name, reply.content, LIMITS)
        sheet_import.files.filter(pk=file.pk).update(
            name=name, size=len(reply.content), content=reply.content, is_read=False
        )
        # Kept once it is read: until then it may have to be fetched again, which takes long.
        sheet_import.is_long = is_long(bytes(one.content) for one in sheet_import.files.all())


def file_address(link: str, *, has_all_tabs: bool) -> str:
    """Return the download address of a Google Sheet: the tab that its address names, or all of them; other addresses
    as they are.
    """
    parts = urlsplit(link)
    found = _GOOGLE.fullmatch(parts.path)
    if parts.hostname != "docs.google.com" or found is None:
        return link
    tab = parse_qs(parts.fragment).get("gid") or parse_qs(parts.query).get("gid")
    what = f"format=csv&gid={tab[0]}" if tab and tab[0].isdecimal() and not has_all_tabs else "format=xlsx"
    return f"https://docs.google.com/spreadsheets/d/{found[1]}/export?{what}"
