"""Moving an order to another agency: what people are asked and told, and what was said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from domain import refusals as no
from domain.agency import Agency
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Key, Screen
from domain.moving import Move
from domain.moving_notices import MovingNotice, OrderCame, OrderMoved
from domain.orders import Flag, Order
from domain.refusals import Refused
from views import history
from views.buttons import MoveStep, MoveTo, OpenCard, SaidPage, SaidStep
from views.desk_words import name_of
from views.lengths import one_line
from views.pages import Row, pages
from views.staff import code
from views.texts import Texts

_NAME_MAX = 60


def _named(agency: str) -> str:
    return one_line(agency, _NAME_MAX)


# The line -------------------------------------------------------------------------------------


def which(order: Order, agencies: Sequence[Agency], say: Texts) -> Screen:
    keys = tuple((_to(order, each, MoveStep.ASK, _named(each.name)),) for each in agencies)
    return Screen(str(say("To which agency shall #{number} move?", number=order.id)), keys)


def _to(order: Order, agency: Agency, step: MoveStep, label: str) -> Key:
    return MoveTo(order.id, order.version, agency.id or 0, step).key(label)


def question(would: Move, say: Texts) -> Screen:
    """What will happen, before it does."""
    lines = Markup("\n").join(Markup("• {}").format(line) for line in _effects(would, say))
    head = say(
        "Move <b>#{number}</b> from {here} to <b>{there}</b>?",
        number=would.order.id,
        here=_named(would.here.name),
        there=_named(would.there.name),
    )
    yes = _to(would.order, would.there, MoveStep.CONFIRM, say.label("Confirm", emoji="✅"))
    leave = _to(would.order, would.there, MoveStep.LEAVE, say.label("Cancel"))
    return Screen(str(head + "\n" + lines), ((yes,), (leave,)))


def _effects(would: Move, say: Texts) -> Iterator[Markup]:
    there = _named(would.there.name)
    yield say(
        "A topic opens in {there}’s group, with the card, the history and all messages. This"
        " topic is closed; nothing that is written here reaches the customer any more.",
        there=there,
    )
    yield say("Bills, payments and deadlines stay as they are. The customer is told.")
    if would.pays_elsewhere:
        yield say(
            "The open bill shows {there}’s bank account from then on. What was transferred to"
            " ours is confirmed like any other.",
            there=there,
        )
    if Flag.ON_HOLD in would.order.flags:
        yield say("It stays on hold.")
    if would.taken_by:
        yield say("{name} no longer looks after it.", name=name_of(would.taken_by))
    if would.proposals:
        yield say.n(
            "{n} proposal that waits for a second person ends; it has to be made again there.",
            "{n} proposals that wait for a second person end; they have to be made again there.",
            would.proposals,
        )


def left_as_it_is(order: OrderId, say: Texts) -> Markup:
    return say("#{number} stays here. Nothing was changed.", number=order)


def changed_meanwhile(say: Texts) -> str:
    return say("The order has changed meanwhile. Please look again.").unescape()


def done(move: Move, say: Texts) -> Markup:
    return say(
        "➡️ #{number} is with <b>{there}</b> now. This topic is closed; the customer is told.",
        number=move.order.id,
        there=_named(move.there.name),
    )


def left_topic(order: OrderId, agency: str, say: Texts) -> Screen:
    """In the place of the card that stood at the head of the topic."""
    return Screen(str(went_to(order, agency, say)))


def went_to(order: OrderId, agency: str, say: Texts) -> Markup:
    return say(
        "➡️ #{number} was moved to <b>{agency}</b>. Nothing of it happens here any more, and what"
        " is written here reaches nobody.",
        number=order,
        agency=_named(agency),
    )


# Refusals -------------------------------------------------------------------------------------


def about(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.MovedAway(order, agency):
            return say(
                "Order #{number} was moved to {agency}. Nothing was changed here.",
                number=order,
                agency=_named(agency),
            )
        case no.InChargeAlready(order, agency):
            return say(
                "Order #{number} is with {agency} already. Nothing was changed.",
                number=order,
                agency=_named(agency),
            )
        case no.NoSuchAgency(typed, known):
            return say(
                "No agency with a group of its own is called “{typed}”. There are: {known}."
                " Nothing was changed.",
                typed=one_line(typed, 40),
                known=one_line(", ".join(known), 300),
            )
        case no.NoOtherAgency():
            return say(
                "There is no other agency with a group. Whoever keeps the bot makes one with:"
                " daiko agency add"
            )
        case _:
            return None


# Notices --------------------------------------------------------------------------------------


def draw(notice: MovingNotice, file: OrderFile, say: Texts) -> Screen:
    match notice:
        case OrderMoved():
            return _moved(notice, file.order, say)
        case OrderCame():
            return _came(notice, file.order, say)


def _moved(notice: OrderMoved, order: Order, say: Texts) -> Screen:
    lines = [
        say(
            "🤝 #{number} · <b>{now}</b> looks after this order from now on, in place of {was}.",
            number=order.id,
            now=_named(notice.now),
            was=_named(notice.was),
        ),
        say("All that was agreed, paid and said stays as it is, and so do the deadlines."),
    ]
    if notice.pays_elsewhere:
        lines.append(
            say(
                "⚠️ A bank transfer goes to another account now: please look at the bill again"
                " before you pay. If you have transferred already, report it as usual; we will"
                " find it."
            )
        )
    label = say.label("Open order", detail=f"#{order.id}")
    return Screen(str(Markup("\n").join(lines)), ((OpenCard(order.id).key(label),),))


def _came(notice: OrderCame, order: Order, say: Texts) -> Screen:
    lines = [
        _from(notice, order, say),
        say(
            "The card above has it all. What was said, with pictures, files and receipts, is"
            " under the button, and under {line} at any time.",
            line=code("/messages"),
        ),
    ]
    if notice.waits:
        lines.append(say("⏰ The customer waits for an answer."))
    if notice.reported is not None:
        lines.append(
            say(
                "⚠️ A transfer of {claimed} was reported to {was}, into its account. Ask whoever"
                " can see that account whether it is there; then confirm or refuse it here.",
                claimed=notice.reported,
                was=_named(notice.was),
            )
        )
    elif notice.pays_elsewhere:
        lines.append(
            say(
                "⚠️ The open bill was shown with the bank account of {was} until now, so a"
                " transfer may still arrive there.",
                was=_named(notice.was),
            )
        )
    key = SaidPage(order.id, 0, SaidStep.OPEN).key(say.label("Messages", emoji="💬"))
    return Screen(str(Markup("\n").join(lines)), ((key,),))


def _from(notice: OrderCame, order: Order, say: Texts) -> Markup:
    was = _named(notice.was)
    if not notice.by:
        return say(
            "📥 #{number} · This order was moved here from {was}.", number=order.id, was=was
        )
    return say(
        "📥 #{number} · {name} of <b>{was}</b> moved this order here.",
        number=order.id,
        name=one_line(notice.by, _NAME_MAX),
        was=was,
    )


# What was said --------------------------------------------------------------------------------


def said(file: OrderFile, page: int, agency: Agency, say: Texts) -> Screen:
    """A page of the messages, as staff read them; the newest page is the first."""
    order, count = file.order, pages(file.notes_count, history.NOTES_A_PAGE)
    page = min(page, count - 1)
    parts = [say("<b>#{number}</b> · Messages", number=order.id)]
    for note, limit in history.shares(file.notes):
        parts.append(history.of_note(note, agency, limit, say, file.customer.name))
    if not file.notes:
        parts.append(say("There are no messages about this order yet."))
    return Screen(str(Markup("\n\n").join(parts)), _said_keys(file, page, count, say))


def _said_keys(file: OrderFile, page: int, count: int, say: Texts) -> tuple[Row, ...]:
    order, rows = file.order.id, []
    seen = sum(1 for note in file.notes if note.media)
    if page == 0:
        seen += len(list(_pictured(file, say)))
    if seen:
        label = say.label("Show pictures and files", emoji="🖼", detail=seen)
        rows.append((SaidPage(order, page, SaidStep.SHOW).key(label),))
    turning = []
    if page + 1 < count:
        older = say.label("Older", emoji="⬅️", detail=f"{page + 2}/{count}")
        turning.append(SaidPage(order, page + 1, SaidStep.TURN).key(older))
    if page > 0:
        newer = say.label("Newer", emoji="➡️", detail=f"{page}/{count}")
        turning.append(SaidPage(order, page - 1, SaidStep.TURN).key(newer))
    return (*rows, tuple(turning)) if turning else tuple(rows)


def pictures(file: OrderFile, say: Texts) -> list[Screen]:
    """The photos of the items, and the receipts of payments."""
    return [Screen(str(text), photo=photo) for photo, text in _pictured(file, say)]


def _pictured(file: OrderFile, say: Texts) -> Iterator[tuple[str, Markup]]:
    for line in file.order.lines:
        if line.photo:
            what = one_line(line.description, 200)
            yield line.photo, Markup("<b>{}</b> · {}").format(line.no, what)
    for payment in file.payments:
        if payment.receipt:
            yield (
                payment.receipt,
                say("Receipt: {amount}, {at}", amount=payment.claimed, at=payment.reported_at),
            )
