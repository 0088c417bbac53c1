"""The books as remembered: posting an entry, and what the balances are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    select,
    union_all,
)

from domain.files import DepositLine, DepositStatement, Purse
from domain.ids import EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import (
    BANK,
    INCOME,
    Account,
    Entry,
    Kind,
    Leg,
    Side,
    deposit,
    order_account,
    payout_hold,
    receivable,
)
from domain.money import Currency, Money
from domain.payments import bank_key
from storage.database import IntegrityError, Row, TryAgain, Tx, insert_ignoring
from storage.ledger_tables import account, ledger_event, transfer
from storage.moments import from_ms, to_ms
from storage.tables import person

_BALANCE: Final = case(
    (account.c.side == Side.DEBIT, account.c.debits - account.c.credits),
    else_=account.c.credits - account.c.debits,
)
_BALANCES: Final = select(account.c.code, _BALANCE.label("balance")).where(
    account.c.code.in_(bindparam("codes", expanding=True)),
    account.c.currency == bindparam("currency"),
)
_EVENT: Final = select(ledger_event.c.id, ledger_event.c.content_hash).where(
    ledger_event.c.key == bindparam("key")
)
_ADD_EVENT: Final = insert_ignoring(ledger_event, keys=["key"]).returning(ledger_event.c.id)
# Always in the order of their ids: two postings never wait for each other.
_LOCK_ACCOUNTS: Final = (
    select(account.c.id, account.c.code)
    .where(
        account.c.code.in_(bindparam("codes", expanding=True)),
        account.c.currency == bindparam("currency"),
    )
    .order_by(account.c.id)
    .with_for_update()
)
_reversal: Final = ledger_event.alias("reversal")
_ARRIVAL: Final = (
    select(
        ledger_event.c.id,
        ledger_event.c.at,
        ledger_event.c.kind,
        ledger_event.c.order_id,
        _reversal.c.id.label("reversed_by"),
        transfer.c.currency,
        func.sum(transfer.c.amount).label("minor"),
    )
    .select_from(
        ledger_event.join(transfer, transfer.c.event_id == ledger_event.c.id)
        .join(account, account.c.id == transfer.c.debit_id)
        .outerjoin(_reversal, _reversal.c.reverses_id == ledger_event.c.id)
    )
    .where(ledger_event.c.key == bindparam("key"), account.c.code == BANK.code)
    .group_by(
        ledger_event.c.id,
        ledger_event.c.at,
        ledger_event.c.kind,
        ledger_event.c.order_id,
        _reversal.c.id,
        transfer.c.currency,
    )
)
_LOCK_EVENT: Final = (
    select(ledger_event.c.id)
    .where(ledger_event.c.id == bindparam("id"))
    .with_for_update(key_share=True)  # rows that only point at the event need not wait
)
_GET_EVENT: Final = select(ledger_event).where(ledger_event.c.id == bindparam("id"))
_debited: Final = account.alias("debited")
_credited: Final = account.alias("credited")
_LEGS: Final = (
    select(
        transfer.c.amount,
        transfer.c.currency,
        *(
            each.c[name].label(f"{side}_{name}")
            for side, each in (("debit", _debited), ("credit", _credited))
            for name in ("code", "side", "guarded", "customer_id", "order_id")
        ),
    )
    .select_from(
        transfer.join(_debited, _debited.c.id == transfer.c.debit_id).join(
            _credited, _credited.c.id == transfer.c.credit_id
        )
    )
    .where(transfer.c.event_id == bindparam("event"))
    .order_by(transfer.c.leg)
)
_ADD_ACCOUNT: Final = insert_ignoring(account, keys=["code", "currency"])
_ADD_TRANSFER: Final = transfer.insert()
_LOCK_CUSTOMER: Final = (
    select(person.c.id)
    .where(person.c.id == bindparam("customer"))
    .with_for_update(key_share=True)  # rows that only point at the person need not wait
)


_EARNED: Final = (
    select(
        func.coalesce(
            func.sum(
                case(
                    (transfer.c.credit_id == account.c.id, transfer.c.amount),
                    else_=-transfer.c.amount,
                )
            ),
            0,
        ).label("minor")
    )
    .select_from(
        ledger_event.join(transfer, transfer.c.event_id == ledger_event.c.id).join(
            account,
            (account.c.id == transfer.c.credit_id) | (account.c.id == transfer.c.debit_id),
        )
    )
    .where(
        ledger_event.c.order_id == bindparam("order"),
        account.c.code == INCOME.code,
        account.c.currency == bindparam("currency"),
    )
)


class KeyReused(TryAgain):
    """A key was taken before, for something else, perhaps only a moment ago.

    Whoever posts has looked before whether they may. If it was a moment ago, looking again tells
    them; if it was not, trying again changes nothing.
    """


class Overdrawn(Exception):
    """An account that is guarded would fall below zero."""


@dataclass(frozen=True, slots=True)
class BankArrival:
    """A line of the bank's statement as the books have it."""

    event: EventId
    at: datetime
    kind: Kind
    amount: Money
    order: OrderId | None
    booking: int = 1  # one more after each correction

    @property
    def is_corrected(self) -> bool:
        return self.booking > 1


class Ledger:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def post(
        self, entry: Entry, *, actor: str, at: datetime, approved_by: str | None = None
    ) -> EventId:
        """Write an event into the books, once: the same again gives the first one's id."""
        if (known := await self._posted(entry)) is not None:
            return known
        added = await self._tx.one(_ADD_EVENT, **_event(entry, actor, at, approved_by))
        if added is None:  # somebody took the key between our look and our insert
            known = await self._posted(entry)
            assert known is not None
            return known
        await self._move(entry, added.id)
        return EventId(added.id)

    async def posted(self, key: str) -> EventId | None:
        """The event that has this key, if there is one."""
        row = await self._tx.one(_EVENT, key=key)
        return None if row is None else EventId(row.id)

    async def _posted(self, entry: Entry) -> EventId | None:
        row = await self._tx.one(_EVENT, key=entry.key)
        if row is None:
            return None
        if row.content_hash != entry.fingerprint:
            raise KeyReused(entry.key)
        return EventId(row.id)

    async def _move(self, entry: Entry, event: int) -> None:
        ids = await self._account_ids(entry)
        legs = [
            {
                "event_id": event,
                "leg": number,
                "debit_id": ids[leg.debit.code],
                "credit_id": ids[leg.credit.code],
                "currency": entry.currency.value,
                "amount": leg.amount.minor,
            }
            for number, leg in enumerate(entry.legs, 1)
        ]
        try:
            await self._tx.run_many(_ADD_TRANSFER, legs)
        except IntegrityError as error:
            if error.constraint == "ck_account_never_overdrawn":
                raise Overdrawn(entry.key) from None
            raise

    async def _account_ids(self, entry: Entry) -> dict[str, int]:
        ids = await self._locked(entry)
        missing = entry.accounts.keys() - ids.keys()
        if missing:
            for code in sorted(missing):
                await self._open(entry.accounts[code], entry.currency)
            ids = await self._locked(entry)
        return ids

    async def _locked(self, entry: Entry) -> dict[str, int]:
        codes, currency = sorted(entry.accounts), entry.currency.value
        rows = await self._tx.all(_LOCK_ACCOUNTS, codes=codes, currency=currency)
        return {row.code: row.id for row in rows}

    async def _open(self, opened: Account, currency: Currency) -> None:
        await self._tx.run(
            _ADD_ACCOUNT,
            code=opened.code,
            currency=currency.value,
            side=opened.side.value,
            guarded=opened.guarded,
            customer_id=opened.customer,
            order_id=opened.order,
        )

    async def lock_customer(self, customer: PersonId) -> None:
        """One money decision at a time for a customer: whoever wants another waits."""
        if await self._tx.one(_LOCK_CUSTOMER, customer=customer) is None:
            raise LookupError(f"there is no person {customer}")

    async def balance(self, of: Account, currency: Currency) -> Money:
        """What an account holds, on its own side; zero for one that was never used."""
        return (await self._balances([of], currency))[of.code]

    async def earned(self, order: OrderId, currency: Currency) -> Money:
        """What an order has brought the agency, without what was given back of it."""
        row = await self._tx.one(_EARNED, order=order, currency=currency.value)
        return Money(int(row.minor) if row else 0, currency)

    async def purse(self, customer: PersonId, currency: Currency) -> Purse:
        """What a customer can spend, what is reserved for pay-outs, what they owe."""
        spendable, held, owed = deposit(customer), payout_hold(customer), receivable(customer)
        found = await self._balances([spendable, held, owed], currency)
        return Purse(
            deposit=found[spendable.code], reserved=found[held.code], owed=found[owed.code]
        )

    async def purse_and_held(
        self, customer: PersonId, order: OrderId, currency: Currency
    ) -> tuple[Purse, Money]:
        """The same, and what waits in an order's account, in one look."""
        spendable, held, owed = deposit(customer), payout_hold(customer), receivable(customer)
        paid = order_account(order, customer)
        found = await self._balances([spendable, held, owed, paid], currency)
        purse = Purse(
            deposit=found[spendable.code], reserved=found[held.code], owed=found[owed.code]
        )
        return purse, found[paid.code]

    async def _balances(self, of: list[Account], currency: Currency) -> Mapping[str, Money]:
        codes = [each.code for each in of]
        rows = await self._tx.all(_BALANCES, codes=codes, currency=currency.value)
        found = {row.code: row.balance for row in rows}
        return {code: Money(found.get(code, 0), currency) for code in codes}

    async def history_page(
        self, customer: PersonId, currency: Currency, skip: int, count: int
    ) -> list[DepositLine]:
        """So many entries of a customer's deposit, newest first, without the first `skip`."""
        rows = await self._tx.all(
            _PAGE, **_mine(customer), currency=currency.value, skipped=skip, count=count
        )
        return [_deposit_line(row, currency) for row in rows]

    async def history_count(self, customer: PersonId, currency: Currency) -> int:
        row = await self._tx.one(_COUNT, **_mine(customer), currency=currency.value)
        return int(row.count) if row else 0

    async def statement(
        self, customer: PersonId, currency: Currency, since: datetime, until: datetime
    ) -> DepositStatement:
        """A customer's deposit from a moment on, and up to another one."""
        asked = {**_mine(customer), "currency": currency.value, "since": to_ms(since)}
        rows = await self._tx.all(_BETWEEN, **asked, until=to_ms(until))
        before = await self._tx.one(_BEFORE, **asked)
        opening = Money(0 if before is None else before.balance, currency)
        return DepositStatement(opening, tuple(_deposit_line(row, currency) for row in rows))

    async def bank_arrival(self, reference: str) -> BankArrival | None:
        """What is booked of a line of the bank's statement, whoever it belongs to.

        What was corrected is booked again: the last booking counts.
        """
        for booking in count(1):
            row = await self._tx.one(_ARRIVAL, key=bank_key(reference, booking))
            if row is None:
                return None
            if row.reversed_by is None:
                return _arrival(row, booking)
        raise AssertionError

    async def next_booking(self, reference: str) -> int:
        """Which booking of this line the next one is, as soon as the last one is corrected."""
        for booking in count(1):
            if await self.posted(bank_key(reference, booking)) is None:
                return booking
        raise AssertionError

    async def lock_bank_arrival(self, reference: str) -> BankArrival | None:
        """The same, to give it to somebody or to correct it; whoever else wants that waits."""
        seen = await self.bank_arrival(reference)
        if seen is None:
            return None
        await self._tx.one(_LOCK_EVENT, id=seen.event)
        if await self.bank_arrival(reference) != seen:
            raise TryAgain(f"{reference} was corrected a moment ago")
        return seen

    async def entry(self, event: EventId) -> Entry:
        """An event as it was posted, but for what was asked."""
        row = await self._tx.one(_GET_EVENT, id=event)
        assert row is not None
        legs = await self._tx.all(_LEGS, event=event)
        return Entry(
            key=row.key,
            kind=Kind(row.kind),
            legs=tuple(_leg(each) for each in legs),
            order=None if row.order_id is None else OrderId(row.order_id),
            payment=None if row.payment_id is None else PaymentId(row.payment_id),
            payout=None if row.payout_id is None else PayoutId(row.payout_id),
            reverses=None if row.reverses_id is None else EventId(row.reverses_id),
            memo=row.memo,
        )


def _arrival(row: Row, booking: int) -> BankArrival:
    return BankArrival(
        event=EventId(row.id),
        at=from_ms(row.at),
        kind=Kind(row.kind),
        amount=Money(int(row.minor), Currency(row.currency)),
        order=None if row.order_id is None else OrderId(row.order_id),
        booking=booking,
    )


def _leg(row: Row) -> Leg:
    debit = _account(
        row.debit_code,
        row.debit_side,
        row.debit_guarded,
        row.debit_customer_id,
        row.debit_order_id,
    )
    credit = _account(
        row.credit_code,
        row.credit_side,
        row.credit_guarded,
        row.credit_customer_id,
        row.credit_order_id,
    )
    return Leg(debit, credit, Money(row.amount, Currency(row.currency)))


def _account(
    code: str, side: str, guarded: int, customer: int | None, order: int | None
) -> Account:
    return Account(
        code,
        Side(side),
        bool(guarded),
        None if customer is None else PersonId(customer),
        None if order is None else OrderId(order),
    )


def _mine(customer: PersonId) -> dict[str, list[str]]:
    return {"codes": [deposit(customer).code, receivable(customer).code]}


def _event(entry: Entry, actor: str, at: datetime, approved_by: str | None) -> dict[str, object]:
    return {
        "key": entry.key,
        "content_hash": entry.fingerprint,
        "kind": entry.kind.value,
        "legs": len(entry.legs),
        "reverses_id": entry.reverses,
        "actor": actor,
        "approved_by": approved_by,
        "order_id": entry.order,
        "payment_id": entry.payment,
        "payout_id": entry.payout,
        "memo": entry.memo,
        "at": to_ms(at),
    }


# The history of a deposit ---------------------------------------------------------------------


def _changes() -> Subquery:  # pragma: no mutate block
    """What each event changes: a credit to deposit or debt is more, a debit is less."""
    mine = (
        select(account.c.id)
        .where(
            account.c.code.in_(bindparam("codes", expanding=True)),
            account.c.currency == bindparam("currency"),
        )
        .scalar_subquery()
    )
    more = select(transfer.c.event_id, transfer.c.amount.label("change")).where(
        transfer.c.credit_id.in_(mine)
    )
    less = select(transfer.c.event_id, (-transfer.c.amount).label("change")).where(
        transfer.c.debit_id.in_(mine)
    )
    both = union_all(more, less).subquery()
    return (
        select(both.c.event_id, func.sum(both.c.change).label("change"))
        .group_by(both.c.event_id)
        .having(func.sum(both.c.change) != 0)
        .subquery()
    )


def _is_short() -> ColumnElement[bool]:  # pragma: no mutate block
    """A bill's payment of which nothing went to the order."""
    to_order = (
        select(transfer.c.event_id)
        .join(account, account.c.id == transfer.c.credit_id)
        .where(transfer.c.event_id == ledger_event.c.id, account.c.order_id.is_not(None))
    )
    return and_(ledger_event.c.kind == Kind.BILL_PAYMENT.value, ~to_order.exists())


def _lines() -> Select[tuple[object, ...]]:  # pragma: no mutate block
    """Each event of a deposit, with the balance after it."""
    changes = _changes()
    running = select(
        changes.c.event_id,
        changes.c.change,
        func.sum(changes.c.change).over(order_by=changes.c.event_id).label("balance"),
    ).subquery()
    return select(
        running.c.event_id,
        running.c.change,
        running.c.balance,
        ledger_event.c.at,
        ledger_event.c.kind,
        ledger_event.c.order_id,
        _is_short().label("is_short"),
    ).join(ledger_event, ledger_event.c.id == running.c.event_id)


_LINES: Final = _lines()
_NEWEST: Final = _LINES.order_by(ledger_event.c.id.desc())
_PAGE: Final = _NEWEST.offset(bindparam("skipped")).limit(bindparam("count"))
_COUNT: Final = select(func.count().label("count")).select_from(_changes())
_BETWEEN: Final = _LINES.where(
    ledger_event.c.at >= bindparam("since"), ledger_event.c.at < bindparam("until")
).order_by(ledger_event.c.id)
_BEFORE: Final = _NEWEST.where(ledger_event.c.at < bindparam("since")).limit(1)


def _deposit_line(row: Row, currency: Currency) -> DepositLine:
    return DepositLine(
        event=EventId(row.event_id),
        at=from_ms(row.at),
        kind=Kind(row.kind),
        order=None if row.order_id is None else OrderId(row.order_id),
        change=Money(row.change, currency),
        balance=Money(row.balance, currency),
        is_short=bool(row.is_short),
    )
