"""Random histories of money against an independent model: dictionaries that know no accounts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ledger import BANK, INCOME, PAYOUT_FEE, PAYPAL
from domain.refusals import BadAmount, DepositEmpty, Owing
from storage.ledger import Overdrawn
from tests.storage.books import CHARGE, Books, NotHeld

What = Literal[
    "pay_in",
    "late",
    "pay_order",
    "paypal",
    "from_deposit",
    "settle",
    "cancel",
    "hold",
    "send",
    "refuse",
    "bounce",
    "chargeback",
    "goodwill",
    "write_off",
]


@dataclass(frozen=True)
class Step:
    what: What
    customer: int  # the first or the second one
    order: int  # one of those that are there
    amount: int
    off: int  # by how much something else differs from it
    twice: bool  # pressed twice


STEPS = st.lists(
    st.builds(
        Step,
        what=st.sampled_from(What.__args__),  # type: ignore[attr-defined]
        customer=st.integers(0, 1),
        order=st.integers(0, 5),
        amount=st.sampled_from([1, 199, 200, 201, 999, 5_000, 8_740]) | st.integers(1, 20_000),
        off=st.sampled_from([0, 0, -1, 1, -150, 260, 9_000]),
        twice=st.booleans(),
    ),
    min_size=5,
    max_size=30,
)
numbers = count(1_000)  # examples share a database: customers, orders and references are new


def zeros() -> defaultdict[int, int]:
    return defaultdict(int)


@dataclass
class Model:
    """What everybody should have, in cents."""

    deposit: defaultdict[int, int] = field(default_factory=zeros)
    reserved: defaultdict[int, int] = field(default_factory=zeros)
    owed: defaultdict[int, int] = field(default_factory=zeros)
    held: defaultdict[int, int] = field(default_factory=zeros)  # by order
    bank: int = 0
    paypal: int = 0
    income: int = 0
    charges: int = 0

    def raise_deposit(self, customer: int, amount: int) -> None:
        repaid = min(self.owed[customer], amount)
        self.owed[customer] -= repaid
        self.deposit[customer] += amount - repaid

    def take(self, customer: int, amount: int) -> None:
        """From the deposit; what it lacks is owed."""
        spare = min(self.deposit[customer], amount)
        self.deposit[customer] -= spare
        self.owed[customer] += amount - spare


class History:
    """One example: steps are done to the books and to the model alike."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.model = Model()
        self.customers = [next(numbers), next(numbers)]
        self.orders: dict[int, int] = {}  # those that have not ended: their customer
        self.ended: dict[int, int] = {}
        self.captured: dict[int, int] = {}  # paid by PayPal, by order
        self.payouts: dict[int, tuple[int, int, str]] = {}

    async def start(self) -> None:
        for customer in self.customers:
            await self.books.person(customer)
            for _ in range(3):
                order = next(numbers)
                await self.books.order(order, customer)
                self.orders[order] = customer

    async def do(self, step: Step) -> None:
        await getattr(self, step.what)(step, self.customers[step.customer])

    def an_order(self, step: Step) -> tuple[int, int] | None:
        """An order that has not ended, and whose it is."""
        orders = sorted(self.orders.items())
        return orders[step.order % len(orders)] if orders else None

    # Money that arrives -----------------------------------------------------------------------

    async def pay_in(self, step: Step, customer: int) -> None:
        report, reference = await self.books.report(customer, 1), f"L{next(numbers)}"
        for _ in range(1 + step.twice):
            await self.books.confirm(report, step.amount, reference)
        self.model.bank += step.amount
        self.model.raise_deposit(customer, step.amount)

    async def late(self, step: Step, _customer: int) -> None:
        if not self.ended:
            return
        order, customer = sorted(self.ended.items())[step.order % len(self.ended)]
        report = await self.books.report(customer, 1, order)
        await self.books.confirm(report, step.amount, f"L{next(numbers)}")
        self.model.bank += step.amount
        self.model.raise_deposit(customer, step.amount)

    async def pay_order(self, step: Step, _customer: int) -> None:
        if (found := self.an_order(step)) is None:
            return
        order, customer = found
        remaining = max(0, step.amount + step.off)
        report, reference = await self.books.report(customer, 1, order), f"L{next(numbers)}"
        for _ in range(1 + step.twice):
            await self.books.confirm(report, step.amount, reference, remaining=remaining)
        self.model.bank += step.amount
        if step.amount >= remaining:
            self.model.held[order] += remaining
            self.model.raise_deposit(customer, step.amount - remaining)
        else:
            self.model.raise_deposit(customer, step.amount)

    async def paypal(self, step: Step, _customer: int) -> None:
        if (found := self.an_order(step)) is None or found[0] in self.captured:
            return
        order, customer = found
        fee, capture = step.amount * 4 // 100, f"C{next(numbers)}"
        for _ in range(1 + step.twice):
            await self.books.pay_by_paypal(customer, order, step.amount, fee, capture)
        self.model.held[order] += step.amount
        self.model.paypal += step.amount - fee
        self.captured[order] = step.amount

    async def from_deposit(self, step: Step, _customer: int) -> None:
        if (found := self.an_order(step)) is None:
            return
        order, customer = found
        number = next(numbers)
        balance = self.model.deposit[customer]
        may = balance > 0 and self.model.owed[customer] == 0
        try:
            await self.books.from_deposit(customer, order, number, step.amount)
        except (DepositEmpty, Owing):
            assert not may
            return
        assert may
        moved = min(balance, step.amount)
        self.model.deposit[customer] -= moved
        self.model.held[order] += moved

    # The end of an order ----------------------------------------------------------------------

    async def settle(self, step: Step, _customer: int) -> None:
        if (found := self.an_order(step)) is None:
            return
        order, customer = found
        held = self.model.held[order]
        cost = max(0, held + step.off)
        await self.books.settle(customer, order, cost)
        self.model.income += cost
        self.model.held[order] = 0
        if held >= cost:
            self.model.raise_deposit(customer, held - cost)
        else:
            self.model.take(customer, cost - held)
        self.ended[order] = self.orders.pop(order)

    async def cancel(self, step: Step, _customer: int) -> None:
        if (found := self.an_order(step)) is None:
            return
        order, customer = found
        held = self.model.held[order]
        kept = step.amount if step.off else 0
        try:
            await self.books.cancel(customer, order, kept)
        except BadAmount:
            assert kept > held
            return
        assert kept <= held
        self.model.income += kept
        self.model.held[order] = 0
        self.model.raise_deposit(customer, held - kept)
        self.ended[order] = self.orders.pop(order)

    # Pay-outs ---------------------------------------------------------------------------------

    async def hold(self, step: Step, customer: int) -> None:
        amount = step.amount + CHARGE
        try:
            number = await self.books.hold(customer, amount, allowed_by="staff:1")
        except Overdrawn:
            assert self.model.deposit[customer] < amount
            return
        self.model.deposit[customer] -= amount
        self.model.reserved[customer] += amount
        self.payouts[number] = (customer, amount, "held")

    def a_payout(self, step: Step) -> int | None:
        return sorted(self.payouts)[step.order % len(self.payouts)] if self.payouts else None

    async def send(self, step: Step, _customer: int) -> None:
        if (number := self.a_payout(step)) is None:
            return
        customer, amount, state = self.payouts[number]
        try:
            await self.books.send(customer, number)
        except NotHeld:
            assert state != "held"
            return
        assert state == "held"
        self.model.reserved[customer] -= amount
        self.model.bank -= amount - CHARGE
        self.model.charges += CHARGE
        self.payouts[number] = (customer, amount, "sent")

    async def refuse(self, step: Step, _customer: int) -> None:
        if (number := self.a_payout(step)) is None:
            return
        customer, _, state = self.payouts[number]
        try:
            await self.books.refuse(customer, number)
        except NotHeld:
            assert state != "held"
            return
        assert state == "held"
        self._refused(number)

    def _refused(self, number: int) -> None:
        customer, amount, _ = self.payouts[number]
        self.model.reserved[customer] -= amount
        self.model.raise_deposit(customer, amount)
        self.payouts[number] = (customer, amount, "refused")

    async def bounce(self, step: Step, _customer: int) -> None:
        if (number := self.a_payout(step)) is None:
            return
        customer, amount, state = self.payouts[number]
        try:
            await self.books.bounce(customer, number)
        except NotHeld:
            assert state != "sent"
            return
        assert state == "sent"
        self.model.bank += amount - CHARGE
        self.model.charges -= CHARGE
        self.model.raise_deposit(customer, amount)
        self.payouts[number] = (customer, amount, "bounced")

    # Money that is taken back or given away ---------------------------------------------------

    async def chargeback(self, step: Step, _customer: int) -> None:
        if not self.captured:
            return
        order = sorted(self.captured)[step.order % len(self.captured)]
        customer = {**self.orders, **self.ended}[order]
        amount, reversal = self.captured.pop(order), f"D{next(numbers)}"
        for _ in range(1 + step.twice):
            await self.books.chargeback(customer, order, amount, 2_000, reversal)
        for number, (whose, _, state) in list(self.payouts.items()):
            if whose == customer and state == "held":
                self._refused(number)
        from_order = min(self.model.held[order], amount)
        self.model.held[order] -= from_order
        self.model.take(customer, amount - from_order)
        self.model.paypal -= amount + 2_000

    async def goodwill(self, step: Step, customer: int) -> None:
        number = str(next(numbers))
        for _ in range(1 + step.twice):
            await self.books.goodwill(customer, step.amount, number)
        self.model.raise_deposit(customer, step.amount)

    async def write_off(self, step: Step, customer: int) -> None:
        try:
            await self.books.write_off(customer, step.amount, str(next(numbers)))
        except Overdrawn:
            assert self.model.owed[customer] < step.amount
            return
        self.model.owed[customer] -= step.amount


async def totals(books: Books) -> tuple[int, int, int, int]:
    accounts = (BANK, PAYPAL, INCOME, PAYOUT_FEE)
    bank, paypal, income, charges = [await books.balance(account) for account in accounts]
    return bank, paypal, income, charges


async def check(history: History, before: tuple[int, int, int, int]) -> None:
    model = history.model
    for customer in history.customers:
        expected = (model.deposit[customer], model.reserved[customer], model.owed[customer])
        assert await history.books.purse(customer) == expected
        assert not (expected[0] and expected[2])  # nobody has money and owes at once
    for order, customer in {**history.orders, **history.ended}.items():
        assert await history.books.held(customer, order) == model.held[order]
    moved = tuple(now - was for now, was in zip(await totals(history.books), before, strict=True))
    assert moved == (model.bank, model.paypal, model.income, model.charges)
    assert await history.books.failures() == []


@pytest.mark.timeout(120)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
async def test_any_history_leaves_everybody_with_what_is_theirs(
    books: Books, steps: list[Step]
) -> None:
    before = await totals(books)
    history = History(books)
    await history.start()
    for step in steps:
        await history.do(step)
    await check(history, before)
