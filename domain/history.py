"""An order's history: who changed what, when and why, and what it was before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from domain.bills import Bill
from domain.money import Money
from domain.orders import Change, Flag, Line, Order, Parcel


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    who: str  # "staff:42 Mina", "customer:7 Aki", "clock"
    what: str
    before: str = ""
    after: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class OrderGlance:
    """An order as a list shows it."""

    id: int
    stage: str
    first_line: str
    lines: int
    needs_customer: bool
    applied_at: datetime
    due_at: datetime | None


# What a change changed ------------------------------------------------------------------------

NONE: Final = "none"
YES: Final = "yes"
NO: Final = "no"
PARTS: Final = "; "  # between the parts of `before` and `after`, which go together in pairs
LABEL: Final = ": "  # after what a part is about; the stage alone has no label
MOMENT: Final = "%Y-%m-%d %H:%M UTC"
CLOCK: Final = "clock"
RUNS: Final = "runs"
STANDS_STILL: Final = "stands still"


def written(amount: Money | None) -> str:
    """An amount as history has it, whoever wrote it: `28.00 USD`."""
    return NONE if amount is None else f"{amount.plain()} {amount.currency}"


def complete(change: Change, was: Order | None, now: Order) -> Change:
    """The change with what was before and after, where whoever made it did not say both.

    A single word of theirs belongs to what happened: `2nd bill: EMS 42.10 USD`.
    """
    if was is None or (change.before and change.after):
        return change
    detail = change.before or change.after
    differences = _differences(was, now)
    return replace(
        change,
        what=f"{change.what}{LABEL}{detail}" if detail else change.what,
        before=PARTS.join(_part(label, before) for label, before, _ in differences),
        after=PARTS.join(_part(label, after) for label, _, after in differences),
    )


def _part(label: str, value: str) -> str:
    return f"{label}{LABEL}{value}" if label else value


def pairs(before: str, after: str) -> list[tuple[str, str, str]]:
    """(what about, before, after), part by part; as they stand if they do not go together."""
    olds, news = before.split(PARTS), after.split(PARTS)
    split = [(_split(old), _split(new)) for old, new in zip(olds, news, strict=False)]
    if len(olds) != len(news) or any(old[0] != new[0] for old, new in split):
        return [("", before, after)]
    return [(old[0], old[1], new[1]) for old, new in split]


def _split(part: str) -> tuple[str, str]:
    label, found, value = part.partition(LABEL)
    return (label, value) if found else ("", part)


def _differences(was: Order, now: Order) -> list[tuple[str, str, str]]:
    olds, news = _facts(was), _facts(now)
    labels = dict.fromkeys((*news, *olds))
    both = [(label, olds.get(label, NONE), news.get(label, NONE)) for label in labels]
    has_clock = was.due_at is not None and now.due_at is not None
    return [
        (label, old, new)
        for label, old, new in both
        if old != new and (has_clock or label != CLOCK)
    ]


def _facts(order: Order) -> dict[str, str]:
    """All that can change about an order, by its label."""
    facts: dict[str, str] = {"": order.stage}
    for label, flag in _FLAGS:
        facts[label] = YES if flag in order.flags else NO
    for line in order.lines:
        facts |= _facts_of_line(line)
    for label, bill in (("1st bill", order.first_bill), ("2nd bill", order.second_bill)):
        facts |= {} if bill is None else _facts_of_bill(label, bill)
    facts["cost adjusted by"] = _unless_zero(order.adjustment)
    facts["address"] = " / ".join(order.address.split("\n"))
    facts["taken by"] = order.taken_by.partition(" ")[2] or order.taken_by or NONE
    facts["packed"] = NO if order.packed_at is None else YES
    for no, parcel in enumerate(order.parcels, 1):
        facts[f"parcel {no}"] = _parcel(parcel)
    facts["linked to"] = NONE if order.linked_to is None else f"#{order.linked_to}"
    facts["due"] = NONE if order.due_at is None else _moment(order.due_at)
    facts[CLOCK] = RUNS if order.frozen_at is None else STANDS_STILL
    return {label: value.replace(PARTS, ", ") for label, value in facts.items()}


_FLAGS: Final = (
    ("on hold", Flag.ON_HOLD),
    ("decision needed", Flag.DECISION_NEEDED),
    ("problem open", Flag.PROBLEM_OPEN),
)


def _facts_of_line(line: Line) -> dict[str, str]:
    name = f"line {line.no}"
    return {
        name: line.state,
        f"{name} quantity": str(line.quantity),
        f"{name} price": written(line.price),
        f"{name} question": NONE if line.question is None else line.question,
        f"{name} asked price": written(line.asked_price),
        f"{name} wanted": NONE if line.wanted is None else str(line.wanted),
        f"{name} arrived": str(line.arrived or NONE),
    }


def _facts_of_bill(name: str, bill: Bill) -> dict[str, str]:
    offered = ", ".join(f"{method.name} {written(method.price)}" for method in bill.methods)
    return {
        name: written(bill.total),
        f"{name} paid": _unless_zero(bill.paid),
        f"{name} offers": offered or NONE,
        f"{name} by": bill.method or NONE,
        f"{name} extra": written(bill.extra),
    }


def _parcel(parcel: Parcel) -> str:
    states = (("came back", parcel.returned_at), ("arrived", parcel.arrived_at))
    state = next((word for word, at in states if at is not None), "")
    return f"{parcel.carrier} {parcel.tracking} {state}".strip()


def _unless_zero(amount: Money | None) -> str:
    return NONE if amount is None or amount.is_zero else written(amount)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime(MOMENT)
