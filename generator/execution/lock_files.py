"""The versions that a lock file pins."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# In order of preference; a `requirements.txt` is often a wish list, so a lock of a tool goes before it.
LOCK_FILES = (
    "requirements.lock",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pixi.lock",
    "conda-lock.yml",
    "requirements.txt",
)


def normal_name(name: str) -> str:
    """A distribution's name, as PEP 503 compares them.

    >>> normal_name("Ruamel.YAML_clib")
    'ruamel-yaml-clib'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def normal_version(version: str) -> str:
    """A version, so that two ways to write the same one are equal (1.0 and 1.0.0, 1.0-rc.1 and 1.0rc1)."""
    public, plus, local = version.strip().lower().removeprefix("v").partition("+")
    public = re.sub(r"[-_.]?(alpha|beta|preview|pre|a|b|c|rc)[-_.]?(\d*)", _early, public)
    public = re.sub(r"[-_.]?(?:post|rev|r)[-_.]?(\d+)", r".post\1", public)
    release, rest = re.match(r"([\d!.]*)(.*)", public, re.DOTALL).groups()  # type: ignore[union-attr]
    return re.sub(r"(\.0)+(?=\.?$)", "", release).rstrip(".") + rest + plus + re.sub(r"[-_]", ".", local)


def _early(found: re.Match[str]) -> str:
    letters = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}
    return f"{letters.get(found[1], found[1])}{found[2] or '0'}"


@dataclass(frozen=True, slots=True)
class Pins:
    """What a lock file says.

    Args:
        versions: of each package; more than one where the lock holds several platforms or Pythons.
        always: the packages that are installed on any platform and with any choice of extras and groups.
    """

    versions: Mapping[str, frozenset[str]]
    always: frozenset[str] = frozenset()

    def agree_with(self, installed: Mapping[str, str]) -> bool:
        """Whether every installed package that is pinned has a version the lock allows, and none is missing.

        Args:
            installed: version by normal name, as it is written.
        """
        return self.always <= installed.keys() and all(
            normal_version(version) in self.versions[name]
            for name, version in installed.items()
            if name in self.versions
        )


def pins_of(name: str, content: bytes) -> Pins | None:
    """What a lock file pins; None when it is no lock: it cannot be read, or leaves the choice of a version open.

    Args:
        name: of the file, which says its kind: one of ``LOCK_FILES``, else requirements of pip.
    """
    try:
        text = content.decode("utf-8-sig")
        pins = list(_pins(name.rpartition("/")[2], text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return None
    versions: dict[str, set[str]] = {}
    for pin in pins:
        versions.setdefault(normal_name(pin.package), set()).add(normal_version(pin.version))
    always = frozenset(normal_name(pin.package) for pin in pins if pin.is_always)
    return Pins({package: frozenset(some) for package, some in versions.items()}, always) if versions else None


@dataclass(frozen=True, slots=True)
class _Pin:
    package: str
    version: str
    is_always: bool = False


def _pins(name: str, text: str) -> Iterator[_Pin]:
    """The pins, as they are written.

    Raises:
        ValueError: this is no lock.
    """
    if name in ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"):
        return _toml(tomllib.loads(text))
    if name == "Pipfile.lock":
        return _pipfile(json.loads(text))
    if name == "pixi.lock":
        return _pixi(text)
    if name in ("conda-lock.yml", "conda-lock.yaml"):
        return _conda(text)
    return _requirements(text)


def _toml(lock: Mapping[str, Any]) -> Iterator[_Pin]:
    for package in lock.get("package") or lock["packages"]:
        source = package.get("source", {})
        # The project itself, and what is installed from a folder, have no version one could compare.
        is_local = any(kind in source for kind in ("virtual", "editable", "directory")) or "directory" in package
        if "version" in package and not is_local:
            yield _Pin(package["name"], package["version"])


def _pipfile(lock: Mapping[str, Any]) -> Iterator[_Pin]:
    for group in ("default", "develop"):
        for name, package in lock.get(group, {}).items():
            if "version" in package:
                yield _Pin(name, package["version"].removeprefix("=="))


# Their tools write these two files, always alike; to parse megabytes of YAML takes a second or more.
_ITEM = re.compile(r"(\s*)- (?:(conda|pypi|name|kind):\s*)?(\S*)")
_FIELD = re.compile(r"(\s+)(name|version):\s*['\"]?([^'\"\s]+)")
_CONDA_FILE = re.compile(r"([^/\s]+)-([^-/\s]+)-[^-/\s]+\.(?:conda|tar\.bz2)$")


def _pixi(text: str) -> Iterator[_Pin]:
    _, _, packages = text.partition("\npackages:")
    if not packages:
        raise ValueError("no lock of pixi")
    for fields in _items(packages):
        found = _CONDA_FILE.search(fields.get("conda", ""))
        if found is not None:
            yield _Pin(found[1], found[2])
        elif "name" in fields and "version" in fields:
            yield _Pin(fields["name"], fields["version"])


def _conda(text: str) -> Iterator[_Pin]:
    _, found, packages = text.partition("\npackage:") if not text.startswith("package:") else ("", "package:", text)
    if not found:
        raise ValueError("no lock of conda-lock")
    for fields in _items(packages):
        if "name" in fields and "version" in fields:
            yield _Pin(fields["name"], fields["version"])


def _items(text: str) -> Iterator[dict[str, str]]:
    """The fields of each item of a list of mappings."""
    fields: dict[str, str] = {}
    indent = -1
    for line in text.split("\n"):
        found = _ITEM.match(line)
        if found is not None and indent in (-1, len(found[1])) and found[2]:
            yield fields
            indent = len(found[1])
            fields = {found[2]: found[3].strip("'\"")}
        elif (field := _FIELD.match(line)) and len(field[1]) == indent + 2:
            fields[field[2]] = field[3]
    yield fields


_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*(;.*)?")
_OPENING = re.compile(r"-[re]|--(?:requirement|editable)\b")


def _requirements(text: str) -> Iterator[_Pin]:
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        written = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if not written or (written.startswith("-") and not _OPENING.match(written)):
            continue
        found = _PIN.fullmatch(re.sub(r"\s--[a-z-]+[= ]\S+", "", written).strip())
        if found is None:
            raise ValueError("not pinned")
        yield _Pin(found[1], found[2], is_always=found[3] is None)
