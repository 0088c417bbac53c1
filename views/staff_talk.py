"""What staff are answered about what they say to customers."""

from __future__ import annotations

from markupsafe import Markup

from domain.files import Person
from views.lengths import one_line
from views.texts import Texts


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
        "🔇 {name} is muted: their messages are kept in the history, and not carried here. Orders"
        " and payments go on. /unmute {id} lets them be heard again.",
        name=one_line(person.name, 60),
        id=person.id,
    )


def muted_already(person: Person, say: Texts) -> Markup:
    return say("{name} is muted already.", name=one_line(person.name, 60))


def unmuted(person: Person, say: Texts) -> Markup:
    return say(
        "🔊 {name} is heard again. What they wrote meanwhile is in the messages of their orders.",
        name=one_line(person.name, 60),
    )


def not_muted(person: Person, say: Texts) -> Markup:
    return say("{name} is not muted.", name=one_line(person.name, 60))
