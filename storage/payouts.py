"""Pay-outs as remembered, their account details in the vault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, select

from domain.ids import EventId, PayoutId, PersonId
from domain.ledger import INCOME, Kind, deposit
from domain.money import Currency, Money
from domain.payments import Method, PayoutState
from domain.payouts import WAITING, Payout
from domain.refusals import DetailsLocked, NoSuchPayout
from storage.database import Row, Tx
from storage.ledger_tables import account, ledger_event, payout, transfer
from storage.moments import from_ms, to_ms
from storage.tables import person
from storage.vault import Vault

_IS_WAITING: Final = payout.c.state.in_(sorted(state.value for state in WAITING))
_PAID_OUT: Final = ("held", "started", "sent")
_COLUMNS: Final = tuple(column for column in payout.c if column.name != "details")
_ADD: Final = payout.insert().returning(payout.c.id)
_GET: Final = select(*_COLUMNS).where(payout.c.id == bindparam("id"))
_LOCK: Final = _GET.with_for_update()
_WAITING: Final = select(*_COLUMNS).where(_IS_WAITING).order_by(payout.c.due_on, payout.c.id)
_LATE: Final = (
    select(payout.c.id)
    .where(
        _IS_WAITING,
        payout.c.due_on < bindparam("today"),
        payout.c.alarmed_on < bindparam("today"),
    )
    .order_by(payout.c.due_on, payout.c.id)
)
_ALARMED: Final = (
    payout.update().where(payout.c.id == bindparam("which")).values(alarmed_on=bindparam("day"))
)
_WAITING_OF: Final = (
    select(*_COLUMNS)
    .where(_IS_WAITING, payout.c.customer_id == bindparam("customer"))
    .order_by(payout.c.id)
)
_COUNT: Final = select(func.count().label("count")).select_from(payout)
_BY_REFERENCE: Final = select(*_COLUMNS).where(payout.c.reference == bindparam("called"))
_SHOWN: Final = select(payout.c.shown_chat, payout.c.shown_message).where(
    payout.c.id == bindparam("id"), payout.c.shown_message.is_not(None)
)
_SET_SHOWN: Final = (
    payout.update()
    .where(payout.c.id == bindparam("which"))
    .values(shown_chat=bindparam("chat"), shown_message=bindparam("message"))
)
_DETAILS: Final = select(payout.c.customer_id, payout.c.details).where(
    payout.c.id == bindparam("id")
)
_ALL_DETAILS: Final = (
    select(payout.c.id, payout.c.details)
    .where(payout.c.details.is_not(None))
    .order_by(payout.c.id)
    .with_for_update()
)
_PUT_DETAILS: Final = (
    payout.update().where(payout.c.id == bindparam("which")).values(details=bindparam("sealed"))
)
_CHANGING: Final = (
    "state",
    "hold_event_id",
    "final_event_id",
    "bounce_event_id",
    "details_seen_by",
    "started_at",
    "started_by",
    "decided_at",
    "decided_by",
    "reference",
    "reason",
)
_NEW: Final[dict[str, Any]] = {name: bindparam(f"new_{name}") for name in _CHANGING}
_SAVE: Final = payout.update().where(payout.c.id == bindparam("which")).values(_NEW)
_SAVE_DONE: Final = (
    payout.update()
    .where(payout.c.id == bindparam("which"))
    .values(
        {
            **_NEW,
            "details": None,
            "details_erased_at": func.coalesce(payout.c.details_erased_at, bindparam("now")),
        }
    )
)

# What decides who may pay out. The same is asked by proof 11, of each pay-out afterwards.
_mine, _other = account.alias("mine"), account.alias("other")
_HAS_USED: Final = (
    select(transfer.c.id)
    .select_from(
        _mine.join(transfer, transfer.c.debit_id == _mine.c.id)
        .join(ledger_event, ledger_event.c.id == transfer.c.event_id)
        .join(_other, _other.c.id == transfer.c.credit_id)
    )
    .where(
        _mine.c.customer_id == bindparam("customer"),
        ledger_event.c.kind == Kind.SETTLEMENT.value,
        _other.c.code == INCOME.code,
    )
    .limit(1)
)
_RETURNED: Final = (
    select(func.coalesce(func.sum(transfer.c.amount), 0).label("minor"))
    .select_from(
        _mine.join(transfer, transfer.c.credit_id == _mine.c.id).join(
            ledger_event, ledger_event.c.id == transfer.c.event_id
        )
    )
    .where(
        _mine.c.code == bindparam("code"),
        _mine.c.currency == bindparam("currency"),
        ledger_event.c.kind.in_([Kind.SETTLEMENT.value, Kind.CANCELLATION.value]),
    )
)
_PAID: Final = select(func.coalesce(func.sum(payout.c.amount), 0).label("minor")).where(
    payout.c.customer_id == bindparam("customer"),
    payout.c.currency == bindparam("currency"),
    payout.c.state.in_(_PAID_OUT),
)
_ALLOWED: Final = select(person.c.payouts_allowed_by).where(person.c.id == bindparam("customer"))
_ALLOW: Final = (
    person.update()
    .where(person.c.id == bindparam("customer"))
    .values(payouts_allowed_by=bindparam("who"))
)


class Payouts:
    def __init__(self, tx: Tx, vault: Vault) -> None:
        self._tx = tx
        self.vault = vault

    async def add(self, new: Payout, details: str) -> Payout:
        """Remember a request with its account; the one that is returned has its number."""
        row = await self._tx.one(_ADD, **_values(new), details=None)
        assert row is not None
        kept = replace(new, id=PayoutId(row.id))
        sealed = self.vault.seal(kept.id, kept.customer, details)
        await self._tx.run(_PUT_DETAILS, which=kept.id, sealed=sealed)
        return kept

    async def get(self, payout_id: PayoutId) -> Payout:
        return await self._known(_GET, payout_id)

    async def lock(self, payout_id: PayoutId) -> Payout:
        """Read a pay-out to change it; whoever else wants it waits until we commit."""
        return await self._known(_LOCK, payout_id)

    async def save(self, changed: Payout, now: datetime) -> None:
        """Keep what became of it; with its end the account details are gone."""
        values = _values(changed)
        new: dict[str, object] = {f"new_{name}": values[name] for name in _CHANGING}
        if changed.is_waiting:
            await self._tx.run(_SAVE, which=changed.id, **new)
        else:
            await self._tx.run(_SAVE_DONE, which=changed.id, now=to_ms(now), **new)

    async def waiting(self) -> list[Payout]:
        """All that staff have to do something about, the most urgent first."""
        return [_payout(row) for row in await self._tx.all(_WAITING)]

    async def waiting_of(self, customer: PersonId) -> list[Payout]:
        return [_payout(row) for row in await self._tx.all(_WAITING_OF, customer=customer)]

    async def count(self) -> int:
        row = await self._tx.one(_COUNT)
        return int(row.count) if row else 0

    async def late(self, today: date) -> list[PayoutId]:
        """Those whose day has passed, and of which nobody was told today."""
        rows = await self._tx.all(_LATE, today=today.isoformat())
        return [PayoutId(row.id) for row in rows]

    async def alarmed(self, payout_id: PayoutId, today: date) -> None:
        await self._tx.run(_ALARMED, which=payout_id, day=today.isoformat())

    async def by_reference(self, reference: str) -> Payout | None:
        row = await self._tx.one(_BY_REFERENCE, called=reference)
        return None if row is None else _payout(row)

    # Account details --------------------------------------------------------------------------

    async def details(self, payout_id: PayoutId) -> str:
        """The account in clear; `DetailsLocked` when it is erased or no key opens it."""
        row = await self._tx.one(_DETAILS, id=payout_id)
        if row is None or row.details is None:
            raise DetailsLocked
        return self.vault.open(payout_id, PersonId(row.customer_id), row.details)

    async def set_shown(self, payout_id: PayoutId, chat: int, message: int) -> None:
        """Remember which message shows the account in clear."""
        await self._tx.run(_SET_SHOWN, which=payout_id, chat=chat, message=message)

    async def shown(self, payout_id: PayoutId) -> tuple[int, int] | None:
        """The chat and the message that show the account in clear, if one does."""
        row = await self._tx.one(_SHOWN, id=payout_id)
        return None if row is None else (row.shown_chat, row.shown_message)

    async def renew_details(self) -> int:
        """Encrypt all that is kept with the newest key; how many there were."""
        rows = await self._tx.all(_ALL_DETAILS)
        for row in rows:
            sealed = self.vault.renew(row.details)
            await self._tx.run(_PUT_DETAILS, which=row.id, sealed=sealed)
        return len(rows)

    # Who may ----------------------------------------------------------------------------------

    async def has_used(self, customer: PersonId) -> bool:
        """Whether one of their orders was settled with income."""
        return await self._tx.one(_HAS_USED, customer=customer) is not None

    async def returned(self, customer: PersonId, currency: Currency) -> Money:
        """What returned orders and settlements have ever put into the deposit."""
        code = deposit(customer).code
        row = await self._tx.one(_RETURNED, code=code, currency=currency.value)
        return Money(int(row.minor) if row else 0, currency)

    async def paid_out(self, customer: PersonId, currency: Currency) -> Money:
        """What was ever sent, or is reserved to be."""
        row = await self._tx.one(_PAID, customer=customer, currency=currency.value)
        return Money(int(row.minor) if row else 0, currency)

    async def allowed_by(self, customer: PersonId) -> str:
        """Who of the staff allowed this customer pay-outs; empty for nobody."""
        row = await self._tx.one(_ALLOWED, customer=customer)
        return str(row.payouts_allowed_by) if row else ""

    async def allow(self, customer: PersonId, who: str) -> None:
        await self._tx.run(_ALLOW, customer=customer, who=who)

    async def _known(self, statement: Select[Any], payout_id: PayoutId) -> Payout:
        row = await self._tx.one(statement, id=payout_id)
        if row is None:
            raise NoSuchPayout(payout_id)
        return _payout(row)


def _values(of: Payout) -> dict[str, object]:
    return {
        "customer_id": of.customer,
        "currency": of.amount.currency.value,
        "amount": of.amount.minor,
        "fee": of.charge.minor,
        "method": of.method.value,
        "state": of.state.value,
        "hold_event_id": of.hold_event,
        "final_event_id": of.final_event,
        "bounce_event_id": of.bounce_event,
        "details_hint": of.hint,
        "details_seen_by": of.seen_by,
        "allowed_by": of.allowed_by,
        "requested_at": to_ms(of.requested_at),
        "due_on": of.due_on.isoformat(),
        "started_at": to_ms(of.started_at),
        "started_by": of.started_by,
        "decided_at": to_ms(of.decided_at),
        "decided_by": of.decided_by,
        "reference": of.reference or None,  # unique: nothing is not a value
        "reason": of.reason,
    }


def _payout(row: Row) -> Payout:
    currency = Currency(row.currency)
    return Payout(
        id=PayoutId(row.id),
        customer=PersonId(row.customer_id),
        amount=Money(row.amount, currency),
        charge=Money(row.fee, currency),
        method=Method(row.method),
        hint=row.details_hint,
        requested_at=from_ms(row.requested_at),
        due_on=date.fromisoformat(row.due_on),
        state=PayoutState(row.state),
        allowed_by=row.allowed_by,
        hold_event=_event(row.hold_event_id),
        final_event=_event(row.final_event_id),
        bounce_event=_event(row.bounce_event_id),
        seen_by=row.details_seen_by,
        started_at=from_ms(row.started_at),
        started_by=row.started_by,
        decided_at=from_ms(row.decided_at),
        decided_by=row.decided_by,
        reference=row.reference or "",
        reason=row.reason,
    )


def _event(number: int | None) -> EventId | None:
    return None if number is None else EventId(number)
