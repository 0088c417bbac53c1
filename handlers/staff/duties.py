"""The buttons of a topic's card: a short conversation, a preview, and *Confirm*.

Whoever pressed is asked, and nobody else can answer. What comes out is what the line would have
said, and it is carried out in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final

from telegram import Update
from telegram.ext import ConversationHandler

from domain import lines
from domain.cancelling import takes_two
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Drawn, Screen, TopicCard, ToTopic, Urgency
from domain.lines import Command
from domain.refusals import AlreadyDone, BadLine, CardOutdated, Refused, StaleButton
from handlers.desk import Desk, DeskContext
from handlers.staff import asking
from handlers.staff.access import State, require_here, require_member
from handlers.staff.asking import Answers
from handlers.staff.carrying import Errand, carry_out
from views import refusals, staff_forms, topic
from views.buttons import Agree, Duty, FormStep, StaffDo, StaffKey, StaffLine
from views.staff_forms import Question, Turn

NAME: Final = "staff"
ASKED: Final = "asked"
FINANCE: Final = frozenset({Duty.CONFIRM, Duty.REFUSE, Duty.ADJUST, Duty.REFUND})
# What moves nothing needs no preview.
AT_ONCE: Final[Mapping[Duty, Command]] = {
    Duty.HISTORY: lines.ShowHistory(),
    Duty.TAKE: lines.TakeOrder(),
    Duty.ANSWERED: lines.NeedsNoAnswer(),
}


@dataclass(slots=True)
class Sheet:
    """What somebody is asked about in this topic, and what they answered so far."""

    order: int
    seen: int  # the version of the order under the finger
    duty: str
    answers: Answers = field(default_factory=dict)
    turn: int = 0  # the update that led to the present question: its keys carry it

    @classmethod
    def at(cls, desk: Desk) -> Sheet:
        return cls(**desk.conversation(NAME))

    def keep(self, desk: Desk) -> None:
        desk.conversation(NAME).update(asdict(self))

    def written(self) -> list[str]:
        return asking.lines_of(Duty(self.duty), self.answers)


# Beginning ------------------------------------------------------------------------------------


async def pressed_card(update: Update, context: DeskContext) -> State:
    """A button of the card: ask for what its command would say."""
    desk = context.desk
    press = _press(update)
    require_member(desk)
    if press is None or press.duty not in (*asking.COMMANDS, *AT_ONCE):
        raise StaleButton
    await require_here(desk, press.order)
    if (command := AT_ONCE.get(press.duty)) is not None:
        done = await carry_out(Errand(desk.work, press.order, desk.say), command)
        await desk.put(Drawn(together([done])))
        return None
    return await _begin(desk, press)


def _press(update: Update) -> StaffDo | StaffLine | None:
    data = (update.callback_query and update.callback_query.data) or ""
    return StaffDo.unpack(data) or StaffLine.unpack(data)


async def _begin(desk: Desk, press: StaffDo | StaffLine) -> State:
    seen = press.seen
    try:
        await desk.work.lock(press.order, seen=seen)
    except (AlreadyDone, CardOutdated) as refusal:
        file = await desk.uow.files.load(press.order)
        if not _goes_on(desk, press, refusal, file):
            await _outdated(desk, press.order, refusal)
            return None
        seen = file.order.version
    await _require_right(desk, press)
    answers = {"line": str(press.line)} if isinstance(press, StaffLine) else {}
    desk.begin(NAME)
    return await _ask(desk, Sheet(press.order, seen, press.duty, answers))


async def _require_right(desk: Desk, press: StaffDo | StaffLine) -> None:
    """Nobody is asked for what they will not be allowed to do."""
    file = await desk.uow.files.load(press.order)
    is_paid = file.held is not None and file.held.is_positive
    cancels = press.duty is Duty.CANCEL and (is_paid or takes_two(file.order))
    if cancels or press.duty in FINANCE:
        desk.work.require_finance()


def _goes_on(desk: Desk, press: StaffDo | StaffLine, no: Refused, file: OrderFile) -> bool:
    """Whether nobody was faster but whoever presses, who can go on: buy the next line, say."""
    is_own = isinstance(no, AlreadyDone) and no.who == desk.work.by.name
    return is_own and press.duty in topic.duties(file)


async def _outdated(desk: Desk, order: OrderId, refusal: Refused) -> None:
    """Say who was faster, and draw the card afresh."""
    desk.toast(refusals.toast(refusal, desk.say), alert=True)
    await desk.put(TopicCard(order), ToTopic(order), Urgency.REDRAW)


async def ask_to_book(desk: Desk, order_id: OrderId, command: lines.ConfirmPayment) -> State:
    """A line for a payment that nobody reported: show what it would do, and ask."""
    order = await desk.uow.orders.get(order_id)
    answers = {"amount": command.received.plain(), "reference": command.reference}
    desk.begin(NAME)
    return await _ask(desk, Sheet(order_id, order.version, Duty.CONFIRM, answers))


# Asking ---------------------------------------------------------------------------------------


async def _ask(desk: Desk, sheet: Sheet, problem: str = "") -> State:
    """Ask for what is missing, or show what is about to happen."""
    file = await desk.uow.files.load(OrderId(sheet.order))
    question = _question(sheet, file)
    sheet.turn = desk.update.update_id
    turn = Turn(desk.person, desk.work.by.name, sheet.turn, is_first=not sheet.answers)
    if question is not None:
        screen = staff_forms.ask(question, file.order, turn, desk.say, problem=problem)
    else:
        commands = _commands(sheet, file)
        written = sheet.written()
        screen = staff_forms.preview(commands, written, file, turn, desk.say, problem=problem)
    sheet.keep(desk)
    await _show(desk, screen)
    return ASKED


def _question(sheet: Sheet, file: OrderFile) -> Question | None:
    return asking.next_question(
        Duty(sheet.duty), file.order, file.report, sheet.answers, file.held
    )


def _commands(sheet: Sheet, file: OrderFile) -> list[Command]:
    photo = sheet.answers.get("photo", "")
    return [with_photo(_read(line, file), photo) for line in sheet.written()]


def with_photo(command: Command, photo: str) -> Command:
    """What is reported with a photo; other commands take none."""
    if photo and isinstance(command, lines.MarkArrived | lines.ReportMishap):
        return replace(command, photo=photo)
    return command


def _read(line: str, file: OrderFile) -> Command:
    head = lines.head_of(line)
    assert head is not None
    command = lines.read(head.word, head.rest, file.order.currency)
    if isinstance(command, lines.ConfirmPayment):
        return replace(command, unreported=file.report is None)
    return command


async def _show(desk: Desk, screen: Screen) -> None:
    """In place of the question under the finger, or below what was written or pressed."""
    query = desk.update.callback_query
    if query is None:
        await desk.put(Drawn(screen, replies_to=desk.message))
    else:
        is_question = _key_of(desk) is not None
        await desk.put(Drawn(screen, edits=desk.message if is_question else 0))


# Answering ------------------------------------------------------------------------------------


async def pressed_key(update: Update, context: DeskContext) -> State:
    """A key under a question, in the middle of a conversation."""
    desk = context.desk
    require_member(desk)
    key = _key_of(desk)
    if key is None or key.who != desk.person:
        return await pressed_elsewhere(update, context)
    sheet = Sheet.at(desk)
    if key.turn != sheet.turn:
        raise StaleButton
    if isinstance(key, Agree):
        return await _agreed(desk, sheet)
    match key.step:
        case FormStep.CANCEL:
            await _show(desk, staff_forms.left(OrderId(sheet.order), desk.say))
            return ConversationHandler.END
        case FormStep.BACK if sheet.answers:
            sheet.answers.popitem()
            return await _ask(desk, sheet)
        case FormStep.ANSWER:
            return await _answered(desk, sheet, key.value)
        case _:
            raise StaleButton


def _key_of(desk: Desk) -> StaffKey | Agree | None:
    query = desk.update.callback_query
    data = (query.data if query else None) or ""
    return StaffKey.unpack(data) or Agree.unpack(data)


async def pressed_elsewhere(_: Update, context: DeskContext) -> State:
    """A key under a question that somebody else was asked, or that has passed."""
    desk = context.desk
    require_member(desk)
    key = _key_of(desk)
    asked = None if key is None else await desk.uow.people.find(key.who)
    if asked is None or asked.id == desk.person:
        raise StaleButton
    desk.toast(staff_forms.somebody_elses(asked.name, desk.say), alert=True)
    return None


async def typed(update: Update, context: DeskContext) -> State:
    """What somebody writes while they are asked is their answer, and goes to no customer."""
    desk, message = context.desk, update.message
    assert message is not None
    require_member(desk)
    photo = message.photo[-1].file_id if message.photo else ""
    return await _answered(desk, Sheet.at(desk), message.text, photo)


async def _answered(desk: Desk, sheet: Sheet, text: str | None, photo: str = "") -> State:
    if refusal := await _overtaken(desk, sheet):
        return await _give_up(desk, sheet, refusal)
    file = await desk.uow.files.load(OrderId(sheet.order))
    question = _question(sheet, file)
    if question is None:  # the preview is answered by its keys
        return await _ask(desk, sheet, "choice")
    try:
        duty = Duty(sheet.duty)
        answer = asking.read_answer(duty, file.order, question, sheet.answers, text, photo)
    except BadLine as bad:
        return await _ask(desk, sheet, bad.why)
    sheet.answers[question.key] = answer
    return await _ask(desk, sheet)


async def _agreed(desk: Desk, sheet: Sheet) -> State:
    """*Confirm*: all of it, or nothing."""
    if refusal := await _overtaken(desk, sheet):
        return await _give_up(desk, sheet, refusal)
    order_id = OrderId(sheet.order)
    file = await desk.uow.files.load(order_id)
    if _question(sheet, file) is not None:
        raise StaleButton
    errand = Errand(desk.work, order_id, desk.say)
    done = [await carry_out(errand, command) for command in _commands(sheet, file)]
    await _show(desk, together(done))
    return ConversationHandler.END


def together(done: Sequence[str | Screen]) -> Screen:
    """What was done, line by line, with the keys of what waits for somebody else."""
    screens = [each if isinstance(each, Screen) else Screen(each) for each in done]
    keys = tuple(row for screen in screens for row in screen.keys)
    return Screen("\n".join(screen.text for screen in screens), keys)


async def _overtaken(desk: Desk, sheet: Sheet) -> Refused | None:
    """Take the order as it was when the conversation began; who was faster, if somebody was."""
    try:
        await desk.work.lock(OrderId(sheet.order), seen=sheet.seen)
    except (AlreadyDone, CardOutdated) as refusal:
        return refusal
    return None


async def _give_up(desk: Desk, sheet: Sheet, refusal: Refused) -> State:
    """The order changed while it was asked about: nothing is done, its card is drawn anew."""
    await _outdated(desk, OrderId(sheet.order), refusal)
    wrote = desk.update.callback_query is None
    words = refusals.refusal(refusal, desk.say)
    await _show(desk, staff_forms.overtaken(words, desk.say, wrote=wrote))
    return ConversationHandler.END
