"""What waits for staff, as they page through it: a line each, and a button to its topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain.letters import Key, Screen
from domain.queue import Kind, Queue, Waiting
from views.buttons import QueueTurn
from views.desk_words import inquiry, name_of
from views.lengths import one_line, plain
from views.links import to_topic
from views.pages import Row
from views.texts import Phrase, Texts, later

EMOJI: Final[Mapping[Kind, str]] = {
    Kind.MESSAGES: "💬",
    Kind.ESTIMATES: "📝",
    Kind.PAYMENTS: "💰",
    Kind.BUYING: "🛒",
    Kind.REQUESTS: "✋",
    Kind.DECISIONS: "❓",
    Kind.ARRIVALS: "🚚",
    Kind.BILLING: "📦",
    Kind.SHIPPING: "📮",
    Kind.PROBLEMS: "❗️",
    Kind.HELD: "⏸",
    Kind.PAYOUTS: "💸",
}
NAMES: Final[Mapping[Kind, Phrase]] = {
    Kind.MESSAGES: later("Unanswered messages"),
    Kind.ESTIMATES: later("Estimates"),
    Kind.PAYMENTS: later("Payments to confirm"),
    Kind.BUYING: later("To buy"),
    Kind.REQUESTS: later("Requests"),
    Kind.DECISIONS: later("Customer decides"),
    Kind.ARRIVALS: later("To arrive"),
    Kind.BILLING: later("2nd bills"),
    Kind.SHIPPING: later("To ship"),
    Kind.PROBLEMS: later("Problems"),
    Kind.HELD: later("On hold"),
    Kind.PAYOUTS: later("Pay-outs"),
}
_KEYS_A_ROW: Final = 2


def draw(queue: Queue, chat: int, say: Texts) -> Screen:
    """`chat` is the staff group, whose topics the buttons open."""
    text = Markup("\n\n").join([_head(queue, say), *_lines(queue, say)])
    keys = (*_ways(queue, chat, say), *_turning(queue, say), *_kinds(queue, say))
    return Screen(str(text), keys)


def _head(queue: Queue, say: Texts) -> Markup:
    if queue.kind is not None:
        count = queue.counts[queue.kind]
        name = say.of(NAMES[queue.kind])
        title = say("<b>{kind}</b> · {count}", kind=name, count=count)
        title = Markup("{} ").format(EMOJI[queue.kind]) + title
    else:
        title = say("🗂 <b>What waits</b> · {count}", count=queue.total)
    if queue.pages > 1:
        title += say(" · page {page} of {pages}", page=queue.page + 1, pages=queue.pages)
    if not queue.shown:
        return title + Markup("\n") + say("Nothing waits here. 🎉")
    return title


def _lines(queue: Queue, say: Texts) -> Iterator[Markup]:
    for waiting in queue.shown:
        yield Markup("\n").join([_first(queue, waiting, say), _second(waiting, queue.now, say)])


def _first(queue: Queue, waiting: Waiting, say: Texts) -> Markup:
    """`📝 #12 · Estimates · Blue mug`"""
    kind = "" if queue.kind else f" · {say.of(NAMES[waiting.kind])}"
    head = Markup("{} <b>{}</b>{}").format(
        EMOJI[waiting.kind], number_of(waiting, say), Markup(kind)
    )
    if waiting.amount is not None:
        return head + Markup(" · {}").format(say.show(waiting.amount))
    return head + Markup(" · {}").format(_what(waiting))


def _what(waiting: Waiting) -> str:
    """The message that waits for an answer, as far as it has words; else the first item."""
    if words := plain(waiting.said).strip():
        return f"“{one_line(words, 60)}”"
    return one_line(waiting.what.split("://", 1)[-1], 40)


def number_of(waiting: Waiting, say: Texts) -> Markup:
    if waiting.order is not None:
        return Markup("#{}").format(waiting.order)
    if waiting.inquiry is not None:
        return inquiry(waiting.inquiry, say)
    if waiting.kind is Kind.PAYOUTS:
        return say("Pay-out {number}", number=waiting.number)
    return say("Pay-in {number}", number=waiting.number)


def _second(waiting: Waiting, now: datetime, say: Texts) -> Markup:
    """Who it is about, until when, and whose it is."""
    parts = [Markup("{}").format(one_line(waiting.customer, 40)), _when(waiting, now, say)]
    if waiting.taken_by:
        parts.append(Markup("✋ {}").format(name_of(waiting.taken_by)))
    return Markup(" · ").join(parts)


def _when(waiting: Waiting, now: datetime, say: Texts) -> Markup:
    if waiting.due is None:
        return say("since {at}", at=waiting.since)
    if waiting.is_late(now):
        return say("⏰ <b>late</b> since {at}", at=waiting.due)
    return say("until {at}", at=waiting.due)


# Buttons --------------------------------------------------------------------------------------


def _ways(queue: Queue, chat: int, say: Texts) -> Iterator[Row]:
    """A button to the topic of each; what has no topic yet gets one with its first letter."""
    keys = []
    for waiting in queue.shown:
        topic = waiting.topic if waiting.order or waiting.inquiry else queue.finance_topic
        if topic:
            label = say.label(str(number_of(waiting, say)), emoji=EMOJI[waiting.kind])
            keys.append(Key(label, url=to_topic(chat, topic)))
    yield from _rows(keys, 4)


def _turning(queue: Queue, say: Texts) -> Iterator[Row]:
    of = queue.kind or ""
    row = []
    if queue.page > 0:
        label = say.label("Previous", emoji="⬅️", detail=f"{queue.page}/{queue.pages}")
        row.append(QueueTurn(of, queue.page - 1).key(label))
    if queue.page + 1 < queue.pages:
        label = say.label("Next", emoji="➡️", detail=f"{queue.page + 2}/{queue.pages}")
        row.append(QueueTurn(of, queue.page + 1).key(label))
    if row:
        yield tuple(row)


def _kinds(queue: Queue, say: Texts) -> Iterator[Row]:
    """The kinds of which something waits, each with how much; from one of them back to all."""
    keys = [
        QueueTurn(kind, 0).key(say.label(NAMES[kind], emoji=EMOJI[kind], detail=count))
        for kind, count in queue.counts.items()
        if count and kind is not queue.kind
    ]
    yield from _rows(keys, _KEYS_A_ROW)
    if queue.kind is None:
        yield (QueueTurn("", queue.page).key(say.label("Refresh", emoji="🔄")),)
    else:
        yield (QueueTurn("", 0).key(say.label("Everything", emoji="🗂", detail=queue.total)),)


def _rows(keys: list[Key], size: int) -> Iterator[Row]:
    for at in range(0, len(keys), size):
        yield tuple(keys[at : at + size])
