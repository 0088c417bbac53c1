"""The reception report: what arrived, what has not yet, and what it all came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from domain.files import OrderFile, Purse
from domain.letters import Key, Screen
from domain.money import Money
from domain.orders import Order, Stage
from domain.settlement import Settlement
from views.buttons import Deed, ParcelTick
from views.moments import Deadline
from views.paying import back_to_card, do
from views.texts import Texts
from views.words import item


def report(order: Order, say: Texts) -> Screen:
    """Which of the two it is; several parcels can be ticked one by one."""
    if order.stage is not Stage.SHIPPED:
        return _report_of_the_rest(order, say)
    said = [
        say("<b>Order #{no}: reception report</b>", no=order.id),
        say(
            "Has everything arrived, and is it in order? If something is missing, wrong or "
            "damaged, tell us first: the order stays open until it is solved."
        ),
    ]
    ticks = tuple(_ticks(order, say))
    if ticks:
        said.append(
            say(
                "It comes in {n} parcels. Tick each one that is there; nothing is completed by "
                "it, and a tick can be taken back.",
                n=len(ticks),
            )
        )
    return Screen(
        Markup("\n\n").join(said),
        (
            *ticks,
            do(order, Deed.ARRIVED, say.label("Everything arrived", emoji="✅")),
            do(order, Deed.PROBLEM, say.label("There is a problem", emoji="⚠️")),
            back_to_card(order, say),
        ),
    )


def _report_of_the_rest(order: Order, say: Texts) -> Screen:
    """While a parcel that came back is sent again: what there is to say about the others."""
    said = [
        say("<b>Order #{no}: reception report</b>", no=order.id),
        say(
            "One of your parcels came back, and we send it again. Tick what is there; if "
            "something is missing, wrong or damaged, tell us now. The order completes when all "
            "of it is with you."
        ),
    ]
    return Screen(
        Markup("\n\n").join(said),
        (
            *_ticks(order, say, least=1),
            do(order, Deed.PROBLEM, say.label("There is a problem", emoji="⚠️")),
            back_to_card(order, say),
        ),
    )


def _ticks(order: Order, say: Texts, least: int = 2) -> Iterator[tuple[Key, ...]]:
    """One key a parcel; none where there is only one."""
    out = [(no, x) for no, x in enumerate(order.parcels, 1) if x.returned_at is None]
    for no, parcel in out if len(out) >= least else ():
        emoji = "☑️" if parcel.arrived_at else "⬜️"
        label = say.label("Parcel {no}", no=no, emoji=emoji, detail=parcel.tracking)
        yield (ParcelTick(order.id, order.version, no).key(label),)


def not_arrived(order: Order, later: Order, say: Texts) -> Screen:
    """What waiting longer means: the day moves, and staff look where it is."""
    assert order.due_at is not None
    assert later.due_at is not None
    return Screen(
        say(
            "<b>Order #{no}: not arrived yet?</b>\n\nWith <b>Confirm</b> we are told, and look "
            "where it is. Without a report the order then completes by itself on <b>{later}</b> "
            "instead of {due}. You can say so again, once in 24 hours.",
            no=order.id,
            later=Deadline(later.due_at),
            due=Deadline(order.due_at),
        ),
        (
            do(order, Deed.NOT_ARRIVED_CONFIRM, say.label("Confirm", emoji="✅")),
            back_to_card(order, say),
        ),
    )


def looked_for(say: Texts) -> str:
    """For a toast."""
    return str(say("Thank you. We look where it is, and the date has moved.").unescape())


def settlement(file: OrderFile, settled: Settlement, say: Texts) -> Screen:
    """What it cost, line by line, against what was paid; nothing has moved yet."""
    order = file.order
    said = [
        say("<b>Order #{no}: settlement</b>", no=order.id),
        Markup("\n").join(_costs(order, settled, say)),
        _difference(settled, file.purse, say),
        say("With <b>Confirm</b> the order is completed. This cannot be undone."),
    ]
    return Screen(
        Markup("\n\n").join(said),
        (
            do(order, Deed.ARRIVED_CONFIRM, say.label("Confirm", emoji="✅")),
            do(order, Deed.RECEPTION, say.label("Back", emoji="⬅️")),
        ),
    )


def _costs(order: Order, settled: Settlement, say: Texts) -> Iterator[Markup]:
    yield from _goods(order, say)
    charges = (
        (say("Domestic shipping"), settled.domestic_shipping),
        (say("Our fee"), settled.fee),
        (say("International shipping"), settled.international_shipping),
        (say("Shipping of what came back"), settled.earlier_shipping),
        (say("Adjustment"), settled.adjustment),
    )
    for name, amount in charges:
        if not amount.is_zero:
            yield _row(name, amount, say)
    yield say("<b>Cost: {cost}</b>", cost=settled.cost)
    yield say("<b>Paid: {paid}</b>", paid=settled.paid)


_LINES_SHOWN: Final = 30


def _goods(order: Order, say: Texts) -> Iterator[Markup]:
    for line in order.live_lines[:_LINES_SHOWN]:
        if line.price is not None:
            name = say("{item} × {n}", item=item(order, line.no, 50), n=line.quantity)
            yield _row(name, line.price.times(line.quantity), say)


def _row(name: str, amount: Money, say: Texts) -> Markup:
    return say("{name}: {amount}", name=name, amount=amount)


def _difference(settled: Settlement, purse: Purse, say: Texts) -> Markup:
    if settled.over.is_positive:
        return say("You paid <b>{over}</b> too much: it goes to your deposit.", over=settled.over)
    if not settled.under.is_positive:
        return say("You paid exactly what it cost.")
    taken = min(settled.under, purse.deposit)
    owed = settled.under - taken
    if owed.is_positive:
        return say(
            "<b>{under}</b> is missing: {taken} is taken from your deposit, and you owe {owed}, "
            "which your next payment into the deposit settles.",
            under=settled.under,
            taken=taken,
            owed=owed,
        )
    return say("<b>{under}</b> is missing: it is taken from your deposit.", under=settled.under)


def thanks(say: Texts) -> str:
    """For a toast."""
    return str(say("The order is completed. Thank you!").unescape())
