"""The order card: one message, edited in place as the customer moves between its sections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain import cancelling
from domain.agency import Agency
from domain.changes import can_request_all, requests
from domain.files import OrderFile
from domain.letters import Key, Screen, Section
from domain.messages import is_thread_open
from domain.orders import Flag, Order, Stage
from domain.questions import open_questions
from views import (
    aftercare,
    bills,
    changing,
    history,
    items,
    parcels,
    progress,
    questions,
    words,
)
from views.buttons import Deed, Do, Go, OpenCard, Place, ShowAgain, Tab
from views.lengths import block, one_line
from views.moments import Dated, Deadline, ShortDay
from views.pages import Row, pages, turning
from views.texts import Reader, Texts, later

_TABS: Final = (
    (Section.PROGRESS, later("Progress")),
    (Section.DETAILS, later("Details")),
    (Section.ITEMS, later("Items")),
    (Section.BILLS, later("Bills")),
    (Section.SHIPPING, later("Shipping")),
    (Section.MESSAGES, later("Messages")),
)
_TABS_A_ROW: Final = 3
_SIBLINGS_MAX: Final = 5


def draw(
    file: OrderFile,
    section: Section,
    page: int,
    reader: Reader,
    now: datetime,
    agency: Agency,
    siblings: tuple[int, ...] = (),
) -> Screen:
    """One section of an order, with the green button, its tabs and the way out.

    `siblings` are the numbers of the customer's other ongoing orders.
    """
    say = reader.say
    text = Markup("\n\n").join(_text(file, section, page, now, agency, say))
    rows = [
        *action_keys(file, say),
        *_section_keys(file, section, page, now, agency, say),
        *aftercare.keys(file, now, say),
        *_tabs(file.order, say),
        *_ways_out(file, siblings, say),
    ]
    return Screen(str(text), tuple(row for row in rows if row))


# The text -------------------------------------------------------------------------------------


def _text(
    file: OrderFile, section: Section, page: int, now: datetime, agency: Agency, say: Texts
) -> Iterator[Markup]:
    order = file.order
    match section:
        case Section.PROGRESS:
            yield say("<b>Order #{number}</b>", number=order.id)
            yield progress.stages(order, say)
            yield from _linked(file, say)
            yield progress.whose_turn(file, say)
            yield from _stored(order, now, say)
            yield from _no_button(file, say)
        case Section.DETAILS:
            yield say("<b>Order #{number} · Details</b>", number=order.id)
            yield Markup("\n").join([*_details(order, say), *_linked(file, say)])
        case Section.ITEMS:
            yield say("<b>Order #{number} · Items</b>", number=order.id)
            yield items.text(order, page, say)
        case Section.BILLS:
            yield say("<b>Order #{number} · Bills</b>", number=order.id)
            yield bills.text(file, page, say)
            yield from _stored(order, now, say)
        case Section.SHIPPING:
            yield say("<b>Order #{number} · Shipping</b>", number=order.id)
            yield parcels.text(order, page, say)
            yield from _stored(order, now, say)
        case Section.MESSAGES:
            yield say("<b>Order #{number} · Messages</b>", number=order.id)
            yield history.text(file, agency, now, say)


def _linked(file: OrderFile, say: Texts) -> Iterator[Markup]:
    if file.linked:
        others = ", ".join(f"#{number}" for number in file.linked)
        yield say("🔗 <b>Belongs together with:</b> {orders}", orders=others)


def _stored(order: Order, now: datetime, say: Texts) -> Iterator[Markup]:
    if stored := parcels.stored(order, now, say):
        yield stored


def _no_button(file: OrderFile, say: Texts) -> Iterator[Markup]:
    if file.order.is_ended:
        return
    if file.report and not file.order.flags:
        yield say("There is nothing for you to do now. Was the report wrong? <i>Withdraw</i> it.")
    elif not primary(file, say):
        yield say("There is nothing for you to do now.")


def _details(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("<b>Number:</b> #{number}", number=order.id)
    yield say("<b>State:</b> {stage}", stage=words.of_stage(order.stage, say))
    for flag in sorted(order.flags):
        yield say("<b>Attention:</b> {flag}", flag=say.of(words.FLAGS[flag]))
    yield from _dates(order, say)
    yield say("<b>Delivery address:</b>\n{address}", address=block(order.address, 600))
    wish = say.of(words.PREFERENCES[order.preference])
    yield say("<b>Shipping preference:</b> {wish}", wish=wish)
    yield say("<b>If sold out:</b> {choice}", choice=say.of(words.SOLD_OUT[order.sold_out]))
    yield _tolerance(order, say)
    noted = [line for line in order.lines if line.note]
    if noted:
        yield say("<b>Your notes:</b>")
    for line in noted[:_NOTES_MAX]:
        yield say("{no} · {note}", no=line.no, note=one_line(line.note, 120))
    if (more := len(noted) - _NOTES_MAX) > 0:
        yield say.n("… and {n} more note", "… and {n} more notes", more)


_NOTES_MAX: Final = 12


def _tolerance(order: Order, say: Texts) -> Markup:
    if order.tolerance_percent == 0:
        return say("<b>If a price rises:</b> we ask you")
    return say(
        "<b>If a price rises:</b> up to {percent} % we buy, above that we ask you",
        percent=order.tolerance_percent,
    )


def _dates(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("<b>Applied:</b> {at}", at=Dated(order.applied_at))
    if order.first_bill:
        yield say("<b>Estimate:</b> {at}", at=Dated(order.first_bill.issued_at))
    if order.second_bill:
        yield say("<b>2nd bill:</b> {at}", at=Dated(order.second_bill.issued_at))
    if order.shipped_at:
        yield say("<b>Shipped:</b> {at}", at=Dated(order.shipped_at))
    if order.completed_at:
        yield say("<b>Completed:</b> {at}", at=Dated(order.completed_at))
    if order.cancelled_at:
        yield say("<b>Cancelled:</b> {at}", at=Dated(order.cancelled_at))
    if order.due_at and not (order.flags or order.frozen_at):
        yield say("<b>Deadline:</b> {due}", due=Deadline(order.due_at))


# What the customer can do ---------------------------------------------------------------------


def action_keys(file: OrderFile, say: Texts) -> tuple[Row, ...]:
    """The one green button, and what else the moment asks for."""
    green = primary(file, say)
    rows: list[Row] = [(green,)] if green else []
    rows += _decision_keys(file, say)
    if can_withdraw(file):
        label = say.label("Withdraw", detail=say("payment report"), emoji="↩️")
        rows.append((do(file.order, Deed.WITHDRAW, label),))
    if requests(file.order):
        rows.append((changing.withdraw_key(file.order, say),))
    return tuple(rows)


def do(order: Order, deed: Deed, label: str) -> Key:
    return Do(order.id, order.version, deed).key(label)


def primary(file: OrderFile, say: Texts) -> Key | None:
    """The green button: there is one exactly when the customer must act."""
    order = file.order
    if Flag.ON_HOLD in order.flags or file.review:
        return None
    if waiting := open_questions(order):
        return questions.keys(order, waiting[0], say)[0][0]
    match order.stage:
        case Stage.AWAITING_FIRST_PAYMENT:
            return _pay_first(order, say)
        case Stage.AWAITING_SECOND_PAYMENT:
            return _pay_second(order, say)
        case Stage.SHIPPED if Flag.PROBLEM_OPEN not in order.flags:
            return report_reception(order, say)
        case _:
            return None


def _pay_first(order: Order, say: Texts) -> Key | None:
    bill = order.first_bill
    if bill is None:
        return None
    label = say.label("Pay 1st bill", detail=bill.remaining, emoji="🟢")
    return do(order, Deed.PAY_FIRST, label)


def _pay_second(order: Order, say: Texts) -> Key | None:
    bill = order.second_bill
    if bill is None:
        return None
    if bill.is_covered:
        return do(order, Deed.REQUEST_SHIPPING, say.label("Request shipping", emoji="🟢"))
    amount = say("from {amount}", amount=bill.remaining) if bill.is_at_least else bill.remaining
    return do(order, Deed.PAY_SECOND, say.label("Pay 2nd bill", detail=amount, emoji="🟢"))


def report_reception(order: Order, say: Texts) -> Key:
    detail = say("by {day}", day=ShortDay(order.due_at)) if order.due_at else ""
    return do(order, Deed.RECEPTION, say.label("Reception report", detail=detail, emoji="🟢"))


def _decision_keys(file: OrderFile, say: Texts) -> list[Row]:
    """The other answers to the question that the green button answers."""
    order = file.order
    waiting = () if file.review else open_questions(order)
    return list(questions.keys(order, waiting[0], say)[1:]) if waiting else []


def can_withdraw(file: OrderFile) -> bool:
    return file.report is not None and not file.order.is_ended


def can_cancel(file: OrderFile) -> bool:
    """As the order allows, unless a report is under review: it is withdrawn first."""
    return not file.report and cancelling.can_cancel(file.order)


# The other keys -------------------------------------------------------------------------------


def _section_keys(
    file: OrderFile, section: Section, page: int, now: datetime, agency: Agency, say: Texts
) -> tuple[Row, ...]:
    order = file.order
    turn = turning(order.id, order.version, section, *_pages(file, section, page), say)
    match section:
        case Section.ITEMS:
            return items.keys(order, page, say) + turn
        case Section.BILLS:
            return bills.keys(order, say) + turn
        case Section.SHIPPING:
            return parcels.keys(order, page, say) + turn
        case Section.MESSAGES:
            is_open = is_thread_open(order, agency.message_days, now)
            label = say.label("New message", emoji="✍️")
            if not is_open:
                label = say.label("Inquiry", emoji="✍️")
            return ((do(order, Deed.NEW_MESSAGE, label),), *_shown_again(file, page, say), *turn)
        case _:
            return turn


def _shown_again(file: OrderFile, page: int, say: Texts) -> tuple[Row, ...]:
    count = sum(1 for note in file.notes if note.media)
    if not count:
        return ()
    label = say.label("Show pictures and files", emoji="🖼", detail=count)
    return ((ShowAgain(file.order.id, page).key(label),),)


def _pages(file: OrderFile, section: Section, page: int) -> tuple[int, int]:
    """(the page that is shown, how many there are)"""
    order = file.order
    match section:
        case Section.ITEMS:
            count = pages(len(order.lines), items.LINES_A_PAGE)
        case Section.BILLS if order.first_bill:
            count = pages(len(bills.billed(order)), bills.LINES_A_PAGE)
        case Section.SHIPPING:
            count = pages(len(order.parcels), parcels.PARCELS_A_PAGE)
        case Section.MESSAGES:
            count = pages(file.notes_count, history.NOTES_A_PAGE)
        case _:
            count = 1
    return min(max(page, 0), count - 1), count


def _tabs(order: Order, say: Texts) -> Iterator[Row]:
    keys = [Tab(order.id, order.version, section).key(say.label(name)) for section, name in _TABS]
    for at in range(0, len(keys), _TABS_A_ROW):
        yield tuple(keys[at : at + _TABS_A_ROW])


def _ways_out(file: OrderFile, siblings: tuple[int, ...], say: Texts) -> Iterator[Row]:
    order = file.order
    others = [number for number in siblings if number != order.id][:_SIBLINGS_MAX]
    yield tuple(OpenCard(type(order.id)(n)).key(f"#{n}") for n in others)
    out = [Go(Place.ORDERS).key(say.label("My orders"))]
    if can_cancel(file) or can_request_all(order):
        out.insert(0, do(order, Deed.CANCEL_ORDER, say.label("Cancel order")))
    yield tuple(out)
