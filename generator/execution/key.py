"""The key of a run: what its outputs depend on, part by part, and the words for what changed."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from generator.model.execution import KernelChoice, RunKey

# Raised when inkmill itself runs notebooks so differently that their outputs would be others.
ENGINE = "1"

# What names of parts begin with; the plain ones (`code`, `kernel`, ...) hold no blank, so no two can meet.
_PARAMETER, _FILE, _PACKAGE = "parameter ", "file ", "environment "
# What a version never looks like: the value of a part that stands for the content of a file.
CONTENT = "sha256:"
_MISSING = "missing"
_MOST_PACKAGES_NAMED = 3


def code_of(cells: Iterable[tuple[str, bool, bool, bool]]) -> str:
    """Stands for the code cells of a notebook: magics and comments are code, prose is not.

    Args:
        cells: source, whether it runs, whether it may fail, and whether parameters are put behind it or in its place,
            of code cells only, in their order.
    """
    return _digest([list(cell) for cell in cells])


def run_key(
    *,
    code: str,
    params: Mapping[str, Any],
    kernel: KernelChoice,
    folder: str,
    environment: Mapping[str, str],
    files: Mapping[str, str | None],
    engine: str = ENGINE,
) -> RunKey:
    """The key of a run.

    Where the interpreter lies is no part of it: the same packages in another folder, or on another machine, give
    the same outputs.

    Args:
        code: as ``code_of`` says it.
        params: of YAML's or JSON's types; 1, 1.0 and True differ, the order of a mapping does not count.
        folder: where the kernel works, relative to the source directory.
        environment: as ``packages.environment_parts`` says it.
        files: declared data and own modules, by path relative to the source directory: SHA-256, None for a missing one.
        engine: ``packages.engine_of`` adds the versions of what drives the kernel.

    Raises:
        TypeError: a parameter is neither YAML nor JSON.
    """
    parts = {
        "code": code,
        "engine": engine,
        "folder": folder,
        "kernel": kernel.name,
        "kernel-spec": _spec_of(kernel),
        **{f"{_PARAMETER}{name}": _digest(_plain(value)) for name, value in params.items()},
        **{f"{_FILE}{path}": _MISSING if digest is None else digest for path, digest in files.items()},
        **{f"{_PACKAGE}{name}": version for name, version in environment.items()},
    }
    return key_of(parts)


def key_of(parts: Mapping[str, str]) -> RunKey:
    """The key that these parts make."""
    ordered = dict(sorted(parts.items()))
    return RunKey(ordered, _digest(ordered))


def differences(old: RunKey, new: RunKey) -> tuple[str, ...]:
    """A clause for each thing that is not as it was, the most telling first; empty when the keys are equal."""
    changed = [name for name in sorted({*old.parts, *new.parts}) if old.parts.get(name) != new.parts.get(name)]
    pairs = {name: (old.parts.get(name), new.parts.get(name)) for name in changed}
    return (
        *(("its code changed",) if "code" in pairs else ()),
        *(_parameter_words(name.removeprefix(_PARAMETER), pair) for name, pair in _of(pairs, _PARAMETER)),
        *(_file_words(name.removeprefix(_FILE), pair) for name, pair in _of(pairs, _FILE)),
        *_kernel_words(pairs, new),
        *_environment_words(
            {name.removeprefix(_PACKAGE): pair for name, pair in _of(pairs, _PACKAGE)},
            is_other_kernel="kernel" in pairs or "kernel-spec" in pairs,
        ),
        *_other_words(pairs),
    )


_Pair = tuple[str | None, str | None]


def _of(pairs: Mapping[str, _Pair], beginning: str) -> list[tuple[str, _Pair]]:
    return [(name, pair) for name, pair in pairs.items() if name.startswith(beginning)]


def _parameter_words(name: str, pair: _Pair) -> str:
    before, after = pair
    if before is None:
        return f"parameter `{name}` is new"
    return f"parameter `{name}` {'is gone' if after is None else 'changed'}"


def _file_words(path: str, pair: _Pair) -> str:
    before, after = pair
    if after == _MISSING:
        return f"{path} is {'missing' if before is None else 'gone'}"
    if after is None:
        return f"{path} is no longer read"
    return f"{path} {'is read, too' if before is None else 'is new' if before == _MISSING else 'changed'}"


def _kernel_words(pairs: Mapping[str, _Pair], new: RunKey) -> Iterator[str]:
    if "kernel" in pairs:
        before, after = pairs["kernel"]
        yield f"the kernel changed from {before} to {after}"
    elif "kernel-spec" in pairs:
        yield f"the kernel {new.parts.get('kernel')} is another, or is started in another way"


def _environment_words(pairs: Mapping[str, _Pair], *, is_other_kernel: bool) -> Iterator[str]:
    """What changed of the environment; of a kernel of another language there is nothing to compare."""
    told = {name: pair for name, pair in pairs.items() if not (is_other_kernel and None in pair)}
    if "Python" in told:
        yield _version_words("Python", told["Python"])
    locks = {name: pair for name, pair in told.items() if _is_content(pair)}
    for name, pair in locks.items():
        yield _lock_words(name, pair)
    # Under another lock, a package that is named in one key only may well be in the lock of the other.
    packages = [
        _version_words(name, pair)
        for name, pair in told.items()
        if name != "Python" and name not in locks and not (locks and None in pair)
    ]
    yield from packages[:_MOST_PACKAGES_NAMED]
    rest = len(packages) - _MOST_PACKAGES_NAMED
    if rest > 0:
        yield f"and {rest} more package{'s' if rest > 1 else ''}"


def _is_content(pair: _Pair) -> bool:
    return any(value is not None and value.startswith(CONTENT) for value in pair)


def _lock_words(name: str, pair: _Pair) -> str:
    before, after = pair
    if before is None:
        return f"what is installed agrees with {name}, as it did not before"
    return f"{name} changed" if after is not None else f"what is installed is no longer what {name} says"


def _version_words(name: str, pair: _Pair) -> str:
    before, after = pair
    if before is None:
        return f"{name} {after} was installed"
    return f"{name} {before} was removed" if after is None else f"{name} {before} → {after}"


def _other_words(pairs: Mapping[str, _Pair]) -> Iterator[str]:
    if "folder" in pairs:
        before, after = pairs["folder"]
        yield f"its working folder changed from `{before or '.'}` to `{after or '.'}`"
    if "engine" in pairs:
        before, after = pairs["engine"]
        yield f"what runs notebooks changed ({before} → {after})"
    known = ("code", "engine", "folder", "kernel", "kernel-spec")
    for name in pairs:
        if name not in known and not name.startswith((_PARAMETER, _FILE, _PACKAGE)):
            yield f"{name} changed"


def _spec_of(kernel: KernelChoice) -> str:
    """How the kernel is started, the place of a Python interpreter apart: its version and packages say more."""
    if kernel.python is None:
        return kernel.spec_digest
    return _digest([kernel.language, list(kernel.argv[1:]), sorted(kernel.env.items())])


def _plain(value: Any) -> Any:
    """A value as JSON in which every type has a mark of its own.

    Raises:
        TypeError: it is neither YAML nor JSON.
    """
    if isinstance(value, Mapping):
        return ["map", sorted(([_plain(key), _plain(item)] for key, item in value.items()), key=json.dumps)]
    if isinstance(value, list | tuple):
        return ["list" if isinstance(value, list) else "tuple", [_plain(item) for item in value]]
    if isinstance(value, set | frozenset):
        return ["set", sorted((_plain(item) for item in value), key=json.dumps)]
    if value is None or isinstance(value, bool | str):
        return value
    # int and float would meet in JSON's one kind of number.
    if isinstance(value, int):
        # Hexadecimal, since Python refuses to write an integer of more than 4,300 decimal digits.
        return ["int", hex(value)]
    if isinstance(value, float | bytes):
        return [type(value).__name__, value.hex()]
    if isinstance(value, date | time):
        # A datetime is a date, too.
        return ["datetime" if isinstance(value, datetime) else type(value).__name__, value.isoformat()]
    raise TypeError(f"not a value a notebook can be given: {type(value).__name__}")


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, separators=(",", ":")).encode()).hexdigest()
