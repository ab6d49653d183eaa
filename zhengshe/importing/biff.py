"""What an OLE file holds (xls, and also doc and ppt), and the records of a workbook in it, [MS-XLS] 2.1.4: as far as it
must be known beside its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from zhengshe.importing import archives

_BOF = (0x0009, 0x0209, 0x0409, 0x0809)  # of BIFF 2 to 8
_FILEPASS = 0x002F
_OTHERS = {"WordDocument": "Word 文档", "PowerPoint Document": "PPT 演示文稿"}
_WORKBOOKS = ("Workbook", "Book")

Record = tuple[int, int, bytes]  # where it stands in the stream, its kind, its content


def refuse_others(path: Path) -> None:
    """RejectedError for what has a password, and for documents of another kind. Damage is left to the reader."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as ole:
            streams = {"/".join(parts) for parts in ole.listdir()}
        locked = "EncryptedPackage" in streams or _has_password(workbook(path))
    except Exception:  # olefile promises nothing about what it raises at damage
        return
    if locked:
        raise archives.has_password(path)
    if not streams.intersection(_WORKBOOKS):
        for stream, kind in _OTHERS.items():
            if stream in streams:
                raise archives.not_a_table(path, kind)


def workbook(path: Path) -> bytes:
    """The stream of the workbook; empty when there is none. Raises OSError when the file is not whole."""
    import olefile

    with olefile.OleFileIO(str(path)) as ole:
        names = [name for name in _WORKBOOKS if ole.exists(name)]
        return ole.openstream(names[0]).read() if names else b""


def _has_password(stream: bytes) -> bool:
    """It would stand behind the beginning, or behind what reserves the file to one writer."""
    kinds = [kind for _, kind, _ in islice(records(stream), 3)]
    return bool(kinds) and kinds[0] in _BOF and _FILEPASS in kinds


def records(stream: bytes) -> Iterator[Record]:
    """The records of a workbook, one after the other."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield at, kind, stream[at + 4 : at + 4 + size]
        at += 4 + size
