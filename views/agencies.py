"""What is said in a group that becomes the staff group of an agency."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from domain.agency import Agency
from views.forms import Prompt, column
from views.lengths import one_line
from views.texts import Texts


def registered(name: str, say: Texts) -> Markup:
    return say("✅ This is the staff group of {name} now.", name=one_line(name, 60))


def registered_already(name: str, say: Texts) -> Markup:
    return say(
        "This group is registered already: it is that of {name}. Nothing was changed.",
        name=one_line(name, 60),
    )


def at_front_desk(word: str, say: Texts) -> Markup:
    return say(
        "/{word} is about customers of all agencies: it is written in the front desk’s group."
        " Nothing was changed.",
        word=one_line(word, 32),
    )


def which(agencies: Sequence[Agency], say: Texts) -> Prompt:
    """What an application begins with where there are several."""
    answers = ((one_line(each.name, 60), str(each.id or 0)) for each in agencies)
    return Prompt(say("<b>Which agency</b> shall buy for you?"), column(answers))


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
