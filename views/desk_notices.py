"""What the desk itself tells staff: who waits for an answer, and what this morning brings."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from domain.agency import Agency
from domain.desk_notices import (
    CustomerNotTold,
    DeskNotice,
    MorningDigest,
    ShutOut,
    Unanswered,
)
from domain.files import OrderFile
from domain.letters import Key, Screen
from domain.queue import Bite, Tally
from domain.rights_notices import AccountDeleted
from views import queue, rights, staff_notices, words
from views.buttons import Duty, QueueTurn, StaffDo
from views.desk_words import name_of
from views.lengths import one_line
from views.links import to_topic
from views.moments import Deadline
from views.pages import Row
from views.texts import Texts


def draw(notice: DeskNotice, file: OrderFile | None, agency: Agency, say: Texts) -> Screen:
    match notice:
        case Unanswered():
            if file is None:
                raise ValueError("a customer waits about an order")
            return _unanswered(notice, file, agency, say)
        case MorningDigest():
            return _digest(notice, agency, say)
        case CustomerNotTold():
            return _not_told(notice, say)
        case ShutOut():
            return _shut_out(notice, say)
        case AccountDeleted():
            return rights.account_deleted(notice, agency, say)


def _unanswered(notice: Unanswered, file: OrderFile, agency: Agency, say: Texts) -> Screen:
    order = file.order
    lines = [
        say(
            "⏰ #{number} · {name} has been waiting for an answer since {at}.",
            number=order.id,
            name=one_line(file.customer.name, 60),
            at=notice.since,
        )
    ]
    if order.taken_by:
        lines.append(say("{name} looks after this order.", name=name_of(order.taken_by)))
    if not notice.again:
        lines.append(say("Write the answer here; if none is needed, press the button."))
        label = say.label("No answer needed")
        keys = ((StaffDo(order.id, order.version, Duty.ANSWERED).key(label),),)
        return Screen(str(Markup("\n").join(lines)), keys)
    return Screen(str(Markup("\n").join(lines)), _to_topic(notice, agency, say))


def _not_told(notice: CustomerNotTold, say: Texts) -> Screen:
    return Screen(
        say(
            "⚠️ {name} ({id}) did not get our last message about their money: {why}",
            name=one_line(notice.name, 60),
            id=notice.customer,
            why=staff_notices.reason(notice.why, say),
        )
    )


def _shut_out(notice: ShutOut, say: Texts) -> Screen:
    """Read in private, by whoever can do something about it."""
    agency, at = one_line(notice.agency, 60), notice.since
    if notice.hindrance == "shut":
        head = say(
            "⚠️ Since {at} I cannot write into the staff group of {agency}. What is for staff "
            "waits, and customers who write hear so.",
            agency=agency,
            at=at,
        )
    else:
        head = say(
            "⚠️ Since {at} I may not do everything in the staff group of {agency}: new orders and "
            "inquiries may wait for their topics.",
            agency=agency,
            at=at,
        )
    remedy = say(
        "<b>Next:</b> make me an administrator of the group who may manage topics, pin and delete "
        "messages. <code>daiko doctor</code> says what is missing."
    )
    return Screen(str(Markup("\n\n").join([head, remedy])))


def _to_topic(notice: Unanswered, agency: Agency, say: Texts) -> tuple[Row, ...]:
    if not notice.topic:
        return ()
    label = say.label("Open topic", detail=f"#{notice.order}")
    return ((Key(label, url=to_topic(agency.staff_chat, notice.topic)),),)


def _digest(notice: MorningDigest, agency: Agency, say: Texts) -> Screen:
    parts = [say("☀️ <b>Good morning!</b> {day}", day=notice.day)]
    if notice.waiting:
        parts.append(Markup("\n").join(_waiting(notice.waiting, say)))
    else:
        parts.append(say("Nothing waits. 🎉"))
    if notice.bites:
        parts.append(Markup("\n").join(_bites(notice.bites, say)))
    ways = [
        Key(f"#{bite.order}", url=to_topic(agency.staff_chat, bite.topic))
        for bite in notice.bites
        if bite.topic
    ]
    rows = tuple(tuple(ways[at : at + 4]) for at in range(0, len(ways), 4))
    label = say.label("What waits", emoji="🗂")
    return Screen(str(Markup("\n\n").join(parts)), (*rows, (QueueTurn("", 0).key(label),)))


def _waiting(waiting: tuple[Tally, ...], say: Texts) -> Iterator[Markup]:
    for tally in waiting:
        line = say(
            "{emoji} {kind}: <b>{count}</b>",
            emoji=queue.EMOJI[tally.kind],
            kind=say.of(queue.NAMES[tally.kind]),
            count=tally.count,
        )
        if tally.amount is not None:
            line += Markup(" · {}").format(say.show(tally.amount))
        if tally.late:
            line += say(" · ⏰ {n} late", n=tally.late)
        yield line


def _bites(bites: tuple[Bite, ...], say: Texts) -> Iterator[Markup]:
    yield say("<b>Deadlines that end today</b>")
    for bite in bites:
        yield say(
            "#{number} · {stage} · {at}",
            number=bite.order,
            stage=words.of_stage(bite.stage, say),
            at=Deadline(bite.at),
        )
