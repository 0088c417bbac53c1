"""What customers are told: an emoji, the order's number, what happened and what happens next."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from domain import notices as told
from domain import storing
from domain.bills import Bill, BillState
from domain.files import OrderFile
from domain.ids import LineNo
from domain.letters import Key, Screen
from domain.money import Money
from domain.notices import Notice
from domain.orders import Order, Stage
from domain.problems import PROBLEM_DAYS
from views import card, parcels, words
from views.buttons import Deed, OpenCard
from views.lengths import block, linked, one_line
from views.moments import Deadline
from views.pages import Row
from views.shipping_notices import linked_keys
from views.texts import Texts

_REASON_MAX = 500


def draw(notice: Notice, file: OrderFile, say: Texts) -> Screen | None:
    """None for a notice that is for staff."""
    order = file.order
    match notice:
        case told.EstimateIssued():
            return _with_action("🧾", _estimate(notice, order, say), file, say)
        case told.LineRejected():
            return _with_action("✖️", _rejected(notice, order, say), file, say)
        case told.OrderCancelled():
            again = card.do(order, Deed.APPLY_AGAIN, say.label("Apply again", emoji="🔁"))
            return _screen("✖️", _cancelled(notice, order, say), file, ((again,),), say)
        case told.PaymentConfirmed():
            return _confirmed(notice, file, say)
        case told.LatePayment():
            return _plain("💰", _late(notice, order, say), file, say)
        case told.PaymentRefused():
            return _with_action("⚠️", _refused(notice, say), file, say)
        case told.LinesBought():
            return _plain("🛒", _bought(notice, order, say), file, say)
        case told.LineUnavailable():
            return _plain("✖️", _unavailable(notice, order, say), file, say)
        case _:
            return _later_on(notice, file, say)


def _later_on(notice: Notice, file: OrderFile, say: Texts) -> Screen | None:
    order = file.order
    match notice:
        case told.LinesArrived():
            return _plain("📦", _arrived(notice, order, say), file, say)
        case told.SecondBillIssued():
            return _with_action("🧾", _second_bill(notice, order, say), file, say)
        case told.ParcelShipped():
            return _shipped(notice, file, say)
        case told.TrackingCorrected():
            return _corrected(notice, file, say)
        case told.OrderCompleted():
            return _plain("🎉", _completed(notice, say), file, say)
        case told.CostAdjusted():
            return _plain("🧮", _adjusted(notice, say), file, say)
        case told.HoldPlaced():
            return _plain("⏸", _held(notice, say), file, say)
        case told.HoldReleased():
            return _with_action("▶️", _released(notice, say), file, say)
        case told.ProblemSolved():
            return _closed(notice, file, say)
        case _:
            return None


def sorry(say: Texts) -> Screen:
    return Screen(
        str(
            say(
                "😔 Sorry, something went wrong on our side. Nothing was changed, and our team "
                "knows about it. Please try again in a little while."
            )
        )
    )


# How a notice is put together -----------------------------------------------------------------


def _plain(emoji: str, lines: Iterable[Markup], file: OrderFile, say: Texts) -> Screen:
    return _screen(emoji, lines, file, (), say)


def _with_action(
    emoji: str, lines: Iterable[Markup], file: OrderFile, say: Texts, more: tuple[Row, ...] = ()
) -> Screen:
    """With the green button, if the order still asks for one."""
    green = card.primary(file, say)
    return _screen(emoji, lines, file, (*(((green,),) if green else ()), *more), say)


def _screen(
    emoji: str, lines: Iterable[Markup], file: OrderFile, rows: tuple[Row, ...], say: Texts
) -> Screen:
    head = Markup("{} #{} · ").format(emoji, file.order.id)
    return Screen(str(head + Markup("\n").join(lines)), (*rows, (open_order(file.order, say),)))


def open_order(order: Order, say: Texts) -> Key:
    return OpenCard(order.id).key(say.label("Open order"))


def _because(reason: str, say: Texts) -> Iterable[Markup]:
    if reason:
        yield say("<b>Reason:</b> {reason}", reason=words.reason(reason, say, _REASON_MAX))


# Estimate and payment -------------------------------------------------------------------------


def _estimate(notice: told.EstimateIssued, order: Order, say: Texts) -> Iterable[Markup]:
    if notice.before is None:
        yield say(
            "Your estimate is ready: <b>{total}</b>. It is your 1st bill.", total=notice.total
        )
    else:
        yield say(
            "Your estimate has changed: <b>{total}</b> instead of {before}.",
            total=notice.total,
            before=notice.before,
        )
    if _is_paid(order.first_bill):
        yield _first_is_paid(say)
    else:
        yield say(
            "Please pay it by <b>{due}</b>. Then we will buy your items.",
            due=Deadline(notice.due_at),
        )


def _is_paid(bill: Bill | None) -> bool:
    return bill is not None and bill.state is BillState.PAID


def _first_is_paid(say: Texts) -> Markup:
    return say(
        "The {bill} is paid. We are buying your items now.", bill=words.of_bill("first", say)
    )


def _rejected(notice: told.LineRejected, order: Order, say: Texts) -> Iterable[Markup]:
    yield say("We cannot buy item {item}.", item=_item(order, notice.line))
    yield from _because(notice.reason, say)
    if order.first_bill is None or order.stage is Stage.APPLIED:
        yield say("We continue with the rest of your application.")
    else:
        yield say("The 1st bill is now {total}.", total=order.first_bill.total)
    if _is_paid(order.first_bill):
        yield _first_is_paid(say)


def _cancelled(notice: told.OrderCancelled, order: Order, say: Texts) -> Iterable[Markup]:
    match notice.by:
        case "customer":
            yield say("Your order is cancelled, as you asked.")
        case "staff":
            yield say("We are sorry: we had to cancel this order.")
        case "unpaid" if order.first_bill is None:
            yield say("We are sorry: our estimate did not come in time, so this order has ended.")
        case "unpaid":
            yield say("This order was not paid in time, so it is cancelled.")
        case "nothing_left":
            yield say("Nothing is left to buy, so this order is cancelled.")
    yield from _because(notice.reason, say)
    if notice.kept is not None and notice.kept.is_positive:
        yield say("We keep {kept} to cover what it had already cost.", kept=notice.kept)
    if notice.returned is not None and notice.returned.is_positive:
        yield say("<b>{returned}</b> went back to your deposit.", returned=notice.returned)
    elif notice.returned is None:
        yield say("You had paid nothing for it. A new order is always welcome.")


def _confirmed(notice: told.PaymentConfirmed, file: OrderFile, say: Texts) -> Screen:
    bill = words.of_bill(notice.bill, say)
    lines = [say("<b>{received}</b> has arrived. Thank you!", received=notice.received)]
    if notice.remaining.is_positive:
        return _short(notice, file, lines, say)
    if notice.bill == "first":
        lines.append(_first_is_paid(say))
    elif not _is_paid(file.order.second_bill):  # how to ship is not chosen yet
        lines.append(_to_request(say))
    else:
        lines.append(say("The {bill} is paid. We will ship your order next.", bill=bill))
    lines += _into_deposit(notice, say)
    return _with_action("✅", lines, file, say)


def _into_deposit(notice: told.PaymentConfirmed, say: Texts) -> Iterable[Markup]:
    if notice.to_deposit.is_positive:
        yield say(
            "{amount} was more than needed and is in your deposit.", amount=notice.to_deposit
        )
    yield from _repaid(notice, say)


def _repaid(notice: told.PaymentConfirmed | told.LatePayment, say: Texts) -> Iterable[Markup]:
    if notice.repaid.is_positive:
        yield say("{amount} of it went towards what you owed us.", amount=notice.repaid)


def _short(
    notice: told.PaymentConfirmed, file: OrderFile, lines: list[Markup], say: Texts
) -> Screen:
    """Too little: it is in the deposit, and one tap takes it from there."""
    lines.append(
        say(
            "That is less than the {remaining} of the {bill}, so it is in your deposit.",
            remaining=notice.remaining,
            bill=words.of_bill(notice.bill, say),
        )
    )
    lines += _repaid(notice, say)
    missing = _missing(file, notice)
    if missing.is_positive:
        lines.append(
            say(
                "Please use it for the bill and transfer the missing {missing}.",
                missing=missing,
            )
        )
    else:
        lines.append(say("Your deposit covers the bill now: one tap pays it from there."))
    if notice.due_at and notice.bill == "first":
        lines.append(say("You have time until <b>{due}</b>.", due=Deadline(notice.due_at)))
    return _screen("⚠️", lines, file, _from_deposit(file, say), say)


def _missing(file: OrderFile, notice: told.PaymentConfirmed) -> Money:
    spare = max(file.purse.deposit, notice.remaining.nothing)
    return max(notice.remaining - spare, notice.remaining.nothing)


def _from_deposit(file: OrderFile, say: Texts) -> tuple[Row, ...]:
    green = card.primary(file, say)
    bill = file.order.bill_due
    if green is None or bill is None or not file.purse.deposit.is_positive:
        return ((green,),) if green else ()
    amount = min(file.purse.deposit, bill.remaining)
    label = say.label("From deposit", detail=amount, emoji="🟢")
    return ((card.do(file.order, Deed.FROM_DEPOSIT, label),),)


def _late(notice: told.LatePayment, order: Order, say: Texts) -> Iterable[Markup]:
    if order.is_ended:
        yield say(
            "<b>{received}</b> has arrived, after this order had ended. It is in your deposit.",
            received=notice.received,
        )
    else:
        yield say(
            "<b>{received}</b> has arrived while nothing was to be paid. It is in your deposit.",
            received=notice.received,
        )
    yield from _repaid(notice, say)


def _refused(notice: told.PaymentRefused, say: Texts) -> Iterable[Markup]:
    yield say(
        "We could not confirm your payment of the {bill}.", bill=words.of_bill(notice.bill, say)
    )
    yield from _because(notice.reason, say)
    yield say("Please check your transfer and report it again, or write to us.")
    if notice.due_at and notice.bill == "first":
        yield say("You have time until <b>{due}</b>.", due=Deadline(notice.due_at))


# Buying and the warehouse ---------------------------------------------------------------------


def _item(order: Order, no: LineNo) -> Markup:
    """`2 (Blue mug)`: with its address to tap, when it is one."""
    return Markup("{} ({})").format(no, linked(order.line(no).description, 120))


def _listed(order: Order, numbers: tuple[LineNo, ...], say: Texts) -> Iterable[Markup]:
    for no in numbers[:10]:
        line = order.line(no)
        state = words.of_line(line, say)
        what = linked(line.description, 80)
        yield say("{no} · {what} · <i>{state}</i>", no=no, what=what, state=state)
    if (more := len(numbers) - 10) > 0:
        yield say.n("… and {n} more item", "… and {n} more items", more)


def _bought(notice: told.LinesBought, order: Order, say: Texts) -> Iterable[Markup]:
    if notice.all_bought:
        yield say("Everything is bought! The shops are sending it to our warehouse.")
    else:
        yield say.n(
            "We have bought {n} more item and continue with the rest.",
            "We have bought {n} more items and continue with the rest.",
            len(notice.lines),
        )
    yield from _listed(order, notice.lines, say)


def _unavailable(notice: told.LineUnavailable, order: Order, say: Texts) -> Iterable[Markup]:
    yield say("We are sorry: item {item} is not available.", item=_item(order, notice.line))
    yield from _because(notice.reason, say)
    yield say(
        "We continue with the rest. What you paid for it goes to your deposit at the settlement."
    )


def _arrived(notice: told.LinesArrived, order: Order, say: Texts) -> Iterable[Markup]:
    if notice.all_arrived:
        yield say("Everything has arrived in our warehouse! The 2nd bill, for shipping, is next.")
    elif any(line.arrived for line in order.live_lines):
        yield say(
            "A part of your order has arrived in our warehouse. We are waiting for the rest."
        )
    else:
        yield say("We counted again: nothing of it has arrived in our warehouse yet.")
    yield from _listed(order, notice.lines, say)


# Shipping and the end -------------------------------------------------------------------------


def _second_bill(notice: told.SecondBillIssued, order: Order, say: Texts) -> Iterable[Markup]:
    bill = order.second_bill
    if notice.again:
        yield say("The 2nd bill has changed.")
    else:
        yield say("The 2nd bill is ready: the shipping to you.")
    if bill is None:
        return
    for method in bill.methods:
        yield say("{method}: <b>{price}</b>", method=method.name, price=method.price)
    if bill.extra is not None:
        reason = one_line(bill.extra_reason, 200)
        yield say("{reason}: <b>{amount}</b>", reason=reason, amount=bill.extra)
    if storing.days(order, bill.issued_at):
        yield parcels.stored(order, bill.issued_at, say)
    if bill.is_covered:
        yield _to_request(say)
    else:
        yield say("Please choose how we ship, confirm your address and pay. Then we will ship.")


def _to_request(say: Texts) -> Markup:
    return say("There is nothing to pay. Please confirm your address and request the shipping.")


def _shipped(notice: told.ParcelShipped, file: OrderFile, say: Texts) -> Screen:
    first = say("Your order is on its way!")
    more = say("Parcel {number} is on its way, too.", number=notice.number)
    earlier = file.order.parcels[: notice.number - 1]
    if earlier and all(parcel.returned_at for parcel in earlier):
        more = say("Your order is on its way again!")
    lines = [
        first if notice.number == 1 else more,
        say(
            "{carrier}: {tracking}",
            carrier=one_line(notice.carrier, 60),
            tracking=parcels.number(notice.carrier, notice.tracking, say),
        ),
        say(
            "When everything has arrived, please send us the reception report by <b>{due}</b>.",
            due=Deadline(notice.due_at),
        ),
    ]
    keys = parcels.parcel_keys(notice.carrier, notice.tracking, say)
    return _screen("✈️", lines, file, (keys,), say)


def _corrected(notice: told.TrackingCorrected, file: OrderFile, say: Texts) -> Screen:
    lines = [
        say(
            "The tracking number {was} was wrong. This is the right one:",
            was=one_line(notice.was, 60),
        ),
        say(
            "{carrier}: {tracking}",
            carrier=one_line(notice.carrier, 60),
            tracking=parcels.number(notice.carrier, notice.tracking, say),
        ),
    ]
    keys = parcels.parcel_keys(notice.carrier, notice.tracking, say)
    return _screen("✏️", lines, file, (keys,), say)


def _completed(notice: told.OrderCompleted, say: Texts) -> Iterable[Markup]:
    if notice.by == "customer":
        yield say("Your order is completed. Thank you for your report!")
    else:
        yield say("The time for the reception report has passed, so your order is completed.")
    yield say("It cost {cost}, and you paid {paid}.", cost=notice.cost, paid=notice.paid)
    if notice.to_deposit.is_positive:
        yield say("<b>{amount}</b> went to your deposit.", amount=notice.to_deposit)
    if notice.from_deposit.is_positive:
        yield say("<b>{amount}</b> was taken from your deposit.", amount=notice.from_deposit)
    if notice.owed.is_positive:
        yield say(
            "<b>{amount}</b> is still owed; your next payment into the deposit covers it first.",
            amount=notice.owed,
        )
    if notice.by == "clock":
        yield say.n(
            "Is something wrong? You can report a problem for {n} more day.",
            "Is something wrong? You can report a problem for {n} more days.",
            PROBLEM_DAYS,
        )


def _adjusted(notice: told.CostAdjusted, say: Texts) -> Iterable[Markup]:
    if notice.amount.is_positive:
        yield say("Your order costs <b>{amount}</b> more.", amount=notice.amount)
    else:
        yield say("Your order costs <b>{amount}</b> less.", amount=-notice.amount)
    yield from _because(notice.reason, say)
    yield say("There is nothing to do now: it is settled when the order completes.")


def _held(notice: told.HoldPlaced, say: Texts) -> Iterable[Markup]:
    yield say("We put your order on hold. Its deadlines stand still, and you need to do nothing.")
    yield from _because(notice.reason, say)
    yield say("We will tell you when it continues.")


def _released(notice: told.HoldReleased, say: Texts) -> Iterable[Markup]:
    yield say("Your order continues.")
    if notice.due_at:
        yield say("The new deadline is <b>{due}</b>.", due=Deadline(notice.due_at))


def _closed(notice: told.ProblemSolved, file: OrderFile, say: Texts) -> Screen:
    """Mere words may be a no: they do not say that all is well, and can be answered."""
    lines = _solved(notice, file.order, say)
    if notice.outcome != "nothing":
        return _with_action("✅", lines, file, say, linked_keys(notice.linked, say))
    write = card.do(file.order, Deed.NEW_MESSAGE, say.label("New message", emoji="✍️"))
    return _with_action("💬", lines, file, say, ((write,),))


def _solved(notice: told.ProblemSolved, order: Order, say: Texts) -> Iterable[Markup]:
    if notice.outcome == "nothing":
        yield say("We have looked into it:")
    else:
        yield say("The problem with your order is solved:")
    yield Markup("{}").format(block(notice.words, 1500))
    if notice.refunded is not None:
        yield say("<b>{amount}</b> went to your deposit.", amount=notice.refunded)
    if notice.repaid is not None and notice.repaid.is_positive:
        yield say("{amount} of it went towards what you owed us.", amount=notice.repaid)
    if notice.linked is not None:
        yield say(
            "We send it again as order #{linked}; there is nothing to pay for it.",
            linked=notice.linked,
        )
        if not order.is_ended:
            yield say("Order #{number} goes on: please report when the rest is there.",
                      number=order.id)  # fmt: skip
    elif notice.outcome == "replacement":
        yield say("<b>Next:</b> we send it again, and you get the new tracking number.")
    elif not order.is_ended:
        yield say("When all is well, please send us the reception report.")
