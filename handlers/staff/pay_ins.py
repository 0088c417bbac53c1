"""Pay-ins and money of unknown senders: the lines and the buttons of finance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final, TypeVar

from telegram import Update
from telegram.ext import ConversationHandler

from actions import bank_lines, corrections, pay_ins, suspense
from actions.corrections import Corrected
from actions.pay_ins import PaidIn
from actions.payments import Confirmed
from actions.suspense import Matched
from domain import finance_lines as asked
from domain import lines
from domain.ids import PaymentId
from domain.letters import Drawn, Screen
from domain.payments import Payment
from domain.proposals import Proposal
from domain.refusals import BadLine, StaleButton
from handlers.desk import Desk, DeskContext
from handlers.staff import proposals
from handlers.staff.access import State, require_front_desk
from views import pay_in_staff as view
from views import staff, staff_results
from views.buttons import BookLine, Button, FormStep, PayInDo, PayInDuty, StaffKey
from views.pay_in_staff import PayIn
from views.staff_forms import Turn

B = TypeVar("B", bound=Button)

NAME: Final = "payins"
ASKED: Final = "asked"
WORDS: Final = frozenset(asked.READERS)


# Lines ----------------------------------------------------------------------------------------


async def line(desk: Desk, word: str, rest: str) -> State:
    """Carry a line out, and answer it; a wrong one gets its usage."""
    try:
        command = asked.read(word, rest, desk.agency.currency)
    except BadLine as bad:
        screen = Screen(str(staff.usage(bad.command, bad.why, desk.say)))
    else:
        screen = await carry_out(desk, command)
    await desk.put(Drawn(screen, replies_to=desk.message))
    return None


async def carry_out(desk: Desk, command: asked.Command) -> Screen:
    """Do it, or refuse; what was done, in words."""
    work, say = desk.work, desk.say
    match command:
        case asked.ShowPayIns():
            return await _waiting(desk)
        case asked.ConfirmPayIn(payment, received, reference):
            return await _booked(desk, await pay_ins.confirm(work, payment, received, reference))
        case asked.RefusePayIn(payment, reason):
            await pay_ins.refuse(work, payment, reason)
            return Screen(str(view.refused(payment, say)))
        case asked.KeepUnknown(amount, reference):
            await suspense.keep(work, amount, reference)
            return Screen(str(view.kept(amount, reference, say)))
        case asked.MatchUnknown(reference, _, order) if order is not None:
            return await _booked(desk, await suspense.match_to_order(work, reference, order))
        case asked.MatchUnknown(reference, customer, _):
            owner = await suspense.customer(work, customer)
            return await _booked(desk, await suspense.match_to_customer(work, reference, owner.id))
        case asked.CorrectTransfer(reference, reason, right):
            return await _booked(desk, await corrections.correct(work, reference, reason, right))


async def _waiting(desk: Desk) -> Screen:
    found = await pay_ins.waiting(desk.work)
    names = [(await desk.uow.people.get(each.customer)).name for each in found]
    return Screen(str(view.payins(list(zip(found, names, strict=True)), desk.say)))


async def _booked(desk: Desk, done: PaidIn | Matched | Confirmed | Corrected | Proposal) -> Screen:
    say = desk.say
    match done:
        case Proposal():
            return await proposals.shown(desk.work, done, say)
        case PaidIn(payment, name, received, _, balance):
            return Screen(str(view.confirmed(payment.id, name, received, balance, say)))
        case Matched(received, name, None):
            return Screen(str(view.matched(received, name, say)))
        case Matched():
            assert done.booked is not None
            return _for_order(done.booked, desk)
        case Confirmed():
            return _for_order(done, desk)
        case Corrected():
            return Screen(str(view.corrected(_correction(done), say)))


def _correction(done: Corrected) -> view.Correction:
    return view.Correction(
        done.reference,
        done.was,
        done.right,
        done.customer,
        done.owed,
        done.held,
        done.sending,
    )


def _for_order(booked: Confirmed, desk: Desk) -> Screen:
    words = staff_results.payment_confirmed(
        booked.order,
        booked.received,
        booked.applied,
        booked.remaining,
        booked.to_deposit,
        desk.say,
    )
    return Screen(f"#{booked.order.id} · {words}")


async def pressed_line(update: Update, context: DeskContext) -> State:
    """*Confirm payment* under a line of the bank's file."""
    desk = context.desk
    press = _press(update, BookLine)
    require_front_desk(desk)
    if press is None:
        raise StaleButton
    done = await _booked(desk, await bank_lines.confirm(desk.work, press.line))
    await desk.put(Drawn(done, replies_to=desk.message))
    return None


# Buttons of a reported pay-in -----------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """What somebody is asked about a pay-in, and what they answered."""

    payment: int
    duty: str
    amount: str = ""
    words: str = ""  # the reference, or the reason
    turn: int = 0

    @classmethod
    def at(cls, desk: Desk) -> Sheet:
        return cls(**desk.conversation(NAME))

    @property
    def confirms(self) -> bool:
        return self.duty == PayInDuty.CONFIRM

    @property
    def asks_amount(self) -> bool:
        return self.confirms and not self.amount

    @property
    def is_answered(self) -> bool:
        return bool(self.words)

    @property
    def line(self) -> str:
        """What would have been typed instead; whatever is missing is shown by an example."""
        if self.confirms:
            return f"/payin {self.payment} {self.amount or '1'} {self.words or 'REF'}"
        return f"/payin {self.payment} refuse {self.words}"

    def take_back(self) -> None:
        if self.words:
            self.words = ""
        else:
            self.amount = ""


async def pressed_duty(update: Update, context: DeskContext) -> State:
    """*Confirm payment* or *Refuse*: ask for what the line would say."""
    desk = context.desk
    press = _press(update, PayInDo)
    require_front_desk(desk)
    if press is None:
        raise StaleButton
    await pay_ins.look(desk.work, press.payment)
    desk.begin(NAME)
    return await _ask(desk, Sheet(press.payment, press.duty))


async def _ask(desk: Desk, sheet: Sheet, problem: str = "") -> State:
    payment = await pay_ins.look(desk.work, PaymentId(sheet.payment))
    sheet.turn = desk.update.update_id
    desk.conversation(NAME).update(asdict(sheet))
    await _show(desk, await _asked(desk, sheet, payment, problem))
    return ASKED


async def _asked(desk: Desk, sheet: Sheet, payment: Payment, problem: str) -> Screen:
    turn = Turn(desk.person, desk.work.by.name, sheet.turn)
    of = PayIn(payment, (await desk.uow.people.get(payment.customer)).name)
    if sheet.asks_amount:
        return view.ask_received(of, turn, desk.say, problem)
    if not sheet.is_answered:
        ask = view.ask_reference if sheet.confirms else view.ask_reason
        return ask(of, turn, desk.say, problem)
    command = _read(desk, sheet.line)
    if isinstance(command, asked.ConfirmPayIn):
        return view.preview_booking(of, command.received, sheet.line, turn, desk.say, problem)
    return view.preview_refusal(of, sheet.line, turn, desk.say, problem)


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
            await _show(desk, view.left(sheet.payment, desk.say))
            return ConversationHandler.END
        case FormStep.BACK:
            sheet.take_back()
            return await _ask(desk, sheet)
        case FormStep.ANSWER if sheet.asks_amount and key.value == view.CLAIMED:
            payment = await pay_ins.look(desk.work, PaymentId(sheet.payment))
            sheet.amount = payment.claimed.plain()
            return await _ask(desk, sheet)
        case FormStep.ANSWER if sheet.is_answered and key.value == view.CONFIRM:
            await _show(desk, await carry_out(desk, _read(desk, sheet.line)))
            return ConversationHandler.END
        case _:
            raise StaleButton


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
    return await _take(desk, sheet, message.text.strip(" "))


async def _take(desk: Desk, sheet: Sheet, text: str) -> State:
    """An answer counts when the line that has it can be read."""
    is_amount = sheet.asks_amount
    if is_amount:
        sheet.amount = text
    else:
        sheet.words = text
    try:
        command = _read(desk, sheet.line)
    except BadLine as bad:
        sheet.take_back()
        return await _ask(desk, sheet, bad.why)
    if sheet.confirms and not isinstance(command, asked.ConfirmPayIn):  # "refuse" is no amount
        sheet.take_back()
        return await _ask(desk, sheet, "amount")
    if is_amount and isinstance(command, asked.ConfirmPayIn):
        sheet.amount = command.received.plain()
    return await _ask(desk, sheet)


def _read(desk: Desk, written: str) -> asked.Command:
    head = lines.head_of(written)
    assert head is not None
    return asked.read(head.word, head.rest, desk.agency.currency)


def _press(update: Update, kind: type[B]) -> B | None:
    query = update.callback_query
    return kind.unpack((query.data if query else None) or "")
