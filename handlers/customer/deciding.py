"""The customer's word: cancelling an order, and answering what we ask about a line."""

from __future__ import annotations

from typing import Final

from actions import cancellations, questions
from domain.changes import can_request_all
from domain.letters import Card
from domain.questions import Answer, require_open
from domain.refusals import CardOutdated, LineNotNow, NotNow, UnderReview
from handlers.customer import changing
from handlers.customer.cards import file_of, file_under
from handlers.desk import Desk
from handlers.forms import State, show
from views import card
from views import deciding as view
from views.buttons import Decide, Do
from views.questions import ASKING, CONFIRMING


async def cancel(desk: Desk, press: Do) -> State:
    """What is lost; a payment report under review has to be withdrawn first."""
    file = await file_under(desk, press)
    if file.report is not None:
        raise UnderReview(press.order)
    if can_request_all(file.order):
        return await changing.ask_all(desk, file)
    if not card.can_cancel(file):
        raise NotNow(file.order.stage)
    await show(desk, view.cancel(file, desk.say))
    return None


async def cancel_confirmed(desk: Desk, press: Do) -> State:
    order = await cancellations.cancel(desk.work, press.order, seen=press.seen)
    desk.toast(view.cancelled(order, desk.say))
    await show(desk, Card(press.order))
    return None


async def decide(desk: Desk, press: Decide) -> State:
    """An answer to a question: first what it means, then, confirmed, the thing itself."""
    if press.choice in _ASKED:
        await _preview(desk, press, _ASKED[press.choice])
    else:
        await _decided(desk, press, _CONFIRMED[press.choice])
    return None


_ASKED: Final = {choice: answer for answer, choice in ASKING.items()}
_CONFIRMED: Final = {choice: answer for answer, choice in CONFIRMING.items()}


async def _preview(desk: Desk, press: Decide, answer: Answer) -> None:
    """The question as it is now, whatever else changed about the order since it was asked."""
    order = (await file_of(desk, press.order)).order
    line = order.line(press.line)
    try:
        require_open(line, answer)
    except LineNotNow:
        if order.version != press.seen:
            raise CardOutdated(order.id) from None
        raise
    await show(desk, view.preview(order, line, answer, desk.say))


async def _decided(desk: Desk, press: Decide, answer: Answer) -> None:
    line = (await file_under(desk, press)).order.line(press.line)
    order = await questions.decide(desk.work, press.order, press.line, answer, seen=press.seen)
    desk.toast(view.decided(order, line, answer, desk.say))
    await show(desk, Card(press.order))
