"""What staff are asked in a topic, question by question, and the preview before *Confirm*."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from markupsafe import Markup

from domain import lines
from domain.cancelling import takes_two
from domain.changes import accepted, answered
from domain.estimates import first_bill_total, priced
from domain.files import OrderFile
from domain.ids import OrderId, PersonId
from domain.letters import Key, Screen
from domain.lines import Command
from domain.money import Money
from domain.orders import Line, LineState, Order, with_line
from domain.purchases import is_free_to_buy, is_within, tolerance_percent
from views import goods_words, parcel_staff
from views.buttons import Agree, FormStep, StaffKey
from views.lengths import TEXT_MAX, cut, cut_html, one_line, plain
from views.sentences import together
from views.staff import code, why_not
from views.texts import LABEL_MAX, Phrase, Texts, later

DESCRIPTION_MAX: Final = 80
MANY: Final = 10  # lines of an estimate, from where on their descriptions are cut shorter
NAME_MAX: Final = 60
A_ROW_LETTERS: Final = 12  # of keys that stand three in a row


class Asked(StrEnum):
    PRICE = "price"
    SHIPPING = "shipping"
    FEE = "fee"
    REJECT_LINE = "reject_line"
    REJECT_REASON = "reject_reason"
    RECEIVED = "received"
    REFERENCE = "reference"
    REFUSE_REASON = "refuse_reason"
    BOUGHT_LINE = "bought_line"
    BOUGHT_PRICE = "bought_price"
    UNAVAILABLE_LINE = "unavailable_line"
    UNAVAILABLE_REASON = "unavailable_reason"
    ARRIVED_LINE = "arrived_line"
    ARRIVED_COUNT = "arrived_count"
    ACCEPT_LINE = "accept_line"
    DECLINE_LINE = "decline_line"
    DECLINE_REASON = "decline_reason"
    OFFER_LINE = "offer_line"
    OFFER_WORDS = "offer_words"
    OFFER_PRICE = "offer_price"
    MISHAP_KIND = "mishap_kind"
    MISHAP_LINE = "mishap_line"
    MISHAP_REASON = "mishap_reason"
    PHOTO = "photo"
    AGAIN_LINE = "again_line"
    SPLIT_LINE = "split_line"
    METHOD = "method"
    ANOTHER_METHOD = "another_method"
    EXTRA = "extra"
    EXTRA_REASON = "extra_reason"
    CARRIER = "carrier"
    TRACKING = "tracking"
    DIFFERENCE = "difference"
    ADJUST_REASON = "adjust_reason"
    RETURNED_PARCEL = "returned_parcel"
    RETURN_REASON = "return_reason"
    REFUND = "refund"
    REPLACED_LINE = "replaced_line"
    REPLACED_COUNT = "replaced_count"
    SOLUTION = "solution"
    HOLD_REASON = "hold_reason"
    CANCEL_REASON = "cancel_reason"
    KEEP_FIRST = "keep_first"
    KEEP_SECOND = "keep_second"
    KEEP_REST = "keep_rest"


class Pick(StrEnum):
    """What kind of answer a key gives."""

    LINE = "line"
    ALL = "all"
    SKIP = "skip"
    DONE = "done"
    REJECT = "reject"
    RETURN = "return"
    KEEP = "keep"
    MONEY = "money"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that can be pressed instead of typed."""

    pick: Pick
    value: str
    line: Line | None = None
    amount: Money | None = None

    @classmethod
    def money(cls, amount: Money) -> Choice:
        return cls(Pick.MONEY, amount.plain(), amount=amount)


@dataclass(frozen=True, slots=True)
class Question:
    key: str  # under which the answer is kept
    asked: Asked
    line: Line | None = None
    choices: tuple[Choice, ...] = ()
    only_choices: bool = False
    most: Money | None = None  # of an amount


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose question it is, and which one, so that an old key is known as old."""

    who: PersonId
    name: str
    number: int
    is_first: bool = False


# Questions ------------------------------------------------------------------------------------

_PROMPTS: Final[Mapping[Asked, Phrase]] = {
    Asked.PRICE: later("Unit price in {currency}?"),
    Asked.SHIPPING: later("Shipping within the country, in {currency}?"),
    Asked.FEE: later("The fee, in {currency}?"),
    Asked.REJECT_LINE: later("Which item is rejected?"),
    Asked.REJECT_REASON: later("Why is it rejected? The customer reads your words."),
    Asked.RECEIVED: later("How much arrived, in {currency}?"),
    Asked.REFERENCE: later("The bank’s reference of this transfer? Each one counts once."),
    Asked.REFUSE_REASON: later(
        "Why is the payment report refused? The customer reads your words."
    ),
    Asked.BOUGHT_LINE: later("What was bought?"),
    Asked.BOUGHT_PRICE: later("What did one of them cost, in {currency}?"),
    Asked.UNAVAILABLE_LINE: later("Which item is not available?"),
    Asked.UNAVAILABLE_REASON: later("Why is it not available? The customer reads your words."),
    Asked.ARRIVED_LINE: later("What arrived?"),
    Asked.ARRIVED_COUNT: later("How many of them are there now, in all?"),
    Asked.ACCEPT_LINE: later("Which request is accepted?"),
    Asked.DECLINE_LINE: later("Which request is declined?"),
    Asked.DECLINE_REASON: later("Why is it declined? The customer reads your words."),
    Asked.OFFER_LINE: later("Which item is to be had only differently?"),
    Asked.OFFER_WORDS: later("What could be bought instead? The customer reads your words."),
    Asked.OFFER_PRICE: later("What would one of them cost, in {currency}?"),
    Asked.MISHAP_KIND: later("What is wrong: too few, something else, or damaged?"),
    Asked.MISHAP_LINE: later("Which item is it?"),
    Asked.MISHAP_REASON: later("What do you see? The customer reads your words."),
    Asked.PHOTO: later("A photo for the customer? Please send it here. Skip: none."),
    Asked.AGAIN_LINE: later("Which item is bought once more?"),
    Asked.SPLIT_LINE: later("Which item is not there yet, and need not be waited for?"),
    Asked.METHOD: later("A method of shipping and its price in {currency}, like EMS=42.10?"),
    Asked.ANOTHER_METHOD: later("Another method and its price? Or Done."),
    Asked.EXTRA: later("An extra charge on this bill, in {currency}?"),
    Asked.EXTRA_REASON: later("What is the extra charge for? The customer reads your words."),
    Asked.CARRIER: later("Which carrier? Press one, or write its name."),
    Asked.TRACKING: later("The parcel’s tracking number?"),
    Asked.DIFFERENCE: later("How does the cost change, in {currency}? 5.00 raises, -5.00 lowers."),
    Asked.ADJUST_REASON: later("Why does the cost change? The customer reads your words."),
    Asked.RETURNED_PARCEL: later("Which parcel came back?"),
    Asked.RETURN_REASON: later("Why did it come back? The customer reads your words."),
    Asked.REFUND: later("How much goes back to the deposit, in {currency}?"),
    Asked.REPLACED_LINE: later("What is sent once more?"),
    Asked.REPLACED_COUNT: later("How many of them are sent once more?"),
    Asked.SOLUTION: later("How was the problem solved? The customer reads your words."),
    Asked.HOLD_REASON: later("Why is the order put on hold? The customer reads your words."),
    Asked.CANCEL_REASON: later("Why is the order cancelled? The customer reads your words."),
    Asked.KEEP_FIRST: later("{most} was paid for the 1st bill. How much of that is kept?"),
    Asked.KEEP_SECOND: later("{most} was paid for the 2nd bill. How much of that is kept?"),
    Asked.KEEP_REST: later("{most} came from elsewhere. How much of that is kept?"),
}


def ask(question: Question, order: Order, turn: Turn, say: Texts, *, problem: str = "") -> Screen:
    """A question with its keys; `problem` says what is wrong with the answer it got."""
    parts = [_warning(problem, say)] if problem else []
    if question.line is not None:
        parts.append(line_title(question.line, say))
    phrase = _PROMPTS[question.asked]
    parts.append(say.of(phrase, currency=order.currency.value, most=question.most or ""))
    text = _titled(order, turn, parts)
    return Screen(text, (*_choice_rows(question, turn, say), _ways_out(turn, say)))


def _warning(problem: str, say: Texts) -> Markup:
    return Markup("⚠️ ") + why_not(problem, say)


def line_title(line: Line, say: Texts) -> Markup:
    """`2 · 3 × a teapot`"""
    what = one_line(line.description, DESCRIPTION_MAX)
    return Markup("<b>{}</b> · {} × {}").format(line.no, line.quantity, what)


def _titled(order: Order, turn: Turn, parts: Iterable[Markup]) -> str:
    """Several people may be asked in one topic: each question says whom."""
    title = Markup("<b>#{}</b> · {}").format(order.id, one_line(turn.name, NAME_MAX))
    return str(cut_html(str(Markup("\n").join([title, *parts])), TEXT_MAX))


def _choice_rows(question: Question, turn: Turn, say: Texts) -> tuple[tuple[Key, ...], ...]:
    """One key a row, or three where all are short."""
    keys = [_choice_key(choice, turn, say) for choice in question.choices]
    wide = 1 if any(len(key.label) > A_ROW_LETTERS for key in keys) else 3
    return tuple(tuple(keys[start : start + wide]) for start in range(0, len(keys), wide))


def _choice_key(choice: Choice, turn: Turn, say: Texts) -> Key:
    button = StaffKey(turn.who, turn.number, FormStep.ANSWER, choice.value)
    return button.key(_choice_label(choice, say))


_MISHAPS: Final[Mapping[str, Phrase]] = {  # by the command that says so
    "short": later("Too few"),
    "wrong": later("Something else"),
    "damaged": later("Damaged"),
}


def _choice_label(choice: Choice, say: Texts) -> str:
    match choice.pick:
        case Pick.LINE:
            assert choice.line is not None
            return cut(f"{choice.line.no} · {choice.line.description}", LABEL_MAX)
        case Pick.MONEY | Pick.WORD:
            if (kind := _MISHAPS.get(choice.value)) is not None:
                return plain(say.of(kind))
            return say.show(choice.value if choice.amount is None else choice.amount)
        case Pick.ALL:
            return say.label("All")
        case Pick.SKIP:
            return say.label("Skip")
        case Pick.DONE:
            return say.label("Done")
        case Pick.REJECT:
            return say.label("Reject line")
        case Pick.RETURN:
            return say.label("Return all", detail=choice.amount or "")
        case Pick.KEEP:
            return say.label("Keep all", detail=choice.amount or "")
        case _:
            assert_never(choice.pick)


def _ways_out(turn: Turn, say: Texts) -> tuple[Key, ...]:
    cancel = StaffKey(turn.who, turn.number, FormStep.CANCEL).key(say.label("Cancel", emoji="✖️"))
    if turn.is_first:
        return (cancel,)
    back = StaffKey(turn.who, turn.number, FormStep.BACK).key(say.label("Back", emoji="⬅️"))
    return (back, cancel)


# The preview ----------------------------------------------------------------------------------


def preview(
    commands: list[Command],
    written: list[str],
    file: OrderFile,
    turn: Turn,
    say: Texts,
    *,
    problem: str = "",
) -> Screen:
    """What is about to happen, the line that says the same, and *Confirm*."""
    parts = [_warning(problem, say)] if problem else []
    parts += [*_foreseen(commands, file, say), Markup()]
    parts += [code(line) for line in written]
    confirm = Agree(turn.who, turn.number).key(say.label("Confirm", emoji="✅"))
    return Screen(_titled(file.order, turn, parts), ((confirm,), _ways_out(turn, say)))


def _foreseen(commands: list[Command], file: OrderFile, say: Texts) -> list[Markup]:
    """Line by line what the commands will do, one after the other."""
    order, parts = file.order, []
    for command in commands:
        parts += _FORESEEN[type(command)](command, replace(file, order=order), say)
        if isinstance(command, lines.RejectLine):
            gone = replace(order.line(command.line), state=LineState.REJECTED)
            order = with_line(order, gone)
    return parts


def _estimate(command: lines.EstimateOrder, file: OrderFile, say: Texts) -> list[Markup]:
    order = priced(file.order, command.estimate)
    total, shipping, fee = first_bill_total(order, command.estimate)
    limit = DESCRIPTION_MAX if len(order.live_lines) < MANY else DESCRIPTION_MAX // 2
    rows = [_priced_line(line, limit, say) for line in order.live_lines]
    if not shipping.is_zero:
        rows.append(say("Shipping within the country: {amount}", amount=shipping))
    if not fee.is_zero:
        rows.append(say("Fee: {amount}", amount=fee))
    rows.append(say("<b>1st bill: {total}</b>", total=total))
    if (was := file.order.first_bill) is not None:
        rows.append(say("It takes the place of the bill of {total}.", total=was.total))
    rows.append(say("The customer is asked to pay it; the days to pay begin anew."))
    return rows


def _priced_line(line: Line, limit: int, say: Texts) -> Markup:
    assert line.unit_price is not None
    price, total = line.unit_price, line.unit_price.times(line.quantity)
    shown = Markup("{} × {} = {}").format(say.show(price), line.quantity, say.show(total))
    if line.shop_price is not None:
        shown += Markup(" ({})").format(say.show(line.shop_price))
    what = one_line(line.description, limit)
    return Markup("{} · {}: {}").format(line.no, what, shown)


def _reject(command: lines.RejectLine, file: OrderFile, say: Texts) -> list[Markup]:
    line = file.order.line(command.line)
    rows = [
        line_title(line, say),
        say("It is rejected: {reason}", reason=one_line(command.reason, lines.REASON_MAX)),
    ]
    if file.order.live_lines == (line,):
        rows.append(say("It is the last item: <b>the order is cancelled</b>."))
    return rows


def _confirm(command: lines.ConfirmPayment, file: OrderFile, say: Texts) -> list[Markup]:
    rows = [
        say(
            "<b>{amount}</b> arrived, reference {reference}.",
            amount=command.received,
            reference=code(command.reference),
        )
    ]
    if file.report is None:
        rows.append(say("The customer has not reported a payment."))
    elif file.report.claimed != command.received:
        rows.append(say("The report says {claimed}.", claimed=file.report.claimed))
    return [*rows, _where_it_goes(command.received, file.order, say)]


def _where_it_goes(received: Money, order: Order, say: Texts) -> Markup:
    bill = order.bill_due
    if order.is_ended:
        return say("The order has ended, so it goes to the customer’s deposit.")
    if bill is None:
        return say("No bill is due, so it goes to the customer’s deposit.")
    if received < bill.remaining:
        return say(
            "That is {short} less than the bill asks for. It goes to the customer’s deposit, and"
            " the bill stays open.",
            short=bill.remaining - received,
        )
    if received > bill.remaining:
        return say(
            "It pays the bill, and {more} goes to the customer’s deposit.",
            more=received - bill.remaining,
        )
    return say("It pays the bill.")


def _refuse(command: lines.RefusePayment, file: OrderFile, say: Texts) -> list[Markup]:
    rows = []
    if file.report is not None:
        rows.append(say("The report of {claimed} is refused.", claimed=file.report.claimed))
    return [*rows, _told(command.reason, say)]


def _bought(command: lines.MarkBought, file: OrderFile, say: Texts) -> list[Markup]:
    order = file.order
    if command.prices is None:
        to_buy = [line_title(line, say) for line in order.lines if is_free_to_buy(line)]
        return [say("Bought at the estimate:"), *to_buy]
    rows = []
    for no, price in command.prices.items():
        line = order.line(no)
        rows += [line_title(line, say), _bought_at(order, line, price, say)]
    return rows


def _bought_at(order: Order, line: Line, price: Money, say: Texts) -> Markup:
    if is_within(order, line, price):
        return say("Bought at {price} each, estimated {estimated}.", price=price,
                   estimated=line.unit_price)  # fmt: skip
    return say(
        "{price} each is above what the customer allowed ({estimated} and {percent} %)."
        " They are asked, and nothing is bought.",
        price=price,
        estimated=line.unit_price,
        percent=tolerance_percent(order, line),
    )


def _unavailable(command: lines.MarkUnavailable, file: OrderFile, say: Texts) -> list[Markup]:
    line = file.order.line(command.line)
    return [line_title(line, say), say("It is not available."), _told(command.reason, say)]


def _accept(command: lines.AcceptRequest, file: OrderFile, say: Texts) -> list[Markup]:
    order, rows = file.order, []
    asked = answered(order, command.line)
    for line in asked:
        rows += [line_title(line, say), asked_for(line, say)]
    if not accepted(order, asked).live_lines:
        rows.append(
            say(
                "Nothing is left to buy then: <b>the order is cancelled</b>, and everything that "
                "was paid goes back to the deposit."
            )
        )
    else:
        rows.append(say("What was paid for it comes back with the settlement."))
    return rows


def asked_for(line: Line, say: Texts) -> Markup:
    """What the customer asks for, as staff read it."""
    if not line.wanted:
        return say("The customer asks to cancel it.")
    return say("The customer asks for {n} instead.", n=line.wanted)


def _decline(command: lines.DeclineRequest, file: OrderFile, say: Texts) -> list[Markup]:
    rows = []
    for line in answered(file.order, command.line):
        rows += [line_title(line, say), asked_for(line, say)]
    return [*rows, say("It is declined, and bought as ordered."), _told(command.reason, say)]


def _arrived(command: lines.MarkArrived, file: OrderFile, say: Texts) -> list[Markup]:
    if command.counts is None:
        bought = [line for line in file.order.lines if line.state is LineState.BOUGHT]
        return [say("All of it arrived:"), *(line_title(line, say) for line in bought)]
    rows = []
    for no, count in command.counts.items():
        line = file.order.line(no)
        arrived = say("{count} of {all} arrived.", count=count, all=line.quantity)
        rows += [line_title(line, say), arrived]
    return rows


def _bill(command: lines.SecondBill, file: OrderFile, say: Texts) -> list[Markup]:
    rows = [say("<b>2nd bill</b>")]
    rows += [Markup("{} · {}").format(m.name, say.show(m.price)) for m in command.methods]
    if command.extra is not None:
        why = one_line(command.extra_reason, lines.REASON_MAX)
        rows.append(say("And {amount} extra: {reason}", amount=command.extra, reason=why))
    if file.order.second_bill is not None:
        rows.append(say("It takes the place of the 2nd bill that is open."))
    return rows


def _ship(command: lines.ShipParcel, file: OrderFile, say: Texts) -> list[Markup]:
    parcel = Markup("{} {}").format(command.carrier, code(command.tracking))
    if command.was:
        return [say("Parcel {was} is now {parcel}.", was=code(command.was), parcel=parcel)]
    number = len(file.order.parcels) + 1
    rows = [say("Parcel {number}: {parcel}", number=number, parcel=parcel)]
    if number == 1:
        rows.append(say("The customer is told that the order is on its way."))
    return rows


def _adjust(command: lines.AdjustCost, _: OrderFile, say: Texts) -> list[Markup]:
    if command.amount.is_positive:
        change = say("The order costs {amount} more.", amount=command.amount)
    else:
        change = say("The order costs {amount} less.", amount=-command.amount)
    return [change, _told(command.reason, say)]


def _hold(command: lines.HoldOrder, _: OrderFile, say: Texts) -> list[Markup]:
    return [say("The order is put on hold and its deadlines stop."), _told(command.reason, say)]


def _release(_: lines.ReleaseOrder, __: OrderFile, say: Texts) -> list[Markup]:
    return [say("The order goes on, and so do its deadlines.")]


def _cancel(command: lines.CancelOrder, file: OrderFile, say: Texts) -> list[Markup]:
    rows = [say("<b>The order is cancelled.</b>"), _told(command.reason, say)]
    held = Money(0, file.order.currency) if file.held is None else file.held
    kept = held.nothing if command.keep is None else command.keep
    if held.is_positive:
        rows.append(say("Goes back to the deposit: <b>{amount}</b>", amount=held - kept))
        rows.append(say("Is kept: {amount}", amount=kept))
    if takes_two(file.order):
        rows.append(say("Something was bought already: a second finance member has to agree."))
    return rows


def _told(reason: str, say: Texts) -> Markup:
    return say("The customer reads: {words}", words=one_line(reason, lines.REASON_MAX))


_FORESEEN: Final[Mapping[type, Callable[..., list[Markup]]]] = {
    lines.EstimateOrder: _estimate,
    lines.RejectLine: _reject,
    lines.ConfirmPayment: _confirm,
    lines.RefusePayment: _refuse,
    lines.MarkBought: _bought,
    lines.MarkUnavailable: _unavailable,
    lines.AcceptRequest: _accept,
    lines.DeclineRequest: _decline,
    lines.OfferInstead: goods_words.offer,
    lines.MarkArrived: _arrived,
    lines.ReportMishap: goods_words.mishap,
    lines.BuyAgain: goods_words.again,
    lines.SplitOrder: goods_words.split,
    lines.SecondBill: _bill,
    lines.ShipParcel: _ship,
    lines.AdjustCost: _adjust,
    lines.PackOrder: parcel_staff.pack,
    lines.UnpackOrder: parcel_staff.unpack,
    lines.ReturnParcel: parcel_staff.take_back,
    lines.SolveProblem: parcel_staff.solve,
    lines.HoldOrder: _hold,
    lines.ReleaseOrder: _release,
    lines.CancelOrder: _cancel,
}


# Other answers --------------------------------------------------------------------------------


def left(order_id: OrderId, say: Texts) -> Screen:
    return Screen(str(say("<b>#{order}</b> · Left, and nothing was changed.", order=order_id)))


def overtaken(refusal: Markup, say: Texts, *, wrote: bool) -> Screen:
    """Somebody changed the order while somebody else was being asked about it."""
    if not wrote:
        return Screen(refusal)
    return Screen(together(refusal, say("What you wrote was not sent to the customer.")))


def somebody_elses(name: str, say: Texts) -> str:
    """A toast for who presses a key under a question that somebody else was asked."""
    return str(say.label("{name} was asked this.", name=one_line(name, NAME_MAX)))
