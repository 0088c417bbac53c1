"""A question of a form, with the keys under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.letters import Key, Screen
from views.buttons import FormKey, FormStep
from views.texts import Texts


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that can be pressed: what it reads, and what the form gets."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question: its text, and the answers that can be pressed, row by row."""

    text: str  # Telegram HTML
    answers: tuple[tuple[Answer, ...], ...] = ()
    keys: tuple[tuple[Key, ...], ...] = ()  # that answer by themselves, whatever is asked


def column(answers: Iterable[tuple[str, str]]) -> tuple[tuple[Answer, ...], ...]:
    """One answer a row, of pairs (label, value)."""
    return tuple((Answer(label, value),) for label, value in answers)


def question(
    prompt: Prompt, turn: int, say: Texts, *, skip: bool, back: bool, cancel: bool
) -> Screen:
    """The prompt as a message; its keys answer only in their own turn."""
    answers = tuple(
        tuple(FormKey(turn, FormStep.ANSWER, a.value).key(a.label) for a in row)
        for row in prompt.answers
    )
    ways: list[Key] = []
    if back:
        ways.append(FormKey(turn, FormStep.BACK).key(say.label("Back", emoji="⬅️")))
    if skip:
        ways.append(FormKey(turn, FormStep.SKIP).key(say.label("Skip", emoji="⏭")))
    if cancel:
        ways.append(FormKey(turn, FormStep.CANCEL).key(say.label("Cancel", emoji="✖️")))
    rows = (*answers, *prompt.keys, tuple(ways))
    return Screen(str(prompt.text), tuple(row for row in rows if row))
