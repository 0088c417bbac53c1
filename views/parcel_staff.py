"""Packing, parcels that came back, and how problems end: what staff see before and after."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from domain import lines
from domain.files import OrderFile
from domain.orders import Order, Stage
from domain.parcels import under_way
from domain.problems import is_in_warehouse, pieces
from views import words
from views.lengths import one_line
from views.sentences import together
from views.staff import code
from views.texts import Texts

# Before it is done ----------------------------------------------------------------------------


def pack(_: lines.PackOrder, __: OrderFile, say: Texts) -> list[Markup]:
    return [say("It is packed: from here on the customer cannot change method or address.")]


def unpack(_: lines.UnpackOrder, __: OrderFile, say: Texts) -> list[Markup]:
    return [say("It is not packed: until it is, the customer can change method and address.")]


def take_back(command: lines.ReturnParcel, file: OrderFile, say: Texts) -> list[Markup]:
    order = file.order
    rows = [say("The parcel {tracking} came back.", tracking=code(command.tracking))]
    if order.stage is Stage.COMPLETED:
        rows.append(
            say("The order is completed, so it goes on as a linked one, in the warehouse.")
        )
    elif order.stage is Stage.SHIPPED:
        rows.append(say("The order goes back to the warehouse and needs a new 2nd bill."))
    else:
        rows.append(say("It joins what is sent again already."))
    return [*rows, _told(command.reason, say)]


def solve(command: lines.SolveProblem, file: OrderFile, say: Texts) -> list[Markup]:
    rows = [say("The problem is closed.")]
    if command.refund is not None:
        rows.append(
            say(
                "<b>{amount}</b> goes to the deposit at once; a second finance member must agree.",
                amount=command.refund,
            )
        )
    if command.replacement:
        rows += _sent_again(command, file.order, say)
    return [*rows, _told(command.words, say)]


def _sent_again(command: lines.SolveProblem, order: Order, say: Texts) -> Iterator[Markup]:
    if not _is_linked(command, order):
        yield say("The goods are in the warehouse, and are sent again from there.")
        return
    yield say("These are bought and sent once more, by a linked order with nothing to pay:")
    for line in pieces(order, command.wanted):
        yield Markup("<b>{}</b> · {} ×").format(words.item(order, line.no, 80), line.quantity)


def _is_linked(command: lines.SolveProblem, order: Order) -> bool:
    return command.replacement and (bool(command.wanted) or not is_in_warehouse(order))


def _told(words: str, say: Texts) -> Markup:
    return say("The customer reads: {words}", words=one_line(words, lines.REASON_MAX))


# When it is done ------------------------------------------------------------------------------


def _done(*parts: Markup) -> Markup:
    return Markup("✅ ") + together(*parts)


def packed(say: Texts) -> Markup:
    return _done(say("Packed, and the customer is told. Next: ship."))


def unpacked(say: Texts) -> Markup:
    return _done(say("Not packed any more, and the customer is told."))


def taken_back(order: Order, say: Texts) -> Markup:
    parts = [say("The parcel is back, and the customer is told.")]
    if order.stage is Stage.COMPLETED:
        parts.append(say("A linked order is opened for it, with a topic of its own."))
    elif order.stage is Stage.AT_WAREHOUSE:
        parts.append(say("Next: a new 2nd bill."))
    if out := len(under_way(order)):
        parts.append(say.n("{n} other parcel is out.", "{n} other parcels are out.", out))
    return _done(*parts)


def solved(order: Order, command: lines.SolveProblem, say: Texts) -> Markup:
    parts = [say("The problem is closed, and the customer is told.")]
    if command.refund is not None:
        parts.append(say("{amount} went to the deposit.", amount=command.refund))
    if _is_linked(command, order):
        named = ", ".join(f"{line.no} ({line.quantity})" for line in pieces(order, command.wanted))
        parts.append(
            say(
                "Sent once more: {lines}. A linked order is opened for it, with a topic of its "
                "own; buy there with {command}.",
                lines=named,
                command=code("/bought"),
            )
        )
    elif command.replacement:
        parts.append(say("Next: ship again."))
    return _done(*parts)
