"""What is stored comes back as it was."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator.cache.codec import decode, encode
from generator.cache.state import State
from generator.location import Location
from generator.model.body import Body, Ref
from generator.model.document import Document
from generator.model.executed import Executed
from generator.model.execution import RunHistory, RunRecord
from generator.model.front_matter import FrontMatter
from generator.model.notebook import Notebook
from generator.model.outline import Outline
from generator.model.problem import Problem
from generator.model.site import Fate
from generator.model.source import Shelf, SourceFile
from generator.settings.values import Settings
from generator.sources.git import GitFacts

STORED = (
    Document,
    Body,
    FrontMatter,
    Outline,
    SourceFile,
    Executed,
    Notebook,
    Problem,
    Fate,
    Ref,
    State,
    RunRecord,
    RunHistory,
    GitFacts,
    Settings,
)

# Shrinking a document with fifty fields takes minutes and says little more.
_WIDE = settings(
    max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)
_text = st.text(st.characters(codec="utf-8"), max_size=5)
_zones = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))])
_moments = st.datetimes(timezones=st.one_of(st.none(), _zones)).map(lambda moment: moment.replace(fold=0))
_keys = _text | st.integers() | st.none() | st.booleans() | st.dates() | st.tuples(_text, st.integers())
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | _text
    | st.binary(max_size=3)
    | st.dates()
    | _moments
    | st.frozensets(_text, max_size=2).map(set)
)
_loose = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys, inner, max_size=2) | st.tuples(inner, inner),
    max_leaves=5,
)


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type, as the model annotates it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([_strategy(argument) for argument in arguments])
    if origin is tuple and arguments[1:] == (Ellipsis,):
        return st.lists(_strategy(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(_strategy, arguments))
    if origin is frozenset:
        return st.frozensets(_strategy(arguments[0]), max_size=2)
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(_strategy(arguments[0]), _strategy(arguments[1]), max_size=2)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        return st.builds(hint, **{field.name: _strategy(hints[field.name]) for field in dataclasses.fields(hint)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        Any: _loose,
        str: _text,
        int: st.integers(-(2**63), 2**63 - 1),
        float: st.floats(allow_nan=False),
        bool: st.booleans(),
        bytes: st.binary(max_size=4),
        type(None): st.none(),
        date: st.dates(),
        datetime: _moments,
    }
    return plain[hint]


@pytest.mark.parametrize("kind", STORED)
@settings(
    max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_whatever_the_model_holds_comes_back_equal(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(_strategy(kind))

    assert decode(encode(value), kind) == value


@given(_loose)
def test_untyped_values_come_back_with_their_types(value: Any) -> None:
    front = decode(encode(FrontMatter(extra={"x": value})), FrontMatter)

    assert front is not None
    assert front.extra == {"x": value}
    assert repr(front.extra["x"]) == repr(value) or isinstance(value, set | dict | list | tuple)


def test_a_day_stays_a_day_and_a_moment_keeps_its_zone() -> None:
    chicago = datetime(2020, 2, 20, tzinfo=ZoneInfo("America/Chicago"))
    front = decode(encode(FrontMatter(date=date(2020, 2, 20), updated=chicago)), FrontMatter)

    assert front is not None
    assert type(front.date) is date
    assert front.updated == chicago
    assert isinstance(front.updated, datetime)
    assert front.updated.isoformat() == "2020-02-20T00:00:00-06:00"


def test_equal_values_have_equal_bytes() -> None:
    one = FrontMatter(extra={"a": {"x", "y", "z"}})
    other = FrontMatter(extra={"a": {"z", "y", "x"}})

    assert encode(one) == encode(other)


def test_a_tuple_of_values_is_told_by_its_type() -> None:
    places = (Location("a"), Location("b", line=3))

    assert decode(encode(places, tuple[Location, ...]), tuple[Location, ...]) == places


@given(st.binary(max_size=60))
def test_bytes_of_something_else_are_no_value(content: bytes) -> None:
    assert decode(content, Document) is None


@given(st.data())
def test_a_value_cut_or_changed_is_another_value_or_none_and_never_a_traceback(data: st.DataObject) -> None:
    whole = bytearray(encode(Fate("a", data.draw(_strategy(Fate)).state, "/a/")))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))

    assert isinstance(decode(bytes(whole), Fate), Fate | None)
    assert decode(bytes(whole[:place]), Fate) is None


def test_what_cannot_be_stored_is_said_when_it_is_stored() -> None:
    with pytest.raises(TypeError, match="cannot be stored: object"):
        encode(FrontMatter(extra={"x": object()}))
    with pytest.raises(TypeError, match="cannot be stored"):
        encode(_Odd(1j))


@dataclasses.dataclass(frozen=True)
class _Odd:
    number: complex


def test_a_shelf_is_stored_by_its_name() -> None:
    assert b"_posts" in encode(Shelf.POSTS)
