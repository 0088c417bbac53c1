"""Lines of the bank's files as remembered, each once, with the guess that was made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, select

from domain.bank_lines import BankLine, Guess, Why
from domain.ids import BankLineId, OrderId, PaymentId, PersonId
from domain.money import Currency, Money
from storage.bank_tables import bank_line
from storage.database import Row, Tx, insert_ignoring
from storage.moments import to_ms

_ADD: Final = insert_ignoring(bank_line, keys=["key"]).returning(bank_line.c.id)
_BY_KEY: Final = select(bank_line).where(bank_line.c.key == bindparam("which")).with_for_update()
_LOCK: Final = select(bank_line).where(bank_line.c.id == bindparam("id")).with_for_update()
_GUESSED: Final = (
    bank_line.update()
    .where(bank_line.c.id == bindparam("which"), bank_line.c.why.is_(None))
    .values(
        why=bindparam("because"),
        customer_id=bindparam("customer"),
        order_id=bindparam("order"),
        payment_id=bindparam("payment"),
    )
)


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line, and the guess that was told, if one was."""

    line: BankLine
    guess: Guess | None


class BankLines:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def keep(self, line: BankLine, now: datetime) -> KnownLine:
        """Remember a line; what is known of its reference already is given back as it was."""
        added = await self._tx.one(_ADD, **_values(line, now))
        row = await self._tx.one(_BY_KEY, which=line.key)
        assert row is not None
        assert added is None or added.id == row.id
        return _known(row)

    async def lock(self, line: BankLineId) -> KnownLine | None:
        row = await self._tx.one(_LOCK, id=line)
        return None if row is None else _known(row)

    async def guessed(self, line: BankLineId, guess: Guess) -> None:
        """Remember a guess; the first one stays."""
        await self._tx.run(
            _GUESSED,
            which=line,
            because=guess.why.value,
            customer=guess.customer,
            order=guess.order,
            payment=guess.payment,
        )


def _values(line: BankLine, now: datetime) -> dict[str, object]:
    return {
        "key": line.key,
        "reference": line.reference,
        "currency": line.amount.currency.value,
        "amount": line.amount.minor,
        "paid_on": line.paid_on.isoformat(),
        "sender": line.sender,
        "text": line.text,
        "imported_at": to_ms(now),
    }


def _known(row: Row) -> KnownLine:
    line = BankLine(
        reference=row.reference,
        amount=Money(row.amount, Currency(row.currency)),
        paid_on=date.fromisoformat(row.paid_on),
        sender=row.sender,
        text=row.text,
        id=BankLineId(row.id),
    )
    return KnownLine(line, None if row.why is None else _guess(row))


def _guess(row: Row) -> Guess:
    return Guess(
        why=Why(row.why),
        customer=PersonId(row.customer_id),
        order=None if row.order_id is None else OrderId(row.order_id),
        payment=None if row.payment_id is None else PaymentId(row.payment_id),
    )
