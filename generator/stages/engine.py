"""The engine's own files: templates, assets, and a fingerprint of what shapes the pages."""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generator.errors import MachineError, SettingsError
from generator.location import Location

_PACKAGE = Path(__file__).resolve().parent.parent

# Libraries whose version shapes a body or a page; another one being installed changes nothing.
_SHAPING = (
    "markdown",
    "pymdown_extensions",
    "pygments",
    "nbconvert",
    "nbformat",
    "math_core",
    "nh3",
    "jinja2",
    "pillow",
    "ziamath",
    "fonttools",
    "vl_convert_python",
)


@dataclass(frozen=True, slots=True)
class Engine:
    """What a build brings along.

    Args:
        templates: name to text, the blog's own in place of ours.
        origins: name to the file it came from, for messages.
        cells: templates of notebook cells, by name below ``cells/``.
        assets: name below ``assets/`` to content: style sheets and scripts.
        fingerprint: of code, templates and libraries.
    """

    templates: Mapping[str, str]
    origins: Mapping[str, str]
    cells: Mapping[str, str]
    assets: Mapping[str, bytes]
    fingerprint: str


def templates_folder() -> Path:
    """Where the engine's templates lie: inside the installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "templates", _PACKAGE.parent / "templates"):
        if folder.is_dir():
            return folder
    raise MachineError("inkmill's templates are missing", mend="install inkmill again")


def engine_fingerprint() -> str:
    """A digest of inkmill's code, its templates and the libraries that shape a page; no file of the blog."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in (_PACKAGE, templates_folder()):
        for name, path in sorted(_paths(str(folder))):
            with open(path, "rb") as file:  # noqa: PTH123 - hundreds of them at every start, and a Path costs as much
                content = file.read()
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    digest.update("\n".join(_installed()).encode())
    return digest.hexdigest()


def _paths(folder: str, below: str = "") -> Iterator[tuple[str, str]]:
    """(posix path below the folder, whole path) of each file that counts."""
    with os.scandir(folder) as listed:
        entries = list(listed)
    for entry in entries:
        # `.DS_Store` and its kind are nobody's template.
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _paths(entry.path, f"{below}{entry.name}/")
        elif entry.is_file() and not entry.name.endswith(".pyc"):
            yield f"{below}{entry.name}", entry.path


def _installed() -> list[str]:
    """Names with versions of the shaping libraries, from the metadata folders beside them."""
    found: set[str] = set()
    for entry in sys.path:
        with suppress(OSError), os.scandir(entry or ".") as listed:
            names = (item.name.lower() for item in listed)
            found.update(name for name in names if name.endswith(".dist-info") and name.startswith(_SHAPING))
    return sorted(found)


def read_engine(source: Path, fingerprint: str, *, trusts_blog: bool) -> Engine:
    """Templates and assets, with the blog's ``_templates/`` over ours.

    Args:
        trusts_blog: a template is a program that may do anything; without trust ours alone are read.

    Raises:
        SettingsError: a template of the blog is not UTF-8.
    """
    templates: dict[str, str] = {}
    origins: dict[str, str] = {}
    assets: dict[str, bytes] = {}
    ours, own = (templates_folder(), "templates"), (source / "_templates", "_templates")
    for folder, origin in (ours, own) if trusts_blog else (ours,):
        for name, path in sorted(_paths(str(folder))) if folder.is_dir() else ():
            if name.startswith("assets/"):
                assets[name.removeprefix("assets/")] = Path(path).read_bytes()
            else:
                templates[name] = _text(Path(path), f"{origin}/{name}")
                origins[name] = f"{origin}/{name}"
    cells = {name.removeprefix("cells/"): text for name, text in templates.items() if name.startswith("cells/")}
    return Engine(templates, origins, cells, assets, fingerprint)


def _text(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingsError("this template is not UTF-8", at=Location(shown), mend="save it as UTF-8") from None
