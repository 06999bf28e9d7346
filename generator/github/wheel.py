"""The wheel that is released: one file, of the version that everything else names."""

import hashlib
import re
import zipfile
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path

from generator.errors import ContentError
from generator.github.plain_files import list_entries, read_plain

_NAME = re.compile(r"inkmill-(?P<version>[0-9][0-9A-Za-z.!+]*)-py3-none-any\.whl")
# Ten times what it is now; one that holds data by mistake is larger.
_LARGEST_BYTES = 20_000_000
_LARGEST_METADATA_BYTES = 1_000_000
_AGAIN = "build the wheel again with `make wheel`"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A built distribution."""

    name: str
    version: str
    content: bytes

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def read_wheel(folder: Path) -> Wheel:
    """The one wheel in folder.

    Raises:
        ContentError: there is not exactly one file, or it is no wheel of this project, or its parts disagree.
        MachineError: it cannot be read.
    """
    if not folder.is_dir():
        raise ContentError("there is no folder with a wheel", mend=_AGAIN)
    entries = list(list_entries(folder, 10))
    names = [entry.path for entry in entries]
    if len(names) != 1 or entries[0].irregular or entries[0].size > _LARGEST_BYTES:
        raise ContentError(f"there is not one wheel here, but {len(names)} files", mend=_AGAIN)
    match = _NAME.fullmatch(names[0])
    if match is None:
        raise ContentError("the file here is not called as a wheel of inkmill is", mend=_AGAIN)
    wheel = Wheel(names[0], match["version"], read_plain(folder, names[0], _LARGEST_BYTES))
    inside = _metadata(folder / names[0], wheel.version)
    if inside != ("inkmill", wheel.version):
        raise ContentError(f"the wheel is called {wheel.version} and says {' '.join(inside)}", mend=_AGAIN)
    return wheel


def _metadata(path: Path, version: str) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo(f"inkmill-{version}.dist-info/METADATA")
            if member.file_size > _LARGEST_METADATA_BYTES:
                raise ContentError("what the wheel says of itself has no end", mend=_AGAIN)
            headers = BytesHeaderParser().parsebytes(archive.read(member))
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        raise ContentError("the file here is no wheel: it cannot be opened as one", mend=_AGAIN) from None
    return str(headers.get("Name", "")), str(headers.get("Version", ""))
