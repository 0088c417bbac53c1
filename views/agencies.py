"""What is said in a group that becomes the staff group of an agency."""

from __future__ import annotations

from markupsafe import Markup

from views.lengths import one_line
from views.texts import Texts


def registered(name: str, say: Texts) -> Markup:
    return say("✅ This is the staff group of {name} now.", name=one_line(name, 60))


def registered_already(name: str, say: Texts) -> Markup:
    return say(
        "This group is registered already: it is that of {name}. Nothing was changed.",
        name=one_line(name, 60),
    )


def only_administrators(say: Texts) -> Markup:
    return say("Only an administrator of this group can register it.")


def not_prepared(say: Texts) -> Markup:
    return say(
        "This group is not ready yet. Turn topics on, make me an administrator who may manage"
        " topics, then write the line again."
    )


def no_such_code(say: Texts) -> Markup:
    return say(
        "This code is not good: it may be mistyped, used, or older than 24 hours. Whoever keeps"
        " the bot gets a new one with: daiko agency add"
    )


def code_wanted(say: Texts) -> Markup:
    return say("Write it with the code, like this: /register ABCDEFGHJKLM")
