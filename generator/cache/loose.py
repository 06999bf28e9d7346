"""Values nobody typed (front matter's ``extra``, notebook metadata), in what msgpack can hold."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from msgspec import msgpack

# Numbers of our msgpack extensions; they are part of the store's format.
_MOMENT, _DAY, _TIME, _TUPLE, _SET, _PAIRS, _BIG = range(1, 8)

_SMALLEST, _BIGGEST = -(2**63), 2**64 - 1


def dump_loose(value: Any) -> Any:
    """value with everything msgpack lacks as an extension.

    Raises:
        TypeError: an object that is not plain data.
    """
    if value is None or isinstance(value, str | bool | float | bytes):
        return value
    if isinstance(value, int):
        return value if _SMALLEST <= value <= _BIGGEST else _extension(_BIG, str(value))
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list):
        return [dump_loose(item) for item in value]
    if isinstance(value, tuple):
        return _extension(_TUPLE, [dump_loose(item) for item in value])
    if isinstance(value, set | frozenset):
        return _extension(_SET, sorted((dump_loose(item) for item in value), key=repr))
    for kind, code in ((datetime, _MOMENT), (date, _DAY), (time, _TIME)):
        if isinstance(value, kind):
            return _extension(code, value.isoformat())
    raise TypeError(f"cannot be stored: {type(value).__name__}")


def _mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str | int | float | type(None)) for key in value):
        return {dump_loose(key): dump_loose(item) for key, item in value.items()}
    return _extension(_PAIRS, [[dump_loose(key), dump_loose(item)] for key, item in value.items()])


def _extension(code: int, content: object) -> msgpack.Ext:
    return msgpack.Ext(code, msgpack.encode(content))


def load_extension(code: int, content: memoryview) -> Any:
    """The value of one of our extensions.

    Raises:
        ValueError: it is not one of ours.
    """
    inner = msgpack.decode(content, ext_hook=load_extension)
    loaders: Mapping[int, Callable[[Any], Any]] = {
        _MOMENT: datetime.fromisoformat,
        _DAY: date.fromisoformat,
        _TIME: time.fromisoformat,
        _TUPLE: tuple,
        _SET: set,
        _PAIRS: dict,
        _BIG: int,
    }
    if code not in loaders:
        raise ValueError(f"unknown extension {code}")
    return loaders[code](inner)
