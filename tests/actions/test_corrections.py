"""A transfer that was booked wrongly: its reverse, by two people, once, whatever came after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from actions import (
    applications,
    bank_lines,
    cancellations,
    confirmations,
    corrections,
    estimates,
    gifts,
    holds,
    pay_ins,
    payments,
    payouts,
    purchases,
    questions,
    receptions,
    second_bills,
    splitting,
    suspense,
    warehouse,
)
from actions.corrections import Corrected
from actions.work import Work
from domain.actors import Actor
from domain.agency import Agency
from domain.bank_lines import BankLine
from domain.bills import Method as BillMethod
from domain.codes import customer_code
from domain.ids import BankLineId, LineNo, OrderId, PersonId
from domain.ledger import BANK, SUSPENSE, order_account
from domain.money import Currency, Money
from domain.notices import HoldPlaced, PaymentConfirmed
from domain.orders import Flag, Order, Role, Stage
from domain.payments import NOT_ITS_MONEY, Method, PaymentState, PayoutState
from domain.payout_notices import CorrectedForStaff, PayoutRefused, TransferCorrected
from domain.payouts import Payout
from domain.proposals import Proposal
from domain.questions import Answer
from domain.refusals import (
    BookedSo,
    BookedThroughPaypal,
    InSuspense,
    NotBooked,
    NotFinance,
    OwnAccount,
    OwnOrder,
    ProposalDiffers,
    ReferenceUsed,
    Refused,
    SomebodyElseMust,
)
from storage.database import Tx, retrying
from storage.exports import EXPORTS, rows_of
from storage.ledger_tables import ledger_event, payment
from storage.statistics import Statistics
from storage.tables import person
from storage.unit_of_work import UnitOfWork, unit_of_work
from storage.vault import Vault
from tests.actions.conftest import (
    AGENCY,
    AKI,
    BEN,
    MINA,
    TOM,
    House,
    application,
    estimate,
    report,
    usd,
)
from tests.actions.test_paypal import Till
from tests.actions.test_paypal_returns import paid_in

KIM = Actor(PersonId(44), "Kim", Role.STAFF, is_finance=True)
T = TypeVar("T")


@dataclass
class Office:
    house: House
    agency: Agency = AGENCY

    @asynccontextmanager
    async def turn(self, by: Actor = MINA) -> AsyncIterator[Work]:
        async with unit_of_work(self.house.database) as uow:
            yield Work(uow, self.agency, self.house.now, by)

    async def says(
        self, who: Actor, right: int | None = None, reference: str = "B17", reason: str = "oh"
    ) -> Corrected | Proposal:
        amount = None if right is None else usd(right)
        async with self.turn(who) as work:
            return await corrections.correct(work, reference, reason, amount)

    async def corrects(self, right: int | None = None, reference: str = "B17") -> Corrected:
        """By two people."""
        assert isinstance(await self.says(MINA, right, reference), Proposal)
        done = await self.says(KIM, right, reference)
        assert isinstance(done, Corrected)
        return done

    async def paid_in(self, minor: int, reference: str = "B17", of: Actor = AKI) -> None:
        async with self.turn(of) as work:
            said = replace(report(minor), sender=reference)
            number = (await pay_ins.report(work, said)).id
        async with self.turn() as work:
            await pay_ins.confirm(work, number, usd(minor), reference)

    async def paid(self, received: int = 2_700, of: Actor = AKI) -> Order:
        """An order of $27.00, as soon as a transfer is confirmed for it."""
        order = await self.house.estimated(2_000)
        async with self.turn() as work:
            done = await payments.confirm_transfer(
                work, order.id, usd(received), "B17", without_report=True
            )
        return done.order

    async def asks_out(self, minor: int) -> Payout:
        asked = payouts.Request(usd(minor), Method.BANK, "First Bank 123 4567")
        async with self.turn() as work:
            await payouts.allow(work, AKI.id)
        async with self.turn(AKI) as work:
            return await payouts.request(work, asked)

    async def balance(self, code: str) -> int:
        accounts = {"bank": BANK, "suspense": SUSPENSE}
        async with self.house.look() as uow:
            return (await uow.ledger.balance(accounts[code], Currency.USD)).minor

    async def held(self, order: Order) -> int:
        async with self.house.look() as uow:
            account = order_account(order.id, order.customer)
            return (await uow.ledger.balance(account, Currency.USD)).minor

    async def states(self) -> list[tuple[str, int, str]]:
        async with self.house.look() as uow:
            rows = await uow.tx.all(select(payment).order_by(payment.c.id))
        return [(row.bank_ref, row.received, row.state) for row in rows if row.bank_ref]

    async def keys(self) -> list[str]:
        async with self.house.look() as uow:
            rows = await uow.tx.all(select(ledger_event).order_by(ledger_event.c.id))
        return [row.key for row in rows if row.key.startswith("bank:")]


@pytest.fixture
async def office(house: House) -> Office:
    await house.meet(KIM)
    house.database.vault = Vault([Fernet.generate_key().decode()])
    return Office(house)


# The wrong owner ------------------------------------------------------------------------------


async def test_a_wrong_pay_in_is_money_of_nobody_again_and_goes_to_its_owner(
    office: Office,
) -> None:
    house = office.house
    await office.paid_in(5_000)
    done = await office.corrects()
    assert (done.was, done.right, done.owed) == (usd(5_000), None, usd(0))
    assert done.customer is not None
    assert (done.customer.name, done.order, done.held) == ("Aki", None, ())
    assert await house.deposit() == (0, 0, 0)
    assert await office.balance("suspense") == await office.balance("bank") == 5_000
    assert (await house.told_customer())[-1] == TransferCorrected(usd(5_000), None, usd(0), usd(0))
    async with office.turn() as work:
        await suspense.match_to_customer(work, "b 17", BEN.id)
    assert await house.deposit(BEN) == (5_000, 0, 0)
    assert await office.states() == [("B17", 5_000, "reversed"), ("b 17", 5_000, "confirmed")]
    assert await office.keys() == [
        "bank:b17",
        "bank:b17:reversed",
        "bank:b17 2",
        "bank:b17 2:matched",
    ]
    assert await house.failures() == []


async def test_it_takes_two_people_who_want_the_same(office: Office) -> None:
    await office.paid_in(5_000)
    first = await office.says(MINA, reason="of Ben")
    assert isinstance(first, Proposal)
    assert first.wish.line == "/correct B17 of Ben"
    with pytest.raises(SomebodyElseMust):
        await office.says(MINA)
    with pytest.raises(ProposalDiffers):
        await office.says(KIM, 4_999)
    assert await office.house.deposit() == (5_000, 0, 0)
    await office.says(KIM, reason="not hers")
    async with office.house.look() as uow:
        rows = await uow.tx.all(select(ledger_event).where(ledger_event.c.kind == "correction"))
    assert [(row.actor, row.approved_by, row.memo) for row in rows] == [
        ("staff:42", "staff:44", "not hers")
    ]


async def test_a_sole_operator_is_enough_where_the_settings_say_so(office: Office) -> None:
    await office.paid_in(5_000)
    office.agency = replace(AGENCY, sole_operator=True)
    assert isinstance(await office.says(MINA), Corrected)
    assert await office.house.deposit() == (0, 0, 0)


async def test_what_was_spent_of_it_is_owed_and_the_next_pay_in_repays_it(office: Office) -> None:
    await office.paid_in(5_000)
    order = await office.house.estimated(2_000)
    async with office.turn(AKI) as work:
        await payments.pay_from_deposit(work, order.id)
    done = await office.corrects()
    assert done.owed == usd(2_700)
    assert await office.house.deposit() == (0, 0, 2_700)
    assert (await office.house.told_customer())[-1] == TransferCorrected(
        usd(5_000), None, usd(2_700), usd(-2_700)
    )
    assert Flag.ON_HOLD not in (await office.house.order(order.id)).flags  # not what it was for
    await office.paid_in(3_000, "B18")
    assert await office.house.deposit() == (300, 0, 0)
    assert await office.house.failures() == []


async def test_a_debt_that_it_repaid_is_owed_again(office: Office) -> None:
    await office.paid_in(5_000, "B16")
    order = await office.house.estimated(2_000)
    async with office.turn(AKI) as work:
        await payments.pay_from_deposit(work, order.id)
    await office.corrects(reference="B16")
    assert await office.house.deposit() == (0, 0, 2_700)
    await office.paid_in(3_000)
    assert await office.house.deposit() == (300, 0, 0)
    await office.corrects()
    assert await office.house.deposit() == (0, 0, 2_700)
    assert await office.balance("suspense") == 8_000
    assert await office.house.failures() == []


async def test_an_order_that_it_paid_stays_paid_is_owed_and_held(office: Office) -> None:
    house = office.house
    order = await office.paid(3_000)
    done = await office.corrects()
    assert (done.owed, done.held) == (usd(2_700), (order.id,))
    after = await house.order(order.id)
    assert (after.stage, after.reason) == (Stage.PURCHASING, NOT_ITS_MONEY)
    assert Flag.ON_HOLD in after.flags
    assert after.first_bill is not None
    assert after.first_bill.paid == usd(2_700)
    assert await office.held(order) == 2_700
    assert await house.deposit() == (0, 0, 2_700)
    told = await house.told_customer()
    assert told[-1] == TransferCorrected(
        usd(3_000), None, usd(2_700), usd(-2_700), order.id, is_held=True
    )
    assert not any(isinstance(each, HoldPlaced) for each in told)
    assert (await house.told_staff(order))[-1] == CorrectedForStaff(
        order.id, usd(3_000), None, usd(2_700), "oh", is_held=True
    )
    assert await house.failures() == []


async def test_a_deposit_that_covers_it_lets_the_order_go_on(office: Office) -> None:
    order = await office.paid()
    await office.paid_in(2_700, "B18")
    done = await office.corrects()
    assert (done.owed, done.held) == (usd(0), ())
    assert await office.house.deposit() == (0, 0, 0)
    after = await office.house.order(order.id)
    assert (after.stage, after.flags) == (Stage.PURCHASING, frozenset())
    assert await office.held(order) == 2_700


async def test_the_owner_is_another_order_of_the_same_customer(office: Office) -> None:
    order = await office.paid()
    other = await office.house.estimated(2_000)
    await office.corrects()
    async with office.turn() as work:
        await suspense.match_to_order(work, "B17", other.id)
    assert await office.house.deposit() == (0, 0, 0)  # what they owed was repaid first
    assert (await office.house.order(other.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    async with office.turn() as work:
        await holds.release(work, order.id)
    assert await office.house.failures() == []


async def test_what_was_split_off_is_held_too_and_its_topic_hears_of_it(office: Office) -> None:
    house = office.house
    order = await house.estimated(2_000, 1_000)
    async with office.turn() as work:
        await payments.confirm_transfer(work, order.id, usd(3_700), "B17", without_report=True)
        await splitting.propose(work, order.id, [2])
    async with office.turn(AKI) as work:
        await questions.decide(work, order.id, LineNo(2), Answer.ACCEPT)
    done = await office.corrects()
    part = OrderId(order.id + 1)
    assert (done.owed, done.held) == (usd(3_700), (order.id, part))
    after = await house.order(part)
    assert Flag.ON_HOLD in after.flags
    assert (await house.told_staff(after))[-1] == CorrectedForStaff(
        part, usd(3_700), None, usd(3_700), "oh", is_held=True
    )
    assert await house.failures() == []


async def test_a_debt_of_another_kind_holds_no_order(office: Office) -> None:
    await office.paid_in(5_000, "B16")
    other = await office.house.estimated(2_000)
    async with office.turn(AKI) as work:
        await payments.pay_from_deposit(work, other.id)
    order = await office.paid(2_700)
    await office.corrects(reference="B16")
    assert await office.house.deposit() == (0, 0, 2_700)
    done = await office.corrects(2_800)  # 1.00 more than was booked
    assert (done.owed, done.held) == (usd(0), ())
    assert await office.house.deposit() == (0, 0, 2_600)
    assert (await office.house.order(order.id)).flags == frozenset()
    assert (await office.house.told_customer())[-1] == TransferCorrected(
        usd(2_700), usd(2_800), usd(0), usd(-2_600), order.id
    )


async def test_an_order_on_hold_stays_so_for_its_own_reason(office: Office) -> None:
    order = await office.paid()
    async with office.turn() as work:
        await holds.hold(work, order.id, "a question")
    done = await office.corrects()
    assert done.held == ()
    assert (await office.house.order(order.id)).reason == "a question"


async def test_too_little_for_a_bill_is_taken_back_and_the_bill_waits_as_before(
    office: Office,
) -> None:
    order = await office.paid(1_000)
    due_at = order.due_at
    done = await office.corrects()
    assert (done.owed, done.held) == (usd(0), ())
    after = await office.house.order(order.id)
    assert (after.stage, after.due_at) == (Stage.AWAITING_FIRST_PAYMENT, due_at)
    assert await office.house.deposit() == (0, 0, 0)


async def test_a_match_is_corrected_too(office: Office) -> None:
    async with office.turn() as work:
        await suspense.keep(work, usd(5_000), "B17")
        await suspense.match_to_customer(work, "B17", AKI.id)
    await office.corrects()
    assert await office.house.deposit() == (0, 0, 0)
    assert await office.balance("suspense") == await office.balance("bank") == 5_000
    async with office.turn() as work:
        await suspense.match_to_customer(work, "B17", BEN.id)
    await office.corrects()
    async with office.turn() as work:
        await suspense.match_to_customer(work, "B17", AKI.id)
    assert await office.house.deposit() == (5_000, 0, 0)
    assert await office.house.deposit(BEN) == (0, 0, 0)
    assert await office.balance("bank") == 5_000
    assert [state for *_, state in await office.states()] == ["reversed", "reversed", "confirmed"]
    assert await office.house.failures() == []


async def test_a_match_that_paid_an_order_leaves_it_paid_and_held(office: Office) -> None:
    order = await office.house.estimated(2_000)
    async with office.turn() as work:
        await suspense.keep(work, usd(2_700), "B17")
        await suspense.match_to_order(work, "B17", order.id)
    done = await office.corrects()
    assert (done.owed, done.held) == (usd(2_700), (order.id,))
    assert await office.held(order) == 2_700
    assert await office.house.failures() == []


# The wrong amount -----------------------------------------------------------------------------


@pytest.mark.parametrize(("right", "deposit"), [(8_740, 8_740), (1_000, 1_000)])
async def test_a_wrong_amount_is_put_right_for_the_same_customer(
    office: Office, right: int, deposit: int
) -> None:
    await office.paid_in(8_470)
    done = await office.corrects(right)
    assert (done.was, done.right, done.owed) == (usd(8_470), usd(right), usd(0))
    assert await office.house.deposit() == (deposit, 0, 0)
    assert await office.balance("bank") == right
    assert await office.balance("suspense") == 0
    assert await office.states() == [("B17", 8_470, "reversed"), ("B17", right, "confirmed")]
    assert (await office.house.told_customer())[-1] == TransferCorrected(
        usd(8_470), usd(right), usd(0), usd(right)
    )
    assert await office.house.failures() == []


async def test_less_than_was_booked_takes_only_the_difference(office: Office) -> None:
    order = await office.paid(8_000)
    payout = await office.asks_out(5_300)
    done = await office.corrects(7_900)
    assert (done.owed, done.held) == (usd(0), ())
    assert await office.house.deposit() == (5_200, 0, 0)  # the pay-out was refused first
    async with office.house.look() as uow:
        assert (await uow.payouts.get(payout.id)).state is PayoutState.REFUSED
    assert await office.held(order) == 2_700
    assert (await office.house.order(order.id)).flags == frozenset()
    assert await office.house.failures() == []


async def test_so_much_less_that_the_order_is_not_paid_is_owed(office: Office) -> None:
    order = await office.paid(2_700)
    done = await office.corrects(270)
    assert (done.owed, done.held) == (usd(2_430), (order.id,))
    assert await office.house.deposit() == (0, 0, 2_430)
    assert await office.held(order) == 2_700
    assert await office.house.failures() == []


async def test_more_than_was_booked_pays_the_bill_that_it_was_for(office: Office) -> None:
    order = await office.paid(270)
    assert order.stage is Stage.AWAITING_FIRST_PAYMENT
    done = await office.corrects(2_700)
    assert (done.owed, done.held) == (usd(0), ())
    assert (await office.house.order(order.id)).stage is Stage.PURCHASING
    assert await office.house.deposit() == (0, 0, 0)
    told = await office.house.told_customer()
    assert isinstance(told[-2], PaymentConfirmed)
    assert told[-1] == TransferCorrected(usd(270), usd(2_700), usd(0), usd(0), order.id)
    assert await office.house.failures() == []


async def test_more_for_the_first_bill_never_pays_the_second(office: Office) -> None:
    order = await office.paid(2_700)
    async with office.turn() as work:
        await purchases.mark_bought(work, order.id, None)
        await warehouse.mark_arrived(work, order.id, None)
        await second_bills.issue(
            work, order.id, (BillMethod("EMS", usd(4_210)), BillMethod("SAL", usd(2_000)))
        )
    await office.corrects(7_000)
    after = await office.house.order(order.id)
    assert after.second_bill is not None
    assert (after.stage, after.second_bill.paid, after.second_bill.method) == (
        Stage.AWAITING_SECOND_PAYMENT,
        usd(0),
        "",
    )
    assert await office.held(order) == 2_700
    assert await office.house.deposit() == (4_300, 0, 0)
    told = await office.house.told_customer()
    assert told[-1] == TransferCorrected(usd(2_700), usd(7_000), usd(0), usd(4_300), order.id)
    assert [n.bill for n in told if isinstance(n, PaymentConfirmed)] == ["first"]
    assert await office.house.failures() == []


async def test_a_bill_s_next_version_is_still_the_one_it_was_for(office: Office) -> None:
    order = await office.paid(270)
    async with office.turn() as work:
        await estimates.issue(work, order.id, estimate(3_000))
    await office.corrects(5_000)
    after = await office.house.order(order.id)
    assert after.first_bill is not None
    assert (after.stage, after.first_bill.version) == (Stage.PURCHASING, 2)


async def test_while_another_report_waits_the_money_waits_in_the_deposit(office: Office) -> None:
    order = await office.paid(270)
    async with office.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(2_430))
    await office.corrects(2_700)
    assert (await office.house.order(order.id)).stage is Stage.AWAITING_FIRST_PAYMENT
    assert await office.house.deposit() == (2_700, 0, 0)


async def test_money_of_nobody_has_its_amount_put_right(office: Office) -> None:
    async with office.turn() as work:
        await suspense.keep(work, usd(8_470), "B17")
    done = await office.corrects(8_740)
    assert (done.customer, done.right) == (None, usd(8_740))
    assert await office.balance("suspense") == await office.balance("bank") == 8_740
    async with office.turn() as work:
        await suspense.match_to_customer(work, "B17", AKI.id)
    assert await office.house.deposit() == (8_740, 0, 0)
    assert await office.house.failures() == []


async def test_what_never_arrived_is_taken_back_and_its_reference_is_free_again(
    office: Office,
) -> None:
    order = await office.paid()
    done = await office.corrects(0)
    assert (done.right, done.owed, done.held) == (usd(0), usd(2_700), (order.id,))
    assert await office.balance("suspense") == await office.balance("bank") == 0
    assert await office.house.deposit() == (0, 0, 2_700)
    with pytest.raises(NotBooked):
        await office.says(MINA, 0)
    async with office.turn() as work:
        done_again = await payments.confirm_transfer(
            work, order.id, usd(2_700), "b17", without_report=True
        )
    assert done_again.to_deposit == usd(2_700)
    assert await office.house.deposit() == (0, 0, 0)
    assert await office.states() == [("B17", 2_700, "reversed"), ("b17", 2_700, "confirmed")]
    await office.corrects()
    assert await office.keys() == [
        "bank:b17",
        "bank:b17:reversed",
        "bank:b17 2",
        "bank:b17 2:reversed",
        "bank:b17 3",
    ]
    assert await office.house.failures() == []


async def test_a_reference_that_is_free_again_serves_a_pay_in_and_money_of_nobody(
    office: Office,
) -> None:
    await office.paid_in(5_000)
    await office.corrects(0)
    await office.paid_in(4_000)
    await office.corrects(0)
    async with office.turn() as work:
        await suspense.keep(work, usd(3_000), "B17")
    done = await office.corrects(0)
    assert (done.customer, done.was) == (None, usd(3_000))
    assert await office.balance("suspense") == await office.balance("bank") == 0
    assert await office.house.deposit() == (0, 0, 0)
    async with office.turn() as work:
        await suspense.keep(work, usd(3_000), "B17")
        await suspense.match_to_customer(work, "B17", AKI.id)
    assert await office.house.deposit() == (3_000, 0, 0)
    assert await office.house.failures() == []


# What came after it ---------------------------------------------------------------------------


async def test_what_was_paid_out_meanwhile_is_owed(office: Office) -> None:
    await office.paid_in(5_000)
    payout = await office.asks_out(5_000)
    async with office.turn() as work:
        await payouts.start(work, payout.id)
    async with office.turn() as work:
        await payouts.send(work, payout.id, "OUT1")
    async with office.turn(KIM) as work:
        await payouts.send(work, payout.id, "OUT1")
    await office.corrects()
    assert await office.house.deposit() == (0, 0, 5_000)
    assert await office.balance("bank") == 200  # 5,000 arrived, 4,800 left
    assert await office.house.failures() == []


async def test_a_pay_out_that_waits_is_refused_and_one_that_is_being_sent_is_shown(
    office: Office,
) -> None:
    await office.paid_in(5_000)
    waits, begun = await office.asks_out(1_000), await office.asks_out(3_000)
    async with office.turn() as work:
        await payouts.start(work, begun.id)
    done = await office.corrects()
    assert (done.owed, done.sending) == (usd(3_000), (begun.id,))
    assert await office.house.deposit() == (0, 3_000, 3_000)
    told = await office.house.told_customer()
    assert [n.payout for n in told if isinstance(n, PayoutRefused)] == [waits.id]
    assert await office.house.failures() == []


async def test_a_pay_out_of_other_money_is_left_alone(office: Office) -> None:
    await office.paid_in(5_000)
    await office.paid_in(1_000, "B18")
    payout = await office.asks_out(1_000)
    done = await office.corrects()
    assert (done.owed, done.sending) == (usd(0), ())
    assert await office.house.deposit() == (0, 1_000, 0)
    async with office.house.look() as uow:
        assert (await uow.payouts.get(payout.id)).state is PayoutState.HELD


async def test_an_order_that_was_cancelled_gives_back_what_came_from_it(office: Office) -> None:
    order = await office.paid()
    async with office.turn() as work:
        await cancellations.cancel_by_staff(work, order.id, "no", usd(700))
    assert await office.house.deposit() == (2_000, 0, 0)
    done = await office.corrects()
    assert (done.owed, done.held) == (usd(700), ())
    assert await office.house.deposit() == (0, 0, 700)
    assert (await office.house.order(order.id)).stage is Stage.CANCELLED
    assert await office.house.failures() == []


async def test_an_order_that_is_settled_stays_so_and_its_cost_is_owed(office: Office) -> None:
    order = await office.house.shipped(2_000)
    async with office.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    done = await office.corrects(reference=f"REF{order.id}")
    assert (done.owed, done.held) == (usd(2_700), ())
    assert await office.house.deposit() == (0, 0, 2_700)
    assert (await office.house.order(order.id)).stage is Stage.COMPLETED
    async with office.house.look() as uow:
        assert await uow.ledger.earned(order.id, Currency.USD) == usd(2_700)
    assert await office.house.failures() == []


async def test_what_was_refunded_meanwhile_is_owed(office: Office) -> None:
    order = await office.paid()
    for who in (MINA, KIM):
        async with office.turn(who) as work:
            await gifts.refund(work, order.id, usd(1_000), "broken")
    await office.corrects()
    assert await office.house.deposit() == (0, 0, 1_700)
    assert await office.held(order) == 1_700
    assert await office.house.failures() == []


async def test_whose_account_is_deleted_is_not_told(office: Office) -> None:
    await office.paid_in(5_000)
    payout = await office.asks_out(5_000)
    async with office.turn() as work:
        await payouts.start(work, payout.id)
    for who in (MINA, KIM):
        async with office.turn(who) as work:
            await payouts.send(work, payout.id, "OUT1")
    before = await office.house.told_customer()
    async with unit_of_work(office.house.database) as uow:
        await uow.tx.run(person.update().where(person.c.id == AKI.id).values(erased_at=1))
    done = await office.corrects()
    assert done.customer is not None
    assert done.customer.erased
    assert await office.house.told_customer() == before
    assert await office.house.deposit() == (0, 0, 5_000)


# What is not corrected ------------------------------------------------------------------------


async def test_what_nobody_booked_or_is_nobodys_or_is_right_already_is_refused(
    office: Office,
) -> None:
    with pytest.raises(NotBooked):
        await office.says(MINA)
    async with office.turn() as work:
        await suspense.keep(work, usd(5_000), "B17")
    with pytest.raises(InSuspense):
        await office.says(MINA)
    with pytest.raises(BookedSo):
        await office.says(MINA, 5_000)
    await office.paid_in(700, "B18")
    with pytest.raises(BookedSo):
        await office.says(MINA, 700, "B18")
    assert await office.keys() == ["bank:b17", "bank:b18"]


async def test_what_came_through_paypal_goes_back_there(office: Office) -> None:
    payment = await paid_in(Till(office.house))
    with pytest.raises(BookedThroughPaypal) as refusal:
        await office.says(MINA, reference=payment.paypal_capture)
    assert refusal.value.payment == payment.id
    assert await office.house.deposit() == (5_000, 0, 0)


async def test_it_is_corrected_once(office: Office) -> None:
    await office.paid_in(5_000)
    await office.corrects()
    with pytest.raises(InSuspense):
        await office.says(KIM)
    await office.corrects(4_000)
    with pytest.raises(BookedSo):
        await office.says(KIM, 4_000)
    assert await office.balance("suspense") == await office.balance("bank") == 4_000


async def test_only_finance_and_never_what_is_ones_own(office: Office) -> None:
    await office.paid_in(5_000)
    with pytest.raises(NotFinance):
        await office.says(TOM)
    async with office.turn() as work:
        await suspense.keep(work, usd(700), "B18")
        await suspense.match_to_customer(work, "B18", KIM.id)
    with pytest.raises(OwnAccount):
        await office.says(KIM, reference="B18")
    async with office.turn(replace(KIM, role=Role.CUSTOMER)) as work:
        order = await applications.apply(work, application(1))
    async with office.turn() as work:
        await payments.confirm_transfer(work, order.id, usd(900), "B19", without_report=True)
    with pytest.raises(OwnOrder):
        await office.says(KIM, reference="B19")
    assert await office.balance("suspense") == 0


async def test_a_line_of_the_banks_file_counts_as_booked_and_goes_to_nobody_by_an_old_button(
    office: Office,
) -> None:
    line = BankLine("B17", usd(5_000), date(2026, 11, 2), "Someone", customer_code(AKI.id))
    async with office.turn() as work:
        assert (await bank_lines.take_in(work, [line])).suggested == ["B17"]
        await bank_lines.confirm(work, BankLineId(1))
    assert await office.house.deposit() == (5_000, 0, 0)
    await office.corrects()
    async with office.turn() as work:
        assert (await bank_lines.take_in(work, [line])).booked == ["B17"]
    with pytest.raises(InSuspense):
        async with office.turn() as work:
            await bank_lines.confirm(work, BankLineId(1))
    assert await office.house.deposit() == (0, 0, 0)


async def test_its_reference_stays_used(office: Office) -> None:
    order = await office.paid()
    await office.corrects()
    with pytest.raises(InSuspense):
        async with office.turn() as work:
            await confirmations.confirm(work, order.id, usd(1), "B17", without_report=True)
    async with office.turn() as work:
        await suspense.match_to_customer(work, "B17", BEN.id)
    with pytest.raises(ReferenceUsed):
        async with office.turn() as work:
            await suspense.keep(work, usd(1), "B17")


async def test_what_was_booked_wrongly_counts_once_as_money_that_came(office: Office) -> None:
    await office.paid_in(5_000)
    await office.corrects()
    await office.paid_in(8_470, "B18")
    await office.corrects(8_740, "B18")
    async with office.house.look() as uow:
        moved = await Statistics(uow.tx).money(office.house.now - timedelta(days=1), Currency.USD)
    assert [(came, went) for _, came, went in moved] == [(usd(13_740), usd(0))]


async def test_the_export_shows_both_payments_of_the_line(office: Office) -> None:
    await office.paid_in(8_470)
    await office.corrects(8_740)
    export = next(each for each in EXPORTS if each.name == "payments")
    async with office.house.look() as uow:
        rows = [row async for row in rows_of(uow.tx, export)]
    assert [row[5:] for row in rows] == [
        ["84.70", "reversed", "B17"],
        ["87.40", "confirmed", "B17"],
    ]


# Two at once ----------------------------------------------------------------------------------


async def at_once(office: Office, *acts: Callable[[Work], Awaitable[T]]) -> list[str]:
    """What each came to; as the dispatcher does it, again if they were in each other's way."""

    async def turn(by: Actor, act: Callable[[Work], Awaitable[T]]) -> str:
        async def once(tx: Tx) -> T:
            uow = UnitOfWork(tx, office.house.database.vault)
            return await act(Work(uow, office.agency, office.house.now, by))

        try:
            return type(await retrying(office.house.database, once, attempts=30)).__name__
        except Refused as refused:
            return type(refused).__name__

    people = (KIM, Actor(PersonId(45), "Lee", Role.STAFF, is_finance=True))
    await office.house.meet(people[1])
    return sorted(await asyncio.gather(*map(turn, people, acts)))


def correcting(reference: str, right: Money | None = None) -> Callable[[Work], Awaitable[object]]:
    return lambda work: corrections.correct(work, reference, "oh", right)


async def test_two_who_agree_at_once_correct_once(office: Office) -> None:
    for number in range(5):
        await office.paid_in(1_000, f"B{number}")
        await office.says(MINA, reference=f"B{number}")
        one = correcting(f"B{number}")
        outcomes = await at_once(office, one, one)
        assert outcomes in (["AlreadyDone", "Corrected"], ["Corrected", "InSuspense"])
    assert await office.house.deposit() == (0, 0, 0)
    assert await office.balance("suspense") == 5_000
    assert await office.house.failures() == []


async def test_matched_and_corrected_at_once_one_of_them_comes_first(office: Office) -> None:
    for number in range(5):
        reference = f"B{number}"
        async with office.turn() as work:
            await suspense.keep(work, usd(900), reference)
        await office.says(MINA, 1_000, reference)

        async def match(work: Work, which: str = reference) -> object:
            return await suspense.match_to_customer(work, which, AKI.id)

        outcomes = await at_once(office, correcting(reference, usd(1_000)), match)
        assert outcomes == ["Corrected", "Matched"]
    assert await office.house.deposit() == (5_000, 0, 0)
    assert await office.balance("suspense") == 0
    assert await office.balance("bank") == 5_000
    assert await office.house.failures() == []


async def test_spent_and_corrected_at_once_what_is_gone_is_owed(office: Office) -> None:
    for number in range(5):
        order = await office.house.estimated(2_000)
        await office.paid_in(2_700, f"B{number}")
        await office.says(MINA, reference=f"B{number}")

        async def pay(work: Work, which: OrderId = order.id) -> object:
            aki = Work(work.uow, office.agency, office.house.now, AKI)
            return await payments.pay_from_deposit(aki, which)

        outcomes = await at_once(office, correcting(f"B{number}"), pay)
        assert outcomes in (
            ["Corrected", "FromDeposit"],
            ["Corrected", "DepositEmpty"],
            ["Corrected", "Owing"],
        )
        deposit, _, owed = await office.house.deposit()
        paid = await office.held(order)
        assert (deposit, owed % 2_700, paid % 2_700) == (0, 0, 0)
        assert await office.house.failures() == []


async def test_a_crash_leaves_nothing_of_it(office: Office) -> None:
    await office.paid_in(5_000)
    await office.says(MINA)
    before = await office.keys()

    async def crash() -> None:
        async with office.turn(KIM) as work:
            await corrections.correct(work, "B17", "oh")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await crash()
    assert await office.keys() == before
    assert await office.house.deposit() == (5_000, 0, 0)
    assert await office.states() == [("B17", 5_000, PaymentState.CONFIRMED)]
    assert isinstance(await office.says(KIM), Corrected)
