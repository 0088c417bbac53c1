"""What staff are told: short, factual, with the buttons and the line that answer it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from domain import notices as told
from domain.files import OrderFile
from domain.letters import Key, Screen
from domain.money import Money
from domain.notices import Notice
from domain.orders import Order
from views import words
from views.buttons import Duty, StaffDo
from views.lengths import block, one_line
from views.pages import Row
from views.staff import code
from views.texts import Texts, later


def draw(notice: Notice, file: OrderFile, say: Texts) -> Screen:
    order = file.order
    match notice:
        case told.ApplicationArrived():
            return _application(file, say)
        case told.PaymentReported():
            return _reported(notice, order, say)
        case told.ReportWithdrawn(claimed=claimed):
            line = say("The payment report of {amount} was withdrawn.", amount=claimed)
            return _plain("↩️", order, [line])
        case told.PaidFromDeposit():
            return _plain("💰", order, _from_deposit(notice, say))
        case told.BillCovered():
            return _covered(notice, order, say)
        case told.ShippingChosen():
            return _plain("📮", order, _chosen(notice, say))
        case told.EndedForStaff():
            return _plain("🏁", order, [_ended(notice, order, say)])
        case told.ProblemReported():
            return _problem(notice, order, say)
        case told.NotDelivered():
            return _plain("⚠️", order, _not_delivered(notice, say))
        case _:
            raise TypeError(f"no words for {notice!r}")


def _plain(emoji: str, order: Order, lines: Iterable[Markup]) -> Screen:
    return _screen(emoji, order, lines, ())


def _screen(emoji: str, order: Order, lines: Iterable[Markup], keys: Row) -> Screen:
    head = Markup("{} #{} · ").format(emoji, order.id)
    return Screen(str(head + Markup("\n").join(lines)), (keys,) if keys else ())


def _duty(order: Order, duty: Duty, label: str) -> Key:
    return StaffDo(order.id, order.version, duty).key(label)


def _application(file: OrderFile, say: Texts) -> Screen:
    order = file.order
    count = len(order.lines)
    lines = [
        say.n(
            "New application from {name}: {n} item.",
            "New application from {name}: {n} items.",
            count,
            name=one_line(file.customer.name, 60),
        ),
        say("The card above has it all. Price or reject every item:"),
        code(estimate_line(order)),
    ]
    keys = (
        _duty(order, Duty.ESTIMATE, say.label("Estimate")),
        _duty(order, Duty.REJECT, say.label("Reject line")),
    )
    return _screen("📝", order, lines, keys)


def estimate_line(order: Order) -> str:
    """`/estimate 1=… 2=… shipping=… fee=…`, a place for every line that must be priced."""
    places = [f"{line.no}=…" for line in order.live_lines[:_PLACES_MAX]]
    more = ["…"] if len(order.live_lines) > _PLACES_MAX else []
    return " ".join(["/estimate", *places, *more, "shipping=…", "fee=…"])


_PLACES_MAX: Final = 8


def _reported(notice: told.PaymentReported, order: Order, say: Texts) -> Screen:
    lines = [
        say("Payment reported for the {bill}.", bill=words.of_bill(notice.bill, say)),
        say(
            "Claimed: <b>{claimed}</b> · due: <b>{due}</b>",
            claimed=notice.claimed,
            due=notice.remaining,
        ),
        *_difference(notice.claimed, notice.remaining, say),
        say("Transferred on: {day}", day=notice.transferred_on),
        say("Sender: {sender}", sender=one_line(notice.sender, 120)),
        say("Payment code: {code}", code=code(notice.code)),
        say("Receipt: photo") if notice.receipt else say("Receipt: none"),
        say("Look for it at the bank. What arrived counts, not what is claimed:"),
        code(f"/confirm {notice.claimed.plain()} BANKREF"),
        code("/refuse reason"),
    ]
    keys = (
        _duty(order, Duty.CONFIRM, say.label("Confirm payment")),
        _duty(order, Duty.REFUSE, say.label("Refuse")),
    )
    return _screen("💳", order, lines, keys)


def _difference(claimed: Money, remaining: Money, say: Texts) -> Iterable[Markup]:
    if claimed < remaining:
        yield say("⚠️ {amount} too little", amount=remaining - claimed)
    elif claimed > remaining:
        yield say("⚠️ {amount} too much", amount=claimed - remaining)


def _from_deposit(notice: told.PaidFromDeposit, say: Texts) -> Iterable[Markup]:
    yield say(
        "{amount} of the {bill} was paid from the deposit.",
        amount=notice.amount,
        bill=words.of_bill(notice.bill, say),
    )
    if notice.remaining.is_positive:
        yield say("{amount} remains to be paid.", amount=notice.remaining)


def _covered(notice: told.BillCovered, order: Order, say: Texts) -> Screen:
    if notice.bill == "first":
        lines = [
            say("The 1st bill is paid. Please buy the items."),
            code("/bought"),
            code("/bought 1=12.00"),
        ]
        keys = (
            _duty(order, Duty.BOUGHT, say.label("Bought")),
            _duty(order, Duty.UNAVAILABLE, say.label("Not available")),
        )
        return _screen("✅", order, lines, keys)
    lines = [*_ship_to(order, say), code("/pack"), code(ship_line(order))]
    keys = (
        _duty(order, Duty.PACK, say.label("Packed")),
        _duty(order, Duty.SHIP, say.label("Ship")),
    )
    return _screen("✅", order, lines, keys)


def ship_line(order: Order) -> str:
    bill = order.second_bill
    return f"/ship {bill.method if bill and bill.method else 'EMS'} NUMBER"


def _ship_to(order: Order, say: Texts) -> Iterable[Markup]:
    yield say("The 2nd bill is paid. Please ship.")
    if order.second_bill and order.second_bill.method:
        yield say("Method: <b>{method}</b>", method=order.second_bill.method)
    yield say("Address:\n{address}", address=block(order.address, 600))


def _chosen(notice: told.ShippingChosen, say: Texts) -> Iterable[Markup]:
    yield say("The customer chose <b>{method}</b>, to:", method=notice.method)
    yield Markup("{}").format(block(notice.address, 600))


def _ended(notice: told.EndedForStaff, order: Order, say: Texts) -> Markup:
    if notice.how == "unpaid" and order.first_bill is None:
        return say("Our estimate did not come in time: the application has ended.")
    return say.of(_ENDS[notice.how])


_ENDS: Final = {
    "cancelled_by_customer": later("The customer cancelled this order."),
    "unpaid": later("Not paid in time: the order is cancelled."),
    "received": later("The customer sent the reception report: the order is completed."),
    "clock": later("No reception report in time: the order is completed."),
    "nothing_left": later("Nothing is left to buy: the order is cancelled."),
}


def _problem(notice: told.ProblemReported, order: Order, say: Texts) -> Screen:
    lines = [
        say("The customer reports a problem:"),
        Markup("{}").format(block(notice.words, 2000)),
        say("When it is settled:"),
        code("/solve text"),
        code("/solve refund=10.00 text"),
        code("/solve replacement text"),
    ]
    keys = (
        _duty(order, Duty.SOLVE, say.label("Solve")),
        _duty(order, Duty.REFUND, say.label("Refund")),
        _duty(order, Duty.REPLACE, say.label("Replacement")),
    )
    return _screen("🚨", order, lines, keys)


_WHYS: Final = {
    "blocked": later("they have blocked the bot. Please reach them another way."),
    "deactivated": later("their Telegram account is deleted. Please reach them another way."),
    "not_started": later("they have not started the bot. Please reach them another way."),
    "chat_not_found": later("Telegram does not know their chat. Please reach them another way."),
    "unreachable": later("Telegram could not be reached for days. Please write again."),
}


def _not_delivered(notice: told.NotDelivered, say: Texts) -> Iterable[Markup]:
    why = reason(notice.why, say)
    yield say("The customer did not get the last message: {why}", why=why)


def reason(why: str, say: Texts) -> Markup:
    """Why a customer got nothing; Telegram's own words where we have none."""
    known = _WHYS.get(why.replace(" ", "_"))
    return say.of(known) if known else Markup("{}").format(one_line(why, 200))


# Without an order -----------------------------------------------------------------------------


def update_parked(notice: told.UpdateParked, say: Texts) -> Screen:
    lines = [
        say("🚨 Update {update} could not be worked and is put aside.", update=notice.update),
        code(one_line(notice.error, 500)),
        say("When the cause is fixed, {command} works it again.", command=code("daiko replay")),
    ]
    return Screen(str(Markup("\n").join(lines)))


def alarm(notice: told.Alarm, say: Texts) -> Screen:
    lines = [say("🚨 Please look: {what}", what=one_line(notice.what, 300))]
    if notice.detail:
        lines.append(code(one_line(notice.detail, 1500)))
    return Screen(str(Markup("\n").join(lines)))
