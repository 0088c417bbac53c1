"""The picture of `/stats` in words: what stands on it and below it, and buttons to other spans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from babel.dates import format_date

from domain.agency import Agency
from domain.letters import Key
from domain.money import Money
from domain.queue import Tally
from domain.statistics import Figures, Leap
from views import queue
from views.buttons import ShowSpan
from views.charts import Bars, Flows, Sheet
from views.desk_words import STAGES
from views.lengths import one_line, plain
from views.texts import Phrase, Texts, later

SPANS: Final = ((7, later("Week")), (30, later("Month")), (365, later("Year")))
LEAPS: Final = {
    Leap.ESTIMATE: later("Estimate"),
    Leap.PAYMENT: later("1st payment"),
    Leap.PURCHASE: later("Purchase"),
    Leap.ARRIVAL: later("Arrival"),
    Leap.SECOND_BILL: later("2nd bill"),
    Leap.SHIPPING: later("Payment and shipping"),
    Leap.RECEPTION: later("Reception"),
}
_LABELS_MAX: Final = 6
_NAME_MAX: Final = 34


def caption(figures: Figures, say: Texts) -> str:
    return str(
        say(
            "📊 {since} to {until}. {applied} applied, {completed} completed, "
            "{cancelled} cancelled.",
            since=figures.since,
            until=figures.until,
            applied=figures.applied,
            completed=figures.completed,
            cancelled=figures.cancelled,
        )
    )


def keys(days: int, say: Texts) -> tuple[tuple[Key, ...], ...]:
    """To the other spans; the one that is shown has a mark."""
    row = (
        ShowSpan(span).key(say.label(name, emoji="·" if span == days else "📊"))
        for span, name in SPANS
    )
    return (tuple(row),)


def sheet(figures: Figures, agency: Agency, say: Texts) -> Sheet:
    numbers = (
        (_words(say("applications")), str(figures.applied)),
        (_words(say("completed")), str(figures.completed)),
        (_words(say("money in")), say.show(figures.money_in)),
        (_words(say("money out")), say.show(figures.money_out)),
    )
    days = say("{since} to {until}", since=figures.since, until=figures.until)
    return Sheet(
        title=one_line(agency.name, _NAME_MAX),
        subtitle=_words(days),
        numbers=numbers,
        stages=_stages(figures, say),
        money=_flows(figures, agency, say),
        times=_times(figures, say),
        late=_late(figures, say),
    )


def _words(text: str) -> str:
    return plain(str(text))


def _stages(figures: Figures, say: Texts) -> Bars:
    rows = tuple(
        (_words(say.of(STAGES[stage])), float(count), 0.0, str(count))
        for stage, count in figures.stages
    )
    return Bars(_words(say("Ongoing orders, now")), rows, _words(say("No order is under way.")))


def _flows(figures: Figures, agency: Agency, say: Texts) -> Flows:
    days = [flow.since for flow in figures.flows]
    return Flows(
        _words(say("Money, {currency}", currency=agency.currency.value)),
        tuple(_labels(days, say)),
        tuple(_number(flow.money_in) for flow in figures.flows),
        tuple(_number(flow.money_out) for flow in figures.flows),
        (_words(say("in")), _words(say("out"))),
    )


def _number(money: Money) -> float:
    """For the length of a bar, and for nothing else."""
    return float(Decimal(money.plain()))


def _labels(days: list[date], say: Texts) -> Iterator[str]:
    """A few of the days, by name; months of a year by theirs."""
    by_month = len(days) > 1 and (days[-1] - days[0]).days > 60
    step = max(1, -(-len(days) // _LABELS_MAX))
    for at, day in enumerate(days):
        if (len(days) - 1 - at) % step:
            yield ""
        else:
            yield str(format_date(day, "MMM" if by_month else "d MMM", locale=say.locale))


def _times(figures: Figures, say: Texts) -> Bars:
    rows = tuple(
        (_words(say.of(LEAPS[leap])), took.total_seconds(), 0.0, _span(took, count, say))
        for leap, took, count in figures.medians
    )
    title = _words(say("How long it takes (half are faster)"))
    return Bars(title, rows, _words(say("Nothing was finished in this time.")))


def _span(took: timedelta, count: int, say: Texts) -> str:
    """`2.5 days (12)`"""
    hours = took.total_seconds() / 3600
    if hours < 1:
        shown = say("{n} min", n=round(hours * 60))
    elif hours < 48:
        shown = say("{n} h", n=_short(hours))
    else:
        shown = say("{n} days", n=_short(hours / 24))
    return _words(shown) + f" ({count})"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _late(figures: Figures, say: Texts) -> Bars:
    rows = tuple(_late_row(tally, say) for tally in figures.waiting)
    return Bars(_words(say("What waits, now")), rows, _words(say("Nothing waits.")))


def _late_row(tally: Tally, say: Texts) -> tuple[str, float, float, str]:
    name: Phrase = queue.NAMES[tally.kind]
    written = str(tally.count)
    if tally.late:
        written += _words(say(" · {n} late", n=tally.late))
    return _words(say.of(name)), float(tally.count), float(tally.late), written
