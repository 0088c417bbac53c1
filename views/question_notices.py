"""Notices about decisions and mishaps, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from markupsafe import Markup

from domain import question_notices as told
from domain.files import OrderFile
from domain.ids import LineNo
from domain.letters import Key, Screen
from domain.orders import Line, Order, Question
from domain.question_notices import QuestionNotice
from domain.questions import MISHAPS, Answer
from views import card, questions, words
from views.buttons import Deed, Duty, OpenCard, StaffDo
from views.lengths import one_line
from views.moments import Dated
from views.pages import Row
from views.staff import code
from views.texts import Phrase, Texts, later

_WORDS_MAX: Final = 500


def draw(notice: QuestionNotice, file: OrderFile, say: Texts) -> Screen:
    order = file.order
    match notice:
        case told.QuestionAsked():
            return _customers("❓", _asked(notice, order, say), file, notice.line, say)
        case told.DecisionReminder():
            return _customers("⏰", _reminded(notice, order, say), file, notice.line, say)
        case told.BoughtAgain():
            return _customers("🛒", _again(notice, order, say), file, None, say)
        case told.OrderSplit(to="customer"):
            return _split(notice, order, say)
        case told.OrderSplit():
            return _staffs("🔗", order, _split_for_staff(notice, say))
        case told.QuestionLapsed(to="customer"):
            return _customers("⌛", _lapsed(notice, order, say), file, None, say)
        case told.QuestionLapsed():
            return _staffs("⌛", order, _lapsed_for_staff(notice, order, say))
        case told.QuestionAnswered():
            return _staffs("❓", order, _answered(notice, order, say))
        case told.DecisionOverdue():
            return _staffs("🔔", order, _overdue(notice, order, say))
        case told.NotArrived():
            return _not_arrived(notice, order, say)


# To the customer ------------------------------------------------------------------------------


def _customers(
    emoji: str, lines: Iterable[Markup], file: OrderFile, no: LineNo | None, say: Texts
) -> Screen:
    head = Markup("{} #{} · ").format(emoji, file.order.id)
    text = str(head + Markup("\n").join(lines))
    open_order = OpenCard(file.order.id).key(say.label("Open order"))
    rows = () if no is None else _keys(file, no, say)
    return Screen(text, (*rows, (open_order,)))


def _keys(file: OrderFile, no: int, say: Texts) -> tuple[Row, ...]:
    """Keys for this very line, as long as it is undecided."""
    line = _open(file.order, no)
    rows = () if line is None else questions.keys(file.order, line, say)
    if not rows or not card.can_cancel(file):
        return rows
    cancel = card.do(file.order, Deed.CANCEL_ORDER, say.label("Cancel order"))
    return (*rows, (cancel,))


def _open(order: Order, no: int) -> Line | None:
    return next((x for x in order.live_lines if x.no == no and x.question is not None), None)


def _asked(notice: told.QuestionAsked, order: Order, say: Texts) -> Iterator[Markup]:
    line = order.line(notice.line)
    yield from questions.said(
        order, line, notice.question, notice.words, notice.agreed, notice.asked, say
    )
    if line.question is notice.question:
        yield questions.silence(order, line, say)


def _reminded(notice: told.DecisionReminder, order: Order, say: Texts) -> Iterator[Markup]:
    line = _open(order, notice.line)
    if line is None:
        item = words.item(order, notice.line, 200)
        yield say("What was open about item {item} is decided.", item=item)
        return
    yield say("We still need your decision, so that we can go on.")
    yield from questions.of_line(order, line, say)


def _lapsed(notice: told.QuestionLapsed, order: Order, say: Texts) -> Iterator[Markup]:
    if notice.question is Question.SPLIT:
        yield say("You did not answer within 72 hours, so we wait until everything is here.")
        return
    item = words.item(order, notice.line, 200)
    yield say(
        "You did not answer within 72 hours, so item {item} is dropped. It is not bought.",
        item=item,
    )
    yield say("What you paid for it goes to your deposit at the settlement.")


def _again(notice: told.BoughtAgain, order: Order, say: Texts) -> Iterator[Markup]:
    item = words.item(order, notice.line, 200)
    yield say("We buy item {item} once more. It costs you nothing more.", item=item)
    yield say("There is nothing for you to do. We tell you when it arrives.")


def _split(notice: told.OrderSplit, order: Order, say: Texts) -> Screen:
    numbers = ", ".join(map(str, notice.lines))
    lines = [
        say.n(
            "Item {numbers} is order <b>#{other}</b> now, with what you paid for it. Its shipping "
            "gets a 2nd bill of its own.",
            "Items {numbers} are order <b>#{other}</b> now, with what you paid for them. Their "
            "shipping gets a 2nd bill of its own.",
            len(notice.lines),
            numbers=numbers,
            other=notice.other,
        ),
        say("The rest goes ahead as order #{number}.", number=order.id),
    ]
    keys = tuple(
        (OpenCard(number).key(say.label("Open order", detail=f"#{number}")),)
        for number in (order.id, notice.other)
    )
    head = Markup("🔗 #{} · ").format(order.id)
    return Screen(str(head + Markup("\n").join(lines)), keys)


def _split_for_staff(notice: told.OrderSplit, say: Texts) -> Iterator[Markup]:
    numbers = ", ".join(map(str, notice.lines))
    if notice.is_new:
        yield say.n(
            "Item {numbers} of order #{other} goes on here; the customer agreed. What was paid "
            "for it came along, and the 1st bill is paid.",
            "Items {numbers} of order #{other} go on here; the customer agreed. What was paid for "
            "them came along, and the 1st bill is paid.",
            len(notice.lines),
            numbers=numbers,
            other=notice.other,
        )
        return
    yield say.n(
        "The customer agreed: item {numbers} goes on as order #{other}. The rest can go ahead.",
        "The customer agreed: items {numbers} go on as order #{other}. The rest can go ahead.",
        len(notice.lines),
        numbers=numbers,
        other=notice.other,
    )


# To staff -------------------------------------------------------------------------------------


def _staffs(emoji: str, order: Order, lines: Iterable[Markup], keys: Row = ()) -> Screen:
    head = Markup("{} #{} · ").format(emoji, order.id)
    return Screen(str(head + Markup("\n").join(lines)), (keys,) if keys else ())


def _lapsed_for_staff(notice: told.QuestionLapsed, order: Order, say: Texts) -> Iterator[Markup]:
    if notice.question is Question.SPLIT:
        yield say("No answer about the split within 72 hours: everything waits for everything.")
        return
    item = words.item(order, notice.line, 120)
    yield say(
        "No answer within 72 hours: item {item} is dropped. Do not buy it.",
        item=item,
    )


_ANSWERS: Final[Mapping[tuple[Question, Answer], Phrase]] = {
    (Question.PRICE, Answer.ACCEPT): later(
        "The customer accepts {asked} for item {item}. Please buy it."
    ),
    (Question.PRICE, Answer.DROP): later("The customer drops item {item}. Do not buy it."),
    (Question.VARIANT, Answer.ACCEPT): later(
        "The customer takes “{words}” for item {item}. Please buy it."
    ),
    (Question.VARIANT, Answer.DROP): later("The customer drops item {item}. Do not buy it."),
    (Question.SOLD_OUT, Answer.DROP): later("The customer goes on without item {item}."),
    (Question.SOLD_OUT, Answer.CANCEL): later(
        "Without item {item} the customer asks to cancel the rest, too. What is not bought yet "
        "is locked until you accept or decline that; what is bought is for you to decide."
    ),
    (Question.SHORT, Answer.ACCEPT): later(
        "The customer goes on with what came of item {item}. The rest is dropped."
    ),
    (Question.SHORT, Answer.WAIT): later("The customer waits for the rest of item {item}."),
    (Question.WRONG, Answer.ACCEPT): later("The customer takes item {item} as it is."),
    (Question.WRONG, Answer.DROP): later(
        "The customer does not take item {item}. Do not ship it."
    ),
    (Question.DAMAGED, Answer.ACCEPT): later("The customer takes item {item} as it is."),
    (Question.DAMAGED, Answer.DROP): later(
        "The customer does not take item {item}. Do not ship it."
    ),
    (Question.SPLIT, Answer.ACCEPT): later("The customer agrees to the split."),
    (Question.SPLIT, Answer.WAIT): later(
        "The customer does not want the split: everything waits for everything."
    ),
}


def _answered(notice: told.QuestionAnswered, order: Order, say: Texts) -> Iterator[Markup]:
    if not notice.locks:
        yield from _asks_too_late(notice, order, say)
        return
    phrase = _ANSWERS[notice.question, notice.answer]
    item = words.item(order, notice.line, 120)
    said = one_line(notice.words, _WORDS_MAX)
    yield say.of(phrase, item=item, asked=notice.asked, words=said)
    if notice.answer is Answer.CANCEL:
        yield code("/accept")
        yield code("/cancel reason")
    if notice.answer is Answer.ACCEPT and notice.question not in (*MISHAPS, Question.SPLIT):
        price = notice.asked or order.line(notice.line).unit_price
        if price is not None:
            yield code(f"/bought {notice.line}={price.plain()}")


def _asks_too_late(notice: told.QuestionAnswered, order: Order, say: Texts) -> Iterator[Markup]:
    yield say(
        "Without item {item} the customer asks to cancel the rest, too. All of it is bought "
        "already. Please write to them what can be done, or cancel the order:",
        item=words.item(order, notice.line, 120),
    )
    yield code("/cancel reason")


_OVERDUE: Final[Mapping[Question, Phrase]] = {
    Question.SHORT: later(
        "Too few of item {item} came. The customer has not decided about it since {since}."
    ),
    Question.WRONG: later(
        "Something else came for item {item}. The customer has not decided about it since {since}."
    ),
    Question.DAMAGED: later(
        "Item {item} is damaged. The customer has not decided about it since {since}."
    ),
}
_UNDECIDED: Final = later("The customer has not decided about item {item} since {since}.")


def _overdue(notice: told.DecisionOverdue, order: Order, say: Texts) -> Iterator[Markup]:
    phrase = _OVERDUE.get(notice.question, _UNDECIDED)
    item = words.item(order, notice.line, 120)
    yield say.of(phrase, item=item, since=Dated(notice.since))
    yield say("Please write to them, or buy it again:")
    yield code(f"/again {notice.line}")


def _when_there(notice: told.NotArrived, order: Order, say: Texts) -> Iterator[Markup]:
    """Where something is left without them, the rest can go ahead."""
    if all(line.no in notice.lines for line in order.live_lines):
        yield say("Please ask the shop. When it is there, count it:")
        yield code("/arrived")
        return
    yield say("Please ask the shop. When it is there, count it; the rest can go ahead alone:")
    yield code("/arrived")
    yield code("/split " + " ".join(str(no) for no in notice.lines))


def _not_arrived(notice: told.NotArrived, order: Order, say: Texts) -> Screen:
    numbers = ", ".join(str(no) for no in notice.lines)
    lines = [
        say.n(
            "Bought on {since} and not arrived yet: item {numbers}.",
            "Bought on {since} or later and not arrived yet: items {numbers}.",
            len(notice.lines),
            since=Dated(notice.since),
            numbers=numbers,
        ),
        *_when_there(notice, order, say),
    ]
    keys: tuple[Key, ...] = (
        StaffDo(order.id, order.version, Duty.ARRIVED).key(say.label("Arrived")),
    )
    return _staffs("🔔", order, lines, keys)
