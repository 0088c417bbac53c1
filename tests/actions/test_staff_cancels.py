"""Staff cancel: with a reason, what goes back and what is kept, and by two once it was bought."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from actions import cancellations, gifts, payments, purchases, second_bills
from actions.cancellations import Cancelled
from actions.work import Work
from domain.actors import Actor
from domain.ids import PersonId
from domain.ledger import SELF_DECLARED
from domain.notices import OrderCancelled
from domain.orders import Order, Role, Stage
from domain.proposals import Proposal
from domain.refusals import (
    AlreadyDone,
    KeepTooMuch,
    NotFinance,
    NotNow,
    OwnOrder,
    ProposalDiffers,
    SomebodyElseMust,
    UnderReview,
)
from storage.ledger_tables import ledger_event
from storage.unit_of_work import unit_of_work
from tests.actions.conftest import AGENCY, AKI, MINA, TOM, House, report, usd

KIM = Actor(PersonId(44), "Kim", Role.STAFF, is_finance=True)


@pytest.fixture
async def bought(house: House) -> Order:
    """Paid with $17.00, and bought."""
    await house.meet(KIM)
    order = await house.paid(1_000)
    async with house.turn(TOM) as work:
        return await purchases.mark_bought(work, order.id, None)


async def cancels(
    house: House, who: Actor, order: Order, keep: int | None = None, why: str = "lost"
) -> Cancelled | Proposal:
    kept = None if keep is None else usd(keep)
    async with house.turn(who) as work:
        return await cancellations.cancel_by_staff(work, order.id, why, kept)


async def test_before_anything_is_bought_one_finance_member_is_enough(house: House) -> None:
    order = await house.paid(1_000)
    done = await cancels(house, MINA, order, 850, "forbidden goods")
    assert isinstance(done, Cancelled)
    assert (done.returned, done.kept) == (usd(850), usd(850))
    assert await house.deposit() == (850, 0, 0)
    told = OrderCancelled(order.id, "staff", "forbidden goods", usd(850), usd(850))
    assert (await house.told_customer())[-1] == told
    async with house.look() as uow:
        (*_, line) = await uow.orders.history(order.id)
    assert (line.who, line.what) == ("staff:42 Mina", "cancelled (staff), 8.50 USD kept")
    assert (line.before, line.after, line.why) == ("PURCHASING", "CANCELLED", "forbidden goods")
    assert await house.failures() == []


async def test_an_unpaid_order_is_cancelled_by_any_member(house: House) -> None:
    order = await house.estimated(1_000)
    done = await cancels(house, TOM, order)
    assert isinstance(done, Cancelled)
    assert done.returned is None


async def test_after_a_purchase_the_first_one_only_proposes(house: House, bought: Order) -> None:
    told = await house.told_customer()
    proposed = await cancels(house, MINA, bought, 850)
    assert isinstance(proposed, Proposal)
    assert proposed.wish.line == "/cancel keep=8.50 lost"
    assert proposed.wish.order == bought.id
    with pytest.raises(SomebodyElseMust):
        await cancels(house, MINA, bought, 850)
    assert await house.order(bought.id) == bought
    assert await house.told_customer() == told
    assert await house.deposit() == (0, 0, 0)

    done = await cancels(house, KIM, bought, 850, "lost by the shop")
    assert isinstance(done, Cancelled)
    assert done.order.stage is Stage.CANCELLED
    assert await house.deposit() == (850, 0, 0)
    with pytest.raises(NotNow):
        await cancels(house, MINA, bought, 850)
    async with house.look() as uow:
        rows = await uow.tx.all(ledger_event.select().where(ledger_event.c.kind == "cancellation"))
    assert [(row.actor, row.approved_by) for row in rows] == [("staff:42", "staff:44")]
    assert await house.failures() == []


async def test_another_amount_is_refused_and_the_proposal_shown(
    house: House, bought: Order
) -> None:
    await cancels(house, MINA, bought, 850)
    with pytest.raises(ProposalDiffers):
        await cancels(house, KIM, bought, 849)
    with pytest.raises(ProposalDiffers):
        await cancels(house, KIM, bought)
    assert (await house.order(bought.id)).stage is Stage.AWAITING_ARRIVAL


async def test_what_was_agreed_to_counts_for_just_that_money(house: House, bought: Order) -> None:
    await cancels(house, MINA, bought)
    for who in (MINA, KIM):
        async with house.turn(who) as work:
            await gifts.refund(work, bought.id, usd(500), "scratched")
    assert isinstance(await cancels(house, KIM, bought), Proposal)  # other money: another wish
    assert isinstance(await cancels(house, MINA, bought), Cancelled)
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_it_takes_finance_even_if_nothing_is_left_to_return(
    house: House, bought: Order
) -> None:
    with pytest.raises(NotFinance):
        await cancels(house, TOM, bought)
    for who in (MINA, KIM):
        async with house.turn(who) as work:
            await gifts.refund(work, bought.id, usd(1_700), "all of it")
    with pytest.raises(NotFinance):
        await cancels(house, TOM, bought)
    await cancels(house, MINA, bought)
    done = await cancels(house, KIM, bought)
    assert isinstance(done, Cancelled)
    assert done.returned is None
    assert await house.deposit() == (1_700, 0, 0)


async def test_no_more_is_kept_than_was_paid_and_that_is_said_to_the_first(
    house: House, bought: Order
) -> None:
    with pytest.raises(KeepTooMuch) as no:
        await cancels(house, MINA, bought, 1_701)
    assert no.value.paid == usd(1_700)


async def test_nothing_is_proposed_that_could_not_be_done(house: House) -> None:
    await house.meet(KIM)
    order = await house.billed(1_000)
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "EMS", "1 Long Street, Berlin")
        await payments.report_transfer(work, order.id, report(4_210))
    with pytest.raises(UnderReview):
        await cancels(house, MINA, order)
    shipped = await house.shipped(1_000)
    with pytest.raises(NotNow):
        await cancels(house, MINA, shipped)
    async with house.turn(MINA) as work:
        assert await work.uow.proposals.open(f"cancel:{shipped.id}:1700") is None


async def test_both_bills_go_back_when_a_parcel_cannot_be_sent(house: House) -> None:
    await house.meet(KIM)
    order = await house.billed(1_000, ems=2_000)
    async with house.turn(AKI) as work:
        await second_bills.choose_shipping(work, order.id, "EMS", "1 Long Street, Berlin")
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(
            work, order.id, usd(2_000), "REF-2", without_report=True
        )
    assert done.order.stage is Stage.READY_TO_SHIP
    for who in (MINA, KIM):
        await cancels(house, who, order, 1_700)
    assert await house.deposit() == (2_000, 0, 0)
    assert await house.failures() == []


async def test_nobody_cancels_their_own_order(house: House, bought: Order) -> None:
    aki = replace(KIM, id=AKI.id)
    with pytest.raises(OwnOrder):
        await cancels(house, aki, bought)


async def test_a_staff_of_one_cancels_at_once_and_the_books_say_so(
    house: House, bought: Order
) -> None:
    async with unit_of_work(house.database) as uow:
        work = Work(uow, replace(AGENCY, sole_operator=True), house.now, MINA)
        assert isinstance(await cancellations.cancel_by_staff(work, bought.id, "lost"), Cancelled)
    async with house.look() as uow:
        rows = await uow.tx.all(ledger_event.select().where(ledger_event.c.kind == "cancellation"))
    assert [(row.actor, row.approved_by) for row in rows] == [("staff:42", SELF_DECLARED)]


async def test_two_at_the_same_moment_are_one_who_proposes_and_one_who_agrees(
    house: House, bought: Order
) -> None:
    results = await asyncio.gather(cancels(house, MINA, bought), cancels(house, KIM, bought))
    assert sorted(type(result).__name__ for result in results) == ["Cancelled", "Proposal"]
    assert (await house.order(bought.id)).stage is Stage.CANCELLED
    assert await house.deposit() == (1_700, 0, 0)


async def test_agreeing_twice_does_it_once(house: House, bought: Order) -> None:
    await cancels(house, MINA, bought)
    results = await asyncio.gather(
        cancels(house, KIM, bought), cancels(house, KIM, bought), return_exceptions=True
    )
    assert [type(x) for x in results if isinstance(x, BaseException)] in (
        [NotNow],
        [AlreadyDone],
    )
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []
