"""The one-line commands of the desk itself: what waits, what is found, what is said often."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NoReturn

from domain.canned import NAME_MAX, TEXT_MAX, wrong_place
from domain.refusals import BadLine

WORDS_MAX: Final = 100
_NAME: Final = re.compile(rf"[^\W_][\w-]{{0,{NAME_MAX - 1}}}")
_VERBS: Final = frozenset({"add", "change", "delete"})
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class ShowQueue:
    pass


@dataclass(frozen=True, slots=True)
class ShowStatistics:
    pass


@dataclass(frozen=True, slots=True)
class Find:
    words: str  # empty: nothing was asked for


@dataclass(frozen=True, slots=True)
class ListCanned:
    pass


@dataclass(frozen=True, slots=True)
class UseCanned:
    name: str


@dataclass(frozen=True, slots=True)
class SetCanned:
    """A reply that is made, or one that is changed."""

    name: str
    language: str  # empty: the agency's
    text: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class DeleteCanned:
    name: str
    language: str  # empty: in all languages


Command = ShowQueue | ShowStatistics | Find | ListCanned | UseCanned | SetCanned | DeleteCanned


def read(word: str, rest: str) -> Command:
    """Read what follows a command's word; KeyError when there is no such command."""
    return READERS[word](rest)


def _queue(rest: str) -> ShowQueue:
    _alone("queue", rest)
    return ShowQueue()


def _stats(rest: str) -> ShowStatistics:
    _alone("stats", rest)
    return ShowStatistics()


def _find(rest: str) -> Find:
    words = " ".join(rest.split())
    if len(words) > WORDS_MAX:
        _odd("find", "long words")
    return Find(words)


def _canned(rest: str) -> Command:
    words = rest.split(maxsplit=2)
    match words:
        case []:
            return ListCanned()
        case ["add" | "change" as how, called, text]:
            name, language = _called(called)
            return SetCanned(name, language, _text(text), is_new=how == "add")
        case ["delete", called]:
            return DeleteCanned(*_called(called))
        case [name] if name not in _VERBS:
            return UseCanned(_name(name))
        case _:
            raise BadLine("canned", "two words")


def _called(word: str) -> tuple[str, str]:
    """A reply's name, perhaps with a language behind it: `arrived:ja`."""
    name, sign, language = word.partition(":")
    if sign and _LANGUAGE.fullmatch(language.lower()) is None:
        _odd("canned", "language")
    return _name(name), language.lower()


def _name(word: str) -> str:
    name = word.lower()
    if _NAME.fullmatch(name) is None or name in _VERBS:
        _odd("canned", "name")
    return name


def _text(text: str) -> str:
    if len(text) > TEXT_MAX:
        _odd("canned", "long text")
    if wrong_place(text) is not None:
        _odd("canned", "place")
    return text.strip()


def _alone(command: str, rest: str) -> None:
    if rest.strip():
        _odd(command, "alone")


def _odd(command: str, why: str) -> NoReturn:
    raise BadLine(command, why)


READERS: Final[Mapping[str, Callable[[str], Command]]] = MappingProxyType(
    {"queue": _queue, "find": _find, "stats": _stats, "canned": _canned}
)
