"""An order's history as staff read it: day by day, the newest page first, amounts as money."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final

from markupsafe import Markup

from domain.deadlines import Clock
from domain.history import MOMENT, NO, NONE, RUNS, STANDS_STILL, YES, HistoryLine, pairs
from domain.ids import OrderId
from domain.letters import Key, Screen
from domain.money import Currency, parse_amount
from domain.orders import LineState, Question, Stage
from domain.refusals import BadAmount
from views import deeds, words
from views.buttons import OrderHistory
from views.lengths import TEXT_MAX, cut_html, one_line
from views.moments import Deadline, zone, zone_name
from views.texts import Phrase, Texts, later

ENTRIES_A_PAGE: Final = 8
PARTS_MAX: Final = 8  # of one entry; an estimate of twenty lines has many
WHAT_MAX: Final = 120
VALUE_MAX: Final = 80
WHY_MAX: Final = 200
_NAME_MAX: Final = 60

_AMOUNT: Final = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)? (?:" + "|".join(Currency) + r")\b")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC")
_VALUES: Final[dict[str, Phrase]] = {
    **{str(stage): phrase for stage, phrase in words.STAGES.items()},
    **{str(state): phrase for state, phrase in words.LINES.items()},
    **{str(question): phrase for question, phrase in words.QUESTIONS.items()},
    NONE: later("none"),
    YES: later("yes"),
    NO: later("no"),
    RUNS: later("runs"),
    STANDS_STILL: later("stands still"),
}
assert _VALUES.keys() >= {*Stage, *LineState, *Question}


def pages(entries: int) -> int:
    return max(1, -(-entries // ENTRIES_A_PAGE))


def page(
    order: OrderId, entries: Sequence[HistoryLine], number: int, count: int, say: Texts
) -> Screen:
    """Page `number` (from 0, the newest) of `count`; its entries with the oldest first."""
    title = say("<b>#{order}</b> · History", order=order)
    if count > 1:
        title = say(
            "<b>#{order}</b> · History, page {page} of {pages}",
            order=order,
            page=number + 1,
            pages=count,
        )
    days = (_day(day, group, say) for day, group in groupby(entries, lambda x: _date(x, say)))
    text = Markup("\n\n").join([title, *days])
    return Screen(str(cut_html(str(text), TEXT_MAX)), _turning(order, number, count, say))


def _turning(order: OrderId, number: int, count: int, say: Texts) -> tuple[tuple[Key, ...], ...]:
    row = []
    if number + 1 < count:
        older = say.label("Older", emoji="⬅️", detail=f"{number + 2}/{count}")
        row.append(OrderHistory(order, number + 1).key(older))
    if number > 0:
        newer = say.label("Newer", emoji="➡️", detail=f"{number}/{count}")
        row.append(OrderHistory(order, number - 1).key(newer))
    return (tuple(row),) if row else ()


# Entries --------------------------------------------------------------------------------------


def _local(entry: HistoryLine, say: Texts) -> datetime:
    return entry.at.astimezone(zone(say.timezone))


def _date(entry: HistoryLine, say: Texts) -> tuple[date, str]:
    local = _local(entry, say)
    return local.date(), zone_name(local)


def _day(day: tuple[date, str], entries: Iterable[HistoryLine], say: Texts) -> Markup:
    head = Markup("<b>{}</b> ({})").format(say.show(day[0]), day[1])
    return Markup("\n").join([head, *(_entry(entry, say) for entry in entries)])


def _entry(entry: HistoryLine, say: Texts) -> Markup:
    """`09:00 · Mina · estimate`, then what changed, then why."""
    lines = [
        Markup("{} · <b>{}</b> · {}").format(
            f"{_local(entry, say):%H:%M}",
            _name(entry.who, say),
            _shown(deeds.of_deed(entry.what, say), WHAT_MAX, say),
        )
    ]
    changed = [part for part in pairs(entry.before, entry.after) if part != ("", "", "")]
    lines += [_change(*part, say) for part in changed[:PARTS_MAX]]
    if len(changed) > PARTS_MAX:
        lines.append(say("• and {n} more", n=len(changed) - PARTS_MAX))
    if entry.why:
        why = words.staff_reason(entry.why, say, WHY_MAX)
        lines.append(say("• because: {why}", why=why))
    return Markup("\n").join(lines)


def _change(label: str, before: str, after: str, say: Texts) -> Markup:
    values = [_value(value, say) for value in (before, after) if value]
    change = Markup(" → ").join(values)
    about = deeds.of_label(label, say)
    return Markup("• {}: {}").format(about, change) if label else Markup("• ") + change


def _value(value: str, say: Texts) -> Markup:
    known = _VALUES.get(value)
    if (said := _SAID.fullmatch(value)) is not None:
        return _clock(said, say)
    return _shown(value, VALUE_MAX, say) if known is None else say.of(known)


# What a clock said, and how long after it began, or before its end: `second_bill 72h`.
_SAID: Final = re.compile(rf"({'|'.join(Clock)}) (-?)([0-9]+)([hd])")
_CLOCKS: Final[dict[str, Phrase]] = {
    Clock.FIRST_BILL: later("the 1st bill’s deadline"),
    Clock.COMPLETION: later("the reception report"),
    Clock.DECISION: later("the customer’s decision"),
    Clock.MISHAP: later("the decision about what arrived"),
    Clock.SECOND_BILL: later("the 2nd bill"),
    Clock.ARRIVAL: later("the arrival at the warehouse"),
    Clock.STAFF: later("our turn"),
}


def _clock(said: re.Match[str], say: Texts) -> Markup:
    about, is_before, count, unit = say.of(_CLOCKS[said[1]]), said[2], int(said[3]), said[4]
    if unit == "d":
        return say.n(
            "{about}, after {n} business day",
            "{about}, after {n} business days",
            count,
            about=about,
        )
    if is_before:
        return say.n(
            "{about}, {n} hour before its end",
            "{about}, {n} hours before its end",
            count,
            about=about,
        )
    return say.n("{about}, after {n} day", "{about}, after {n} days", count // 24, about=about)


def _shown(text: str, limit: int, say: Texts) -> Markup:
    """Amounts and moments as the reader writes them, wherever they stand."""
    text = _AMOUNT.sub(lambda match: _amount(match[0], say), text)
    text = _MOMENT.sub(lambda match: _moment(match[0], say), text)
    return Markup("{}").format(one_line(text, limit))


def _amount(text: str, say: Texts) -> str:
    number, _, currency = text.partition(" ")
    try:
        amount = parse_amount(number.removeprefix("-"), Currency(currency))
    except BadAmount:  # what somebody typed
        return text
    return say.show(-amount if number.startswith("-") else amount)


def _moment(text: str, say: Texts) -> str:
    """A deadline, as the customer is told it: the last minute before it."""
    return say.show(Deadline(datetime.strptime(text, MOMENT).replace(tzinfo=UTC)))


def _name(who: str, say: Texts) -> str:
    """`staff:42 Mina` is Mina, who has no name is their number, and the clock is the clock."""
    role, _, name = who.partition(" ")
    return one_line(name, _NAME_MAX) or (say("the clock") if role == "clock" else role)
