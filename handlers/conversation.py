"""Conversations that live in a table: they survive a crash, and roll back with their effects."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, MutableMapping
from typing import Any

from telegram import Update
from telegram.ext import BaseHandler, ConversationHandler
from telegram.warnings import PTBUserWarning

from handlers.desk import DeskContext, current_desk
from handlers.talks import Talks

Handlers = list[BaseHandler[Update, DeskContext, object]]


class StoredConversation(ConversationHandler[DeskContext]):
    """A `ConversationHandler` whose states are those that the update's transaction loaded.

    States are JSON values (a `StrEnum`'s words do well). A person is in the middle of one
    conversation in a place: as soon as another one gets its first state there, the former ends
    and what was typed in it is dropped; nested ones go on together. An entry point starts the
    conversation anew even from its middle, unless `allow_reentry` says otherwise.
    """

    def __init__(
        self,
        *,
        name: str,
        entry_points: Handlers,
        states: dict[Any, Handlers],
        fallbacks: Handlers,
        allow_reentry: bool = True,
        map_to_parent: dict[object, object] | None = None,
        **unsafe: object,
    ) -> None:
        if unsafe:
            raise ValueError(f"{', '.join(sorted(unsafe))}: states live in a table, by place")
        handlers = [*entry_points, *fallbacks, *(h for some in states.values() for h in some)]
        _refuse_unblocking(name, handlers)
        with warnings.catch_warnings():
            # That a button is answered in whatever message it stands is what is wanted here.
            warnings.filterwarnings("ignore", ".*per_message=False.*", PTBUserWarning)
            super().__init__(
                entry_points,
                states,
                fallbacks,
                name=name,
                allow_reentry=allow_reentry,
                map_to_parent=map_to_parent,
            )
        self.called = name
        self.family: set[str] = {name}
        self._members: list[StoredConversation] = [self]
        self._adopt(handlers)
        # The one private attribute we use; a test keeps watch over what it is used for.
        self._conversations = _States(self)  # type: ignore[assignment]

    def _adopt(self, handlers: Handlers) -> None:
        """Nested conversations go on together with the one around them."""
        for child in handlers:
            if isinstance(child, StoredConversation):
                self._members += child._members
                self.family |= child.family
        for member in self._members:
            member.family = self.family


def _refuse_unblocking(name: str, handlers: Handlers) -> None:
    for handler in handlers:
        if getattr(handler.block, "value", handler.block) is False:
            raise ValueError(f"{name}: a handler with block=False would outlive its transaction")


class _States(MutableMapping[object, object]):
    """What `ConversationHandler` takes for its dict of everybody: only who is at the desk.

    The key (chat, user) is not looked at: the desk holds one person in one place.
    """

    def __init__(self, conversation: StoredConversation) -> None:
        self._conversation = conversation

    @property
    def _talks(self) -> Talks:
        return current_desk().talks

    def __getitem__(self, _key: object) -> object:
        return self._talks.states[self._conversation.called]

    def __setitem__(self, _key: object, state: object) -> None:
        conversation = self._conversation
        if state not in conversation.states:
            raise ValueError(f"{conversation.called} has no state {state!r}")
        self._talks.enter(conversation.called, state, conversation.family)

    def __delitem__(self, _key: object) -> None:
        self._talks.leave(self._conversation.called)

    def __contains__(self, _key: object) -> bool:
        return self._conversation.called in self._talks.states

    def __iter__(self) -> Iterator[object]:
        return iter(())  # there is no list of everybody

    def __len__(self) -> int:
        return 0
