"""Refusals about decisions, mishaps and splits, in words."""

from __future__ import annotations

from markupsafe import Markup

from domain import refusals as no
from domain.refusals import Refused
from views.staff import code
from views.texts import Texts


def about(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.DecisionPending(line):
            return say(
                "The customer has been asked to decide about item {line}. "
                "Please wait for the answer.",
                line=line,
            )
        case no.NotShort(line, quantity):
            return say.n(
                "That is not too few: {n} piece of item {line} was bought. When it is there: "
                "{command}",
                "That is not too few: {n} pieces of item {line} were bought. When they are "
                "there: {command}",
                quantity,
                line=line,
                command=code(f"/arrived {line}={quantity}"),
            )
        case no.NothingStays():
            return say("That is all of the order. Please name the items that are not there yet.")
        case _:
            return None
