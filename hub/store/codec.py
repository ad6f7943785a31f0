"""Turns the broker's values into JSON text that comes back as the same values.

It follows the declared types: nothing in the text says which class to make, except where a
field may hold one of several, and there only those several can be named.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, NewType, TypeVar, Union, get_args, get_origin
from typing import get_type_hints

from hub.store.tables import EPOCH, micros

T = TypeVar("T")
_MICROSECOND = timedelta(microseconds=1)


def encode(value: T, shape: type[T]) -> bytes:
    return canonical(_pair(shape).out(value))


def decode(text: bytes, shape: type[T]) -> T:
    back: T = _pair(shape).back(json.loads(text))
    return back


def canonical(content: object) -> bytes:
    """One text for one content, whatever the order of its keys."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


class _Pair(NamedTuple):
    out: Callable[[Any], Any]
    back: Callable[[Any], Any]


_SAME = _Pair(lambda same: same, lambda same: same)
_MOMENT = _Pair(micros, lambda number: EPOCH + timedelta(microseconds=number))
_DURATION = _Pair(
    lambda lasting: lasting // _MICROSECOND, lambda number: timedelta(microseconds=number)
)
_PLAIN = (str, int, float, bool, NoneType)


def _pair(shape: Any) -> _Pair:
    return _made(shape)


@lru_cache(maxsize=256)
def _made(shape: Any) -> _Pair:
    if isinstance(shape, NewType):
        return _pair(shape.__supertype__)
    if shape in _PLAIN or get_origin(shape) is Literal:
        return _SAME
    if shape is datetime:
        return _MOMENT
    if shape is timedelta:
        return _DURATION
    if is_dataclass(shape):
        return _record(shape)
    if isinstance(shape, type) and issubclass(shape, Enum):
        return _Pair(lambda member: member.value, shape)
    if get_origin(shape) in (Union, UnionType):
        return _union(get_args(shape))
    return _collection(get_origin(shape), get_args(shape))


def _record(shape: Any) -> _Pair:
    hints = get_type_hints(shape)
    parts = [(field.name, _pair(hints[field.name]), _left_out(field)) for field in fields(shape)]

    def out(record: Any) -> dict[str, Any]:
        found = ((name, pair, plain, getattr(record, name)) for name, pair, plain in parts)
        return {name: pair.out(held) for name, pair, plain, held in found if held != plain}

    def back(content: dict[str, Any]) -> Any:
        return shape(**{n: pair.back(content[n]) for n, pair, _ in parts if n in content})

    return _Pair(out, back)


def _left_out(field: Any) -> object:
    """The default, which need not be written; without one nothing equals the answer."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default


def _union(members: tuple[Any, ...]) -> _Pair:
    if set(_PLAIN) <= set(members):
        return _SAME  # hub.contract.values.Json
    some = [member for member in members if member is not NoneType]
    if len(some) == 1:
        pair = _pair(some[0])
        return _Pair(
            lambda held: None if held is None else pair.out(held),
            lambda content: None if content is None else pair.back(content),
        )
    named = {member.__name__: _pair(member) for member in some}
    return _Pair(
        lambda held: [type(held).__name__, named[type(held).__name__].out(held)],
        lambda content: named[content[0]].back(content[1]),
    )


def _collection(kind: Any, parts: tuple[Any, ...]) -> _Pair:
    if kind is tuple or kind is frozenset:
        each = _pair(parts[0])
        ordered = sorted if kind is frozenset else list
        return _Pair(
            lambda held: ordered(each.out(item) for item in held),
            lambda content: kind(each.back(item) for item in content),
        )
    if kind is Mapping:
        worth = _pair(parts[1])
        return _Pair(
            lambda held: {key: worth.out(item) for key, item in held.items()},
            lambda content: {key: worth.back(item) for key, item in content.items()},
        )
    raise TypeError(f"no JSON form for {kind}")
