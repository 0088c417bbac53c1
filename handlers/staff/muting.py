"""`/mute` and `/unmute`: which customers staff hear."""

from __future__ import annotations

from typing import Final

from actions import muting
from domain import talk_lines
from domain.refusals import BadLine
from handlers.desk import Desk
from handlers.staff.access import State, reply
from handlers.staff.payouts import customer_named
from views import staff, staff_talk

WORDS: Final = frozenset(talk_lines.READERS)


async def line(desk: Desk, word: str, rest: str) -> State:
    """Carry a line out, and answer it; a wrong one gets its usage."""
    try:
        command = talk_lines.read(word, rest)
    except BadLine as bad:
        return await reply(desk, staff.usage(bad.command, bad.why, desk.say))
    person = await customer_named(desk, command.customer)
    match command:
        case talk_lines.Mute():
            is_new = await muting.mute(desk.work, person.id)
            words = staff_talk.muted if is_new else staff_talk.muted_already
            return await reply(desk, words(person, desk.say))
        case talk_lines.Unmute():
            kept = await muting.unmute(desk.work, person.id)
            if kept is None:
                return await reply(desk, staff_talk.not_muted(person, desk.say))
            return await reply(desk, staff_talk.unmuted(person, kept, desk.say))
