"""Frozen dataclasses to bytes and back; home of msgspec."""

import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from types import GenericAlias, UnionType
from typing import Any, TypeVar, cast

from msgspec import MsgspecError, Raw, msgpack

Value = TypeVar("Value")

# What msgpack holds as it is, and msgspec gives back as the same type.
_PLAIN = (str, int, float, bool, bytes, type(None))
# Numbers of our msgpack extensions; they are part of the store's format.
_MOMENT, _DAY, _TIME, _TUPLE, _SET, _PAIRS, _BIG = range(1, 8)

_SMALLEST, _BIGGEST = -(2**63), 2**64 - 1


def encode(value: object, kind: Any = None) -> bytes:
    """The bytes of value.

    Args:
        kind: its type, where ``type(value)`` does not say enough (``tuple[Fate, ...]``).
    """
    codec = _codec(cast(Hashable, type(value) if kind is None else kind))
    return codec.encoder.encode(value if codec.wire.dump is None else codec.wire.dump(value))


def decode(content: bytes | memoryview, kind: type[Value]) -> Value | None:
    """The value of that kind; None when content is none of it."""
    codec = _codec(cast(Hashable, kind))
    try:
        row = codec.decoder.decode(content)
        return cast(Value, row if codec.wire.load is None else codec.wire.load(row))
    except (MsgspecError, ValueError, TypeError, LookupError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class _Wire:
    """How values of one type travel.

    Args:
        kind: the type msgspec is asked to decode.
        dump, load: None when msgspec does it alone, at its own speed.
    """

    kind: Any
    dump: Callable[[Any], Any] | None = None
    load: Callable[[Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class _Codec:
    wire: _Wire
    encoder: msgpack.Encoder
    decoder: "msgpack.Decoder[Any]"


# Pure functions of a type, asked thousands of times for a dozen of them.
@cache
def _codec(kind: Hashable) -> _Codec:
    wire = _wire(kind)
    return _Codec(wire, msgpack.Encoder(), msgpack.Decoder(wire.kind, ext_hook=_load_extension))


@cache
def _wire(kind: Any) -> _Wire:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, UnionType):
        return _union(arguments)
    if origin is typing.Literal:
        return _Wire(kind)
    if origin is tuple:
        return _tuple(arguments)
    if origin is frozenset:
        return _frozenset(_wire(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(_wire(arguments[0]), _wire(arguments[1]))
    if kind is Any or kind is object:
        return _Wire(Any, _dump_loose)
    if kind in (date, datetime):
        return _Wire(str, _iso, _moment)
    if is_dataclass(kind):
        return _dataclass(cast(type, kind))
    if kind in _PLAIN or issubclass(kind, Enum):
        return _Wire(kind)
    raise TypeError(f"cannot be stored: {kind!r}")


def _union(arguments: tuple[Any, ...]) -> _Wire:
    kinds = tuple(kind for kind in arguments if kind is not type(None))
    if set(kinds) == {date, datetime}:
        kinds = (datetime,)
    inner = _one_of(kinds) if len(kinds) > 1 else _wire(kinds[0])
    if len(kinds) < len(arguments) and type(None) in arguments:
        return _Wire(inner.kind | None, _unless_none(inner.dump), _unless_none(inner.load))
    return inner


def _unless_none(change: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    if change is None:
        return None
    return lambda value: None if value is None else change(value)


def _one_of(kinds: tuple[Any, ...]) -> _Wire:
    """A union of classes, as the number of the class and the bytes of the value."""

    def dump(value: Any) -> tuple[int, Raw]:
        number = kinds.index(type(value))
        return number, Raw(encode(value, kinds[number]))

    def load(row: tuple[int, Raw]) -> Any:
        number, content = row
        value = decode(bytes(content), kinds[number])
        if value is None:
            raise ValueError("a member of a union that cannot be read")
        return value

    return _Wire(tuple[int, Raw], dump, load)


def _tuple(arguments: tuple[Any, ...]) -> _Wire:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        item = _wire(arguments[0])
        return _Wire(GenericAlias(tuple, (item.kind, ...)), _each(item.dump), _each(item.load))
    items = [_wire(argument) for argument in arguments]
    kind = GenericAlias(tuple, tuple(item.kind for item in items))
    if all(item.dump is None and item.load is None for item in items):
        return _Wire(kind)
    return _Wire(kind, _row([item.dump for item in items]), _row([item.load for item in items]))


def _each(change: Callable[[Any], Any] | None) -> Callable[[Any], Any] | None:
    if change is None:
        return None
    return lambda values: tuple(map(change, values))


def _row(changes: list[Callable[[Any], Any] | None]) -> Callable[[Any], Any]:
    wanted = tuple((number, change) for number, change in enumerate(changes) if change is not None)

    def changed(values: Any) -> tuple[Any, ...]:
        row = list(values)
        for number, change in wanted:
            row[number] = change(row[number])
        return tuple(row)

    return changed


def _frozenset(item: _Wire) -> _Wire:
    # Sorted: the order of a set differs from run to run, and stored bytes must not.
    dump, load = item.dump, item.load
    return _Wire(
        GenericAlias(tuple, (item.kind, ...)),
        lambda values: tuple(sorted(values if dump is None else map(dump, values))),
        lambda values: frozenset(values if load is None else map(load, values)),
    )


def _mapping(key: _Wire, value: _Wire) -> _Wire:
    if key.dump is not None:
        raise TypeError("only plain keys can be stored")
    dump, load = value.dump, value.load
    return _Wire(
        GenericAlias(dict, (key.kind, value.kind)),
        dict if dump is None else lambda mapping: {name: dump(item) for name, item in mapping.items()},
        None if load is None else lambda mapping: {name: load(item) for name, item in mapping.items()},
    )


def _dataclass(kind: type) -> _Wire:
    hints = typing.get_type_hints(kind)
    names = tuple(field.name for field in fields(kind))
    wires = [_wire(hints[name]) for name in names]
    if all(wire.dump is None and wire.load is None for wire in wires):
        return _Wire(kind)
    loaders = tuple((number, wire.load) for number, wire in enumerate(wires) if wire.load is not None)
    dump_row = _row([wire.dump for wire in wires])

    def dump(value: Any) -> tuple[Any, ...]:
        return cast(tuple[Any, ...], dump_row([getattr(value, name) for name in names]))

    def load(values: tuple[Any, ...]) -> Any:
        row = list(values)
        for number, change in loaders:
            row[number] = change(row[number])
        return kind(*row)

    return _Wire(GenericAlias(tuple, tuple(wire.kind for wire in wires)), dump, load)


def _iso(moment: date | datetime) -> str:
    return moment.isoformat()


def _moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if len(text) > len("2020-01-01") else date.fromisoformat(text)


def _dump_loose(value: Any) -> Any:
    """Data nobody typed (front matter's ``extra``), with everything msgpack lacks as an extension.

    Raises:
        TypeError: an object that is not plain data.
    """
    if value is None or isinstance(value, str | bool | float | bytes):
        return value
    if isinstance(value, int):
        return value if _SMALLEST <= value <= _BIGGEST else _extension(_BIG, str(value))
    if isinstance(value, Mapping):
        return _loose_mapping(value)
    if isinstance(value, list):
        return [_dump_loose(item) for item in value]
    if isinstance(value, tuple):
        return _extension(_TUPLE, [_dump_loose(item) for item in value])
    if isinstance(value, set | frozenset):
        return _extension(_SET, sorted((_dump_loose(item) for item in value), key=repr))
    for kind, code in ((datetime, _MOMENT), (date, _DAY), (time, _TIME)):
        if isinstance(value, kind):
            return _extension(code, value.isoformat())
    raise TypeError(f"cannot be stored: {type(value).__name__}")


def _loose_mapping(value: Mapping[Any, Any]) -> Any:
    if all(isinstance(key, str) for key in value):
        return {key: _dump_loose(item) for key, item in value.items()}
    return _extension(_PAIRS, [[_dump_loose(key), _dump_loose(item)] for key, item in value.items()])


def _extension(code: int, content: object) -> msgpack.Ext:
    return msgpack.Ext(code, msgpack.encode(content))


def _load_extension(code: int, content: memoryview) -> Any:
    """The value of one of our extensions.

    Raises:
        ValueError: it is not one of ours.
    """
    inner = msgpack.decode(content, ext_hook=_load_extension)
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
