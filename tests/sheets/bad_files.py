"""Files that are real of their kind and that no import can take: made byte by byte where no library makes them."""

import os
import struct
import zipfile
import zlib
from io import BytesIO

from tests.sheets.workbooks import with_part, workbook

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Below it a stream would stand in the stream of small ones.
_SMALL = 4_096
_AGILE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption">'
    b'<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES"'
    b' cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="AAAAAAAAAAAAAAAAAAAAAA=="/></encryption>'
)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3) that holds these streams: what Excel wraps old and encrypted workbooks in."""
    padded = [
        (name, part.ljust(max(_SMALL, -(-len(part) // _SECTOR) * _SECTOR), b"\0"))
        for name, part in streams.items()
    ]
    # Sector 0 is the table of sectors, sector 1 the directory (three streams at most), then the streams.
    table, start, entries = [_FAT, _END], 2, []
    for name, part in padded:
        count = len(part) // _SECTOR
        table += [start + n + 1 for n in range(count - 1)] + [_END]
        entries.append((name, start, len(part)))
        start += count
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, _SMALL, _END, 0, _END, 0,
    ) + struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108  # fmt: skip
    directory = _entry("Root Entry", 5, _END, 0, child=1)
    for n, (name, first, size) in enumerate(entries, start=1):
        directory += _entry(name, 2, first, size, right=n + 1 if n < len(entries) else _FREE)
    sectors = b"".join(struct.pack("<I", number) for number in table).ljust(_SECTOR, b"\xff")
    return header + sectors + directory.ljust(_SECTOR, b"\0") + b"".join(part for _, part in padded)


def _entry(name: str, kind: int, start: int, size: int, *, right: int = _FREE, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI8x8xIQ", len(text), kind, 1, _FREE, right, child, 0, start, size
    )


def encrypted() -> bytes:
    """A workbook that Excel saved with a password: its description, and a package that nobody can read."""
    info = struct.pack("<HHI", 4, 4, 0x40) + _AGILE.ljust(_SMALL)
    package = struct.pack("<Q", 8_000) + os.urandom(8_192)
    return compound({"EncryptionInfo": info, "EncryptedPackage": package})


def old_kind() -> bytes:
    """A workbook of Excel 97 (BIFF8): its beginning and its end."""
    begin = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06)
    return compound({"Workbook": begin + struct.pack("<HH", 0x000A, 0)})


def with_macros() -> bytes:
    """A workbook with macros, as Excel saves it: its kind, its project, and what ties them together."""
    book = workbook({"Tracker": [["Name", "Mentor", "RAG"], ["Ana", "Marta", True]]})
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    book = with_part(
        book,
        "[Content_Types].xml",
        lambda old: old.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml").replace(
            b"</Types>",
            b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
        ),
    )
    book = with_part(
        book,
        "xl/_rels/workbook.xml.rels",
        lambda old: old.replace(
            b"</Relationships>",
            b'<Relationship Id="rIdVba" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
            b' Target="vbaProject.bin"/></Relationships>',
        ),
    )
    return with_part(book, "xl/vbaProject.bin", compound({"PROJECT": b'ID="{0}"\r\nModule=Module1\r\n'}))


def bomb(*, declared: int | None = None) -> bytes:
    """A workbook of under 10 MB whose tabs unpack to nearly 10 GB; `declared` is the size that it says each has."""
    megabytes = 1_024
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    nothing = bytes(1_048_576)
    # A block that refers to nothing before it may stand as often as one likes.
    block = packer.compress(nothing) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * megabytes + packer.flush()
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(nothing, check)
    size = megabytes * len(nothing) if declared is None else declared
    file = BytesIO()
    book = workbook({"Tracker": [["x"]]})
    with zipfile.ZipFile(BytesIO(book)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in set(old.namelist()) - {"xl/worksheets/sheet1.xml"}:
            new.writestr(name, old.read(name))
        for n in range(1, 10):
            part = zipfile.ZipInfo(f"xl/worksheets/sheet{n}.xml")
            part.compress_type = zipfile.ZIP_DEFLATED
            part.CRC, part.compress_size, part.file_size = check, len(packed), size
            part.header_offset = file.tell()
            file.write(part.FileHeader(zip64=False))
            file.write(packed)
            new.filelist.append(part)
            new.NameToInfo[part.filename] = part
            new.start_dir = file.tell()
        new._didModify = True  # type: ignore[attr-defined]
    return file.getvalue()
