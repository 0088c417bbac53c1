"""Letters of the desk, drawn: a topic's name, a bill on paper, the figures of some days."""

from __future__ import annotations

import asyncio
from datetime import datetime

from actions import statistics
from actions.work import Work
from bot.charting import Chart
from domain.actors import CLOCK
from domain.agency import Agency
from domain.letters import BillPaper, Document, Statistics, TopicName
from storage.unit_of_work import UnitOfWork
from views import statistics as statistics_view
from views import topic_names
from views.texts import Reader
from views.topic_names import Title


async def draw(
    content: TopicName | BillPaper | Statistics,
    reader: Reader,
    agency: Agency,
    uow: UnitOfWork,
    now: datetime,
) -> Title | Document | Chart:
    match content:
        case TopicName(order):
            return topic_names.title(await uow.files.load(order), reader.say)
        case BillPaper():
            return await _paper(content, reader, agency, uow, now)
        case Statistics(days):
            figures = await statistics.gather(Work(uow, agency, now, CLOCK), days)
            return Chart(
                statistics_view.sheet(figures, agency, reader.say),
                statistics_view.caption(figures, reader.say),
                statistics_view.keys(days, reader.say),
            )


async def _paper(
    of: BillPaper, reader: Reader, agency: Agency, uow: UnitOfWork, now: datetime
) -> Document:
    from views import papers  # with all that draws a PDF, which few letters need

    file = await uow.files.load(of.order)
    bill = file.order.first_bill if of.bill == "first" else file.order.second_bill
    if bill is None:
        raise LookupError(f"order {of.order} has no {of.bill} bill")
    # A font is read for it: the others need not wait.
    return await asyncio.to_thread(papers.draw, papers.BillOf(file, bill, agency, now), reader)
