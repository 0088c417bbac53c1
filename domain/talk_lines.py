"""The one-line commands about what is said: who is heard, and who is not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.finance_lines import customer
from domain.refusals import BadLine


@dataclass(frozen=True, slots=True)
class Mute:
    customer: str


@dataclass(frozen=True, slots=True)
class Unmute:
    customer: str


Command = Mute | Unmute


def read(word: str, rest: str) -> Command:
    """Read what follows a command's word; KeyError when there is no such command."""
    return READERS[word](_whom(word, rest))


def _whom(word: str, rest: str) -> str:
    words = rest.split()
    if len(words) != 1:
        raise BadLine(word, "two words")
    return customer(word, words[0])


READERS: Final[Mapping[str, Callable[[str], Command]]] = MappingProxyType(
    {"mute": Mute, "unmute": Unmute}
)
