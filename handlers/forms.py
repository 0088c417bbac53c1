"""Forms: conversations that ask one question after another, each a row of a table.

A form knows no customer and no staff. What was answered lives in the conversation's JSON, so that
a restart loses nothing. Opening a form in the middle of another puts that one aside; it goes on
where it was as soon as the newer one is done or left.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from telegram import Update
from telegram.ext import CallbackQueryHandler, ConversationHandler, MessageHandler

from domain.ids import OrderId
from domain.letters import Card, Deleted, Drawn, Screen
from domain.refusals import (
    ButtonWanted,
    CannotCarry,
    CardNumber,
    PhotoWanted,
    Refused,
    StaleButton,
    TextWanted,
)
from handlers.conversation import Handlers, StoredConversation
from handlers.desk import Desk, DeskContext
from handlers.hearing import ANSWERS, TEXT, Heard, Kind, hear
from views.buttons import FormKey, FormStep
from views.forms import Prompt, question
from views.refusals import refusal as words_of
from views.refusals import toast as toast_of

Given = dict[str, Any]  # what was answered so far, by question; JSON values
State = str | int | None  # of the conversation; None leaves it as it is

DONE: Final = ""  # where the last question leads
END: Final = ConversationHandler.END
OLD_AFTER: Final = timedelta(days=1)  # whoever writes then may have forgotten the question


async def _nothing(_desk: Desk, _given: Given) -> Screen | Card | None:
    return None


def _keep(_given: Given) -> None:
    """Nothing but the answer itself has to be taken back."""


@dataclass(frozen=True, slots=True)
class Question:
    """How it is asked, how its answer is read, and where it leads."""

    name: str
    ask: Callable[[Desk, Given], Awaitable[Prompt]]
    read: Callable[[Desk, Given, Heard], Any]  # the answer as JSON, or `Refused`
    accepts: frozenset[Kind] = TEXT
    skip: bool = False  # Skip leaves the answer empty
    back: bool = True
    cancel: bool = True
    then: Callable[[Given], str] | None = None  # None: the next row of the table
    act: Callable[[Desk, Given, Heard], Awaitable[None]] | None = None  # done at once
    withdraw: Callable[[Given], None] = _keep  # Back has led here again
    secret: bool = False  # what is written is taken out of the chat, whatever is made of it


@dataclass(frozen=True, slots=True)
class Form:
    """A table of questions, and what becomes of the answers."""

    side: str  # the conversation it belongs to
    name: str
    questions: tuple[Question, ...]
    # An answer that was heard here is given to the form below.
    done: Callable[[Desk, Given], Awaitable[Screen | Card | Heard | None]]
    left: Callable[[Desk, Given], Awaitable[Screen | Card | None]] = _nothing
    grows_old: bool = True  # after a day, what is typed need not be meant for it

    def __post_init__(self) -> None:
        _FORMS[self.side, self.name] = self

    def question(self, name: str) -> Question:
        return next(q for q in self.questions if q.name == name)

    def after(self, present: Question, given: Given) -> str:
        if present.then is not None:
            return present.then(given)
        place = self.questions.index(present) + 1
        return self.questions[place].name if place < len(self.questions) else DONE

    @property
    def states(self) -> list[str]:
        return [f"{self.name}.{question.name}" for question in self.questions]


_FORMS: Final[dict[tuple[str, str], Form]] = {}


@dataclass(slots=True)
class Sheet:
    """A form that is being filled in: the questions asked so far, the present one last."""

    form: str
    path: list[str]
    given: Given = field(default_factory=dict)


@dataclass(slots=True)
class Stack:
    """What somebody is in the middle of here; the last sheet is the one that is asked."""

    side: str
    sheets: list[Sheet]
    turn: int = 0  # the update that led to the present question: its keys carry it
    shown: int = 0  # the message it stands in, as far as that is known
    at: int = 0  # when it was last asked or answered, in seconds since 1970

    @classmethod
    def of(cls, desk: Desk, side: str) -> Stack:
        data = desk.conversation(side)
        sheets = [Sheet(**sheet) for sheet in data.get("sheets", [])]
        return cls(side, sheets, data.get("turn", 0), data.get("shown", 0), data.get("at", 0))

    def is_old(self, now: datetime) -> bool:
        """Whether what is typed now may be meant for something else."""
        asked_at = datetime.fromtimestamp(self.at, UTC)
        return self.form.grows_old and bool(self.at) and now - asked_at > OLD_AFTER

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    @property
    def form(self) -> Form:
        return _FORMS[self.side, self.sheet.form]

    @property
    def question(self) -> Question:
        return self.form.question(self.sheet.path[-1])

    def take_out(self, form: Form) -> Sheet | None:
        """The sheet of a form, present or put aside."""
        for sheet in self.sheets:
            if sheet.form == form.name:
                self.sheets.remove(sheet)
                return sheet
        return None

    def keep(self, desk: Desk) -> State:
        """Write it down; gives the conversation's state."""
        if not self.sheets:
            return END
        self.at = int(desk.now.timestamp())
        desk.conversation(self.side).update(asdict(self))
        return f"{self.sheet.form}.{self.sheet.path[-1]}"


# What handlers do with forms ------------------------------------------------------------------


async def begin(
    desk: Desk,
    form: Form,
    given: Given | None = None,
    *,
    anew: bool = False,
    path: Sequence[str] = (),
) -> State:
    """Ask the first question of a form, in place of the pressed message or in a new one.

    What was put aside of the same form is dropped. `path` are the questions that are answered
    already, and last the one to ask.
    """
    stack = Stack.of(desk, form.side)
    stack.take_out(form)
    asked = list(path) or [form.questions[0].name]
    stack.sheets.append(Sheet(form.name, asked, given or {}))
    return await _ask(desk, stack, anew=anew)


async def resume(desk: Desk, form: Form) -> State:
    """Ask the present question of an open form in a new message; None when it is not open."""
    stack = Stack.of(desk, form.side)
    sheet = stack.take_out(form)
    if sheet is None:
        return None
    stack.sheets.append(sheet)
    return await _ask(desk, stack, anew=True)


async def close(desk: Desk, form: Form) -> State:
    """Ask a form's questions no longer; what had been put aside for it goes on."""
    stack = Stack.of(desk, form.side)
    was_present = bool(stack.sheets) and stack.sheet.form == form.name
    if stack.take_out(form) is None:
        return None
    return await _go_on(desk, stack) if was_present else stack.keep(desk)


async def leave(desk: Desk, side: str) -> State:
    """Drop the present form, as *Cancel* does; None when there is none."""
    stack = Stack.of(desk, side)
    if not stack.sheets:
        return None
    form, sheet = stack.form, stack.sheets.pop()
    await show(desk, await form.left(desk, sheet.given))
    return await _go_on(desk, stack)


async def drop(desk: Desk, side: str) -> None:
    """Close the present form from outside of the conversation; nothing is said about it."""
    stack = Stack.of(desk, side)
    if not stack.sheets:
        return
    stack.sheets.pop()
    state = await _go_on(desk, stack)
    if state == END:
        desk.talks.leave(side)
    else:
        desk.talks.enter(side, state, {side})


def is_open(desk: Desk, side: str) -> bool:
    """Whether something is asked there."""
    return bool(Stack.of(desk, side).sheets)


def sheet_of(desk: Desk, form: Form) -> Sheet | None:
    """What a form has been given so far, if it is open; what is changed in it is kept."""
    data = desk.conversation(form.side)
    for sheet in data.get("sheets", []):
        if sheet["form"] == form.name:
            return Sheet(sheet["form"], sheet["path"], sheet["given"])
    return None


async def answer(desk: Desk, side: str) -> State:
    """Take what was typed for an answer to the present question."""
    return await _type(desk, side)


async def show(desk: Desk, answer: Screen | Card | None) -> None:
    """Answer in place of the pressed message, or below what was typed."""
    match answer:
        case Card(order, section, _, page):
            await desk.put(Card(order, section, _pressed_message(desk), page))
        case Screen():
            await desk.put(Drawn(answer, edits=_pressed_message(desk)))


def conversation(
    side: str,
    entry_points: Handlers,
    old: Callable[[Desk], Awaitable[State]] | None = None,
) -> StoredConversation:
    """All forms of a side; the states are their questions.

    Entry points come first: what they answer is no answer to a question. They give back what the
    functions above gave them, or None. `old` answers what is typed long after the question.
    """

    async def pressed(_update: Update, context: DeskContext) -> State:
        return await _press(context.desk, side)

    async def typed(_update: Update, context: DeskContext) -> State:
        desk = context.desk
        if old is not None and Stack.of(desk, side).is_old(desk.now):
            return await old(desk)
        return await _type(desk, side)

    answers: Handlers = [
        CallbackQueryHandler(pressed, pattern=rf"^{FormKey.code}(:|$)"),
        MessageHandler(ANSWERS, typed),
    ]
    forms = [form for (of, _), form in _FORMS.items() if of == side]
    return StoredConversation(
        name=side,
        entry_points=entry_points,
        states={state: answers for form in forms for state in form.states},
        fallbacks=[],
    )


# Asking ---------------------------------------------------------------------------------------


async def _ask(desk: Desk, stack: Stack, *, anew: bool = False) -> State:
    """Put the present question under the finger, or below what was typed."""
    stack.turn = desk.update.update_id
    stack.shown = 0 if anew else _pressed_message(desk)
    await _draw(desk, stack)
    return stack.keep(desk)


async def _ask_again(desk: Desk, stack: Stack, refusal: Refused | None = None) -> State:
    """The present question once more, in a new message; its earlier keys stay good."""
    stack.shown = 0
    await _draw(desk, stack, "" if refusal is None else words_of(refusal, desk.say))
    return stack.keep(desk)


async def _draw(desk: Desk, stack: Stack, before: str = "") -> None:
    present = stack.question
    await _speak_for_order(desk, stack.sheet.given)
    prompt = await present.ask(desk, stack.sheet.given)
    if before:
        prompt = Prompt(f"{before}\n\n{prompt.text}", prompt.answers, prompt.keys)
    screen = question(
        prompt,
        stack.turn,
        desk.say,
        skip=present.skip,
        back=_can_go_back(stack),
        cancel=present.cancel,
    )
    await desk.put(Drawn(screen, edits=stack.shown))


async def _speak_for_order(desk: Desk, given: Given) -> None:
    """What is asked about an order is asked in its agency's way."""
    if order := given.get("order"):
        await desk.agency_of(OrderId(order))


def _can_go_back(stack: Stack) -> bool:
    return stack.question.back and len(stack.sheet.path) > 1


def _pressed_message(desk: Desk) -> int:
    """The message under the finger; 0 when something was typed."""
    return desk.message if desk.update.callback_query else 0


# Hearing --------------------------------------------------------------------------------------


async def _press(desk: Desk, side: str) -> State:
    stack, query = Stack.of(desk, side), desk.update.callback_query
    key = FormKey.unpack(query.data) if query and query.data else None
    if key is None or key.turn != stack.turn:
        return await _outdated(desk, stack)
    match key.step:
        case FormStep.CANCEL if stack.question.cancel:
            return await leave(desk, side)
        case FormStep.BACK if _can_go_back(stack):
            return await _back(desk, stack)
        case FormStep.SKIP if stack.question.skip:
            return await _answered(desk, stack, "")
        case FormStep.ANSWER if Kind.KEY in stack.question.accepts:
            heard = Heard(Kind.KEY, value=key.value, chat=desk.chat, message=desk.message)
            return await _hear(desk, stack, heard, _read(desk, stack, heard))
        case _:
            raise StaleButton


async def _outdated(desk: Desk, stack: Stack) -> State:
    """Say that the key is of an old step, and ask the present question again."""
    desk.toast(toast_of(StaleButton(), desk.say), alert=True)
    if stack.shown and stack.shown == desk.message:
        return None  # a double tap: the question stands under the finger
    return await _ask_again(desk, stack)


async def _type(desk: Desk, side: str) -> State:
    """A typed answer that is refused changes nothing: what is wanted is said, and asked again."""
    return await _take(desk, Stack.of(desk, side), hear(desk.update))


async def _take(desk: Desk, stack: Stack, heard: Heard) -> State:
    if stack.question.secret:
        await desk.put(Deleted(heard.message))
    try:
        answer = _read(desk, stack, heard)
    except Refused as refusal:
        if isinstance(refusal, CardNumber) and not stack.question.secret:
            await desk.put(Deleted(heard.message))
        return await _ask_again(desk, stack, refusal)
    return await _hear(desk, stack, heard, answer)


def _read(desk: Desk, stack: Stack, heard: Heard) -> Any:
    accepted = stack.question.accepts
    if heard.kind not in accepted:
        raise _wanted(accepted)
    return stack.question.read(desk, stack.sheet.given, heard)


def _wanted(accepted: frozenset[Kind]) -> Refused:
    if Kind.MEDIA in accepted:
        return CannotCarry()
    if Kind.TEXT in accepted:
        return TextWanted()
    return PhotoWanted() if Kind.PHOTO in accepted else ButtonWanted()


async def _hear(desk: Desk, stack: Stack, heard: Heard, answer: Any) -> State:
    if stack.question.act is not None:
        await stack.question.act(desk, stack.sheet.given, heard)
    return await _answered(desk, stack, answer)


async def _answered(desk: Desk, stack: Stack, answer: Any) -> State:
    """Keep the answer, and ask the next question or finish."""
    form, sheet, present = stack.form, stack.sheet, stack.question
    sheet.given[present.name] = answer
    following = form.after(present, sheet.given)
    if following == DONE:
        stack.sheets.pop()
        await _speak_for_order(desk, sheet.given)
        outcome = await form.done(desk, sheet.given)
        if isinstance(outcome, Heard):
            return await _take(desk, stack, outcome) if stack.sheets else END
        await show(desk, outcome)
        return await _go_on(desk, stack)
    if following != present.name:
        sheet.path.append(following)
    return await _ask(desk, stack)


async def _back(desk: Desk, stack: Stack) -> State:
    stack.sheet.path.pop()
    stack.question.withdraw(stack.sheet.given)
    return await _ask(desk, stack)


async def _go_on(desk: Desk, stack: Stack) -> State:
    """With what had been put aside; what can no longer be asked is left, and it is said why."""
    while stack.sheets:
        try:
            return await _ask(desk, stack, anew=True)
        except Refused as refusal:  # it only looked: nothing is to be undone
            stack.sheets.pop()
            await desk.put(Drawn(Screen(str(words_of(refusal, desk.say)))))
    return END
