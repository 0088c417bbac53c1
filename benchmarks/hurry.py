"""A Telegram whose clock goes faster, so that its limits are met in minutes and not in hours."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Final, Self

from bot.pacer import USUAL, Limits
from sandbox.limits import GROUP_PER_MINUTE, OVER_ALL_PER_SECOND

# What is evenly spaced where it is sent comes unevenly; the way does not hurry.
WAY_SECONDS: Final = 0.1
GROUP_WAY_SECONDS: Final = 0.5  # where twenty ways add up


@dataclass(frozen=True, slots=True)
class Hurry:
    """How many times as fast its second passes, and the minute of a group."""

    second: float = 5
    minute: float = 60

    @classmethod
    def of(cls, words: list[str]) -> Self:
        return cls(*(float(word) for word in words))

    @property
    def words(self) -> tuple[str, str]:
        return f"{self.second:g}", f"{self.minute:g}"

    @property
    def limits(self) -> Limits:
        """What Daiko has to keep to, with its margins."""
        if self == REAL:
            return USUAL
        return Limits(
            per_second=OVER_ALL_PER_SECOND / (1 / self.second + WAY_SECONDS),
            chat_gap_seconds=1 / self.second + WAY_SECONDS,
            group_window_seconds=60 / self.minute + GROUP_WAY_SECONDS,
        )

    @property
    def group_per_second(self) -> float:
        """So many messages a group takes in one of our seconds."""
        return GROUP_PER_MINUTE / 60 * self.minute


REAL: Final = Hurry(1, 1)
HURRIED: Final = Hurry()


def add_to(parser: argparse.ArgumentParser, usual: Hurry | None) -> None:
    parser.add_argument(
        "--hurry",
        nargs=2,
        metavar=("SECOND", "MINUTE"),
        default=usual.words if usual else None,
        help="so many times as fast pass the second of Telegram's limits, and a group's minute",
    )
