"""An order's life through its actions, on both engines."""

import asyncio

import pytest

from actions import (
    cancellations,
    estimates,
    purchases,
    questions,
    receptions,
    second_bills,
    shipping,
    warehouse,
)
from domain import notices
from domain.bills import BillState, Method
from domain.deadlines import after_days
from domain.orders import Flag, LineState, Question, SoldOut, Stage
from domain.question_notices import QuestionAsked
from domain.questions import Answer
from domain.refusals import (
    AlreadyDone,
    CardOutdated,
    DecisionPending,
    LineNotNow,
    NoMethod,
    NothingToPay,
    NotNow,
    NotPriced,
    NotYours,
    OwnOrder,
    TooMany,
)
from tests.actions.conftest import ADDRESS, AGENCY, AKI, BEN, MINA, TOM, House, estimate, usd


async def test_an_application_gets_a_number_seven_days_and_is_told_to_staff(house: House) -> None:
    order = await house.applied(2, 1)
    kept = await house.order(order.id)
    assert kept == order
    assert (kept.stage, kept.version, len(kept.lines)) == (Stage.APPLIED, 1, 2)
    assert kept.due_at == after_days(house.now, 7, AGENCY.timezone)
    assert await house.told_staff(order) == [notices.ApplicationArrived(order.id)]
    assert await house.told_customer() == []


async def test_an_estimate_is_the_first_bill_and_starts_seven_days(house: House) -> None:
    order = await house.applied(2, 1)
    house.later(days=3)
    async with house.turn(TOM) as work:
        order = await estimates.issue(work, order.id, estimate(1250, 800))
    assert order.stage is Stage.AWAITING_FIRST_PAYMENT
    assert order.first_bill is not None
    assert (order.first_bill.total, order.first_bill.version) == (usd(4_000), 1)
    assert order.due_at == after_days(house.now, 7, AGENCY.timezone)
    assert await house.order(order.id) == order
    said = notices.EstimateIssued(order.id, usd(4_000), order.due_at, None)
    assert await house.told_customer() == [said]


async def test_every_line_must_be_priced_or_rejected(house: House) -> None:
    order = await house.applied(1, 1)
    with pytest.raises(NotPriced) as refusal:
        async with house.turn(TOM) as work:
            await estimates.issue(work, order.id, estimate(1250))
    assert refusal.value.lines == (2,)
    assert await house.order(order.id) == order
    assert await house.told_customer() == []


async def test_a_new_estimate_is_the_next_version_and_voids_the_old(house: House) -> None:
    order = await house.estimated(1_000)
    house.later(days=2)
    async with house.turn(TOM) as work:
        order = await estimates.issue(work, order.id, estimate(1_500))
    assert order.first_bill is not None
    assert (order.first_bill.version, order.first_bill.total) == (2, usd(2_200))
    assert order.due_at == after_days(house.now, 7, AGENCY.timezone)
    assert (await house.told_customer())[-1].before == usd(1_700)  # type: ignore[union-attr]


async def test_a_rejected_line_lowers_the_bill_and_the_last_one_cancels(house: House) -> None:
    order = await house.estimated(1_000, 2_000)
    due_at = order.due_at
    house.later(days=1)
    async with house.turn(TOM) as work:
        order = await estimates.reject_line(work, order.id, 2, "sold out")
    assert order.first_bill is not None
    assert (order.first_bill.total, order.first_bill.version) == (usd(1_700), 2)
    assert order.due_at == due_at
    async with house.turn(TOM) as work:
        order = await estimates.reject_line(work, order.id, 1, "sold out too")
    assert order.stage is Stage.CANCELLED
    assert (await house.order(order.id)).reason == "sold out too"
    assert isinstance((await house.told_customer())[-1], notices.OrderCancelled)


async def test_a_stranger_and_a_forged_number_are_refused_alike(house: House) -> None:
    order = await house.estimated(1_000)
    for number in (order.id, order.id + 1):
        with pytest.raises(NotYours):
            async with house.turn(BEN) as work:
                await cancellations.cancel(work, number)  # type: ignore[arg-type]
    assert await house.order(order.id) == order


async def test_staff_may_not_act_on_an_order_of_their_own(house: House) -> None:
    order = await house.applied(1)
    mine = type(MINA)(AKI.id, "Aki", MINA.role, is_finance=True)
    with pytest.raises(OwnOrder):
        async with house.turn(mine) as work:
            await estimates.issue(work, order.id, estimate(1_000))


async def test_an_outdated_card_changes_nothing(house: House) -> None:
    order = await house.estimated(1_000)
    with pytest.raises(CardOutdated):
        async with house.turn(AKI) as work:
            await cancellations.cancel(work, order.id, seen=order.version - 1)
    with pytest.raises(AlreadyDone) as refusal:
        async with house.turn(TOM) as work:
            await estimates.issue(work, order.id, estimate(9), seen=order.version - 1)
    assert (refusal.value.who, refusal.value.what) == ("Mina", "estimate")
    assert await house.order(order.id) == order


async def test_of_two_who_press_at_once_one_wins(house: House) -> None:
    order = await house.applied(1)

    async def press(by: object) -> None:
        async with house.turn(by) as work:  # type: ignore[arg-type]
            await estimates.issue(work, order.id, estimate(1_000), seen=order.version)

    results = await asyncio.gather(press(MINA), press(TOM), return_exceptions=True)
    assert sorted(type(r).__name__ for r in results) == ["AlreadyDone", "NoneType"]
    assert len(await house.told_customer()) == 1
    assert (await house.order(order.id)).version == 2


async def test_a_price_within_the_tolerance_is_bought_above_it_is_asked(house: House) -> None:
    order = await house.paid(1_000, 1_000)
    async with house.turn(TOM) as work:
        order = await purchases.mark_bought(work, order.id, {1: usd(1_050), 2: usd(1_051)})
    assert [x.state for x in order.lines] == [LineState.BOUGHT, LineState.TO_BUY]
    assert (order.stage, order.flags) == (Stage.PURCHASING, frozenset({Flag.DECISION_NEEDED}))
    asked = QuestionAsked(order.id, order.lines[1].no, Question.PRICE, "", usd(1_000), usd(1_051))
    assert asked in await house.told_customer()
    with pytest.raises(DecisionPending):
        async with house.turn(TOM) as work:
            await purchases.mark_bought(work, order.id, None)
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 2, Answer.ACCEPT, seen=order.version)
    assert (order.flags, order.line(2).unit_price) == (frozenset(), usd(1_051))
    async with house.turn(TOM) as work:
        order = await purchases.mark_bought(work, order.id, None)
    assert order.stage is Stage.AWAITING_ARRIVAL
    assert order.line(2).bought_price == usd(1_051)


async def test_dropping_the_only_line_cancels_and_returns_everything(house: House) -> None:
    order = await house.paid(1_000)
    async with house.turn(TOM) as work:
        order = await purchases.mark_bought(work, order.id, {1: usd(2_000)})
    async with house.turn(AKI) as work:
        order = await questions.decide(work, order.id, 1, Answer.DROP)
    assert order.stage is Stage.CANCELLED
    assert await house.deposit() == (1_700, 0, 0)
    assert await house.failures() == []


async def test_a_line_not_to_be_had_is_dropped_and_the_rest_is_bought(house: House) -> None:
    order = await house.paid(1_000, 2_000)
    async with house.turn(TOM) as work:
        order = await purchases.mark_unavailable(work, order.id, 1, "gone")
        assert order.stage is Stage.PURCHASING
        order = await purchases.mark_bought(work, order.id, None)
    assert order.stage is Stage.AWAITING_ARRIVAL
    assert await house.deposit() == (0, 0, 0)  # the difference waits for the settlement


async def test_all_or_nothing_cancels_everything_when_one_line_is_gone(house: House) -> None:
    order = await house.paid(1_000, 2_000, sold_out=SoldOut.CANCEL_EVERYTHING)
    async with house.turn(TOM) as work:
        order = await purchases.mark_unavailable(work, order.id, 1, "gone")
    assert order.stage is Stage.CANCELLED
    assert await house.deposit() == (3_700, 0, 0)
    assert await house.failures() == []


async def test_arrivals_are_counted_and_never_above_what_was_ordered(house: House) -> None:
    order = await house.applied(3)
    async with house.turn(MINA) as work:
        order = await estimates.issue(work, order.id, estimate(0, shipping=0, fee=0))
        assert order.stage is Stage.PURCHASING  # a bill of nothing is paid
        await purchases.mark_bought(work, order.id, None)
        order = await warehouse.mark_arrived(work, order.id, {1: 2})
    assert (order.line(1).arrived, order.stage) == (2, Stage.AWAITING_ARRIVAL)
    with pytest.raises(TooMany):
        async with house.turn(TOM) as work:
            await warehouse.mark_arrived(work, order.id, {1: 4})
    async with house.turn(TOM) as work:
        order = await warehouse.mark_arrived(work, order.id, {1: 3})
    assert order.stage is Stage.AT_WAREHOUSE


async def test_a_count_that_changes_nothing_is_no_news(house: House) -> None:
    order = await house.applied(3)
    async with house.turn(MINA) as work:
        await estimates.issue(work, order.id, estimate(0, shipping=0, fee=0))
        await purchases.mark_bought(work, order.id, None)
        order = await warehouse.mark_arrived(work, order.id, {1: 2})
    told = await house.told_customer()
    for _ in range(2):
        async with house.turn(TOM) as work:
            assert await warehouse.mark_arrived(work, order.id, {1: 2}) == order
    assert await house.told_customer() == told
    async with house.turn(TOM) as work:  # a correction is told
        await warehouse.mark_arrived(work, order.id, {1: 1})
    assert len(await house.told_customer()) == len(told) + 1


async def test_nothing_arrives_that_was_not_bought(house: House) -> None:
    order = await house.paid(1_000)
    with pytest.raises(LineNotNow):
        async with house.turn(TOM) as work:
            await warehouse.mark_arrived(work, order.id, {1: 1})


async def test_the_second_bill_asks_for_method_and_address_and_a_zero_bill_for_a_tap(
    house: House,
) -> None:
    order = await house.at_warehouse(1_000)
    async with house.turn(TOM) as work:
        methods = (Method("EMS", usd(4_210)), Method("SAL", usd(0)))
        order = await second_bills.issue(work, order.id, methods)
    with pytest.raises(NoMethod):
        async with house.turn(AKI) as work:
            await second_bills.request_shipping(work, order.id)
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(work, order.id, "EMS", ADDRESS)
    assert order.second_bill is not None
    assert order.second_bill.total == usd(4_210)
    with pytest.raises(NothingToPay):
        async with house.turn(AKI) as work:
            await second_bills.request_shipping(work, order.id)
    async with house.turn(AKI) as work:
        order = await second_bills.choose_shipping(
            work, order.id, "SAL", "Somewhere else entirely"
        )
        assert order.stage is Stage.AWAITING_SECOND_PAYMENT
        order = await second_bills.request_shipping(work, order.id)
    assert order.stage is Stage.READY_TO_SHIP
    assert order.second_bill is not None
    assert order.second_bill.state is BillState.PAID
    assert (await house.order(order.id)).address == "Somewhere else entirely"


async def test_the_last_parcel_starts_the_thirty_days(house: House) -> None:
    order = await house.shipped(1_000)
    first = order.due_at
    house.later(days=2)
    async with house.turn(TOM) as work:
        order = await shipping.ship(work, order.id, "DHL", "JD0001")
    assert order.due_at == after_days(house.now, 30, AGENCY.timezone) != first
    assert [(p.carrier, p.tracking) for p in (await house.order(order.id)).parcels] == [
        ("EMS", "EE123456785JP"),
        ("DHL", "JD0001"),
    ]
    house.later(days=1)
    due_at = order.due_at
    async with house.turn(TOM) as work:
        order = await shipping.correct_tracking(work, order.id, "DHL", "JD0002", "JD0001")
    assert (order.due_at, order.parcels[1].tracking) == (due_at, "JD0002")
    assert await house.order(order.id) == order


async def test_a_reception_report_settles_once_and_returns_the_rest(house: House) -> None:
    order = await house.shipped(1_000)
    async with house.turn(AKI) as work:
        preview = await receptions.preview(work, order.id, seen=order.version)
        done = await receptions.report_reception(work, order.id, seen=order.version)
    assert preview == done
    assert (done.cost, done.paid) == (usd(1_700), usd(1_700))
    with pytest.raises(NotNow):
        async with house.turn(AKI) as work:
            await receptions.report_reception(work, order.id)
    kept = await house.order(order.id)
    assert (kept.stage, kept.completed_at, kept.due_at) == (Stage.COMPLETED, house.now, None)
    assert await house.failures() == []


async def test_history_says_who_changed_what_and_why(house: House) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await cancellations.cancel(work, order.id, seen=order.version)
    async with house.look() as uow:
        lines = await uow.orders.history(order.id)
    assert [(x.who, x.what, x.before, x.after) for x in lines] == [
        ("customer:7 Aki", "applied", "", "APPLIED"),
        (
            "staff:42 Mina",
            "estimate",
            "APPLIED; line 1: requested; line 1 price: none; 1st bill: none",
            "AWAITING_FIRST_PAYMENT; line 1: quoted; line 1 price: 10.00 USD; 1st bill: 17.00 USD",
        ),
        ("customer:7 Aki", "cancelled (customer)", "AWAITING_FIRST_PAYMENT", "CANCELLED"),
    ]
