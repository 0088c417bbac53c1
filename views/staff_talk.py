"""What staff are answered about what they say to customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from domain.files import Person
from domain.messages import KeptBack, Thread
from views import desk_words
from views.lengths import one_line
from views.texts import Texts

_THREADS_MAX: Final = 10


def cannot_carry(say: Texts) -> Markup:
    return say(
        "The customer did not get this: polls, games, dice, stories and the like cannot be passed"
        " on. Please write it, or send it as a photo, a video, a file or a voice message."
    )


def never_sent(say: Texts) -> Markup:
    return say(
        "The customer never got this message, and does not get its edit. Please write it anew."
    )


def edit_stays(say: Texts) -> Markup:
    return say("This edit stays among staff: the customer still has what you wrote before.")


def muted(person: Person, say: Texts) -> Markup:
    return say(
        "🔇 {name} is muted: their messages are kept, and not carried here; what they wait for"
        " leaves the queue. Orders and payments go on. /unmute {id} brings all of it back.",
        name=one_line(person.name, 60),
        id=person.id,
    )


def muted_already(person: Person, say: Texts) -> Markup:
    return say("{name} is muted already.", name=one_line(person.name, 60))


def unmuted(person: Person, kept: Iterable[KeptBack], say: Texts) -> Markup:
    """And where what they wrote meanwhile comes now."""
    name, count = one_line(person.name, 60), Counter(each.thread for each in kept)
    heard = say("🔊 {name} is heard again. What had no answer is in the queue again.", name=name)
    if not count:
        return heard
    shown = [_counted(*each, say) for each in list(count.items())[:_THREADS_MAX]]
    where = Markup(", ").join([*shown, *["…"] * (len(count) > _THREADS_MAX)])
    total = count.total()
    come = say.n(
        "{n} message that they wrote meanwhile comes now: {where}",
        "{n} messages that they wrote meanwhile come now: {where}",
        total,
        where=where,
    )
    return Markup("\n").join([heard, come])


def _counted(thread: Thread, count: int, say: Texts) -> Markup:
    """`#6 (2)`"""
    if thread.order is not None:
        return Markup("#{} ({})").format(thread.order, count)
    assert thread.inquiry is not None
    return Markup("{} ({})").format(desk_words.inquiry(thread.inquiry, say), count)


def not_muted(person: Person, say: Texts) -> Markup:
    return say("{name} is not muted.", name=one_line(person.name, 60))
