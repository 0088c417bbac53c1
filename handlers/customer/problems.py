"""There is a problem: words and pictures, each sent on at once; or it was a mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from actions import messages, problems
from domain.ids import OrderId
from domain.letters import Card, Screen
from domain.problems import PICTURES, is_open, require_reportable
from domain.refusals import NotNow, StaleButton
from handlers.customer import CUSTOMER
from handlers.customer.cards import file_of, file_under
from handlers.customer.saying import said
from handlers.desk import Desk
from handlers.forms import DONE, Form, Given, Question, State, begin, show
from handlers.hearing import ANYTHING, KEYS, Heard, Kind
from views import problems as view
from views.buttons import Do
from views.forms import Prompt

MORE: Final = "more"
SHOWING: Final = frozenset({"photo", "video", "video_note", "animation", "document"})


async def problem(desk: Desk, press: Do) -> State:
    """What is wrong comes first, then the pictures that help with the carrier."""
    file = await file_under(desk, press)
    require_reportable(file.order, desk.now)
    return await begin(desk, PROBLEM, {"order": file.order.id, "count": 0})


async def withdraw(desk: Desk, press: Do) -> State:
    """What taking it back means."""
    file = await file_under(desk, press)
    if not is_open(file.order):
        raise NotNow(file.order.stage)
    await show(desk, view.withdraw(file.order, desk.say))
    return None


async def withdraw_confirmed(desk: Desk, press: Do) -> State:
    await problems.withdraw(desk.work, press.order, seen=press.seen)
    desk.toast(view.withdrawn(desk.say))
    await show(desk, Card(press.order))
    return None


# The form -------------------------------------------------------------------------------------


async def _ask_words(desk: Desk, given: Given) -> Prompt:
    return view.ask_words(OrderId(given["order"]), desk.say)


async def _ask_more(desk: Desk, given: Given) -> Prompt:
    return view.ask_more(OrderId(given["order"]), given["count"], desk.say)


def _read(_desk: Desk, _given: Given, heard: Heard) -> str:
    if heard.kind is Kind.KEY and heard.value != view.READY:
        raise StaleButton
    return heard.value


def _read_picture(desk: Desk, given: Given, heard: Heard) -> str:
    """Words and voices are passed on like pictures, but the picture is still wanted."""
    value = _read(desk, given, heard)
    if heard.kind is Kind.KEY or said(heard).media in SHOWING:
        return value
    return "words"


async def _pass_on(desk: Desk, given: Given, heard: Heard, shows: str = "") -> None:
    """Store and relay what was sent; the first message opens the problem."""
    if heard.kind is Kind.KEY:
        return
    order = OrderId(given["order"])
    words = said(heard)
    if words.media in SHOWING:
        words = replace(words, shows=shows)
    if not given["count"]:
        await problems.open_problem(desk.work, order, heard.text)
    given["count"] += 1
    await messages.to_agency(desk.work, order, words)


def _picture(what: str, following: str) -> Question:
    async def ask(desk: Desk, given: Given) -> Prompt:
        order = (await file_of(desk, given["order"])).order
        return view.ask_picture(order, what, given["count"], desk.say)

    async def pass_on(desk: Desk, given: Given, heard: Heard) -> None:
        await _pass_on(desk, given, heard, what)

    return Question(
        what,
        ask,
        _read_picture,
        ANYTHING | KEYS,
        skip=True,
        back=False,
        cancel=False,
        then=_after(what, following),
        act=pass_on,
    )


def _after(what: str, following: str) -> Callable[[Given], str]:
    def then(given: Given) -> str:
        if given[what] == view.READY:
            return DONE
        return what if given[what] == "words" else following

    return then


async def _sent(desk: Desk, given: Given) -> Screen:
    return view.sent(OrderId(given["order"]), desk.say)


async def _left(desk: Desk, given: Given) -> Screen:
    order = OrderId(given["order"])
    if given["count"]:  # by /cancel: what was written has been sent
        return view.sent(order, desk.say)
    return view.left(order, desk.say)


_FOLLOWING: Final = (*PICTURES[1:], MORE)

PROBLEM: Final = Form(
    side=CUSTOMER,
    name="problem",
    questions=(
        Question("words", _ask_words, _read, ANYTHING, act=_pass_on),
        *(_picture(what, after) for what, after in zip(PICTURES, _FOLLOWING, strict=True)),
        Question(
            MORE,
            _ask_more,
            _read,
            ANYTHING | KEYS,
            back=False,
            cancel=False,
            then=lambda given: DONE if given[MORE] == view.READY else MORE,
            act=_pass_on,
        ),
    ),
    done=_sent,
    left=_left,
)
