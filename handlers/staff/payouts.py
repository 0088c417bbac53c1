"""Pay-outs, and money that staff give or forgive: the lines and the buttons of finance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final, TypeVar

from telegram import Update
from telegram.ext import ConversationHandler

from actions import gifts, payouts
from domain import lines
from domain import payout_lines as asked
from domain.files import Person
from domain.ids import PayoutId, PersonId
from domain.letters import Drawn, Screen, Told
from domain.payments import PayoutState
from domain.payouts import Payout
from domain.proposals import Proposal
from domain.refusals import BadLine, NoSuchCustomer, StaleButton
from handlers.desk import Desk, DeskContext
from handlers.staff import proposals
from handlers.staff.access import State, require_front_desk
from views import payout_staff as view
from views import staff
from views.buttons import Button, FormStep, PayoutDo, PayoutDuty, StaffKey
from views.staff_forms import Turn

B = TypeVar("B", bound=Button)

NAME: Final = "finance"
ASKED: Final = "asked"
WORDS: Final = frozenset(asked.READERS)


# Lines ----------------------------------------------------------------------------------------


async def line(desk: Desk, word: str, rest: str) -> State:
    """Carry a line out, and answer it; a wrong one gets its usage."""
    try:
        command = asked.read(word, rest, desk.agency.currency)
    except BadLine as bad:
        return await _reply(desk, Screen(str(staff.usage(bad.command, bad.why, desk.say))))
    return await _reply(desk, await carry_out(desk, command))


async def _reply(desk: Desk, screen: Screen | None) -> State:
    if screen is not None:
        await desk.put(Drawn(screen, replies_to=desk.message))
    return None


async def carry_out(desk: Desk, command: asked.Command) -> Screen | None:
    """Do it, or refuse; what is answered, unless a letter of its own says so."""
    match command:
        case asked.ShowPayouts():
            return await _show_waiting(desk)
        case asked.StartPayout(payout):
            await _start(desk, payout)
            return None
        case asked.SendPayout(payout, reference):
            sent = await payouts.send(desk.work, payout, reference)
            return await _done_or_proposed(desk, sent)
        case asked.RefusePayout(payout, reason):
            return view.refused(await payouts.refuse(desk.work, payout, reason), desk.say)
        case asked.BouncePayout(payout):
            return view.bounced(await payouts.bounce(desk.work, payout), desk.say)
        case _:
            return await _give(desk, command)


async def _show_waiting(desk: Desk) -> Screen:
    found = await desk.uow.payouts.waiting()
    people = [await desk.uow.people.get(each.customer) for each in found]
    return view.waiting(list(zip(found, people, strict=True)), desk.say)


async def _start(desk: Desk, number: PayoutId) -> None:
    """The account is shown here, once, by a letter that holds nothing but the number."""
    payout = await payouts.start(desk.work, number)
    await desk.put(Told(payouts.opened(desk.work, payout)))


async def _done_or_proposed(desk: Desk, sent: Payout | Proposal) -> Screen:
    if isinstance(sent, Proposal):
        return await proposals.shown(desk.work, sent, desk.say)
    return view.sent(sent, desk.say)


async def _give(desk: Desk, command: asked.Command) -> Screen:
    work, say = desk.work, desk.say
    match command:
        case asked.AllowPayout(customer):
            person = await customer_named(desk, customer)
            await payouts.allow(work, person.id)
            return view.allowed(person, say)
        case asked.GiveGoodwill(customer, amount, reason):
            person = await customer_named(desk, customer)
            given = await gifts.give_goodwill(work, person.id, amount, reason)
            if isinstance(given, Proposal):
                return await proposals.shown(desk.work, given, desk.say)
            return view.goodwill(given.amount, given.repaid, say)
        case asked.WriteOff(customer, amount, reason):
            person = await customer_named(desk, customer)
            given = await gifts.write_off(work, person.id, amount, reason)
            if isinstance(given, Proposal):
                return await proposals.shown(desk.work, given, desk.say)
            return view.written_off(given.amount, say)
        case asked.RefundOrder(order, amount, reason):
            given = await gifts.refund(work, order, amount, reason)
            if isinstance(given, Proposal):
                return await proposals.shown(desk.work, given, desk.say)
            return view.refunded(order, given.amount, given.repaid, say)
        case _:
            raise TypeError(f"nobody carries out {command!r}")


async def customer_named(desk: Desk, typed: str) -> Person:
    """A customer as staff name them: Telegram's number, or `@name`."""
    people = desk.uow.people
    found = await _by_number(desk, typed) if typed.isdecimal() else await people.by_username(typed)
    if found is None:
        raise NoSuchCustomer(typed)
    return found


async def _by_number(desk: Desk, typed: str) -> Person | None:
    return await desk.uow.people.find(PersonId(int(typed)))


# Buttons --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """What somebody is asked about a pay-out, and what they answered."""

    payout: int
    duty: str
    answer: str = ""
    turn: int = 0

    @classmethod
    def at(cls, desk: Desk) -> Sheet:
        return cls(**desk.conversation(NAME))

    @property
    def line(self) -> str:
        match PayoutDuty(self.duty):
            case PayoutDuty.SENT:
                return f"/payout {self.payout} sent {self.answer}"
            case PayoutDuty.REFUSE:
                return f"/payout {self.payout} refuse {self.answer}"
            case _:
                return f"/payout {self.payout} bounced"

    @property
    def is_answered(self) -> bool:
        return bool(self.answer) or PayoutDuty(self.duty) is PayoutDuty.BOUNCED


_STATES: Final = {
    PayoutDuty.SENT: (PayoutState.STARTED,),
    PayoutDuty.REFUSE: (PayoutState.HELD, PayoutState.STARTED),
    PayoutDuty.BOUNCED: (PayoutState.SENT,),
}


async def pressed_duty(update: Update, context: DeskContext) -> State:
    """*Start* does it at once; the others ask for what their line would say."""
    desk = context.desk
    press = _press(update, PayoutDo)
    require_front_desk(desk)
    desk.work.require_finance()
    if press is None:
        raise StaleButton
    if press.duty is PayoutDuty.START:
        await _start(desk, press.payout)
        return None
    payout = await desk.uow.payouts.get(press.payout)
    desk.work.require_others(payout.customer)
    payout.require(*_STATES[press.duty])
    desk.begin(NAME)
    return await _ask(desk, Sheet(press.payout, press.duty))


async def _ask(desk: Desk, sheet: Sheet, problem: str = "") -> State:
    sheet.turn = desk.update.update_id
    turn = Turn(desk.person, desk.work.by.name, sheet.turn)
    payout, duty = await desk.uow.payouts.get(PayoutId(sheet.payout)), PayoutDuty(sheet.duty)
    if sheet.is_answered:
        screen = view.preview(payout, duty, sheet.line, turn, desk.say, problem)
    else:
        screen = view.ask(payout, duty, turn, desk.say, problem)
    desk.conversation(NAME).update(asdict(sheet))
    await _show(desk, screen)
    return ASKED


async def _show(desk: Desk, screen: Screen) -> None:
    """In place of the question under the finger, or below what was written or pressed."""
    if desk.update.callback_query is None:
        await desk.put(Drawn(screen, replies_to=desk.message))
    else:
        is_question = _press(desk.update, StaffKey) is not None
        await desk.put(Drawn(screen, edits=desk.message if is_question else 0))


async def pressed_key(update: Update, context: DeskContext) -> State:
    """A key under a question."""
    desk = context.desk
    require_front_desk(desk)
    key, sheet = _press(update, StaffKey), Sheet.at(desk)
    if key is None or key.who != desk.person or key.turn != sheet.turn:
        raise StaleButton
    match key.step:
        case FormStep.CANCEL:
            await _show(desk, view.left(sheet.payout, desk.say))
            return ConversationHandler.END
        case FormStep.BACK if sheet.answer:
            sheet.answer = ""
            return await _ask(desk, sheet)
        case FormStep.ANSWER if sheet.is_answered and key.value == view.CONFIRM:
            await _carry_out(desk, sheet)
            return ConversationHandler.END
        case _:
            raise StaleButton


async def _carry_out(desk: Desk, sheet: Sheet) -> None:
    screen = await carry_out(desk, _read(desk, sheet.line))
    if screen is not None:
        await _show(desk, screen)


def _read(desk: Desk, written: str) -> asked.Command:
    head = lines.head_of(written)
    assert head is not None
    return asked.read(head.word, head.rest, desk.agency.currency)


async def typed(update: Update, context: DeskContext) -> State:
    """What somebody writes while they are asked is their answer."""
    desk, message = context.desk, update.message
    assert message is not None
    require_front_desk(desk)
    sheet = Sheet.at(desk)
    if sheet.is_answered:  # the preview is answered by its keys
        return await _ask(desk, sheet, "choice")
    if not message.text:
        return await _ask(desk, sheet, "text")
    sheet.answer = message.text
    try:
        _read(desk, sheet.line)
    except BadLine as bad:
        sheet.answer = ""
        return await _ask(desk, sheet, bad.why)
    return await _ask(desk, sheet)


def _press(update: Update, kind: type[B]) -> B | None:
    query = update.callback_query
    return kind.unpack((query.data if query else None) or "")
