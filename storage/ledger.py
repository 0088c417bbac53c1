"""The books as remembered: posting an entry, and what the balances are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, Subquery, bindparam, case, func, select, union_all

from domain.files import Purse
from domain.ids import EventId, OrderId, PersonId
from domain.ledger import Account, Entry, Kind, Side, deposit, payout_hold, receivable
from domain.money import Currency, Money
from storage.database import IntegrityError, Row, Tx, insert_ignoring
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
_ADD_ACCOUNT: Final = insert_ignoring(account, keys=["code", "currency"])
_ADD_TRANSFER: Final = transfer.insert()
_LOCK_CUSTOMER: Final = (
    select(person.c.id)
    .where(person.c.id == bindparam("customer"))
    .with_for_update(key_share=True)  # rows that only point at the person need not wait
)


class KeyReused(Exception):
    """A key was taken before, for something else."""


class Overdrawn(Exception):
    """An account that is guarded would fall below zero."""


@dataclass(frozen=True, slots=True)
class DepositLine:
    """One event of a customer's deposit, as a statement shows it."""

    event: EventId
    at: datetime
    kind: Kind
    order: OrderId | None
    change: Money
    balance: Money  # deposit minus debt, after it


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

    async def purse(self, customer: PersonId, currency: Currency) -> Purse:
        """What a customer can spend, what is reserved for pay-outs, what they owe."""
        spendable, held, owed = deposit(customer), payout_hold(customer), receivable(customer)
        found = await self._balances([spendable, held, owed], currency)
        return Purse(
            deposit=found[spendable.code], reserved=found[held.code], owed=found[owed.code]
        )

    async def _balances(self, of: list[Account], currency: Currency) -> Mapping[str, Money]:
        codes = [each.code for each in of]
        rows = await self._tx.all(_BALANCES, codes=codes, currency=currency.value)
        found = {row.code: row.balance for row in rows}
        return {code: Money(found.get(code, 0), currency) for code in codes}

    async def history(
        self, customer: PersonId, currency: Currency, *, limit: int = 20, before: int = 1 << 62
    ) -> list[DepositLine]:
        """A customer's deposit, newest first; the next page is `before` the last one's event."""
        codes = [deposit(customer).code, receivable(customer).code]
        rows = await self._tx.all(
            _HISTORY, codes=codes, currency=currency.value, before=before, count=limit
        )
        return [_deposit_line(row, currency) for row in rows]


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


def _changes() -> Subquery:
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


def _history() -> Select[tuple[object, ...]]:
    changes = _changes()
    running = select(
        changes.c.event_id,
        changes.c.change,
        func.sum(changes.c.change).over(order_by=changes.c.event_id).label("balance"),
    ).subquery()
    return (
        select(
            running.c.event_id,
            running.c.change,
            running.c.balance,
            ledger_event.c.at,
            ledger_event.c.kind,
            ledger_event.c.order_id,
        )
        .join(ledger_event, ledger_event.c.id == running.c.event_id)
        .where(running.c.event_id < bindparam("before"))
        .order_by(running.c.event_id.desc())
        .limit(bindparam("count"))
    )


_HISTORY: Final = _history()


def _deposit_line(row: Row, currency: Currency) -> DepositLine:
    return DepositLine(
        event=EventId(row.event_id),
        at=from_ms(row.at),
        kind=Kind(row.kind),
        order=None if row.order_id is None else OrderId(row.order_id),
        change=Money(row.change, currency),
        balance=Money(row.balance, currency),
    )
