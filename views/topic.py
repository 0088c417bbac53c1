"""The order's card at the head of its topic: all that staff need, and what they can do now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.bills import Bill
from domain.changes import is_whole, requests
from domain.files import OrderFile
from domain.letters import Screen
from domain.orders import UNPAID, Flag, Line, LineState, Order, Question, Stage
from domain.parcels import under_way
from domain.problems import is_replacement
from domain.purchases import is_free_to_buy
from domain.questions import MISHAPS, is_free, open_questions
from views import parcels, words
from views.buttons import Duty, StaffDo
from views.desk_words import name_of
from views.lengths import block, length, linked, one_line, visible_length
from views.moments import Dated, Deadline
from views.pages import Row
from views.staff import code
from views.staff_notices import estimate_line, ship_line
from views.texts import Phrase, Reader, Texts, later

_TEXT_ROOM: Final = 4000  # a little less than a message takes
_MARKUP_MAX: Final = 20_000  # of the whole, with the addresses that are hidden in links
_KEYS_A_ROW: Final = 3


def card(file: OrderFile, reader: Reader, now: datetime, agency: Agency) -> Screen:
    say = reader.say
    above = [Markup("\n").join(part) for part in (_head(file, say), _to_do(file, say))]
    below = [
        Markup("\n").join(part)
        for part in (_wishes(file.order, say), _money(file, say), _sent(file.order, say))
    ]
    room = _TEXT_ROOM - sum(visible_length(part) + 2 for part in above + below)
    parts = [*above, Markup("\n").join(_lines(file.order, room, say)), *below]
    stored = parcels.stored(file.order, now, say)
    if stored:
        parts.append(stored)
    return Screen(str(Markup("\n\n").join(part for part in parts if part)), _keys(file, say))


# The text -------------------------------------------------------------------------------------


def _head(file: OrderFile, say: Texts) -> Iterator[Markup]:
    order, customer = file.order, file.customer
    yield say(
        "{emoji} <b>#{number}</b> · {stage}",
        emoji=words.EMOJI[order.stage],
        number=order.id,
        stage=words.of_stage(order.stage, say),
    )
    who = Markup('<a href="tg://user?id={}">{}</a> · {}').format(
        customer.id, one_line(customer.name, 60) or customer.id, code(str(customer.id))
    )
    if customer.username:
        who += Markup(" · @{}").format(one_line(customer.username, 40))
    yield say("Customer: {who}", who=who)
    if customer.blocked:
        yield say("⚠️ The customer has blocked the bot.")
    for flag in sorted(order.flags):
        yield say("🚩 <b>{flag}</b>", flag=say.of(words.FLAGS[flag]))
    if order.taken_by:
        yield say("✋ Taken by {name}", name=name_of(order.taken_by))
    if file.linked:
        others = ", ".join(f"#{number}" for number in file.linked)
        yield say("🔗 Belongs together with {orders}", orders=others)
    if is_replacement(order):
        yield say("🔁 A replacement: the customer pays nothing.")
    if order.reason:
        yield say("Reason: {reason}", reason=words.staff_reason(order.reason, say, 200))
    yield from _dates(order, say)


def _dates(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("Applied: {at}", at=Dated(order.applied_at))
    if order.due_at and (order.frozen_at or order.flags):
        yield say("Deadline: stands still")
    elif order.due_at:
        yield say("Deadline: {due}", due=Deadline(order.due_at))


def _to_do(file: OrderFile, say: Texts) -> Iterator[Markup]:
    """What comes next for staff, and the line that does it."""
    order = file.order
    if order.is_ended and Flag.PROBLEM_OPEN not in order.flags:
        return
    if Flag.ON_HOLD in order.flags:
        yield say("<b>To do:</b> release the order when it can go on.")
        yield code("/unhold")
    elif file.report:
        yield say("<b>To do:</b> find the payment at the bank, then confirm or refuse it.")
        yield code(f"/confirm {file.report.claimed.plain()} BANKREF")
    elif file.review:
        yield say(
            "<b>Waiting:</b> for PayPal, which is checking a payment of {amount}.",
            amount=file.review.claimed,
        )
    elif Flag.PROBLEM_OPEN in order.flags:
        yield say("<b>To do:</b> solve the problem the customer reported.")
        yield code("/solve text")
        yield code("/solve refund=10.00 text")
        yield code("/solve replacement text")
    else:
        yield from _next(order, say)


def _next(order: Order, say: Texts) -> Iterator[Markup]:
    if open_questions(order) and not _goes_on(order):
        yield say("<b>Waiting:</b> for the customer’s decision.")
        return
    match order.stage:
        case Stage.APPLIED:
            yield say("<b>To do:</b> price or reject every item.")
            yield code(estimate_line(order))
        case Stage.AWAITING_FIRST_PAYMENT:
            yield say("<b>Waiting:</b> for the customer to pay the 1st bill.")
        case Stage.PURCHASING:
            yield from _buying(order, say)
        case Stage.AWAITING_ARRIVAL:
            yield say("<b>To do:</b> count what arrives.")
            yield code("/arrived")
        case Stage.AT_WAREHOUSE if is_replacement(order):
            yield say("<b>To do:</b> issue the 2nd bill of 0: a replacement costs nothing.")
            yield code("/bill EMS=0")
        case Stage.AT_WAREHOUSE:
            yield say("<b>To do:</b> weigh, and issue the 2nd bill.")
            yield code("/bill EMS=… SAL=…")
        case Stage.AWAITING_SECOND_PAYMENT:
            yield _second_waiting(order.second_bill, say)
        case Stage.READY_TO_SHIP:
            yield from _shipping(order, say)
        case Stage.SHIPPED:
            yield say("<b>Waiting:</b> for the reception report. Another parcel:")
            yield code(ship_line(order))


def _goes_on(order: Order) -> bool:
    """Whether there is something to buy or to count that no question is about."""
    return any(line.state in _AWAY and is_free(line) for line in order.live_lines)


def _shipping(order: Order, say: Texts) -> Iterator[Markup]:
    if order.packed_at is None:
        yield say("<b>To do:</b> pack, and ship.")
        yield code("/pack")
    else:
        yield say("<b>To do:</b> ship.")
    yield code(ship_line(order))


def _second_waiting(bill: Bill | None, say: Texts) -> Markup:
    if bill is not None and bill.is_covered:
        return say("<b>Waiting:</b> for the customer to request the shipping.")
    return say("<b>Waiting:</b> for the customer to pay the 2nd bill.")


def _requests(order: Order, say: Texts) -> Iterator[Markup]:
    """What the customer asks for, and the lines that answer."""
    waiting = requests(order)
    if not waiting:
        return
    yield say("<b>To do:</b> answer the customer’s request. Until then it is not bought.")
    if is_whole(order) and len(waiting) > 1:
        yield code("/accept")
        yield code("/decline reason")
        return
    for line in waiting[:_REQUESTS_MAX]:
        answers = (code(f"/accept {line.no}"), code(f"/decline {line.no} reason"))
        yield Markup(" · ").join(answers)


_REQUESTS_MAX: Final = 5


def _buying(order: Order, say: Texts) -> Iterator[Markup]:
    yield from _requests(order, say)
    is_left = any(is_free_to_buy(line) for line in order.live_lines)
    if not is_left and requests(order):
        return
    if not is_left:
        yield say("<b>To do:</b> count what arrives.")
        yield code("/arrived")
        return
    yield say("<b>To do:</b> buy what is marked “to be bought”.")
    yield code("/bought")


def _lines(order: Order, room: int, say: Texts) -> Iterator[Markup]:
    """Every line with a fair share of the room: whole, or in brief."""
    markup_left = _MARKUP_MAX
    for at, line in enumerate(order.lines):
        share = room // (len(order.lines) - at) - 1
        shown = Markup("\n").join(_line(line, share, say))
        if visible_length(shown) > share or length(shown) > markup_left:
            shown = _brief(line, share, say)
        room -= visible_length(shown) + 1
        markup_left -= length(shown)
        yield shown


def _brief(line: Line, share: int, say: Texts) -> Markup:
    state = words.of_line(line, say)
    around = len(f"{line.no} · {line.quantity} ×  · {state}")
    what = one_line(line.description, max(6, share - around - 2))
    return say(
        "<b>{no}</b> · {quantity} × {what} · <i>{state}</i>",
        no=line.no,
        quantity=line.quantity,
        what=what,
        state=state,
    )


def _line(line: Line, share: int, say: Texts) -> Iterator[Markup]:
    state = _state(line, say)
    room = max(12, share - visible_length(state) - 20)
    what = linked(line.description, room)
    camera = " 📷" if line.photo else ""
    yield say(
        "<b>{no}</b> · {quantity} × {what}{camera}",
        no=line.no,
        quantity=line.quantity,
        what=what,
        camera=camera,
    )
    yield state
    room -= visible_length(what) + 20
    if line.reason and room > _REMARK_MIN:
        limit = min(room // 2, 200)
        why = words.staff_reason(line.reason, say, limit)
        yield say("Reason: {reason}", reason=one_line(why, limit))
        room //= 2
    if line.note and room > _REMARK_MIN:
        yield say("Note: {note}", note=one_line(line.note, room))


_REMARK_MIN: Final = 20


def _state(line: Line, say: Texts) -> Markup:
    parts = [say("<i>{state}</i>", state=words.of_line(line, say))]
    if line.shop_price is not None:
        parts.append(Markup("{}").format(say.show(line.shop_price)))
    if line.unit_price is not None:
        parts.append(Markup("{}").format(say.show(line.unit_price)))
    if line.bought_price is not None and line.bought_price != line.unit_price:
        parts.append(say("bought at {price}", price=line.bought_price))
    if line.question is not None:
        parts.append(_asked(line, say))
    if line.is_live and line.wanted == 0:
        parts.append(say("⚠️ asks to cancel it"))
    elif line.is_live and line.wanted is not None:
        parts.append(say("⚠️ asks for {n} instead", n=line.wanted))
    return Markup(" · ").join(parts)


def _asked(line: Line, say: Texts) -> Markup:
    """What the customer is asked about the line just now."""
    assert line.question is not None
    if line.question is Question.PRICE:
        return say("asked: {price}", price=line.asked_price)
    return say("asked: {question}", question=say.of(words.QUESTIONS[line.question]))


def _wishes(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("Address:\n{address}", address=block(order.address, 500))
    yield say(
        "Wants: {preference} · if sold out, {sold_out} · tolerance {percent} %",
        preference=say.of(words.PREFERENCES[order.preference]),
        sold_out=say.of(words.SOLD_OUT[order.sold_out]),
        percent=order.tolerance_percent,
    )


def _money(file: OrderFile, say: Texts) -> Iterator[Markup]:
    order = file.order
    for bill in (order.first_bill, order.second_bill):
        if bill is not None:
            yield _bill(bill, say)
    if order.adjustment is not None and not order.adjustment.is_zero:
        yield say("Adjusted by {amount}", amount=order.adjustment)
    if order.earlier_shipping is not None:
        yield say("Shipping of what came back: {amount}", amount=order.earlier_shipping)
    if report := file.report:
        yield say(
            "💳 <b>Under review:</b> {claimed}, {day}, from {sender}, code {code}",
            claimed=report.claimed,
            day=report.transferred_on or "?",
            sender=one_line(report.sender, 60),
            code=code(report.code),
        )
    purse = file.purse
    if purse.deposit.is_positive or purse.owed.is_positive:
        yield say("Deposit: {deposit} · owes: {owed}", deposit=purse.deposit, owed=purse.owed)


def _bill(bill: Bill, say: Texts) -> Markup:
    text = say(
        "{bill}: {total}, paid {paid} · {state}",
        bill=words.of_bill(bill, say),
        total=bill.total,
        paid=bill.paid,
        state=say.of(words.BILL_STATES[bill.state]),
    )
    if bill.rate:
        text += Markup(" · {}").format(bill.rate)
    if bill.method:
        text += Markup(" · {}").format(bill.method)
    elif bill.methods:
        offered = (Markup("{} {}").format(m.name, say.show(m.price)) for m in bill.methods)
        text += Markup(" · {}").format(Markup(", ").join(offered))
    return text


def _sent(order: Order, say: Texts) -> Iterator[Markup]:
    for no, parcel in enumerate(order.parcels[:_PARCELS_MAX], 1):
        yield say(
            "📮 {no} · {carrier} · {tracking}",
            no=no,
            carrier=one_line(parcel.carrier, 40),
            tracking=parcels.number(parcel.carrier, parcel.tracking, say),
        ) + parcels.mark(parcel, say)
    if (more := len(order.parcels) - _PARCELS_MAX) > 0:
        yield say.n("… and {n} more parcel", "… and {n} more parcels", more)


_PARCELS_MAX: Final = 5

# What staff can do now ------------------------------------------------------------------------

LABELS: Final[dict[Duty, Phrase]] = {
    Duty.ESTIMATE: later("Estimate"),
    Duty.REJECT: later("Reject line"),
    Duty.CONFIRM: later("Confirm payment"),
    Duty.REFUSE: later("Refuse"),
    Duty.BOUGHT: later("Bought"),
    Duty.UNAVAILABLE: later("Not available"),
    Duty.OFFER: later("Offer instead"),
    Duty.ARRIVED: later("Arrived"),
    Duty.MISHAP: later("Short or damaged"),
    Duty.AGAIN: later("Buy again"),
    Duty.SPLIT: later("Split"),
    Duty.BILL: later("2nd bill"),
    Duty.SHIP: later("Ship"),
    Duty.ADJUST: later("Adjust"),
    Duty.ACCEPT: later("Accept"),
    Duty.DECLINE: later("Decline"),
    Duty.PACK: later("Packed"),
    Duty.UNPACK: later("Unpack"),
    Duty.RETURNED: later("Returned"),
    Duty.SOLVE: later("Solve"),
    Duty.REFUND: later("Refund"),
    Duty.REPLACE: later("Replacement"),
    Duty.HOLD: later("Hold"),
    Duty.RELEASE: later("Release"),
    Duty.CANCEL: later("Cancel order"),
    Duty.HISTORY: later("History"),
    Duty.TAKE: later("Take"),
}


def _keys(file: OrderFile, say: Texts) -> tuple[Row, ...]:
    order = file.order
    keys = [
        StaffDo(order.id, order.version, duty).key(say.label(LABELS[duty]))
        for duty in duties(file)
    ]
    return tuple(tuple(keys[at : at + _KEYS_A_ROW]) for at in range(0, len(keys), _KEYS_A_ROW))


def duties(file: OrderFile) -> tuple[Duty, ...]:
    """What staff can set going now, the stage's own work first."""
    order = file.order
    if order.is_ended:
        return (*_ended(order), Duty.HISTORY)
    held = Flag.ON_HOLD in order.flags
    return (
        *(_review(file)),
        *((Duty.ACCEPT, Duty.DECLINE) if requests(order) else ()),
        *(() if held else _work(file)),
        *(SOLVING if Flag.PROBLEM_OPEN in order.flags else ()),
        *(() if order.stage in UNPAID else (Duty.ADJUST,)),
        Duty.RELEASE if held else Duty.HOLD,
        *(() if file.report or order.stage is Stage.SHIPPED else (Duty.CANCEL,)),
        *(() if order.taken_by else (Duty.TAKE,)),
        Duty.HISTORY,
    )


def _mishaps(order: Order) -> tuple[Duty, ...]:
    """What can be done about goods that are not there, or not as they should be."""
    states = {line.state for line in order.live_lines}
    asked = {line.question for line in open_questions(order)}
    away = [line for line in order.live_lines if line.question is None and line.state in _AWAY]
    has_rest = len(away) and len(order.live_lines) > 1
    return (
        *((Duty.MISHAP,) if states & _THERE else ()),
        *((Duty.AGAIN,) if asked & MISHAPS else ()),
        *((Duty.SPLIT,) if has_rest and states & _THERE else ()),
    )


_AWAY: Final = frozenset({LineState.TO_BUY, LineState.BOUGHT})
_THERE: Final = frozenset({LineState.BOUGHT, LineState.ARRIVED})


def _to_ship(order: Order) -> tuple[Duty, ...]:
    return (Duty.SHIP, Duty.UNPACK) if order.packed_at else (Duty.PACK, Duty.SHIP)


SOLVING: Final = (Duty.SOLVE, Duty.REFUND, Duty.REPLACE)


def _ended(order: Order) -> tuple[Duty, ...]:
    """A parcel can come back, and a problem be reported, after the end."""
    solving = SOLVING if Flag.PROBLEM_OPEN in order.flags else ()
    is_out = order.stage is Stage.COMPLETED and under_way(order)
    return (*solving, Duty.RETURNED) if is_out else solving


def _review(file: OrderFile) -> tuple[Duty, ...]:
    if file.report:
        return (Duty.CONFIRM, Duty.REFUSE)
    return ()


def _work(file: OrderFile) -> tuple[Duty, ...]:
    """The work of the stage; while a payment is under review its bill does not change."""
    order = file.order
    free = [x for x in order.live_lines if is_free(x) and x.wanted is None]
    states = {line.state for line in free}
    mishaps = _mishaps(order)
    match order.stage:
        case Stage.APPLIED:
            return (Duty.ESTIMATE, Duty.REJECT)
        case Stage.AWAITING_FIRST_PAYMENT if not file.report:
            return (Duty.ESTIMATE, Duty.REJECT, Duty.CONFIRM)
        case Stage.PURCHASING:
            buying = (Duty.BOUGHT, Duty.UNAVAILABLE, Duty.OFFER)
            arriving = (Duty.ARRIVED,) if LineState.BOUGHT in states else ()
            return (*(buying if LineState.TO_BUY in states else ()), *arriving, *mishaps)
        case Stage.AWAITING_ARRIVAL:
            return (*((Duty.ARRIVED,) if LineState.BOUGHT in states else ()), *mishaps)
        case Stage.AT_WAREHOUSE:
            return (*(() if open_questions(order) else (Duty.BILL,)), *mishaps)
        case Stage.AWAITING_SECOND_PAYMENT if not file.report:
            return (Duty.BILL, Duty.CONFIRM, Duty.MISHAP)
        case Stage.READY_TO_SHIP:
            return (*(() if open_questions(order) else _to_ship(order)), Duty.MISHAP)
        case Stage.SHIPPED:
            return (Duty.SHIP, Duty.RETURNED)
        case _:
            return ()
