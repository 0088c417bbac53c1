"""The clocks as a page, drawn from their table: `python -m domain.clock_page`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from domain.deadlines import CLOCKS, DAY, Clock, Rule, Stop, Tick, What
from domain.orders import Role

_NAMES: Final = {
    Clock.FIRST_BILL: "7 days",
    Clock.COMPLETION: "30 days",
    Clock.DECISION: "decision",
    Clock.MISHAP: "goods to decide about",
    Clock.SECOND_BILL: "2nd bill",
    Clock.ARRIVAL: "arrival",
    Clock.STAFF: "staff",
}
_HEAD: Final = """\
# The clocks

Drawn from `CLOCKS` in `domain/deadlines.py` by `python -m domain.clock_page`; a test compares
the two. `domain/agenda.py` reads the same table for one order. 7 and 30 days are
`FIRST_BILL_DAYS` and `COMPLETE_AFTER_DAYS`.
"""
_FOOT: Final = """\
**Announced, or it does not bite.** A moment marked * is a warning: nothing bites before
Telegram has had it for 24 hours. Where that comes late, because the bot or Telegram was down,
the deadline moves to 24 hours after it, and history says so. A customer who blocked the bot, or
is gone, counts as warned a day after staff were shown it in the order's topic.

**To the end of the day.** The 7 and the 30 days end at midnight in the agency's time zone,
after at least 168 and 720 hours, also where the clocks change. A re-estimate, another parcel,
*Not arrived yet*, and the 48 hours after a refused or short payment move the deadline; what is
said belongs to one deadline, so that a moved one says all of it anew.

**When nobody looked at the clocks** for more than an hour, whatever ran out in that time ends
24 hours after the return, is announced again, and staff are told. Many deadlines at once go in
rounds of 500, and ring for staff from 100 on.

**At night** (22:00 to 08:00 where the customer is) nothing is sent that can wait: reminders,
and what staff do, come in the morning; a warning comes the evening before; what bites within 12
hours comes at any hour, and so does the answer to what the customer does. Who never chose a
time zone in `/settings` has no night. Staff are shown what waits, and until when.

**Whatever a clock says** is looked at again as it is sent: nobody is reminded of what is done
by then.
"""


def page() -> str:
    return "\n".join([_HEAD, *_table(), "", _FOOT])


def _table() -> Iterator[str]:
    yield "| clock | counts from | says | in the end | stands still for |"
    yield "| --- | --- | --- | --- | --- |"
    for clock, rule in CLOCKS.items():
        stops = ", ".join(stop for stop in Stop if stop in rule.stops) or "nothing"
        ends = rule.bites or "it never bites"
        cells = (_NAMES[clock], rule.counts_from, _said(rule), ends, stops)
        yield f"| {' | '.join(cells)} |"


def _said(rule: Rule) -> str:
    return "; ".join(_moment(tick) for tick in rule.ticks if tick.what is not What.BITE)


def _moment(tick: Tick) -> str:
    star = "*" if tick.is_warning else ""
    return f"{tick.what} {_when(tick)}{star} ({_whom(tick)})"


def _when(tick: Tick) -> str:
    if tick.business_days:
        return f"every {tick.business_days} business days"
    if tick.before is not None:
        return f"{_span(tick.before)} before the end"
    assert tick.after is not None
    every = f" and every {_span(tick.every)}" if tick.every else ""
    return f"after {_span(tick.after)}{every}"


def _span(span: timedelta) -> str:
    if span > 3 * DAY:
        return f"{span // DAY} days"
    return f"{span // timedelta(hours=1)} hours"


def _whom(tick: Tick) -> str:
    return " and ".join(role for role in Role if role in tick.to)


if __name__ == "__main__":
    sys.stdout.write(page())
