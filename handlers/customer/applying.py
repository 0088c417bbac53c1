"""Applying: the form that asks for a new order."""

from __future__ import annotations

from typing import Any

from actions import applications
from domain.ids import AgencyId, LineNo
from domain.letters import Screen
from domain.orders import Application, Line, Order, Preference, SoldOut
from domain.refusals import NotNow, StaleButton, TextWanted
from domain.typed import LINES_MAX, read_address, read_description, read_note, read_quantity
from handlers.customer import CUSTOMER
from handlers.desk import Desk
from handlers.forms import Form, Given, Question, State, begin, resume, sheet_of
from handlers.hearing import KEYS, PHOTO, TEXT, Heard, Kind
from views import agencies as agencies_view
from views import application as view
from views.buttons import Do
from views.forms import Prompt


async def new_order(desk: Desk) -> State:
    """Begin an application, or go on with the one that is open."""
    going_on = await resume(desk, APPLY)
    if going_on is not None:
        return going_on
    saved = await desk.uow.people.addresses(desk.person)
    given: Given = {"lines": [], "saved": saved}
    if not await desk.uow.agencies.with_groups(desk.agency):
        return await begin(desk, APPLY, given, path=["description"])
    return await begin(desk, APPLY, given)


# Where there are several ----------------------------------------------------------------------


async def _ask_agency(desk: Desk, given: Given) -> Prompt:
    agencies = [desk.agency, *await desk.uow.agencies.with_groups(desk.agency)]
    given["agencies"] = [each.id or 0 for each in agencies]
    return agencies_view.which(agencies, desk.say)


def _read_agency(_desk: Desk, given: Given, heard: Heard) -> int:
    return int(_one_of([str(each) for each in given["agencies"]], heard))


async def apply_again(desk: Desk, press: Do) -> State:
    """An application like that of an order that has ended, at its review: Back changes it."""
    file = await desk.uow.files.load(press.order, of=desk.person)
    if not file.order.is_ended:
        raise NotNow(file.order.stage)
    if sheet_of(desk, APPLY) is not None:
        desk.toast(view.one_is_open(desk.say), alert=True)
        return await resume(desk, APPLY)
    saved = await desk.uow.people.addresses(desk.person)
    given = {"saved": saved, "more": view.READY, **_as_applied(file.order)}
    path = [x.name for x in APPLY.questions if x.name != "agency"]  # it is the same one
    return await begin(desk, APPLY, given, anew=True, path=path)


def _as_applied(order: Order) -> Given:
    """What was asked for, with what was rejected or dropped; what went to another order is not."""
    here = [line for line in order.lines if not line.reason.startswith("split ")] or order.lines
    lines = [
        {"description": x.description, "quantity": x.quantity, "note": x.note, "photo": x.photo}
        for x in here
    ]
    return {
        "lines": lines,
        "address": order.address,
        "preference": order.preference.value,
        "sold_out": order.sold_out.value,
        "tolerance": order.tolerance_percent,
        "agency": order.agency or 0,
    }


# The items ------------------------------------------------------------------------------------


async def _ask_description(desk: Desk, given: Given) -> Prompt:
    return view.description(len(given["lines"]) + 1, bool(given.get("photo")), desk.say)


def _read_description(_desk: Desk, given: Given, heard: Heard) -> str:
    if heard.kind is Kind.PHOTO:
        given["photo"] = heard.photo  # kept while we ask for the words to it
        if not heard.text:
            raise TextWanted
    return read_description(heard.text)


def _withdraw_description(given: Given) -> None:
    given["photo"] = ""


async def _ask_quantity(desk: Desk, given: Given) -> Prompt:
    return view.quantity(given["description"], desk.say)


def _read_quantity(_desk: Desk, _given: Given, heard: Heard) -> int:
    return read_quantity(heard.text)


async def _ask_note(desk: Desk, _given: Given) -> Prompt:
    return view.note(desk.say)


def _read_note(_desk: Desk, _given: Given, heard: Heard) -> str:
    return read_note(heard.text)


async def _ask_more(desk: Desk, given: Given) -> Prompt:
    return view.more(_lines([*given["lines"], _draft(given)]), desk.say)


def _read_more(_desk: Desk, given: Given, heard: Heard) -> str:
    can_add = len(given["lines"]) + 1 < LINES_MAX
    if heard.value not in ((view.MORE, view.READY) if can_add else (view.READY,)):
        raise StaleButton
    given["lines"].append(_draft(given))
    given["photo"] = ""
    return heard.value


def _draft(given: Given) -> dict[str, Any]:
    """The item that was described last."""
    words = ("description", "quantity", "note")
    return {**{word: given[word] for word in words}, "photo": given.get("photo", "")}


def _withdraw_more(given: Given) -> None:
    """The last item is open again."""
    given.update(given["lines"].pop())


def _after_more(given: Given) -> str:
    return "description" if given["more"] == view.MORE else "address"


# All of it ------------------------------------------------------------------------------------


async def _ask_address(desk: Desk, given: Given) -> Prompt:
    return view.address(given["saved"], desk.say)


def _read_address(_desk: Desk, given: Given, heard: Heard) -> str:
    if heard.kind is Kind.TEXT:
        return read_address(heard.text)
    saved = {str(no): text for no, text in enumerate(given["saved"], 1)}
    if heard.value not in saved:
        raise StaleButton
    return str(saved[heard.value])


async def _ask_preference(desk: Desk, _given: Given) -> Prompt:
    return view.preference(desk.say)


def _read_preference(_desk: Desk, _given: Given, heard: Heard) -> str:
    return _one_of([choice.value for choice in Preference], heard)


async def _ask_sold_out(desk: Desk, _given: Given) -> Prompt:
    return view.sold_out(desk.say)


def _read_sold_out(_desk: Desk, _given: Given, heard: Heard) -> str:
    return _one_of([choice.value for choice in SoldOut], heard)


async def _ask_tolerance(desk: Desk, _given: Given) -> Prompt:
    return view.tolerance(desk.say)


def _read_tolerance(_desk: Desk, _given: Given, heard: Heard) -> int:
    return int(_one_of([str(percent) for percent in view.TOLERANCES], heard))


async def _ask_confirm(desk: Desk, given: Given) -> Prompt:
    return view.review(_application(given), desk.say)


def _read_confirm(_desk: Desk, _given: Given, heard: Heard) -> str:
    return _one_of([view.CONFIRM], heard)


def _one_of(values: list[str], heard: Heard) -> str:
    """The value of a key, which anybody can forge."""
    if heard.value not in values:
        raise StaleButton
    return heard.value


def _lines(written: list[dict[str, Any]]) -> tuple[Line, ...]:
    return tuple(Line(LineNo(no), **line) for no, line in enumerate(written, 1))


def _application(given: Given) -> Application:
    return Application(
        lines=_lines(given["lines"]),
        address=given["address"],
        preference=Preference(given["preference"]),
        sold_out=SoldOut(given["sold_out"]),
        tolerance_percent=given["tolerance"],
        agency=AgencyId(given["agency"]) if given.get("agency") else None,
    )


async def _apply(desk: Desk, given: Given) -> Screen:
    order = await applications.apply(desk.work, _application(given))
    return view.applied(order, await desk.agency_of(order.id), desk.say)


async def _left(desk: Desk, _given: Given) -> Screen:
    return view.left(desk.say)


APPLY = Form(
    side=CUSTOMER,
    name="apply",
    questions=(
        Question("agency", _ask_agency, _read_agency, KEYS),
        Question(
            "description",
            _ask_description,
            _read_description,
            TEXT | PHOTO,
            withdraw=_withdraw_description,
        ),
        Question("quantity", _ask_quantity, _read_quantity),
        Question("note", _ask_note, _read_note, skip=True),
        Question("more", _ask_more, _read_more, KEYS, then=_after_more, withdraw=_withdraw_more),
        Question("address", _ask_address, _read_address, TEXT | KEYS),
        Question("preference", _ask_preference, _read_preference, KEYS),
        Question("sold_out", _ask_sold_out, _read_sold_out, KEYS),
        Question("tolerance", _ask_tolerance, _read_tolerance, KEYS),
        Question("confirm", _ask_confirm, _read_confirm, KEYS),
    ),
    done=_apply,
    left=_left,
)
