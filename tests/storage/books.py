"""An agency's money in a test database: each event a transaction, without the rest of the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select

from domain import payments as rules
from domain.files import Purse
from domain.ids import BillId, EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import BANK, Account, Entry, order_account
from domain.money import Currency, Money
from domain.payments import Arrival, Method, Payment, PaymentState, Purpose
from storage.database import Database, Tx, insert_ignoring, retrying
from storage.ledger import Ledger
from storage.ledger_tables import payout
from storage.payments import Payments
from storage.proofs import Failure, prove
from storage.tables import bill, orders, person

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
CHARGE = 200
_PERSON = insert_ignoring(person, keys=["id"])
_ORDER = orders.insert()
_BILL = bill.insert().returning(bill.c.id)
_END = orders.update().where(orders.c.id == bindparam("which"))
_PAYOUT = payout.insert().returning(payout.c.id)
_PAYOUT_CHANGE = payout.update().where(payout.c.id == bindparam("which"))
_PAYOUT_LOCK = select(payout).where(payout.c.id == bindparam("which")).with_for_update()


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


class NotHeld(Exception):
    """The pay-out is not in a state from which this can be done."""


@dataclass
class Turn:
    """A money decision about one customer, within its transaction."""

    tx: Tx
    ledger: Ledger
    payments: Payments
    customer: PersonId
    purse: Purse

    async def post(self, entry: Entry, *, approved_by: str | None = None) -> EventId:
        return await self.ledger.post(entry, actor="staff:1", at=AT, approved_by=approved_by)

    async def held(self, order: OrderId) -> Money:
        account = order_account(order, self.customer)
        return await self.ledger.balance(account, Currency.USD)


class Books:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def turn(self, customer: int, work: Callable[[Turn], Awaitable[Any]]) -> Any:
        async def act(tx: Tx) -> Any:
            ledger = Ledger(tx)
            await ledger.lock_customer(PersonId(customer))
            purse = await ledger.purse(PersonId(customer), Currency.USD)
            return await work(Turn(tx, ledger, Payments(tx), PersonId(customer), purse))

        return await retrying(self.database, act, attempts=30)

    async def person(self, customer: int) -> None:
        async with self.database.transaction() as tx:
            await tx.run(_PERSON, id=customer, name="Aki", met_at=0)

    async def order(self, order: int, customer: int) -> None:
        async with self.database.transaction() as tx:
            await tx.run(
                _ORDER,
                id=order,
                customer_id=customer,
                stage="APPLIED",
                version=1,
                currency="USD",
                address="1 Main Street",
                preference="cheapest",
                sold_out="buy_the_rest",
                tolerance_percent=0,
                applied_at=0,
            )

    async def bill(self, order: int, total: int) -> int:
        async with self.database.transaction() as tx:
            row = await tx.one(
                _BILL,
                order_id=order,
                kind="first",
                version=1,
                state="open",
                currency="USD",
                total=total,
                issued_at=0,
            )
            assert row is not None
            return int(row.id)

    # Money that arrives -----------------------------------------------------------------------

    async def report(self, customer: int, claimed: int, order: int | None = None) -> Payment:
        new = Payment(
            id=PaymentId(0),
            customer=PersonId(customer),
            purpose=Purpose.PAY_IN if order is None else Purpose.BILL,
            method=Method.BANK,
            claimed=usd(claimed),
            reported_at=AT,
            order=None if order is None else OrderId(order),
        )
        async with self.database.transaction() as tx:
            return await Payments(tx).add(new)

    async def confirm(
        self, report: Payment, arrived: int, reference: str, *, remaining: int | None = None
    ) -> EventId:
        """Staff saw it arrive. `remaining` of its bill; None: the order has ended."""

        async def act(turn: Turn) -> EventId:
            payment = await turn.payments.lock(report.id)
            assert payment is not None
            arrival = Arrival.by_bank(usd(arrived), reference, payment.id)
            entry = self._arrival_entry(turn, payment, arrival, remaining)
            event = await turn.post(entry)
            if payment.is_reported:
                await turn.payments.save(
                    payment.confirm(usd(arrived), reference, event, by="staff:1", at=AT)
                )
            return event

        event: EventId = await self.turn(report.customer, act)
        return event

    def _arrival_entry(
        self, turn: Turn, payment: Payment, arrival: Arrival, remaining: int | None
    ) -> Entry:
        owed = turn.purse.owed
        if payment.order is None:
            return rules.pay_in(turn.customer, arrival, owed=owed)
        if remaining is None:
            return rules.late_payment(turn.customer, payment.order, arrival, owed=owed)
        return rules.pay_bill(
            turn.customer, payment.order, arrival, remaining=usd(remaining), owed=owed
        )

    async def pay_in(self, customer: int, arrived: int, reference: str) -> EventId:
        return await self.confirm(await self.report(customer, arrived), arrived, reference)

    async def pay_order(
        self, customer: int, order: int, arrived: int, reference: str, *, remaining: int
    ) -> EventId:
        report = await self.report(customer, arrived, order)
        return await self.confirm(report, arrived, reference, remaining=remaining)

    async def pay_by_paypal(
        self, customer: int, order: int, gross: int, fee: int, capture: str
    ) -> EventId:
        async def act(turn: Turn) -> EventId:
            if (known := await turn.ledger.posted(f"paypal:capture:{capture}")) is not None:
                return known
            created = Payment(
                id=PaymentId(0),
                customer=turn.customer,
                purpose=Purpose.BILL,
                method=Method.PAYPAL,
                claimed=usd(gross),
                reported_at=AT,
                state=PaymentState.CREATED,
                order=OrderId(order),
                paypal_capture=capture,
            )
            payment = await turn.payments.add(created)
            arrival = Arrival.by_paypal(usd(gross), usd(fee), capture, payment.id)
            entry = rules.pay_bill(
                turn.customer, OrderId(order), arrival, remaining=usd(gross), owed=turn.purse.owed
            )
            event = await turn.post(entry)
            await turn.payments.save(payment.confirm(usd(gross), "", event, by="paypal", at=AT))
            return event

        event: EventId = await self.turn(customer, act)
        return event

    async def from_deposit(
        self, customer: int, order: int, bill_id: int, remaining: int, paid: int = 0
    ) -> EventId:
        async def act(turn: Turn) -> EventId:
            entry = rules.pay_from_deposit(
                turn.customer,
                OrderId(order),
                BillId(bill_id),
                remaining=usd(remaining),
                paid=usd(paid),
                balance=turn.purse.deposit,
                owed=turn.purse.owed,
            )
            return await turn.post(entry)

        event: EventId = await self.turn(customer, act)
        return event

    # The end of an order ----------------------------------------------------------------------

    async def settle(self, customer: int, order: int, cost: int) -> None:
        async def act(turn: Turn) -> None:
            entry = rules.settle(
                turn.customer,
                OrderId(order),
                cost=usd(cost),
                held=await turn.held(OrderId(order)),
                balance=turn.purse.deposit,
                owed=turn.purse.owed,
            )
            if entry is not None:
                await turn.post(entry)
            await turn.tx.run(_END, which=order, stage="COMPLETED", completed_at=1)

        await self.turn(customer, act)

    async def cancel(self, customer: int, order: int, kept: int = 0) -> None:
        async def act(turn: Turn) -> None:
            held = await turn.held(OrderId(order))
            entry = rules.cancel(
                turn.customer, OrderId(order), held=held, kept=usd(kept), owed=turn.purse.owed
            )
            if entry is not None:
                await turn.post(entry)
            await turn.tx.run(_END, which=order, stage="CANCELLED", cancelled_at=1)

        await self.turn(customer, act)

    # Pay-outs ---------------------------------------------------------------------------------

    async def hold(self, customer: int, amount: int, *, allowed_by: str = "") -> int:
        async def act(turn: Turn) -> int:
            row = await turn.tx.one(
                _PAYOUT,
                customer_id=customer,
                currency="USD",
                amount=amount,
                fee=CHARGE,
                method="bank",
                state="held",
                details=b"secret",
                details_hint="***4567",
                allowed_by=allowed_by,
                requested_at=0,
                due_on="2026-11-05",
            )
            assert row is not None
            entry = rules.hold_payout(turn.customer, PayoutId(row.id), usd(amount))
            await turn.tx.run(_PAYOUT_CHANGE, which=row.id, hold_event_id=await turn.post(entry))
            return int(row.id)

        number: int = await self.turn(customer, act)
        return number

    async def send(self, customer: int, number: int) -> None:
        async def act(turn: Turn) -> None:
            amount = await self._payout(turn, number, "held")
            entry = rules.send_payout(turn.customer, PayoutId(number), amount, usd(CHARGE), BANK)
            event = await turn.post(entry, approved_by="staff:2")
            await self._finish(turn, number, "sent", final_event_id=event)

        await self.turn(customer, act)

    async def refuse(self, customer: int, number: int) -> None:
        async def act(turn: Turn) -> None:
            await self._refuse(turn, number)

        await self.turn(customer, act)

    async def _refuse(self, turn: Turn, number: int) -> None:
        amount = await self._payout(turn, number, "held")
        entry = rules.refuse_payout(turn.customer, PayoutId(number), amount, owed=turn.purse.owed)
        event = await turn.post(entry)
        await self._finish(turn, number, "refused", final_event_id=event)

    async def bounce(self, customer: int, number: int) -> None:
        async def act(turn: Turn) -> None:
            amount = await self._payout(turn, number, "sent")
            entry = rules.bounce_payout(
                turn.customer,
                PayoutId(number),
                amount,
                usd(CHARGE),
                BANK,
                owed=turn.purse.owed,
            )
            event = await turn.post(entry)
            await self._finish(turn, number, "bounced", bounce_event_id=event)

        await self.turn(customer, act)

    async def _payout(self, turn: Turn, number: int, state: str) -> Money:
        row = await turn.tx.one(_PAYOUT_LOCK, which=number)
        if row is None or row.state != state:
            raise NotHeld(number)
        return usd(row.amount)

    async def _finish(self, turn: Turn, number: int, state: str, **event: EventId) -> None:
        await turn.tx.run(
            _PAYOUT_CHANGE, which=number, state=state, details=None, details_erased_at=1, **event
        )

    # Money that is taken back or given away ---------------------------------------------------

    async def chargeback(
        self, customer: int, order: int, amount: int, fee: int, reversal: str
    ) -> None:
        """Pay-outs that wait are refused first, so that their money can be taken back."""
        async with self.database.reading() as tx:
            waiting = select(payout.c.id).where(
                payout.c.customer_id == bindparam("customer"), payout.c.state == "held"
            )
            held = [row.id for row in await tx.all(waiting, customer=customer)]
        for number in held:
            await self.refuse(customer, number)

        async def act(turn: Turn) -> None:
            entry = rules.chargeback(
                turn.customer,
                OrderId(order),
                reversal,
                usd(amount),
                usd(fee),
                held=await turn.held(OrderId(order)),
                balance=turn.purse.deposit,
            )
            await turn.post(entry)

        await self.turn(customer, act)

    async def goodwill(self, customer: int, amount: int, number: str) -> None:
        async def act(turn: Turn) -> None:
            entry = rules.goodwill(
                turn.customer, number, usd(amount), "sorry", owed=turn.purse.owed
            )
            await turn.post(entry, approved_by="staff:2")

        await self.turn(customer, act)

    async def write_off(self, customer: int, amount: int, number: str) -> None:
        async def act(turn: Turn) -> None:
            entry = rules.write_off(turn.customer, number, usd(amount), "gone")
            await turn.post(entry, approved_by="staff:2")

        await self.turn(customer, act)

    async def suspense(self, amount: int, reference: str) -> None:
        async with self.database.transaction() as tx:
            entry = rules.unknown_money(Arrival.by_bank(usd(amount), reference))
            await Ledger(tx).post(entry, actor="staff:1", at=AT)

    async def match(self, customer: int, amount: int, reference: str) -> None:
        async def act(turn: Turn) -> None:
            entry = rules.matched_money(
                turn.customer, usd(amount), reference, owed=turn.purse.owed
            )
            await turn.post(entry)

        await self.turn(customer, act)

    # What the books say -----------------------------------------------------------------------

    async def purse(self, customer: int) -> tuple[int, int, int]:
        """(deposit, reserved, owed) in cents."""
        async with self.database.reading() as tx:
            purse = await Ledger(tx).purse(PersonId(customer), Currency.USD)
        return purse.deposit.minor, purse.reserved.minor, purse.owed.minor

    async def balance(self, account: Account) -> int:
        async with self.database.reading() as tx:
            return (await Ledger(tx).balance(account, Currency.USD)).minor

    async def held(self, customer: int, order: int) -> int:
        return await self.balance(order_account(OrderId(order), PersonId(customer)))

    async def failures(self) -> list[Failure]:
        async with self.database.reading() as tx:
            return await prove(tx)
