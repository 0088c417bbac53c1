"""What staff are asked, one thing at a time, until a line can be written of it.

A button of a topic's card asks for what its command would say. The answers are kept as they would
be typed; the questions follow from them, so that taking the last answer back asks it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from domain import lines
from domain.cancelling import Paid, amounts
from domain.changes import is_whole, requests
from domain.money import Currency, Money
from domain.orders import Line, LineState, Order
from domain.parcels import under_way
from domain.payments import Payment
from domain.purchases import is_free_to_buy
from domain.questions import MISHAPS, is_free, open_questions
from domain.refusals import BadLine, NoRequest, NotNow
from views.buttons import Duty
from views.staff_forms import Asked, Choice, Pick, Question

Answers = dict[str, str]  # in the order in which they were given

ALL: Final = "all"
DONE: Final = "done"
METHOD: Final = "method "
KEEP: Final = "keep "
PART: Final = "part "
REJECT: Final = "reject"
CARRIERS: Final = ("EMS", "Japan Post", "DHL", "FedEx", "UPS", "USPS", "Yamato")

COMMANDS: Final[Mapping[Duty, str]] = {
    Duty.ESTIMATE: "estimate",
    Duty.REJECT: "reject",
    Duty.CONFIRM: "confirm",
    Duty.REFUSE: "refuse",
    Duty.BOUGHT: "bought",
    Duty.UNAVAILABLE: "unavailable",
    Duty.OFFER: "offer",
    Duty.ARRIVED: "arrived",
    Duty.MISHAP: "damaged",  # or what else is answered
    Duty.AGAIN: "again",
    Duty.SPLIT: "split",
    Duty.BILL: "bill",
    Duty.SHIP: "ship",
    Duty.ADJUST: "adjust",
    Duty.PACK: "pack",
    Duty.UNPACK: "unpack",
    Duty.RETURNED: "returned",
    Duty.ACCEPT: "accept",
    Duty.DECLINE: "decline",
    Duty.SOLVE: "solve",
    Duty.REFUND: "solve",
    Duty.REPLACE: "solve",
    Duty.HOLD: "hold",
    Duty.RELEASE: "unhold",
    Duty.CANCEL: "cancel",
}


def next_question(
    duty: Duty,
    order: Order,
    report: Payment | None,
    answers: Answers,
    held: Money | None = None,
) -> Question | None:
    """The first thing that is not known yet; None when all is said.

    `held` is what waits in the order's account, where that is asked about.
    """
    asking = _ASKING[duty] if duty is not Duty.CANCEL else _cancelling(held)
    for question in asking(order, report, answers):
        if question.key not in answers:
            return question
    return None


def read_answer(
    duty: Duty,
    order: Order,
    question: Question,
    answers: Answers,
    text: str | None,
    photo: str = "",
) -> str:
    """An answer as it stands in a line; BadLine when it cannot stand there."""
    command = COMMANDS[duty]
    if question.asked is Asked.PHOTO and photo:
        return photo
    if text is None:
        raise BadLine(command, "text")
    if text in [choice.value for choice in question.choices]:
        return text
    if question.only_choices:
        raise BadLine(command, "choice")
    answer = _READERS[question.asked](command, text.strip(" "), order.currency)
    if question.asked is Asked.ANOTHER_METHOD and _has_method(answers, answer):
        raise BadLine(command, "twice")
    if question.most and lines.price(command, answer, order.currency) > question.most:
        raise BadLine(command, "too much")
    return answer


def _has_method(answers: Answers, answer: str) -> bool:
    given = (value for key, value in answers.items() if key.startswith(METHOD))
    return _name(answer) in map(_name, given)


def _name(method: str) -> str:
    return method.partition("=")[0].lower()


def lines_of(duty: Duty, answers: Answers) -> list[str]:
    """What would have been typed instead."""
    return [f"/{line}".strip() for line in _WRITING[duty](COMMANDS[duty], answers)]


# What is asked --------------------------------------------------------------------------------

Asking = Callable[[Order, Payment | None, Answers], Iterator[Question]]


def _estimate(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    for line in order.live_lines:
        key = str(line.no)
        yield Question(key, Asked.PRICE, line, (Choice(Pick.REJECT, REJECT),))
        if answers.get(key) == REJECT:
            yield Question(f"{key} why", Asked.REJECT_REASON, line)
    if any(answers.get(str(line.no)) != REJECT for line in order.live_lines):
        yield Question("shipping", Asked.SHIPPING, choices=(Choice(Pick.SKIP, "0"),))
        yield Question("fee", Asked.FEE, choices=(Choice(Pick.SKIP, "0"),))


def _reject(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    yield _which(order, order.live_lines, Asked.REJECT_LINE)
    yield Question("why", Asked.REJECT_REASON, _chosen(order, answers))


def _confirm(_: Order, report: Payment | None, __: Answers) -> Iterator[Question]:
    claimed = () if report is None else (Choice.money(report.claimed),)
    yield Question("amount", Asked.RECEIVED, choices=claimed)
    yield Question("reference", Asked.REFERENCE)


def _bought(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    free = tuple(line for line in order.lines if is_free_to_buy(line))
    yield _which(order, free, Asked.BOUGHT_LINE, (Choice(Pick.ALL, ALL),))
    if answers.get("line") != ALL:
        line = _chosen(order, answers)
        estimated = line.unit_price if line else None
        choices = () if estimated is None else (Choice.money(estimated),)
        yield Question("price", Asked.BOUGHT_PRICE, line, choices)


def _unavailable(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    yield _which(order, _in_state(order, LineState.TO_BUY), Asked.UNAVAILABLE_LINE)
    yield Question("why", Asked.UNAVAILABLE_REASON, _chosen(order, answers))


def _accept(order: Order, _: Payment | None, __: Answers) -> Iterator[Question]:
    yield _which_request(order, Asked.ACCEPT_LINE)


def _decline(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    yield _which_request(order, Asked.DECLINE_LINE)
    yield Question("why", Asked.DECLINE_REASON, _chosen(order, answers))


def _which_request(order: Order, asked: Asked) -> Question:
    waiting = requests(order)
    if not waiting:
        raise NoRequest(0)
    is_one = is_whole(order) and len(waiting) > 1
    return _which(order, waiting, asked, (Choice(Pick.ALL, ALL),) if is_one else ())


def _arrived(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    bought = _in_state(order, LineState.BOUGHT)
    yield _which(order, bought, Asked.ARRIVED_LINE, (Choice(Pick.ALL, ALL),))
    if answers.get("line") != ALL:
        line = _chosen(order, answers)
        whole = () if line is None else (Choice(Pick.WORD, str(line.quantity)),)
        yield Question("count", Asked.ARRIVED_COUNT, line, whole)


def _offer(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    to_buy = _in_state(order, LineState.TO_BUY)
    yield _which(order, _undecided(to_buy), Asked.OFFER_LINE)
    line = _chosen(order, answers)
    yield Question("words", Asked.OFFER_WORDS, line)
    estimated = () if line is None or not line.unit_price else (Choice.money(line.unit_price),)
    yield Question("price", Asked.OFFER_PRICE, line, estimated)


def _mishap(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    kinds = tuple(Choice(Pick.WORD, kind) for kind in ("short", "wrong", "damaged"))
    yield Question("kind", Asked.MISHAP_KIND, choices=kinds, only_choices=True)
    there = (*_in_state(order, LineState.BOUGHT), *_in_state(order, LineState.ARRIVED))
    yield _which(order, there, Asked.MISHAP_LINE)
    line = _chosen(order, answers)
    if answers.get("kind") == "short":
        yield Question("count", Asked.ARRIVED_COUNT, line)
    yield Question("why", Asked.MISHAP_REASON, line)
    yield Question("photo", Asked.PHOTO, line, (Choice(Pick.SKIP, ""),))


def _again(order: Order, _: Payment | None, __: Answers) -> Iterator[Question]:
    asked = tuple(line for line in open_questions(order) if line.question in MISHAPS)
    yield _which(order, asked, Asked.AGAIN_LINE)


def _split(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    """One after the other, until *Done*; something has to stay."""
    away = (*_in_state(order, LineState.TO_BUY), *_in_state(order, LineState.BOUGHT))
    free = [line for line in away if line.question is None and line.wanted is None]
    for at in range(1, len(order.live_lines)):
        key, named = f"{PART}{at}", [answers.get(f"{PART}{no}") for no in range(1, at)]
        left = tuple(line for line in free if str(line.no) not in named)
        if at > 1 and not left:
            break
        done = (Choice(Pick.DONE, DONE),) if at > 1 else ()
        yield _which(order, left, Asked.SPLIT_LINE, done, key)
        if answers.get(key) == DONE:
            break


def _undecided(some: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in some if is_free(line))


def _bill(_: Order, __: Payment | None, answers: Answers) -> Iterator[Question]:
    for no in range(1, lines.METHODS_MAX + 1):
        key = f"{METHOD}{no}"
        if no == 1:
            yield Question(key, Asked.METHOD)
        else:
            yield Question(key, Asked.ANOTHER_METHOD, choices=(Choice(Pick.DONE, DONE),))
        if answers.get(key) == DONE:
            break
    yield Question("extra", Asked.EXTRA, choices=(Choice(Pick.SKIP, ""),))
    if answers.get("extra"):
        yield Question("why", Asked.EXTRA_REASON)


def _ship(_: Order, __: Payment | None, ___: Answers) -> Iterator[Question]:
    carriers = tuple(Choice(Pick.WORD, name) for name in CARRIERS)
    yield Question("carrier", Asked.CARRIER, choices=carriers)
    yield Question("tracking", Asked.TRACKING)


def _returned(order: Order, _: Payment | None, __: Answers) -> Iterator[Question]:
    out = tuple(Choice(Pick.WORD, parcel.tracking) for parcel in under_way(order))
    yield Question("parcel", Asked.RETURNED_PARCEL, choices=out, only_choices=True)
    yield Question("why", Asked.RETURN_REASON)


def _refund(_: Order, __: Payment | None, ___: Answers) -> Iterator[Question]:
    yield Question("amount", Asked.REFUND)
    yield Question("why", Asked.SOLUTION)


def _replace(order: Order, _: Payment | None, answers: Answers) -> Iterator[Question]:
    yield _which(order, order.live_lines, Asked.REPLACED_LINE, (Choice(Pick.ALL, ALL),))
    line = _chosen(order, answers)
    if line is not None and line.quantity > 1:
        whole = (Choice(Pick.WORD, str(line.quantity)),)
        yield Question("count", Asked.REPLACED_COUNT, line, whole)
    yield Question("why", Asked.SOLUTION, line)


def _adjust(_: Order, __: Payment | None, ___: Answers) -> Iterator[Question]:
    yield Question("amount", Asked.DIFFERENCE)
    yield Question("why", Asked.ADJUST_REASON)


def _cancelling(held: Money | None) -> Asking:
    """Why, and of each amount that was paid and is there still: return it, or keep some of it."""

    def ask(order: Order, _: Payment | None, __: Answers) -> Iterator[Question]:
        yield Question("why", Asked.CANCEL_REASON)
        for paid, amount in amounts(order, held or Money(0, order.currency)).items():
            choices = (
                Choice(Pick.RETURN, amount.nothing.plain(), amount=amount),
                Choice(Pick.KEEP, amount.plain(), amount=amount),
            )
            yield Question(f"{KEEP}{paid}", _KEEPING[paid], None, choices, most=amount)

    return ask


def _only(asked: Asked) -> Asking:
    def ask(_: Order, __: Payment | None, ___: Answers) -> Iterator[Question]:
        yield Question("why", asked)

    return ask


def _nothing(_: Order, __: Payment | None, ___: Answers) -> Iterator[Question]:
    return iter(())


def _in_state(order: Order, state: LineState) -> tuple[Line, ...]:
    return tuple(line for line in order.lines if line.state is state)


def _which(
    order: Order,
    candidates: tuple[Line, ...],
    asked: Asked,
    more: tuple[Choice, ...] = (),
    key: str = "line",
) -> Question:
    if not candidates:
        raise NotNow(order.stage)
    each = tuple(Choice(Pick.LINE, str(line.no), line) for line in candidates)
    return Question(key, asked, choices=(*more, *each), only_choices=True)


def _chosen(order: Order, answers: Answers) -> Line | None:
    """The line that was named; None while none is."""
    number = answers.get("line", "")
    return order.line(int(number)) if number.isdigit() else None


_ASKING: Final[Mapping[Duty, Asking]] = {
    Duty.ESTIMATE: _estimate,
    Duty.REJECT: _reject,
    Duty.CONFIRM: _confirm,
    Duty.REFUSE: _only(Asked.REFUSE_REASON),
    Duty.BOUGHT: _bought,
    Duty.UNAVAILABLE: _unavailable,
    Duty.OFFER: _offer,
    Duty.ARRIVED: _arrived,
    Duty.MISHAP: _mishap,
    Duty.AGAIN: _again,
    Duty.SPLIT: _split,
    Duty.BILL: _bill,
    Duty.SHIP: _ship,
    Duty.ADJUST: _adjust,
    Duty.PACK: _nothing,
    Duty.UNPACK: _nothing,
    Duty.RETURNED: _returned,
    Duty.ACCEPT: _accept,
    Duty.DECLINE: _decline,
    Duty.SOLVE: _only(Asked.SOLUTION),
    Duty.REFUND: _refund,
    Duty.REPLACE: _replace,
    Duty.HOLD: _only(Asked.HOLD_REASON),
    Duty.RELEASE: _nothing,
    Duty.CANCEL: _cancelling(None),
}
_KEEPING: Final[Mapping[Paid, Asked]] = {
    Paid.FIRST: Asked.KEEP_FIRST,
    Paid.SECOND: Asked.KEEP_SECOND,
    Paid.REST: Asked.KEEP_REST,
}

# How an answer is read ------------------------------------------------------------------------

Reader = Callable[[str, str, Currency], str]


def _price(command: str, text: str, currency: Currency) -> str:
    return lines.price(command, text, currency).plain()


def _amount(command: str, text: str, currency: Currency) -> str:
    return lines.amount(command, text, currency).plain()


def _difference(command: str, text: str, currency: Currency) -> str:
    return lines.difference(command, text, currency).plain()


def _count(command: str, text: str, _: Currency) -> str:
    return str(lines.count(command, text))


def _reason(command: str, text: str, _: Currency) -> str:
    return lines.reason(command, text)


def _no_photo(command: str, _: str, __: Currency) -> str:
    raise BadLine(command, "photo")


def _reference(command: str, text: str, _: Currency) -> str:
    return lines.reference(command, text)


def _carrier(command: str, text: str, _: Currency) -> str:
    return lines.carrier(command, text)


def _tracking(command: str, text: str, _: Currency) -> str:
    return lines.tracking(command, text)


def _method(command: str, text: str, currency: Currency) -> str:
    name, _, price = text.partition("=")
    method = lines.method(command, name, price, currency)
    return f"{method.name}={method.price.plain()}"


_READERS: Final[Mapping[Asked, Reader]] = {
    Asked.PRICE: _price,
    Asked.SHIPPING: _price,
    Asked.FEE: _price,
    Asked.REJECT_REASON: _reason,
    Asked.RECEIVED: _amount,
    Asked.REFERENCE: _reference,
    Asked.REFUSE_REASON: _reason,
    Asked.BOUGHT_PRICE: _price,
    Asked.UNAVAILABLE_REASON: _reason,
    Asked.OFFER_WORDS: _reason,
    Asked.OFFER_PRICE: _price,
    Asked.ARRIVED_COUNT: _count,
    Asked.DECLINE_REASON: _reason,
    Asked.MISHAP_REASON: _reason,
    Asked.PHOTO: _no_photo,
    Asked.METHOD: _method,
    Asked.ANOTHER_METHOD: _method,
    Asked.EXTRA: _amount,
    Asked.EXTRA_REASON: _reason,
    Asked.CARRIER: _carrier,
    Asked.TRACKING: _tracking,
    Asked.DIFFERENCE: _difference,
    Asked.ADJUST_REASON: _reason,
    Asked.RETURN_REASON: _reason,
    Asked.REFUND: _amount,
    Asked.REPLACED_COUNT: _count,
    Asked.SOLUTION: _reason,
    Asked.HOLD_REASON: _reason,
    Asked.CANCEL_REASON: _reason,
    Asked.KEEP_FIRST: _price,
    Asked.KEEP_SECOND: _price,
    Asked.KEEP_REST: _price,
}

# How the line is written ----------------------------------------------------------------------

Writing = Callable[[str, Answers], Iterator[str]]


def _write_estimate(command: str, answers: Answers) -> Iterator[str]:
    numbers = [key for key in answers if key.isdigit()]
    for no in numbers:
        if answers[no] == REJECT:
            yield f"reject {no} {answers[f'{no} why']}"
    prices = [f"{no}={answers[no]}" for no in numbers if answers[no] != REJECT]
    charges = [f"{key}={answers[key]}" for key in ("shipping", "fee") if key in answers]
    if prices:
        yield " ".join([command, *prices, *charges])


def _write_pair(value: str) -> Writing:
    """`/bought`, or `/bought 1=12.00`."""

    def write(command: str, answers: Answers) -> Iterator[str]:
        line = answers["line"]
        yield command if line == ALL else f"{command} {line}={answers[value]}"

    return write


def _write_words(*keys: str) -> Writing:
    def write(command: str, answers: Answers) -> Iterator[str]:
        yield " ".join([command, *(answers[key] for key in keys)])

    return write


def _write_accept(command: str, answers: Answers) -> Iterator[str]:
    yield command if answers["line"] == ALL else f"{command} {answers['line']}"


def _write_decline(command: str, answers: Answers) -> Iterator[str]:
    line, why = answers["line"], answers["why"]
    if line != ALL:
        yield f"{command} {line} {why}"
    else:  # a reason that begins with a number is no line's number
        yield f"{command} “{why}”" if why[0].isdigit() else f"{command} {why}"


def _write_offer(command: str, answers: Answers) -> Iterator[str]:
    yield f"{command} {answers['line']}={answers['price']} {answers['words']}"


def _write_mishap(_: str, answers: Answers) -> Iterator[str]:
    there = f"={answers['count']}" if "count" in answers else ""
    yield f"{answers['kind']} {answers['line']}{there} {answers['why']}"


def _write_split(command: str, answers: Answers) -> Iterator[str]:
    numbers = [value for key, value in answers.items() if key.startswith(PART)]
    yield " ".join([command, *(number for number in numbers if number != DONE)])


def _write_bill(command: str, answers: Answers) -> Iterator[str]:
    methods = [value for key, value in answers.items() if key.startswith(METHOD)]
    extra = [f"extra={answers['extra']} {answers['why']}"] if answers["extra"] else []
    yield " ".join([command, *(method for method in methods if method != DONE), *extra])


def _write_cancel(command: str, answers: Answers) -> Iterator[str]:
    kept = sum(Decimal(value) for key, value in answers.items() if key.startswith(KEEP))
    keep = [f"keep={kept}"] if kept else []
    yield " ".join([command, *keep, answers["why"]])


def _write_solve(command: str, answers: Answers) -> Iterator[str]:
    why = answers["why"]  # words that begin with *replacement* are words still
    is_word = why.split(" ")[0] == lines.REPLACEMENT
    yield f"{command} “{why}”" if is_word else f"{command} {why}"


def _write_refund(command: str, answers: Answers) -> Iterator[str]:
    yield f"{command} refund={answers['amount']} {answers['why']}"


def _write_replacement(command: str, answers: Answers) -> Iterator[str]:
    line, why = answers["line"], answers["why"]
    if line != ALL:
        count = f"={answers['count']}" if "count" in answers else ""
        yield f"{command} replacement {line}{count} {why}"
    else:  # a reason that begins with a number is no line's number
        yield f"{command} replacement {f'“{why}”' if why[0].isdigit() else why}"


_WRITING: Final[Mapping[Duty, Writing]] = {
    Duty.ESTIMATE: _write_estimate,
    Duty.REJECT: _write_words("line", "why"),
    Duty.CONFIRM: _write_words("amount", "reference"),
    Duty.REFUSE: _write_words("why"),
    Duty.BOUGHT: _write_pair("price"),
    Duty.UNAVAILABLE: _write_words("line", "why"),
    Duty.OFFER: _write_offer,
    Duty.ARRIVED: _write_pair("count"),
    Duty.MISHAP: _write_mishap,
    Duty.AGAIN: _write_words("line"),
    Duty.SPLIT: _write_split,
    Duty.BILL: _write_bill,
    Duty.SHIP: _write_words("carrier", "tracking"),
    Duty.ADJUST: _write_words("amount", "why"),
    Duty.PACK: _write_words(),
    Duty.UNPACK: _write_words(),
    Duty.RETURNED: _write_words("parcel", "why"),
    Duty.ACCEPT: _write_accept,
    Duty.DECLINE: _write_decline,
    Duty.SOLVE: _write_solve,
    Duty.REFUND: _write_refund,
    Duty.REPLACE: _write_replacement,
    Duty.HOLD: _write_words("why"),
    Duty.RELEASE: _write_words(),
    Duty.CANCEL: _write_cancel,
}
