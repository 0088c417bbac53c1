"""The bank's file suggests; a person confirms; nothing is suggested or booked twice."""

from __future__ import annotations

from datetime import date

import pytest

from actions import bank_lines, pay_ins, payments
from actions.bank_lines import Imported
from domain.actors import CLOCK
from domain.bank_lines import BankLine
from domain.letters import ToStaff
from domain.notices import LineSuggested
from domain.orders import Stage
from domain.refusals import AlreadyDone, NotFinance, ReferenceUsed, StaleButton
from domain.reports import payment_code
from tests.actions.conftest import AKI, MINA, TOM, House, report, usd


def line(
    reference: str = "B17", minor: int = 10_000, sender: str = "", text: str = ""
) -> BankLine:
    return BankLine(reference, usd(minor), date(2026, 11, 2), sender, text)


async def taken_in(house: House, *lines: BankLine) -> Imported:
    async with house.turn(CLOCK) as work:
        return await bank_lines.take_in(work, lines)


async def suggestions(house: House) -> list[LineSuggested]:
    told = await house.told(ToStaff("finance"))
    return [notice for notice in told if isinstance(notice, LineSuggested)]


async def test_a_line_with_a_code_is_suggested_and_nothing_moves(house: House) -> None:
    async with house.turn(AKI) as work:
        number = (await pay_ins.report(work, report(10_000))).id
    done = await taken_in(house, line(text="P9L"))
    assert done == Imported(suggested=["B17"])
    (suggested,) = await suggestions(house)
    assert (suggested.payment, suggested.name, suggested.why) == (number, "Aki", "code")
    assert await house.deposit() == (0, 0, 0)


async def test_confirming_a_suggestion_books_what_arrived(house: House) -> None:
    async with house.turn(AKI) as work:
        await pay_ins.report(work, report(10_000))
    await taken_in(house, line(minor=9_900, text="P9L"))
    (suggested,) = await suggestions(house)
    async with house.turn(MINA) as work:
        await bank_lines.confirm(work, suggested.line)
    assert await house.deposit() == (9_900, 0, 0)
    with pytest.raises(AlreadyDone):
        async with house.turn(MINA) as work:
            await bank_lines.confirm(work, suggested.line)
    assert await house.deposit() == (9_900, 0, 0)
    assert await house.failures() == []


async def test_a_code_without_a_report_is_enough_for_a_suggestion(house: House) -> None:
    await taken_in(house, line(text="P9L"))
    (suggested,) = await suggestions(house)
    assert (suggested.payment, suggested.customer) == (None, AKI.id)
    async with house.turn(MINA) as work:
        await bank_lines.confirm(work, suggested.line)
    assert await house.deposit() == (10_000, 0, 0)
    with pytest.raises(ReferenceUsed):
        async with house.turn(MINA) as work:
            await bank_lines.confirm(work, suggested.line)
    assert await house.deposit() == (10_000, 0, 0)
    assert await house.failures() == []


@pytest.mark.parametrize("with_report", [True, False])
async def test_an_orders_code_leads_to_its_bill(house: House, with_report: bool) -> None:
    order = await house.estimated(2_000)
    if with_report:
        async with house.turn(AKI) as work:
            await payments.report_transfer(work, order.id, report(2_700))
    await taken_in(house, line(minor=2_700, text=f"rent {payment_code(order.id).lower()}"))
    (suggested,) = await suggestions(house)
    assert suggested.for_order == order.id
    async with house.turn(MINA) as work:
        await bank_lines.confirm(work, suggested.line)
    assert (await house.order(order.id)).stage is Stage.PURCHASING
    assert await house.failures() == []


async def test_sender_amount_and_day_together_are_enough(house: House) -> None:
    async with house.turn(AKI) as work:
        await pay_ins.report(work, report(10_000))
    await taken_in(house, line(sender="TANAKA AKI"))
    (suggested,) = await suggestions(house)
    assert suggested.why == "sender"


async def test_an_amount_alone_suggests_nothing(house: House) -> None:
    async with house.turn(AKI) as work:
        await pay_ins.report(work, report(10_000))
    assert await taken_in(house, line(sender="Somebody")) == Imported(unknown=["B17"])
    assert await suggestions(house) == []


async def test_the_same_file_twice_suggests_nothing_twice(house: House) -> None:
    file = [line(text="P9L"), line("B18", text="nothing")]
    await taken_in(house, *file)
    assert await taken_in(house, *file) == Imported(known=["B17"], unknown=["B18"])
    (suggested,) = await suggestions(house)
    async with house.turn(MINA) as work:
        await bank_lines.confirm(work, suggested.line)
    assert await taken_in(house, *file) == Imported(booked=["B17"], unknown=["B18"])
    assert len(await suggestions(house)) == 1


async def test_a_line_nobody_knew_is_suggested_once_it_was_reported(house: House) -> None:
    unknown = line(sender="Aki Tanaka")
    assert await taken_in(house, unknown) == Imported(unknown=["B17"])
    async with house.turn(AKI) as work:
        await pay_ins.report(work, report(10_000))
    assert await taken_in(house, unknown) == Imported(suggested=["B17"])


async def test_what_was_booked_by_hand_is_not_suggested(house: House) -> None:
    async with house.turn(AKI) as work:
        number = (await pay_ins.report(work, report(10_000))).id
    async with house.turn(MINA) as work:
        await pay_ins.confirm(work, number, usd(10_000), "B17")
    assert await taken_in(house, line("b17", text="P9L")) == Imported(booked=["b17"])


async def test_another_line_of_the_same_reference_is_odd(house: House) -> None:
    await taken_in(house, line())
    assert await taken_in(house, line(minor=1)) == Imported(odd=["B17"])


async def test_only_finance_members_confirm_and_only_what_there_is(house: House) -> None:
    await taken_in(house, line(text="P9L"))
    (suggested,) = await suggestions(house)
    with pytest.raises(NotFinance):
        async with house.turn(TOM) as work:
            await bank_lines.confirm(work, suggested.line)
    await taken_in(house, line("B18"))
    with pytest.raises(StaleButton):
        async with house.turn(MINA) as work:
            await bank_lines.confirm(work, type(suggested.line)(suggested.line + 1))
    assert await house.deposit() == (0, 0, 0)
