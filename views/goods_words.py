"""What staff are told about offers, mishaps and splits: what will happen, and what has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from domain import lines
from domain.files import OrderFile
from domain.orders import Order, Question
from views import words
from views.lengths import one_line
from views.sentences import together
from views.staff import code
from views.texts import Phrase, Texts, later

# What will happen -----------------------------------------------------------------------------


def offer(command: lines.OfferInstead, file: OrderFile, say: Texts) -> list[Markup]:
    line = file.order.line(command.line)
    price = line.unit_price if command.price is None else command.price
    return [
        _item(file.order, command.line),
        say("Offered instead: {words}", words=one_line(command.words, lines.REASON_MAX)),
        say("One costs {price}, estimated {estimated}.", price=price, estimated=line.unit_price),
        say("The customer is asked, and nothing is bought before they answer."),
    ]


_MISHAPS: Final[Mapping[Question, Phrase]] = {
    Question.WRONG: later("Something else arrived."),
    Question.DAMAGED: later("It arrived damaged."),
}


def mishap(command: lines.ReportMishap, file: OrderFile, say: Texts) -> list[Markup]:
    quantity = file.order.line(command.line).quantity
    told = one_line(command.reason, lines.REASON_MAX)
    rows = [
        _item(file.order, command.line),
        _what_came(command, quantity, say),
        say("The customer reads: {words}", words=told),
    ]
    if command.photo:
        rows.append(say("They see the photo, too."))
    return [*rows, say("They decide before anything is shipped.")]


def _what_came(command: lines.ReportMishap, quantity: int, say: Texts) -> Markup:
    if command.question is Question.SHORT:
        return say.n(
            "Only {n} of {all} is there.",
            "Only {n} of {all} are there.",
            command.count or 0,
            all=quantity,
        )
    return say.of(_MISHAPS[command.question])


def again(command: lines.BuyAgain, file: OrderFile, say: Texts) -> list[Markup]:
    return [
        _item(file.order, command.line),
        say("It is bought once more, and the customer is told. It costs them nothing more."),
    ]


def split(command: lines.SplitOrder, file: OrderFile, say: Texts) -> list[Markup]:
    rows = [_item(file.order, no) for no in command.lines]
    return [
        say("The customer is asked whether the rest goes ahead without:"),
        *rows,
        say("If they agree, this becomes an order of its own, with what was paid for it."),
    ]


def _item(order: Order, no: int) -> Markup:
    return Markup("<b>{}</b>").format(words.item(order, no, 80))


# What has happened ----------------------------------------------------------------------------


def offered(no: int, say: Texts) -> Markup:
    return _done(
        say("The customer is asked about item {no}. Nothing is bought until then.", no=no)
    )


def mishap_reported(no: int, say: Texts, *, photo: bool) -> Markup:
    parts = [say("The customer is asked about item {no}.", no=no)]
    if not photo:
        parts.append(say("Photos that you send here now reach them, too."))
    parts.append(say("Or buy it once more: {command}", command=code(f"/again {no}")))
    return _done(*parts)


def bought_again(no: int, say: Texts) -> Markup:
    return _done(
        say("Item {no} is to be bought once more, and the customer is told.", no=no),
        code(f"/bought {no}=…"),
    )


def split_proposed(numbers: tuple[int, ...], say: Texts) -> Markup:
    named = ", ".join(map(str, numbers))
    return _done(
        say("The customer is asked to let the rest go ahead without: {lines}.", lines=named)
    )


def _done(*parts: Markup) -> Markup:
    return Markup("✅ ") + together(*parts)
