"""The reception report: everything arrived, or there is a problem."""

from __future__ import annotations

from actions import messages, problems, receptions
from domain.ids import OrderId
from domain.letters import Card, Screen
from domain.messages import Said
from domain.orders import Flag, Stage
from domain.refusals import CardNumber, NotNow, OrderFlagged, StaleButton
from domain.typed import is_card_number
from handlers.customer import CUSTOMER
from handlers.customer.cards import file_of, file_under
from handlers.desk import Desk
from handlers.forms import DONE, Form, Given, Question, State, begin, show
from handlers.hearing import KEYS, PHOTO, TEXT, Heard, Kind
from views import reception as view
from views.buttons import Do
from views.forms import Prompt

WORDS_KEPT = 500  # of the first message, beside the order's problem flag


async def report(desk: Desk, press: Do) -> State:
    """*Reception report*: which of the two it is."""
    file = await file_under(desk, press)
    if file.order.stage is not Stage.SHIPPED:
        raise NotNow(file.order.stage)
    await show(desk, view.report(file.order, desk.say))
    return None


async def everything_arrived(desk: Desk, press: Do) -> State:
    """The settlement as it would be; nothing moves before it is confirmed."""
    file = await file_under(desk, press)
    if file.order.flags:
        raise OrderFlagged(min(file.order.flags))
    settled = await receptions.preview(desk.work, press.order, seen=press.seen)
    await show(desk, view.settlement(file, settled, desk.say))
    return None


async def confirmed(desk: Desk, press: Do) -> State:
    await receptions.report_reception(desk.work, press.order, seen=press.seen)
    desk.toast(view.thanks(desk.say))
    await show(desk, Card(press.order))
    return None


# There is a problem ---------------------------------------------------------------------------


async def problem(desk: Desk, press: Do) -> State:
    """Takes text and photos until *Done*; each goes to the agency at once."""
    file = await file_under(desk, press)
    if file.order.stage is not Stage.SHIPPED:
        raise NotNow(file.order.stage)
    return await begin(desk, PROBLEM, {"order": file.order.id, "count": 0})


async def _ask_words(desk: Desk, given: Given) -> Prompt:
    return view.ask_problem(OrderId(given["order"]), desk.say)


async def _ask_more(desk: Desk, given: Given) -> Prompt:
    return view.ask_more(OrderId(given["order"]), given["count"], desk.say)


def _read(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.kind is Kind.KEY and heard.value != view.READY:
        raise StaleButton
    return heard.value


async def _pass_on(desk: Desk, given: Given, heard: Heard) -> None:
    """Store and relay what was written; the first message opens the problem."""
    if heard.kind is Kind.KEY:
        return
    order = OrderId(given["order"])
    if not given["count"]:
        await _open(desk, order, heard)
    given["count"] += 1
    await messages.to_agency(desk.work, order, said(heard))


async def _open(desk: Desk, order: OrderId, heard: Heard) -> None:
    file = await file_of(desk, order)
    if Flag.PROBLEM_OPEN not in file.order.flags:
        await problems.open_problem(desk.work, order, heard.text[:WORDS_KEPT])


def said(heard: Heard) -> Said:
    """What was written, as it is stored and relayed; a card's number is neither."""
    if is_card_number(heard.text):
        raise CardNumber
    media = "photo" if heard.kind is Kind.PHOTO else ""
    return Said(heard.chat, heard.message, heard.html, media, heard.photo)


def _after_more(given: Given) -> str:
    return DONE if given["more"] == view.READY else "more"


async def _sent(desk: Desk, given: Given) -> Screen:
    return view.problem_sent(OrderId(given["order"]), desk.say)


async def _left(desk: Desk, given: Given) -> Screen:
    order = OrderId(given["order"])
    if given["count"]:  # by /cancel: what was written has been sent
        return view.problem_sent(order, desk.say)
    return view.problem_left(order, desk.say)


PROBLEM = Form(
    side=CUSTOMER,
    name="problem",
    questions=(
        Question("words", _ask_words, _read, TEXT | PHOTO, act=_pass_on),
        Question(
            "more",
            _ask_more,
            _read,
            TEXT | PHOTO | KEYS,
            back=False,
            cancel=False,
            then=_after_more,
            act=_pass_on,
        ),
    ),
    done=_sent,
    left=_left,
)
