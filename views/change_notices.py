"""Notices about changes that a customer makes or asks for, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from domain import change_notices as told
from domain.change_notices import ChangeNotice
from domain.changes import is_whole
from domain.files import OrderFile
from domain.letters import Key, Screen
from domain.orders import Order, Stage
from views import words
from views.buttons import Duty, OpenCard, StaffDo, StaffLine
from views.lengths import one_line
from views.pages import Row
from views.staff import code
from views.staff_notices import estimate_line
from views.texts import Texts

_LISTED_MAX: Final = 8
_REASON_MAX: Final = 500


def draw(notice: ChangeNotice, file: OrderFile, say: Texts) -> Screen:
    order = file.order
    match notice:
        case told.ItemChanged():
            return _screen("✏️", order, _changed(notice, order, say))
        case told.EstimateWanted():
            return _estimate_wanted(notice, order, say)
        case told.ChangeRequested():
            return _requested(notice, order, say)
        case told.RequestWithdrawn():
            return _screen("↩️", order, _withdrawn(notice, order, say))
        case told.RequestAccepted():
            return _to_customer("✅", order, _accepted(notice, order, say), say)
        case told.RequestDeclined():
            return _to_customer("✖️", order, _declined(notice, order, say), say)


def _screen(emoji: str, order: Order, lines: Iterable[Markup], keys: Row = ()) -> Screen:
    head = Markup("{} #{} · ").format(emoji, order.id)
    return Screen(str(head + Markup("\n").join(lines)), (keys,) if keys else ())


def _to_customer(emoji: str, order: Order, lines: Iterable[Markup], say: Texts) -> Screen:
    return _screen(emoji, order, lines, (OpenCard(order.id).key(say.label("Open order")),))


# To staff -------------------------------------------------------------------------------------


def _changed(notice: told.ItemChanged, order: Order, say: Texts) -> Iterable[Markup]:
    item = words.item(order, notice.line, 120)
    if notice.after:
        yield say(
            "The customer changed the quantity of item {item}: {before} → {after}.",
            item=item,
            before=notice.before,
            after=notice.after,
        )
    else:
        yield say("The customer cancelled item {item}.", item=item)
    if notice.was is not None and notice.total is not None:
        yield say("The 1st bill: {was} → {total}.", was=notice.was, total=notice.total)


def _estimate_wanted(notice: told.EstimateWanted, order: Order, say: Texts) -> Screen:
    lines = [
        say(
            "The customer wants more of item {item}: {before} → {after}.",
            item=words.item(order, notice.line, 120),
            before=notice.before,
            after=notice.after,
        ),
        say("The bill of {total} is void. Please price every item anew:", total=notice.was),
        code(estimate_line(order)),
    ]
    keys = (
        StaffDo(order.id, order.version, Duty.ESTIMATE).key(say.label("Estimate")),
        StaffDo(order.id, order.version, Duty.REJECT).key(say.label("Reject line")),
    )
    return _screen("📝", order, lines, keys if order.stage is Stage.APPLIED else ())


def _requested(notice: told.ChangeRequested, order: Order, say: Texts) -> Screen:
    waiting = [no for no in notice.lines if order.line(no).wanted is not None]
    lines = [*_wish(notice, order, say)]
    lines.append(say("It is paid. Nobody can buy it before you answer:"))
    number = f" {notice.lines[0]}" if len(notice.lines) == 1 else ""
    if number or is_whole(order):
        lines += [code(f"/accept{number}"), code(f"/decline{number} reason")]
    else:
        lines += [code(f"/accept {no}") for no in notice.lines[:_LISTED_MAX]]
    keys = (
        _duty(order, Duty.ACCEPT, notice, say.label("Accept")),
        _duty(order, Duty.DECLINE, notice, say.label("Decline")),
    )
    return _screen("✋", order, lines, keys if waiting else ())


def _wish(notice: told.ChangeRequested, order: Order, say: Texts) -> Iterable[Markup]:
    if len(notice.lines) == 1:
        item = words.item(order, notice.lines[0], 120)
        if notice.wanted:
            yield say(
                "The customer asks for {n} of item {item} instead of {before}.",
                n=notice.wanted,
                item=item,
                before=order.line(notice.lines[0]).quantity,
            )
        else:
            yield say("The customer asks to cancel item {item}.", item=item)
        return
    yield say.n(
        "The customer asks to cancel {n} item:",
        "The customer asks to cancel {n} items:",
        len(notice.lines),
    )
    for no in notice.lines[:_LISTED_MAX]:
        yield Markup("{}").format(words.item(order, no))
    if (more := len(notice.lines) - _LISTED_MAX) > 0:
        yield say.n("… and {n} more item", "… and {n} more items", more)


def _duty(order: Order, duty: Duty, notice: told.ChangeRequested, label: str) -> Key:
    """For this very line, or for what waits."""
    if len(notice.lines) == 1:
        return StaffLine(order.id, order.version, duty, notice.lines[0]).key(label)
    return StaffDo(order.id, order.version, duty).key(label)


def _withdrawn(notice: told.RequestWithdrawn, order: Order, say: Texts) -> Iterable[Markup]:
    yield say.n(
        "The customer withdrew the request about item {items}. It can be bought as ordered.",
        "The customer withdrew the requests about items {items}. They can be bought as ordered.",
        len(notice.lines),
        items=_numbers(notice.lines),
    )


def _numbers(lines: Iterable[int]) -> str:
    return one_line(", ".join(map(str, lines)), 100)


# To the customer ------------------------------------------------------------------------------


def _accepted(notice: told.RequestAccepted, order: Order, say: Texts) -> Iterable[Markup]:
    item = words.item(order, notice.lines[0], 120)
    if notice.wanted:
        yield say(
            "Accepted, as you asked: the quantity of item {item} is {n} now.",
            item=item,
            n=notice.wanted,
        )
    else:
        yield say.n(
            "Accepted, as you asked: item {items} is cancelled.",
            "Accepted, as you asked: items {items} are cancelled.",
            len(notice.lines),
            items=item if len(notice.lines) == 1 else _numbers(notice.lines),
        )
    yield say("What you paid for it comes back with the settlement at the end.")
    if order.stage is Stage.AWAITING_ARRIVAL:
        yield say("Everything else is bought.")


def _declined(notice: told.RequestDeclined, order: Order, say: Texts) -> Iterable[Markup]:
    yield say.n(
        "We are sorry: your request about item {items} cannot be granted any more.",
        "We are sorry: your requests about items {items} cannot be granted any more.",
        len(notice.lines),
        items=_numbers(notice.lines),
    )
    yield say("<b>Reason:</b> {reason}", reason=one_line(notice.reason, _REASON_MAX))
    yield say("We buy it as you ordered it.")
