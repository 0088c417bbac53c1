"""What somebody is in the middle of in one place, while an update of theirs is worked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from storage.conversations import Talk


class Talks:
    """Loaded before the handlers run and saved after them, in the same transaction."""

    def __init__(self, loaded: Iterable[Talk] = ()) -> None:
        self._loaded = {talk.name: talk for talk in loaded}
        self.states: dict[str, object] = {
            name: json.loads(talk.state) for name, talk in self._loaded.items()
        }
        self._data: dict[str, dict[str, Any]] = {
            name: json.loads(talk.data) for name, talk in self._loaded.items()
        }

    def data(self, name: str) -> dict[str, Any]:
        """What was said so far in a conversation; changes are kept as long as it goes on."""
        return self._data.setdefault(name, {})

    def begin(self, name: str) -> dict[str, Any]:
        """A clean sheet."""
        self._data[name] = {}
        return self._data[name]

    def enter(self, name: str, state: object, family: Collection[str]) -> None:
        """Be in a state of a conversation, and in the middle of nothing else here.

        `family` are the conversations that are nested with it: those may go on together.
        """
        for other in self.states.keys() - family:
            self.leave(other)
        self.states[name] = state

    def leave(self, name: str) -> None:
        self.states.pop(name, None)
        self._data.pop(name, None)

    def leave_all(self) -> bool:
        """Be in the middle of nothing; False when that was so already."""
        was_in_one = bool(self.states)
        self.states.clear()
        self._data.clear()
        return was_in_one

    def changed(self) -> list[Talk]:
        """The conversations to be saved."""
        now = (Talk.of(name, state, self.data(name)) for name, state in self.states.items())
        return [talk for talk in now if self._loaded.get(talk.name) != talk]

    def ended(self) -> list[str]:
        """Those to be dropped."""
        return [name for name in self._loaded if name not in self.states]
