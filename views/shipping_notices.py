"""Notices of the 2nd bill, of parcels under way and of problems, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup

from domain import shipping_notices as told
from domain import storing
from domain.deadlines import announced
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Screen
from domain.money import Money
from domain.orders import Flag, Order, Stage
from domain.parcels import under_way
from domain.shipping_notices import ShippingNotice
from views import card, parcels, words
from views.buttons import Deed, OpenCard
from views.clock_notices import time_left
from views.lengths import block, one_line
from views.moments import Dated, Deadline
from views.pages import Row
from views.sentences import together
from views.staff import code
from views.texts import Texts

_REASON_MAX = 500


def draw(notice: ShippingNotice, file: OrderFile, say: Texts, now: datetime) -> Screen:
    if isinstance(notice, told.ArrivalQuestion):
        lines = _question(notice, file.order, say, now)
        return _screen("📬", file.order, lines, arrival_keys(file.order, say), say)
    return _for_customer(notice, file, say) or _for_staff(notice, file.order, say)


# For the customer -----------------------------------------------------------------------------


def _for_customer(notice: ShippingNotice, file: OrderFile, say: Texts) -> Screen | None:
    order = file.order
    match notice:
        case told.SecondBillReminder():
            return _screen("⏰", order, _reminder(notice, order, say), _green(file, say), say)
        case told.OrderPacked():
            return _screen("📦", order, _packed(order, say), (), say)
        case told.OrderUnpacked():
            return _screen("📦", order, _unpacked(say), (), say)
        case told.ParcelReturned():
            lines = _returned(notice, order, say)
            return _screen("↩️", order, lines, linked_keys(notice.linked, say), say)
        case told.ReplacementFailed(to="customer"):
            return _screen("🔁", order, _failed(notice, say), linked_keys(notice.other, say), say)
        case _:
            return None


def _screen(
    emoji: str, order: Order, lines: Iterable[Markup], rows: tuple[Row, ...], say: Texts
) -> Screen:
    head = Markup("{} #{} · ").format(emoji, order.id)
    way = OpenCard(order.id).key(say.label("Open order"))
    return Screen(str(head + Markup("\n").join(lines)), (*rows, (way,)))


def linked_keys(number: OrderId | None, say: Texts) -> tuple[Row, ...]:
    """The way to the order that goes on in this one's place."""
    if number is None:
        return ()
    return ((OpenCard(number).key(say.label("Open order", detail=f"#{number}")),),)


def _green(file: OrderFile, say: Texts) -> tuple[Row, ...]:
    green = card.primary(file, say)
    return ((green,),) if green else ()


def _reminder(notice: told.SecondBillReminder, order: Order, say: Texts) -> Iterable[Markup]:
    yield say.n(
        "The 2nd bill has waited for you for {n} day.",
        "The 2nd bill has waited for you for {n} days.",
        notice.days,
    )
    bill = order.second_bill
    if notice.remaining.is_positive and bill is not None and bill.is_at_least:
        yield say(
            "From <b>{amount}</b> is to be paid for the shipping, as you choose the method. As "
            "soon as it is, we pack and ship.",
            amount=notice.remaining,
        )
    elif notice.remaining.is_positive:
        yield say(
            "<b>{amount}</b> is to be paid for the shipping. As soon as it is, we pack and ship.",
            amount=notice.remaining,
        )
    else:
        yield say("There is nothing to pay: please request the shipping, and we pack and ship.")
    if order.stage in storing.STORED and order.arrived_at:
        yield say(
            "Your goods are safe in our warehouse since {day}. Nothing is thrown away and "
            "nothing is cancelled.",
            day=Dated(order.arrived_at),
        )
    yield say("Is something unclear? Please write to us.")


def _packed(order: Order, say: Texts) -> Iterable[Markup]:
    yield say("Your order is packed. Method and address stay as they are now:")
    bill = order.second_bill
    if bill is not None and bill.method:
        yield say("<b>Method:</b> {method}", method=bill.method)
    yield say("<b>To:</b>\n{address}", address=block(order.address, 600))
    yield say("<b>Next:</b> we ship it and send you the tracking number.")


def _unpacked(say: Texts) -> Iterable[Markup]:
    yield say("Your order is not packed after all.")
    yield say("Until it is, you can change method and address again, on the order’s card.")


def _question(
    notice: told.ArrivalQuestion, order: Order, say: Texts, now: datetime
) -> Iterable[Markup]:
    """What it says holds when it is sent: asked late for the last time, it gives a day."""
    assert order.due_at is not None
    until = Deadline(announced(order.due_at, now) if notice.is_last else order.due_at)
    if order.shipped_at is not None:
        yield say("Your order was shipped on {day}.", day=Dated(order.shipped_at))
    yield say("<b>Has everything arrived?</b>")
    yield from (
        parcels.in_brief(no, parcel, say)
        for no, parcel in enumerate(order.parcels[:_PARCELS_MAX], 1)
        if parcel.returned_at is None
    )
    ends = say("Without a report the order completes by itself on <b>{due}</b>.", due=until)
    yield together(ends, time_left(until, now, say))
    if notice.is_last:
        yield say(
            "<b>This is the last time we ask.</b> If it is not there, please press "
            "<b>Not arrived yet</b>."
        )


_PARCELS_MAX = 5


def arrival_keys(order: Order, say: Texts) -> tuple[Row, ...]:
    """What can be answered about a shipped order: it is there, it is not, it is not all right."""
    if order.stage is not Stage.SHIPPED or order.flags & {Flag.ON_HOLD, Flag.PROBLEM_OPEN}:
        return ()
    return (
        (card.report_reception(order, say),),
        (
            card.do(order, Deed.NOT_ARRIVED, say.label("Not arrived yet", emoji="⏳")),
            card.do(order, Deed.PROBLEM, say.label("There is a problem", emoji="⚠️")),
        ),
    )


def _returned(notice: told.ParcelReturned, order: Order, say: Texts) -> Iterable[Markup]:
    yield say("A parcel of yours has come back to us:")
    yield say(
        "{carrier}: {tracking}",
        carrier=one_line(notice.carrier, 60),
        tracking=parcels.number(notice.carrier, notice.tracking, say),
    )
    yield say("<b>Reason:</b> {reason}", reason=one_line(notice.reason, _REASON_MAX))
    if under_way(order):
        yield say("Your other parcels are not touched by it.")
    if notice.linked is not None:
        yield say(
            "This order is completed, so we send it again as order #{linked}.",
            linked=notice.linked,
        )
    yield say(
        "It is safe in our warehouse. <b>Next:</b> you get a bill for sending it again, and "
        "choose method and address anew. Please look whether your address is complete."
    )


def _failed(notice: told.ReplacementFailed, say: Texts) -> Iterable[Markup]:
    yield say(
        "We are sorry: what we wanted to send you again as order #{other} does not come, or not "
        "all of it.",
        other=notice.other,
    )
    yield say("<b>Next:</b> we look for another way to make it good, and write to you here.")


# For staff ------------------------------------------------------------------------------------


def _for_staff(notice: ShippingNotice, order: Order, say: Texts) -> Screen:
    match notice:
        case told.ShippingChanged():
            return _plain("📮", order, _changed(notice, say))
        case told.ArrivalPostponed():
            return _plain("⏳", order, _postponed(notice, order, say))
        case told.ProblemWithdrawn():
            said = say("The customer takes the problem back: it was a mistake. Nothing is to do.")
            return _plain("↩️", order, [said])
        case told.SentAgain():
            return _plain("🔁", order, _sent_again(notice, say))
        case told.ReplacementFailed():
            return _plain("🔁", order, _failed_for_staff(notice, order, say))
        case _:
            raise TypeError(f"no words for {notice!r}")


def _plain(emoji: str, order: Order, lines: Iterable[Markup]) -> Screen:
    head = Markup("{} #{} · ").format(emoji, order.id)
    return Screen(str(head + Markup("\n").join(lines)))


def _sent_again(notice: told.SentAgain, say: Texts) -> Iterable[Markup]:
    if notice.is_bought:
        yield say(
            "A parcel of order #{other} came back after it was completed. Its goods are here: "
            "weigh them, and issue the 2nd bill for sending them again. The items are paid.",
            other=notice.other,
        )
        yield code("/bill EMS=… SAL=…")
    else:
        yield say(
            "A replacement for order #{other}: please buy the items once more and send them. "
            "The customer pays nothing, for the shipping neither.",
            other=notice.other,
        )
        yield code("/bought")
    yield say("Reason: {reason}", reason=one_line(notice.reason, _REASON_MAX))


def _failed_for_staff(
    notice: told.ReplacementFailed, order: Order, say: Texts
) -> Iterable[Markup]:
    yield say("The replacement, order #{other}, does not bring:", other=notice.other)
    value = Money(0, order.currency)
    for no, count in notice.lines:
        yield Markup("<b>{}</b> · {} ×").format(words.item(order, no, 80), count)
        price = order.line(no).price
        value += value.nothing if price is None else price.times(count)
    if order.is_ended and Flag.PROBLEM_OPEN not in order.flags:
        yield say("This order is cancelled: what was paid for it went back.")
        return
    yield say(
        "The problem is open again until it is made good. Give the money back, or send something "
        "else:"
    )
    yield code(f"/solve refund={value.plain()} text")
    yield code("/solve replacement text")


def _changed(notice: told.ShippingChanged, say: Texts) -> Iterable[Markup]:
    yield say("The customer changed the shipping after it was paid.")
    if notice.method != notice.method_was:
        yield say(
            "Method: {before} → <b>{after}</b>", before=notice.method_was, after=notice.method
        )
    if notice.address != notice.address_was:
        yield say("Address before:\n{address}", address=block(notice.address_was, 600))
        yield say("<b>Address now:</b>\n{address}", address=block(notice.address, 600))
    if notice.due.is_positive:
        yield say("Do not ship yet: {amount} more is to be paid first.", amount=notice.due)


def _postponed(notice: told.ArrivalPostponed, order: Order, say: Texts) -> Iterable[Markup]:
    yield say("The customer says that it has not arrived yet. Please look where it is:")
    yield from (
        parcels.in_brief(no, parcel, say)
        for no, parcel in enumerate(order.parcels[:_PARCELS_MAX], 1)
        if parcel.arrived_at is None and parcel.returned_at is None
    )
    yield say("The order now completes by itself on {due}.", due=Deadline(notice.due_at))
