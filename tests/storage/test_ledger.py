"""The books: each event counts once, nothing is overdrawn, and races end as if one came first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain import payments as rules
from domain.ids import OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import (
    BANK,
    DISPUTE_FEE,
    GOODWILL,
    INCOME,
    PAYOUT_FEE,
    PAYPAL,
    SUSPENSE,
    Kind,
    reverse,
)
from domain.money import Currency, Money
from domain.payments import Arrival, PaymentState
from domain.refusals import DepositEmpty, Owing
from storage.database import IntegrityError
from storage.ledger import BankArrival, KeyReused, Ledger, Overdrawn
from storage.ledger_tables import account
from storage.payments import Payments
from tests.storage.books import AT, Books, NotHeld, Turn, usd
from tests.storage.conftest import AKI, BEN


async def outcomes(*attempts: Coroutine[Any, Any, object]) -> Counter[str]:
    done = await asyncio.gather(*attempts, return_exceptions=True)
    return Counter("ok" if not isinstance(x, Exception) else type(x).__name__ for x in done)


async def test_a_pay_in_is_credited_with_what_arrived(books: Books) -> None:
    report = await books.report(AKI, 9_900)
    await books.confirm(report, 10_000, "B1")
    assert await books.purse(AKI) == (10_000, 0, 0)
    assert await books.balance(BANK) == 10_000
    assert await books.purse(BEN) == (0, 0, 0)
    assert await books.failures() == []


async def test_the_same_event_again_is_the_first_one(books: Books) -> None:
    report = await books.report(AKI, 5_000)
    first = await books.confirm(report, 5_000, "B1")
    assert await books.confirm(report, 5_000, "b 1") == first
    assert await books.purse(AKI) == (5_000, 0, 0)
    assert await books.failures() == []


@pytest.mark.parametrize(("customer", "arrived"), [(AKI, 5_001), (BEN, 5_000)])
async def test_a_key_is_not_taken_for_something_else(
    books: Books, customer: int, arrived: int
) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    with pytest.raises(KeyReused):
        await books.pay_in(customer, arrived, "B1")
    assert await books.purse(AKI) == (5_000, 0, 0)
    assert await books.purse(BEN) == (0, 0, 0)
    assert await books.failures() == []


async def test_the_database_keeps_a_deposit_from_going_negative(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    with pytest.raises(Overdrawn):
        await books.hold(AKI, 5_001, allowed_by="staff:1")
    assert await books.purse(AKI) == (5_000, 0, 0)
    assert await books.failures() == []


@pytest.mark.parametrize("approved_by", [None, "staff:1"])
async def test_two_different_people_are_asked_for(books: Books, approved_by: str | None) -> None:
    entry = rules.goodwill(PersonId(AKI), "1", usd(500), "sorry", owed=usd(0))

    async def alone(turn: Turn) -> None:
        await turn.post(entry, approved_by=approved_by)

    with pytest.raises(IntegrityError) as refusal:
        await books.turn(AKI, alone)
    rule = "four_eyes" if approved_by is None else "approver_is_another"
    assert refusal.value.constraint == f"ck_ledger_event_{rule}"
    assert await books.purse(AKI) == (0, 0, 0)


async def test_a_customer_must_be_known(books: Books) -> None:
    with pytest.raises(LookupError):
        await books.turn(99, lambda turn: turn.held(OrderId(1)))


async def test_a_life_of_money(books: Books) -> None:
    """Bill, settlement with a debt, pay-in that repays it, pay-out that bounces."""
    await books.order(1, AKI)
    await books.pay_order(AKI, 1, 8_000, "B1", remaining=8_000)
    assert await books.held(AKI, 1) == 8_000
    await books.settle(AKI, 1, 8_500)
    assert await books.purse(AKI) == (0, 0, 500)
    await books.pay_in(AKI, 2_000, "B2")
    assert await books.purse(AKI) == (1_500, 0, 0)
    number = await books.hold(AKI, 1_000)
    assert await books.purse(AKI) == (500, 1_000, 0)
    await books.send(AKI, number)
    assert await books.purse(AKI) == (500, 0, 0)
    assert await books.balance(PAYOUT_FEE) == 200
    await books.bounce(AKI, number)
    assert await books.purse(AKI) == (1_500, 0, 0)
    assert await books.balance(PAYOUT_FEE) == 0
    assert await books.balance(INCOME) == 8_500
    assert await books.balance(BANK) == 10_000
    assert await books.failures() == []


async def test_a_chargeback_takes_the_order_the_deposit_and_then_owes(books: Books) -> None:
    await books.order(1, AKI)
    await books.pay_by_paypal(AKI, 1, 8_000, 300, "C1")
    await books.pay_in(AKI, 1_000, "B1")
    await books.hold(AKI, 700, allowed_by="staff:1")
    await books.settle(AKI, 1, 7_900)
    await books.chargeback(AKI, 1, 8_000, 2_000, "D1")
    await books.chargeback(AKI, 1, 8_000, 2_000, "D1")
    assert await books.purse(AKI) == (0, 0, 6_900)
    assert await books.balance(PAYPAL) == 8_000 - 300 - 8_000 - 2_000
    assert await books.balance(DISPUTE_FEE) == 2_000
    await books.write_off(AKI, 6_000, "1")
    await books.goodwill(AKI, 1_000, "1")
    assert await books.purse(AKI) == (100, 0, 0)
    assert await books.balance(GOODWILL) == 1_000
    assert await books.failures() == []


async def test_money_of_an_unknown_sender_is_matched_once(books: Books) -> None:
    await books.suspense(8_740, "B1")
    assert await books.balance(SUSPENSE) == 8_740
    await books.match(AKI, 8_740, "B1")
    await books.match(AKI, 8_740, "B1")
    with pytest.raises(KeyReused):
        await books.match(BEN, 8_740, "B1")
    assert await books.purse(AKI) == (8_740, 0, 0)
    assert await books.balance(SUSPENSE) == 0
    assert await books.failures() == []


async def test_what_is_matched_must_be_there(books: Books) -> None:
    await books.suspense(100, "B1")
    with pytest.raises(Overdrawn):
        await books.match(AKI, 101, "B1")
    assert await books.purse(AKI) == (0, 0, 0)


async def test_a_deposit_has_a_history_with_a_running_balance(books: Books) -> None:
    await books.order(1, AKI)
    await books.pay_in(AKI, 1_000, "B1")
    await books.pay_order(AKI, 1, 8_000, "B2", remaining=8_000)
    await books.settle(AKI, 1, 9_500)
    await books.pay_in(BEN, 77, "B3")
    await books.pay_in(AKI, 800, "B4")
    async with books.database.reading() as tx:
        lines = await Ledger(tx).history_page(PersonId(AKI), Currency.USD, 0, 20)
        assert [(x.kind, x.order, x.change.minor, x.balance.minor) for x in lines] == [
            (Kind.PAY_IN, None, 800, 300),
            (Kind.SETTLEMENT, 1, -1_500, -500),
            (Kind.PAY_IN, None, 1_000, 1_000),
        ]


async def test_a_history_is_read_page_by_page(books: Books) -> None:
    for minor in (100, 200, 300):
        await books.pay_in(AKI, minor, f"B{minor}")
    await books.pay_in(BEN, 77, "B1")
    async with books.database.reading() as tx:
        ledger, who = Ledger(tx), PersonId(AKI)
        assert await ledger.history_count(who, Currency.USD) == 3
        page = await ledger.history_page(who, Currency.USD, 1, 1)
        assert [(x.change.minor, x.balance.minor) for x in page] == [(200, 300)]
        assert await ledger.history_page(who, Currency.USD, 3, 1) == []
        assert await ledger.history_count(PersonId(999), Currency.USD) == 0


async def test_a_statement_opens_with_what_was_there_and_has_what_came_between(
    books: Books,
) -> None:
    day = timedelta(days=1)

    async def paid_in(minor: int, at: datetime) -> None:
        async with books.database.transaction() as tx:
            arrival = Arrival.by_bank(usd(minor), f"B{minor}")
            await Ledger(tx).post(
                rules.pay_in(PersonId(AKI), arrival, owed=usd(0)), actor="staff:1", at=at
            )

    for number, minor in enumerate((100, 200, 300)):
        await paid_in(minor, AT + number * day)
    async with books.database.reading() as tx:
        found = await Ledger(tx).statement(PersonId(AKI), Currency.USD, AT + day, AT + 2 * day)
        assert found.opening == usd(100)
        (line,) = found.lines
        assert (line.at, line.kind, line.order) == (AT + day, Kind.PAY_IN, None)
        assert (line.change, line.balance) == (usd(200), usd(300))
        assert line.event == await Ledger(tx).posted("bank:b200")
        ahead = await Ledger(tx).statement(PersonId(AKI), Currency.USD, AT - day, AT)
        assert (ahead.opening, ahead.lines) == (usd(0), ())
        foreign = await Ledger(tx).statement(PersonId(AKI), Currency.JPY, AT, AT + 9 * day)
        assert (foreign.opening, foreign.lines) == (Money(0, Currency.JPY), ())


async def test_an_order_has_earned_what_was_not_given_back(books: Books) -> None:
    await books.order(1, AKI)
    await books.order(2, AKI)
    await books.pay_order(AKI, 1, 8_000, "B1", remaining=8_000)
    await books.settle(AKI, 1, 8_300)

    async def give_back(turn: Turn) -> None:
        nothing = usd(0)
        entry = rules.refund(
            turn.customer, OrderId(1), "1", usd(1_000), "broken", held=nothing, owed=nothing
        )
        await turn.post(entry, approved_by="staff:2")

    await books.turn(AKI, give_back)
    async with books.database.reading() as tx:
        assert await Ledger(tx).earned(OrderId(1), Currency.USD) == usd(7_300)
        assert await Ledger(tx).earned(OrderId(1), Currency.JPY) == Money(0, Currency.JPY)
        assert await Ledger(tx).earned(OrderId(2), Currency.USD) == usd(0)


async def test_a_line_of_the_bank_is_known_by_its_reference(books: Books) -> None:
    await books.order(1, AKI)
    await books.pay_order(AKI, 1, 8_500, "B 1", remaining=8_000)
    await books.suspense(700, "B2")
    async with books.database.reading() as tx:
        known = await Ledger(tx).bank_arrival("b1")
        assert known is not None
        event = await Ledger(tx).posted("bank:b1")
        assert event is not None
        assert known == BankArrival(event, AT, Kind.BILL_PAYMENT, usd(8_500), OrderId(1))
        nobodys = await Ledger(tx).bank_arrival("b2")
        assert nobodys is not None
        assert (nobodys.kind, nobodys.amount) == (Kind.SUSPENSE_IN, usd(700))
        assert nobodys.order is None
        assert await Ledger(tx).bank_arrival("b3") is None


async def test_an_account_remembers_whose_it_is(books: Books) -> None:
    await books.order(1, AKI)
    await books.pay_order(AKI, 1, 8_500, "B1", remaining=8_000)
    async with books.database.reading() as tx:
        rows = await tx.all(select(account))
    assert {(row.code, row.customer_id, row.order_id, bool(row.guarded)) for row in rows} == {
        ("asset:bank", None, None, False),
        (f"liability:deposit:{AKI}", AKI, None, True),
        ("liability:order:1", AKI, 1, True),
    }


async def test_what_goes_wrong_in_the_books_is_named(books: Books) -> None:
    await books.pay_in(AKI, 500, "B1")
    with pytest.raises(KeyReused, match=r"^bank:b1$"):
        await books.pay_in(AKI, 501, "B1")
    with pytest.raises(Overdrawn, match=r"^payout:\d+:hold$"):
        await books.hold(AKI, 501, allowed_by="staff:1")
    with pytest.raises(LookupError, match="no person 999"):
        await books.goodwill(999, 1, "1")


# Races ----------------------------------------------------------------------------------------


async def test_two_confirmations_at_once_count_once(books: Books) -> None:
    report = await books.report(AKI, 5_000)
    done = await outcomes(*(books.confirm(report, 5_000, "B1") for _ in range(8)))
    assert done == {"ok": 8}
    assert await books.purse(AKI) == (5_000, 0, 0)
    assert await books.failures() == []


async def test_one_bank_line_for_two_reports_at_once_counts_once(books: Books) -> None:
    reports = [await books.report(customer, 5_000) for customer in (AKI, BEN, AKI, BEN)]
    done = await outcomes(*(books.confirm(report, 5_000, "LINE 7") for report in reports))
    assert done == {"ok": 1, "KeyReused": 3}
    assert (await books.purse(AKI))[0] + (await books.purse(BEN))[0] == 5_000
    assert await books.failures() == []


async def test_two_payments_from_one_deposit_at_once_do_not_spend_it_twice(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    for order in range(1, 9):
        await books.order(order, AKI)
    done = await outcomes(*(books.from_deposit(AKI, n, n, 1_000) for n in range(1, 9)))
    assert done == {"ok": 5, "DepositEmpty": 3}
    assert await books.purse(AKI) == (0, 0, 0)
    assert await books.failures() == []


async def test_one_bill_paid_by_two_fingers_is_paid_once(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    await books.order(1, AKI)
    done = await outcomes(*(books.from_deposit(AKI, 1, 3, 1_000) for _ in range(6)))
    assert done == {"ok": 6}
    assert await books.purse(AKI) == (4_000, 0, 0)
    assert await books.held(AKI, 1) == 1_000


async def test_a_capture_that_is_told_many_times_counts_once(books: Books) -> None:
    await books.order(1, AKI)
    done = await outcomes(*(books.pay_by_paypal(AKI, 1, 8_740, 354, "C1") for _ in range(8)))
    assert done == {"ok": 8}
    assert await books.held(AKI, 1) == 8_740
    assert await books.balance(PAYPAL) == 8_740 - 354
    assert await books.failures() == []


async def test_sent_and_refused_at_once_do_one_of_the_two(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    number = await books.hold(AKI, 5_000, allowed_by="staff:1")
    done = await outcomes(
        *(books.send(AKI, number) if i % 2 else books.refuse(AKI, number) for i in range(6))
    )
    assert done == {"ok": 1, "NotHeld": 5}
    assert await books.purse(AKI) in ((5_000, 0, 0), (0, 0, 0))
    assert await books.failures() == []


async def test_a_settlement_races_with_payments_from_the_deposit(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    for order in range(1, 8):
        await books.order(order, AKI)
    await books.pay_order(AKI, 1, 1_000, "B2", remaining=1_000)
    done = await outcomes(
        books.settle(AKI, 1, 4_000), *(books.from_deposit(AKI, n, n, 1_000) for n in range(2, 8))
    )
    assert set(done) <= {"ok", "DepositEmpty", "Owing"}
    paid = done["ok"] - 1
    deposit, _, owed = await books.purse(AKI)
    assert deposit - owed == 5_000 - 3_000 - 1_000 * paid
    assert await books.balance(INCOME) == 4_000
    assert await books.failures() == []


async def test_postings_of_many_customers_at_once_never_deadlock(books: Books) -> None:
    customers = range(20, 28)
    for customer in customers:
        await books.person(customer)
    done = await outcomes(
        *(books.pay_in(c, 100 + n, f"L{c}-{n}") for n in range(4) for c in customers)
    )
    assert done == {"ok": 32}
    assert await books.balance(BANK) == 32 * 100 + 8 * (0 + 1 + 2 + 3)
    assert await books.failures() == []


async def test_who_owes_cannot_pay_from_the_deposit(books: Books) -> None:
    await books.order(1, AKI)
    await books.settle(AKI, 1, 100)
    with pytest.raises(Owing):
        await books.from_deposit(AKI, 1, 1, 100)
    with pytest.raises(DepositEmpty):
        await books.from_deposit(BEN, 1, 1, 100)


# Payments -------------------------------------------------------------------------------------


async def test_an_order_has_one_open_report(books: Books) -> None:
    await books.order(1, AKI)
    first = await books.report(AKI, 100, order=1)
    with pytest.raises(IntegrityError):
        await books.report(AKI, 100, order=1)
    async with books.database.transaction() as tx:
        payments = Payments(tx)
        assert await payments.open_report(OrderId(1)) == first
        await payments.save(first.withdraw(by="customer:7", at=AT))
        assert await payments.open_report(OrderId(1)) is None
    second = await books.report(AKI, 100, order=1)
    async with books.database.reading() as tx:
        assert [p.id for p in await Payments(tx).of_order(OrderId(1))] == [first.id, second.id]
        assert [p.id for p in await Payments(tx).waiting()] == [second.id]


async def test_a_payment_is_remembered_as_it_was_told(books: Books) -> None:
    report = await books.report(AKI, 8_320)
    told = replace(
        report,
        id=PaymentId(0),
        code="D12K",
        transferred_on=AT.date(),
        sender="Aki 安藝",
        receipt="file-1",
        claimed=Money(8_320, Currency.JPY),
    )
    async with books.database.transaction() as tx:
        kept = await Payments(tx).add(told)
        assert await Payments(tx).get(kept.id) == kept == replace(told, id=kept.id)
        assert await Payments(tx).by_code("D12K") == [kept]
        assert await Payments(tx).get(PaymentId(999)) is None


async def test_a_payment_is_found_by_its_bank_line_however_it_is_typed(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "Ref 17-A")
    async with books.database.reading() as tx:
        arrival = await Ledger(tx).bank_arrival("ref17-a")
        assert arrival is not None
        found = await Payments(tx).by_event(arrival.event)
        assert found is not None
        assert (found.bank_ref, found.state) == ("Ref 17-A", PaymentState.CONFIRMED)
        assert await Ledger(tx).bank_arrival("ref17") is None


async def test_what_was_corrected_is_booked_again_under_the_same_reference(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B 17")
    async with books.database.transaction() as tx:
        ledger = Ledger(tx)
        first = await ledger.lock_bank_arrival("b17")
        assert first is not None
        entry = await ledger.entry(first.event)
        arrived = Arrival.by_bank(usd(5_000), "B17", entry.payment)
        assert replace(entry, asked=("7", "50.00", "0.00")) == rules.pay_in(
            PersonId(AKI), arrived, owed=usd(0)
        )
        undoing = reverse(entry, first.event, "not hers")
        await ledger.post(undoing, actor="a", approved_by="b", at=AT)
        assert await ledger.bank_arrival("b17") is None
        again = rules.unknown_money(Arrival.by_bank(usd(4_999), "B17", booking=2))
        event = await ledger.post(again, actor="a", at=AT)
        second = BankArrival(event, AT, Kind.SUSPENSE_IN, usd(4_999), None, 2)
        assert await ledger.bank_arrival("B 17") == second
        assert await ledger.lock_bank_arrival("B17") == second
        undone = await ledger.posted("bank:b17:reversed")
        assert undone is not None
        assert (await ledger.entry(undone)).reverses == first.event


async def test_only_a_known_payment_is_saved(books: Books) -> None:
    report = await books.report(AKI, 5_000)

    async def save() -> None:
        async with books.database.transaction() as tx:
            await Payments(tx).save(replace(report, id=PaymentId(999)))

    with pytest.raises(LookupError):
        await save()


async def test_an_entry_of_another_currency_has_accounts_of_its_own(books: Books) -> None:
    yen = Money(5_000, Currency.JPY)
    async with books.database.transaction() as tx:
        ledger = Ledger(tx)
        entry = rules.unknown_money(Arrival.by_bank(yen, "J1"))
        await ledger.post(entry, actor="staff:1", at=AT)
        assert await ledger.balance(SUSPENSE, Currency.JPY) == yen
        assert await ledger.balance(SUSPENSE, Currency.USD) == usd(0)


async def test_a_pay_out_that_is_gone_cannot_be_sent_again(books: Books) -> None:
    await books.pay_in(AKI, 5_000, "B1")
    number = await books.hold(AKI, 5_000, allowed_by="staff:1")
    await books.send(AKI, number)
    with pytest.raises(NotHeld):
        await books.send(AKI, number)
    entry = rules.hold_payout(PersonId(AKI), PayoutId(number), usd(5_000))
    assert entry.key == f"payout:{number}:hold"
    assert await books.failures() == []
