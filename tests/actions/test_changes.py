"""Changes by the customer, and the requests that staff answer, on both engines."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from actions import changes, estimates, payments, purchases
from actions.work import Work
from domain import notices
from domain.actors import Actor
from domain.bills import BillState
from domain.change_notices import (
    ChangeRequested,
    EstimateWanted,
    ItemChanged,
    RequestAccepted,
    RequestDeclined,
    RequestWithdrawn,
)
from domain.ids import LineNo
from domain.ledger import order_account
from domain.money import Currency
from domain.orders import LineState, Order, Stage
from domain.refusals import (
    AlreadyDone,
    CardOutdated,
    LineBought,
    MoreAfterPayment,
    NoRequest,
    NotYours,
    OwnOrder,
    Refused,
    RequestPending,
    UnderReview,
    WhichRequest,
)
from domain.settlement import settle
from tests.actions.conftest import AKI, BEN, MINA, TOM, House, estimate, report, usd
from tests.actions.test_edges import part_paid

ONE, TWO = LineNo(1), LineNo(2)


async def change(house: House, order: Order, no: int, quantity: int) -> Order:
    async with house.turn(AKI) as work:
        return await changes.change(work, order.id, no, quantity, seen=order.version)


async def refused(house: House, order: Order, no: int, quantity: int) -> Refused:
    """Why it is refused; nothing has moved."""
    before, told = await house.order(order.id), await house.told_staff(order)
    with pytest.raises(Refused) as refusal:
        await change(house, before, no, quantity)
    assert await house.order(order.id) == before
    assert await house.told_staff(order) == told
    return refusal.value


# Before payment -------------------------------------------------------------------------------


async def test_before_the_estimate_a_quantity_changes_freely(house: House) -> None:
    order = await house.applied(2, 1)
    more = await change(house, order, 1, 999)
    assert (more.line(1).quantity, more.stage) == (999, Stage.APPLIED)
    none = await change(house, more, 1, 0)
    assert none.line(1).state is LineState.CANCELLED
    kept = await house.order(order.id)
    assert (kept, kept.due_at) == (none, order.due_at)
    assert (await house.told_staff(order))[-2:] == [
        ItemChanged(order.id, ONE, 2, 999),
        ItemChanged(order.id, ONE, 999, 0),
    ]
    assert await house.told_customer() == []


async def test_fewer_before_payment_is_the_next_version_at_once(house: House) -> None:
    order = await house.applied(3, 1)
    async with house.turn(TOM) as work:
        order = await estimates.issue(work, order.id, estimate(1_250, 800))
    house.later(days=2)
    told = await house.told_customer()
    lower = await change(house, order, 1, 2)
    assert lower.first_bill is not None
    assert (lower.first_bill.version, lower.first_bill.total) == (2, usd(4_000))
    assert (lower.due_at, lower.stage) == (order.due_at, Stage.AWAITING_FIRST_PAYMENT)
    assert await house.order(order.id) == lower
    assert (await house.told_staff(order))[-1] == ItemChanged(
        order.id, ONE, 3, 2, usd(5_250), usd(4_000)
    )
    assert await house.told_customer() == told
    async with house.look() as uow:
        line = (await uow.orders.history(order.id))[-1]
    assert (line.who, line.what, line.before, line.after) == (
        "customer:7 Aki",
        "line 1: 3 → 2",
        "line 1 quantity: 3; 1st bill: 52.50 USD",
        "line 1 quantity: 2; 1st bill: 40.00 USD",
    )


async def test_the_reduced_bill_is_the_one_that_is_paid(house: House) -> None:
    order = await house.estimated(1_000, 2_000)
    await change(house, order, 2, 0)
    async with house.turn(MINA) as work:
        done = await payments.confirm_transfer(
            work, order.id, usd(1_700), "B1", without_report=True
        )
    assert (done.applied, done.to_deposit) == (usd(1_700), usd(0))
    assert done.order.stage is Stage.PURCHASING
    assert await house.failures() == []


async def test_fewer_can_leave_nothing_to_pay(house: House) -> None:
    order = await part_paid(house, 1_000, 2_000, part=1_900)
    order = await change(house, order, 2, 0)
    assert (order.stage, order.due_at) == (Stage.PURCHASING, None)
    assert order.first_bill is not None
    assert (order.first_bill.state, order.first_bill.paid) == (BillState.PAID, usd(1_900))
    assert order.line(2).state is LineState.CANCELLED
    assert (await house.told_staff(order))[-1] == notices.BillCovered(order.id, "first")
    assert await house.deposit() == (0, 0, 0)  # what is too much waits for the settlement
    assert await house.failures() == []


async def test_more_goes_back_to_the_estimate_and_carries_what_was_paid(house: House) -> None:
    order = await part_paid(house, 1_000, 2_000, part=1_500)
    more = await change(house, order, 1, 2)
    assert (more.stage, more.bill_due, more.due_at) == (Stage.APPLIED, None, order.due_at)
    assert await house.order(order.id) == more
    assert (await house.told_staff(order))[-1] == EstimateWanted(order.id, ONE, 1, 2, usd(3_700))
    assert await house.deposit() == (0, 0, 0)
    async with house.turn(TOM) as work:
        again = await estimates.issue(work, order.id, estimate(1_000, 2_000))
    assert again.first_bill is not None
    assert (again.first_bill.version, again.first_bill.state) == (2, BillState.OPEN)
    assert (again.first_bill.total, again.first_bill.remaining) == (usd(4_700), usd(3_200))
    said = await house.told_customer()
    assert said[-1].before == usd(3_700)  # type: ignore[union-attr]
    assert await house.failures() == []


async def test_waiting_for_a_new_estimate_a_line_can_be_rejected_without_a_bill(
    house: House,
) -> None:
    order = await change(house, await house.estimated(1_000, 2_000), 1, 2)
    async with house.turn(TOM) as work:
        order = await estimates.reject_line(work, order.id, 2, "sold out")
    assert (order.stage, order.first_bill) == (
        Stage.APPLIED,
        (await house.order(order.id)).first_bill,
    )
    assert order.first_bill is not None
    assert (order.first_bill.state, order.first_bill.version) == (BillState.VOID, 1)


async def test_ending_while_it_waits_for_a_new_estimate_returns_what_was_paid(
    house: House,
) -> None:
    order = await change(house, await part_paid(house, 1_000, part=900), 1, 2)
    order = await change(house, order, 1, 0)
    assert order.stage is Stage.CANCELLED
    assert await house.deposit() == (900, 0, 0)
    assert await house.failures() == []


async def test_none_of_the_last_line_cancels_the_order_and_returns_the_money(
    house: House,
) -> None:
    order = await part_paid(house, 1_000, 2_000, part=2_500)
    order = await change(house, order, 1, 0)
    assert order.stage is Stage.AWAITING_FIRST_PAYMENT
    order = await change(house, order, 2, 0)
    assert order.stage is Stage.CANCELLED
    assert (await house.told_customer())[-1] == notices.OrderCancelled(
        order.id, "customer", "", usd(2_500), None
    )
    assert (await house.told_staff(order))[-1] == notices.EndedForStaff(
        order.id, "cancelled_by_customer"
    )
    assert await house.deposit() == (2_500, 0, 0)
    assert await house.failures() == []


async def test_under_review_nothing_changes_until_the_report_is_withdrawn(house: House) -> None:
    order = await house.estimated(1_000, 2_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(3_700))
    for quantity in (0, 5):
        assert isinstance(await refused(house, order, 1, quantity), UnderReview)
    async with house.turn(AKI) as work:
        order = await payments.withdraw_report(work, order.id)
    assert (await change(house, order, 1, 0)).line(1).state is LineState.CANCELLED


async def test_a_stranger_an_old_card_and_staff_change_nothing(house: House) -> None:
    order = await house.estimated(1_000, 2_000)
    attempts: list[tuple[Actor, int, type[Refused]]] = [
        (BEN, order.version, NotYours),
        (AKI, order.version - 1, CardOutdated),
        (type(MINA)(AKI.id, "Aki", MINA.role), order.version, OwnOrder),
    ]
    for who, seen, why in attempts:
        with pytest.raises(why):
            async with house.turn(who) as work:
                await changes.change(work, order.id, 1, 0, seen=seen)
    assert await house.order(order.id) == order


async def test_pressed_twice_it_is_done_once(house: House) -> None:
    order = await house.applied(3, 1)
    both = await asyncio.gather(
        change(house, order, 1, 2), change(house, order, 1, 2), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in both) == ["CardOutdated", "Order"]
    assert (await house.order(order.id)).version == 2
    assert len(await house.told_staff(order)) == 2  # the application, and the change


# Requests -------------------------------------------------------------------------------------


async def paid(house: House, *quantities: int) -> Order:
    """Each costs $10.00."""
    order = await house.applied(*quantities)
    async with house.turn(MINA) as work:
        prices = [1_000] * len(quantities)
        order = await estimates.issue(work, order.id, estimate(*prices, shipping=0, fee=0))
        assert order.first_bill is not None
        done = await payments.confirm_transfer(
            work, order.id, order.first_bill.total, f"R{order.id}", without_report=True
        )
        return done.order


async def accept(house: House, order: Order, no: int | None, by: Actor = TOM) -> Order:
    async with house.turn(by) as work:
        return await changes.accept(work, order.id, no)


async def test_after_payment_it_is_a_request_that_locks_the_line(house: House) -> None:
    order = await paid(house, 3, 1)
    asked = await change(house, order, 1, 1)
    assert (asked.line(1).wanted, asked.line(1).quantity) == (1, 3)
    assert await house.order(order.id) == asked
    assert (await house.told_staff(order))[-1] == ChangeRequested(order.id, (ONE,), 1)
    assert isinstance(await refused(house, order, 1, 0), RequestPending)
    assert await house.deposit() == (0, 0, 0)


async def test_more_after_payment_is_refused(house: House) -> None:
    order = await paid(house, 1)
    assert isinstance(await refused(house, order, 1, 2), MoreAfterPayment)


async def test_fewer_is_accepted_and_nothing_is_posted(house: House) -> None:
    order = await paid(house, 3, 1)
    await change(house, order, 1, 1)
    done = await accept(house, order, 1)
    assert (done.line(1).quantity, done.line(1).wanted) == (1, None)
    assert (done.line(1).state, done.stage) == (LineState.TO_BUY, Stage.PURCHASING)
    assert done.first_bill == order.first_bill
    assert (await house.told_customer())[-1] == RequestAccepted(order.id, (ONE,), 1)
    async with house.look() as uow:
        held = await uow.ledger.balance(order_account(order.id, AKI.id), Currency.USD)
    assert (held, await house.deposit()) == (usd(4_000), (0, 0, 0))
    assert await house.failures() == []


async def test_a_line_that_is_cancelled_leaves_the_others(house: House) -> None:
    order = await paid(house, 3, 1)
    await change(house, order, 1, 0)
    done = await accept(house, order, None)
    assert (done.line(1).state, done.line(1).reason) == (
        LineState.CANCELLED,
        "as the customer asked",
    )
    assert (await house.told_customer())[-1] == RequestAccepted(order.id, (ONE,), 0)
    async with house.turn(TOM) as work:
        bought = await purchases.mark_bought(work, order.id, None)
    assert [x.state for x in bought.lines] == [LineState.CANCELLED, LineState.BOUGHT]
    assert bought.stage is Stage.AWAITING_ARRIVAL


async def test_when_nothing_is_left_everything_comes_back_at_once(house: House) -> None:
    order = await paid(house, 3)
    await change(house, order, 1, 0)
    done = await accept(house, order, 1)  # by who is no finance member: that is the rule
    assert (done.stage, done.line(1).state) == (Stage.CANCELLED, LineState.CANCELLED)
    assert (await house.told_customer())[-1] == notices.OrderCancelled(
        order.id, "nothing_left", "as the customer asked", usd(3_000), None
    )
    assert await house.deposit() == (3_000, 0, 0)
    assert await house.failures() == []


async def test_declined_the_line_is_bought_after_all(house: House) -> None:
    order = await paid(house, 3, 1)
    await change(house, order, 1, 0)
    async with house.turn(TOM) as work:
        done = await changes.decline(work, order.id, None, "it is in the cart")
    assert done.lines == order.lines
    assert (await house.told_customer())[-1] == RequestDeclined(
        order.id, (ONE,), "it is in the cart"
    )
    async with house.turn(TOM) as work:
        bought = await purchases.mark_bought(work, order.id, None)
    assert bought.stage is Stage.AWAITING_ARRIVAL


async def test_withdrawn_by_the_customer_it_is_off(house: House) -> None:
    order = await paid(house, 3, 1)
    asked = await change(house, order, 1, 0)
    async with house.turn(AKI) as work:
        done = await changes.withdraw(work, order.id, 1, seen=asked.version)
    assert done.lines == order.lines
    assert (await house.told_staff(order))[-1] == RequestWithdrawn(order.id, (ONE,))
    with pytest.raises(NoRequest):
        await accept(house, order, 1)
    with pytest.raises(NoRequest):
        async with house.turn(AKI) as work:
            await changes.withdraw(work, order.id, None)


async def test_a_request_answered_meanwhile_is_outdated_whatever_else_is_bought(
    house: House,
) -> None:
    order = await paid(house, 3, 1)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {2: usd(500)})
    asked = await change(house, await house.order(order.id), 1, 0)
    async with house.turn(TOM) as work:
        await changes.decline(work, order.id, 1, "it is in the cart")
    for no in (1, None):
        with pytest.raises(CardOutdated):
            async with house.turn(AKI) as work:
                await changes.withdraw(work, order.id, no, seen=asked.version)


async def test_with_several_requests_the_line_is_named(house: House) -> None:
    order = await paid(house, 3, 1, 1)
    order = await change(house, order, 1, 1)
    order = await change(house, order, 2, 0)
    with pytest.raises(WhichRequest) as refusal:
        await accept(house, order, None)
    assert refusal.value.lines == (1, 2)
    assert await house.order(order.id) == order
    done = await accept(house, order, 2)
    assert (done.line(1).wanted, done.line(2).state) == (1, LineState.CANCELLED)


async def test_the_whole_order_is_asked_for_and_answered_at_once(house: House) -> None:
    order = await paid(house, 3, 1)
    async with house.turn(AKI) as work:
        asked = await changes.request_all(work, order.id, seen=order.version)
    assert [line.wanted for line in asked.lines] == [0, 0]
    assert asked.stage is Stage.PURCHASING
    assert (await house.told_staff(order))[-1] == ChangeRequested(order.id, (ONE, TWO), 0)
    done = await accept(house, order, None)
    assert done.stage is Stage.CANCELLED
    assert await house.deposit() == (4_000, 0, 0)
    assert await house.failures() == []


async def test_all_that_is_left_to_buy_is_one_request(house: House) -> None:
    order = await paid(house, 1, 1, 1)
    async with house.turn(TOM) as work:
        order = await purchases.mark_bought(work, order.id, {3: usd(1_000)})
    order = await change(house, order, 1, 0)
    await change(house, order, 2, 0)
    done = await accept(house, order, None)
    assert (done.stage, [x.no for x in done.live_lines]) == (Stage.AWAITING_ARRIVAL, [3])
    assert (await house.told_customer())[-1] == RequestAccepted(order.id, (ONE, TWO), 0)
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_the_whole_order_is_declined_or_withdrawn_in_one(house: House) -> None:
    order = await paid(house, 3, 1)
    async with house.turn(AKI) as work:
        await changes.request_all(work, order.id)
    async with house.turn(AKI) as work:
        done = await changes.withdraw(work, order.id, None)
    assert done.lines == order.lines
    async with house.turn(AKI) as work:
        await changes.request_all(work, order.id)
    async with house.turn(TOM) as work:
        done = await changes.decline(work, order.id, None, "no")
    assert done.lines == order.lines
    assert (await house.told_customer())[-1] == RequestDeclined(order.id, (ONE, TWO), "no")


async def test_the_settlement_returns_what_was_paid_for_what_was_not_bought(
    house: House,
) -> None:
    order = await paid(house, 3, 1)
    await change(house, order, 1, 1)
    done = await accept(house, order, None)
    settled = settle(done, usd(4_000))
    assert (settled.cost, settled.over) == (usd(2_000), usd(2_000))


# The shop's checkout --------------------------------------------------------------------------


async def test_a_line_that_is_asked_about_is_not_bought(house: House) -> None:
    order = await paid(house, 3, 1)
    await change(house, order, 1, 0)
    for prices in ({1: usd(1_000)}, {1: usd(1_000), 2: usd(1_000)}):
        with pytest.raises(RequestPending) as refusal:
            async with house.turn(TOM) as work:
                await purchases.mark_bought(work, order.id, prices)
        assert refusal.value.line == 1
    assert [x.state for x in (await house.order(order.id)).lines] == [LineState.TO_BUY] * 2
    async with house.turn(TOM) as work:  # the other one is, and is all that can be meant
        done = await purchases.mark_bought(work, order.id, None)
    assert done.line(1).state is LineState.TO_BUY
    assert (done.line(2).state, done.stage) == (LineState.BOUGHT, Stage.PURCHASING)


async def test_on_an_old_card_staff_are_told_who_asked_for_what(house: House) -> None:
    order = await paid(house, 3, 1)
    await change(house, order, 1, 0)
    with pytest.raises(AlreadyDone) as refusal:
        async with house.turn(TOM) as work:
            await purchases.mark_bought(work, order.id, None, seen=order.version)
    assert (refusal.value.who, refusal.value.what) == ("Aki", "asked: line 1, cancel")


async def test_on_an_old_card_the_customer_is_told_that_it_is_bought(house: House) -> None:
    order = await paid(house, 3, 1)
    async with house.turn(TOM) as work:
        await purchases.mark_bought(work, order.id, {1: usd(1_000)})
    with pytest.raises(LineBought) as refusal:
        await change(house, order, 1, 0)
    assert refusal.value.line == 1
    with pytest.raises(LineBought):
        async with house.turn(AKI) as work:
            await changes.request_all(work, order.id, seen=order.version)
    with pytest.raises(CardOutdated) as outdated:  # another line: the card is drawn afresh
        await change(house, order, 2, 0)
    assert type(outdated.value) is CardOutdated


Deed = Callable[[Work], Awaitable[Order]]


async def race(house: House, *deeds: tuple[Actor, Deed]) -> list[Order | BaseException]:
    """All at once, each in a transaction of its own."""

    async def go(who: Actor, deed: Deed) -> Order:
        async with house.turn(who) as work:
            return await deed(work)

    return await asyncio.gather(*(go(*each) for each in deeds), return_exceptions=True)


@pytest.mark.parametrize("customer_begins", [True, False])
async def test_buying_and_cancelling_at_once_exactly_one_wins(
    house: House, customer_begins: bool
) -> None:
    for _ in range(6):
        order = await paid(house, 1, 1)

        async def buy(work: Work, order: Order = order) -> Order:
            return await purchases.mark_bought(work, order.id, {1: usd(1_000)})

        async def ask(work: Work, order: Order = order) -> Order:
            return await changes.change(work, order.id, 1, 0, seen=order.version)

        deeds: list[tuple[Actor, Deed]] = [(AKI, ask), (TOM, buy)]
        results = await race(house, *(deeds if customer_begins else reversed(deeds)))
        asked, bought = results if customer_begins else reversed(results)
        kept = await house.order(order.id)
        assert kept.version == order.version + 1
        if kept.line(1).state is LineState.BOUGHT:
            assert isinstance(asked, LineBought)
            assert (bought, kept.line(1).wanted) == (kept, None)
        else:
            assert isinstance(bought, RequestPending)
            assert (asked, kept.line(1).wanted) == (kept, 0)


async def test_accepting_and_withdrawing_at_once_exactly_one_wins(house: House) -> None:
    for _ in range(6):
        order = await change(house, await paid(house, 1, 1), 1, 0)

        async def yes(work: Work, order: Order = order) -> Order:
            return await changes.accept(work, order.id, 1)

        async def back(work: Work, order: Order = order) -> Order:
            return await changes.withdraw(work, order.id, 1, seen=order.version)

        accepted, withdrawn = await race(house, (TOM, yes), (AKI, back))
        kept = await house.order(order.id)
        assert kept.version == order.version + 1
        if kept.line(1).is_live:
            assert isinstance(accepted, NoRequest)
            assert withdrawn == kept
        else:
            assert isinstance(withdrawn, CardOutdated)
            assert accepted == kept


async def test_staff_answer_no_request_about_an_order_of_their_own(house: House) -> None:
    order = await change(house, await paid(house, 2), 1, 0)
    mine = type(MINA)(AKI.id, "Aki", MINA.role, is_finance=True)
    with pytest.raises(OwnOrder):
        await accept(house, order, 1, by=mine)
    with pytest.raises(OwnOrder):
        async with house.turn(mine) as work:
            await changes.decline(work, order.id, 1, "no")
    assert await house.order(order.id) == order


async def test_two_of_staff_answer_once(house: House) -> None:
    order = await change(house, await paid(house, 1), 1, 0)

    async def yes(work: Work) -> Order:
        return await changes.accept(work, order.id, None)

    async def no(work: Work) -> Order:
        return await changes.decline(work, order.id, None, "no")

    results = await race(house, (TOM, yes), (MINA, no), (MINA, yes))
    assert sorted(type(each).__name__ for each in results) == ["NoRequest", "NoRequest", "Order"]
    assert await house.failures() == []
