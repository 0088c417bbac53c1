"""Payments as remembered: reports of transfers, and what became of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Select, bindparam, select

from domain.ids import BillId, EventId, OrderId, PaymentId, PersonId
from domain.money import Currency, Money
from domain.payments import REVIEWED, Method, Payment, PaymentState, Purpose
from storage.database import Row, Tx
from storage.ledger_tables import payment
from storage.moments import from_ms, to_ms

_IS_REPORTED: Final = payment.c.state == PaymentState.REPORTED
_ADD: Final = payment.insert().returning(payment.c.id)
_GET: Final = select(payment).where(payment.c.id == bindparam("id"))
_LOCK: Final = _GET.with_for_update()
_OPEN_REPORT: Final = (
    select(payment)
    .where(payment.c.order_id == bindparam("order_id"), _IS_REPORTED)
    .with_for_update()
)
_OF_ORDER: Final = (
    select(payment).where(payment.c.order_id == bindparam("order_id")).order_by(payment.c.id)
)
_OPEN_PAY_INS: Final = (
    select(payment)
    .where(
        payment.c.customer_id == bindparam("customer"),
        payment.c.purpose == Purpose.PAY_IN,
        _IS_REPORTED,
    )
    .order_by(payment.c.id)
)
_WAITING: Final = select(payment).where(_IS_REPORTED).order_by(payment.c.reported_at, payment.c.id)
_BY_EVENT: Final = select(payment).where(payment.c.event_id == bindparam("event"))
_BY_CODE: Final = (
    select(payment).where(payment.c.code == bindparam("code")).order_by(payment.c.id.desc())
)
_BY_PAYPAL_ORDER: Final = select(payment).where(payment.c.paypal_order == bindparam("which"))
_BY_CAPTURE: Final = select(payment).where(payment.c.paypal_capture == bindparam("which"))
_IN_REVIEW: Final = (
    select(payment)
    .where(
        payment.c.order_id == bindparam("order_id"),
        payment.c.state.in_(sorted(state.value for state in REVIEWED)),
    )
    .order_by(payment.c.id)
)
_OPEN_PAGES: Final = (
    select(payment)
    .where(
        payment.c.customer_id == bindparam("customer"),
        payment.c.method == Method.PAYPAL,
        payment.c.state == PaymentState.CREATED,
    )
    .order_by(payment.c.id.desc())
)
_DECIDED: Final = (
    "state",
    "received",
    "bank_ref",
    "paypal_order",
    "paypal_capture",
    "paypal_request",
    "reason",
    "decided_at",
    "decided_by",
    "event_id",
)
_SAVE: Final = (
    payment.update()
    .where(payment.c.id == bindparam("which"))
    .values({name: bindparam(f"new_{name}") for name in _DECIDED})
)


class Payments:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, new: Payment) -> Payment:
        """Remember a payment; the one that is returned has its number."""
        row = await self._tx.one(_ADD, **_values(new))
        assert row is not None
        return replace(new, id=PaymentId(row.id))

    async def get(self, payment_id: PaymentId) -> Payment | None:
        return await self._one(_GET, id=payment_id)

    async def lock(self, payment_id: PaymentId) -> Payment | None:
        """Read a payment to decide about it; whoever else wants it waits until we commit."""
        return await self._one(_LOCK, id=payment_id)

    async def open_report(self, order: OrderId) -> Payment | None:
        """The order's report that waits for staff, locked; there is one at most."""
        return await self._one(_OPEN_REPORT, order_id=order)

    async def in_review(self, order: OrderId) -> Payment | None:
        """A payment of the order that staff or PayPal are looking at."""
        return await self._one(_IN_REVIEW, order_id=order)

    async def by_paypal_order(self, paypal_order: str) -> Payment | None:
        return await self._one(_BY_PAYPAL_ORDER, which=paypal_order)

    async def by_capture(self, capture: str) -> Payment | None:
        return await self._one(_BY_CAPTURE, which=capture)

    async def open_pages(self, customer: PersonId) -> list[Payment]:
        """A customer's PayPal payments that they have not agreed to yet, newest first."""
        return await self._all(_OPEN_PAGES, customer=customer)

    async def of_order(self, order: OrderId) -> list[Payment]:
        return await self._all(_OF_ORDER, order_id=order)

    async def waiting(self) -> list[Payment]:
        """All reports that wait for staff, oldest first."""
        return await self._all(_WAITING)

    async def open_pay_ins(self, customer: PersonId) -> list[Payment]:
        """A customer's pay-ins that wait for staff, oldest first."""
        return await self._all(_OPEN_PAY_INS, customer=customer)

    async def by_event(self, event: EventId) -> Payment | None:
        """The payment that this event brought; see `Ledger.bank_arrival`."""
        return await self._one(_BY_EVENT, event=event)

    async def by_code(self, code: str) -> list[Payment]:
        """Payments whose code a customer may have written on a transfer, newest first."""
        return await self._all(_BY_CODE, code=code)

    async def save(self, changed: Payment) -> None:
        """Keep what was decided about a payment; the rest of it never changes."""
        values = _values(changed)
        decided = {f"new_{name}": values[name] for name in _DECIDED}
        if await self._tx.run(_SAVE, which=changed.id, **decided) != 1:
            raise LookupError(f"there is no payment {changed.id}")

    async def _one(self, statement: Select[Any], **values: object) -> Payment | None:
        row = await self._tx.one(statement, **values)
        return None if row is None else _payment(row)

    async def _all(self, statement: Select[Any], **values: object) -> list[Payment]:
        return [_payment(row) for row in await self._tx.all(statement, **values)]


def _values(of: Payment) -> dict[str, object]:
    return {
        "customer_id": of.customer,
        "order_id": of.order,
        "bill_id": of.bill,
        "purpose": of.purpose.value,
        "method": of.method.value,
        "currency": of.claimed.currency.value,
        "claimed": of.claimed.minor,
        "received": None if of.received is None else of.received.minor,
        "state": of.state.value,
        "code": of.code,
        "transferred_on": None if of.transferred_on is None else of.transferred_on.isoformat(),
        "sender": of.sender,
        "receipt": of.receipt,
        "bank_ref": of.bank_ref or None,  # unique: nothing is not a value
        "paypal_order": of.paypal_order or None,
        "paypal_capture": of.paypal_capture or None,
        "paypal_request": of.paypal_request or None,
        "reason": of.reason,
        "reported_at": to_ms(of.reported_at),
        "decided_at": to_ms(of.decided_at),
        "decided_by": of.decided_by,
        "event_id": of.event,
    }


def _payment(row: Row) -> Payment:
    currency = Currency(row.currency)
    return Payment(
        id=PaymentId(row.id),
        customer=PersonId(row.customer_id),
        purpose=Purpose(row.purpose),
        method=Method(row.method),
        claimed=Money(row.claimed, currency),
        reported_at=from_ms(row.reported_at),
        state=PaymentState(row.state),
        order=None if row.order_id is None else OrderId(row.order_id),
        bill=None if row.bill_id is None else BillId(row.bill_id),
        received=None if row.received is None else Money(row.received, currency),
        code=row.code,
        transferred_on=row.transferred_on and date.fromisoformat(row.transferred_on),
        sender=row.sender,
        receipt=row.receipt,
        bank_ref=row.bank_ref or "",
        paypal_order=row.paypal_order or "",
        paypal_capture=row.paypal_capture or "",
        paypal_request=row.paypal_request or "",
        reason=row.reason,
        decided_at=from_ms(row.decided_at),
        decided_by=row.decided_by,
        event=None if row.event_id is None else EventId(row.event_id),
    )
