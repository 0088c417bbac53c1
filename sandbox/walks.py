"""Many people at once, each going through the same script as fast as the bot answers."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Final

from sandbox.acts import CannotDo
from sandbox.people import Person, button_called
from sandbox.telegram import Telegram
from sandbox.world import Json

LOOK_BACK: Final = 5  # messages in which a button is looked for


@dataclass(slots=True)
class Walker:
    person: Person
    step: int = 0
    rounds: int = 0
    wait: int = 0  # things the bot has yet to say or draw before the next step
    due: bool = False


class Walk:
    """A step is `{"writes": text}`, `{"presses": label}` or `{"sends_photo": caption}`; the next
    one follows when the bot has said or drawn something (`"wait"` times, once by default), and,
    for a press, when the button is there."""

    def __init__(
        self, telegram: Telegram, script: list[Json], user_ids: list[int], rounds: int = 1
    ) -> None:
        self._telegram = telegram
        self._script = script
        self._rounds = rounds
        self._walkers = {id: Walker(telegram.people[id]) for id in user_ids}
        self.step_count = 0
        self.began_at = 0.0
        self.ended_at: float | None = None

    def start(self) -> None:
        self.began_at = time.time()
        self._telegram.listeners.append(self._happened)
        for walker in self._walkers.values():
            self._soon(walker)

    def stop(self) -> None:
        if self._happened in self._telegram.listeners:
            self._telegram.listeners.remove(self._happened)

    @property
    def as_json(self) -> Json:
        """How far everybody is; `stuck_on` counts who waits for which step."""
        stuck: dict[str, int] = {}
        for walker in self._walkers.values():
            if walker.rounds < self._rounds:
                told = str(self._script[walker.step])
                stuck[told] = stuck.get(told, 0) + 1
        return {
            "steps": self.step_count,
            "began_at": self.began_at,
            "ended_at": self.ended_at,
            "stuck_on": stuck,
        }

    def _happened(self, event: Json) -> None:
        if event["type"] not in ("message", "edited"):
            return
        walker = self._walkers.get(event["chat_id"])
        if walker is None or not event["message"]["from"]["is_bot"]:
            return
        walker.wait -= 1
        self._soon(walker)

    def _soon(self, walker: Walker) -> None:
        """After the call of the bot that is under way."""
        if not walker.due and walker.wait <= 0:
            walker.due = True
            asyncio.get_running_loop().call_soon(self._go, walker)

    def _go(self, walker: Walker) -> None:
        walker.due = False
        if walker.rounds >= self._rounds:
            return
        step = self._script[walker.step]
        if not self._perform(walker.person, step):
            return  # the button is not there yet
        self.step_count += 1
        walker.wait = int(step.get("wait", 1))
        walker.step += 1
        if walker.step == len(self._script):
            walker.step = 0
            walker.rounds += 1
            self._look_for_the_end()
        self._soon(walker)  # unless it has to wait

    def _perform(self, person: Person, step: Json) -> bool:
        try:
            if "presses" in step:
                return self._press(person, step["presses"])
            self._say(person, step)
        except CannotDo:
            return False
        return True

    def _say(self, person: Person, step: dict[str, Any]) -> None:
        if "writes" in step:
            person.writes(step["writes"])
        else:
            person.sends_photo(caption=step["sends_photo"])

    def _press(self, person: Person, label: str) -> bool:
        messages = person.chat.messages
        for message_id in list(messages)[-LOOK_BACK:][::-1]:
            if button_called(label, messages[message_id]) is not None:
                person.presses(label, message=messages[message_id])
                return True
        return False

    def _look_for_the_end(self) -> None:
        if all(walker.rounds >= self._rounds for walker in self._walkers.values()):
            self.ended_at = time.time()
            self.stop()
