"""What the clocks tell, in words: what ends when, and whose turn it has been for long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from domain import clock_notices as told
from domain.clock_notices import ClockNotice
from domain.deadlines import DAY, announced
from domain.files import OrderFile
from domain.letters import Key, Screen
from domain.orders import Order, Stage
from domain.turns import Turn
from views import card
from views.buttons import Deed, Duty, OpenCard, StaffDo
from views.lengths import one_line
from views.moments import Dated, Deadline
from views.pages import Row
from views.sentences import together
from views.staff import code
from views.staff_notices import estimate_line, ship_line
from views.texts import Phrase, Texts, later


def draw(notice: ClockNotice, file: OrderFile, say: Texts, now: datetime) -> Screen:
    order = file.order
    match notice:
        case told.DeadlineNear():
            return _near(notice, file, say, now)
        case told.EstimateMissing():
            return _for_staff("⏰", order, _missing(order, say), _ESTIMATE, say)
        case told.StaffAwaited(turn=turn):
            lines, duty = _awaited(notice, file, say), _DUTIES.get(turn)
            return _for_staff("⏰", order, lines, duty, say)
        case told.SecondBillUnpaid():
            return _for_staff("⏰", order, _unpaid(notice, file, say), None, say)
        case told.CustomerAsleep(until=until):
            words = say(
                "It is night where {name} is. They will be told in the morning, {at}.",
                name=one_line(file.customer.name, 60),
                at=until,
            )
            return _for_staff("🌙", order, [words], None, say)


# For the customer -----------------------------------------------------------------------------


def _near(notice: told.DeadlineNear, file: OrderFile, say: Texts, now: datetime) -> Screen:
    """What it says holds when it is sent: a late warning gives a day all the same."""
    order = file.order
    assert order.due_at is not None
    until = Deadline(announced(order.due_at, now) if notice.is_warning else order.due_at)
    if order.stage is Stage.APPLIED:
        lines = [
            say(
                "We have not finished our estimate yet. The application is open until"
                " <b>{due}</b>; after that it ends by itself.",
                due=until,
            ),
            together(
                _on_the_last_day(until, now, say),
                say("We have reminded our team. You need to do nothing, or write to us."),
            ),
        ]
        write = card.do(order, Deed.NEW_MESSAGE, say.label("New message"))
        return _for_customer(order, lines, ((write,),), say)
    assert order.first_bill is not None
    lines = [
        say(
            "Please pay the 1st bill, <b>{amount}</b>, by <b>{due}</b>.",
            amount=order.first_bill.remaining,
            due=until,
        ),
        together(
            _on_the_last_day(until, now, say),
            say("If it is not paid by then, the order is cancelled."),
        ),
    ]
    green = card.primary(file, say)
    return _for_customer(order, lines, ((green,),) if green else (), say)


def _on_the_last_day(until: Deadline, now: datetime, say: Texts) -> Markup:
    if until.at - now >= _LAST_DAY:
        return Markup("")
    return time_left(until, now, say)


_LAST_DAY: Final = timedelta(hours=24, minutes=30)


def time_left(until: Deadline, now: datetime, say: Texts) -> Markup:
    """How long is left; at the end in hours, for which day it is depends on where one is."""
    left = until.at - now
    hours = round(left / _HOUR)
    if hours <= 0:
        return Markup("")
    if left < _LAST_DAYS:
        return say.n("Only {n} hour is left.", "Only {n} hours are left.", hours)
    return say.n("{n} day is left.", "{n} days are left.", left // DAY)


_HOUR: Final = timedelta(hours=1)
_LAST_DAYS: Final = timedelta(days=2)


def _for_customer(
    order: Order, lines: Iterable[Markup], rows: tuple[Row, ...], say: Texts
) -> Screen:
    way = OpenCard(order.id).key(say.label("Open order"))
    return Screen(_text("⏰", order, lines), (*rows, (way,)))


# For staff ------------------------------------------------------------------------------------


def _text(emoji: str, order: Order, lines: Iterable[Markup]) -> str:
    head = Markup("{} #{} · ").format(emoji, order.id)
    return str(head + Markup("\n").join(lines))


_Label = tuple[Duty, Phrase]


def _for_staff(
    emoji: str, order: Order, lines: Iterable[Markup], duty: _Label | None, say: Texts
) -> Screen:
    text = _text(emoji, order, lines)
    return Screen(text, ((_key(order, *duty, say),),) if duty else ())


def _key(order: Order, duty: Duty, label: Phrase, say: Texts) -> Key:
    return StaffDo(order.id, order.version, duty).key(say.label(label))


_ESTIMATE: Final[_Label] = (Duty.ESTIMATE, later("Estimate"))
_DUTIES: Final[Mapping[Turn, _Label]] = {
    Turn.ESTIMATE: _ESTIMATE,
    Turn.REVIEW: (Duty.CONFIRM, later("Confirm payment")),
    Turn.PURCHASE: (Duty.BOUGHT, later("Bought")),
    Turn.REQUEST: (Duty.ACCEPT, later("Accept")),
    Turn.SECOND_BILL: (Duty.BILL, later("2nd bill")),
    Turn.SHIPPING: (Duty.SHIP, later("Ship")),
    Turn.PROBLEM: (Duty.SOLVE, later("Solve")),
    Turn.HOLD: (Duty.RELEASE, later("Release")),
}
_AWAITED: Final[Mapping[Turn, Phrase]] = {
    Turn.ESTIMATE: later("The application waits for its estimate."),
    Turn.REVIEW: later("A payment waits to be confirmed or refused."),
    Turn.PURCHASE: later("The items wait to be bought."),
    Turn.REQUEST: later("The customer’s request about an item waits for an answer."),
    Turn.SECOND_BILL: later("Everything has arrived; the 2nd bill is not issued."),
    Turn.SHIPPING: later("The 2nd bill is paid; the order is not shipped."),
    Turn.PROBLEM: later("The problem that the customer reported is open."),
    Turn.HOLD: later("The order is on hold, and its deadlines stand still."),
}


def _lines_of(turn: Turn, file: OrderFile) -> str:
    """The line that does it."""
    match turn:
        case Turn.ESTIMATE:
            return estimate_line(file.order)
        case Turn.REVIEW:
            return f"/confirm {file.report.claimed.plain()} BANKREF" if file.report else ""
        case Turn.SHIPPING:
            return ship_line(file.order)
        case _:
            return _COMMANDS.get(turn, "")


_COMMANDS: Final[Mapping[Turn, str]] = {
    Turn.PURCHASE: "/bought",
    Turn.REQUEST: "/accept",
    Turn.SECOND_BILL: "/bill EMS=… SAL=…",
    Turn.PROBLEM: "/solve text",
    Turn.HOLD: "/unhold",
}


def _awaited(notice: told.StaffAwaited, file: OrderFile, say: Texts) -> Iterable[Markup]:
    yield say.of(_AWAITED[notice.turn])
    yield say("Since {since}", since=Dated(notice.since))
    if line := _lines_of(notice.turn, file):
        yield code(line)


def _missing(order: Order, say: Texts) -> Iterable[Markup]:
    assert order.due_at is not None
    yield say(
        "No estimate yet: the application ends by itself, <b>{due}</b>.",
        due=Deadline(order.due_at),
    )
    yield code(estimate_line(order))


def _unpaid(notice: told.SecondBillUnpaid, file: OrderFile, say: Texts) -> Iterable[Markup]:
    bill = file.order.second_bill
    if bill is not None and bill.is_at_least:
        yield say.n(
            "The customer has not acted on the 2nd bill for {n} day (from {amount} due).",
            "The customer has not acted on the 2nd bill for {n} days (from {amount} due).",
            notice.days,
            amount=notice.remaining,
        )
    else:
        yield say.n(
            "The customer has not acted on the 2nd bill for {n} day ({amount} due).",
            "The customer has not acted on the 2nd bill for {n} days ({amount} due).",
            notice.days,
            amount=notice.remaining,
        )
    yield say("They have been reminded. Write to them: what you write here reaches them.")
