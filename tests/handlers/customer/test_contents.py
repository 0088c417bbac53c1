"""The table of contents is whole: what is offered works, and what works is offered once."""

from __future__ import annotations

import pytest

from handlers import commands, routes
from handlers.customer import applying, problems, reporting, settings, shipping, writing
from handlers.forms import Form
from views.buttons import DATA_MAX, Deed, FormKey, FormStep

FORMS = (
    applying.APPLY,
    problems.PROBLEM,
    reporting.REPORT,
    settings.TIMEZONE,
    shipping.SHIPPING,
    writing.MESSAGE,
    writing.WHICH,
)


def test_every_command_that_is_offered_works() -> None:
    assert {name for name, _ in commands.PRIVATE} <= {"start", *routes.COMMANDS}


def test_commands_are_described_as_telegram_wants_them() -> None:
    for name, what in (*commands.PRIVATE, *commands.STAFF):
        assert 1 <= len(what) <= 256, name
        assert "<" not in what
        assert name.islower()


def test_every_deed_is_answered() -> None:
    assert set(Deed) == set(routes.DEEDS)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_questions_of_a_form_have_names_of_their_own(form: Form) -> None:
    names = [question.name for question in form.questions]
    assert len(set(names)) == len(names)
    assert form.states == [f"{form.name}.{name}" for name in names]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_first_question_of_a_form_has_nowhere_to_go_back_to(form: Form) -> None:
    assert form.questions[0].cancel or form in (settings.TIMEZONE, writing.WHICH)


def test_the_longest_key_of_a_form_fits_into_telegrams_limit() -> None:
    turn = 2**31 - 1  # an update's number
    key = FormKey(turn, FormStep.ANSWER, "cancel_everything")
    assert len(key.pack().encode()) <= DATA_MAX


def test_each_application_gets_handlers_of_its_own() -> None:
    first, second = routes.groups(), routes.groups()
    assert not {id(h) for group in first for h in group} & {id(h) for g in second for h in g}
