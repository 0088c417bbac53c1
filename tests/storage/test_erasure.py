"""Every column that can name somebody is erased with the account, or it is said why not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, select

from domain.ids import PersonId
from storage.database import Database
from storage.erasure import DELETED, Erasure
from storage.metadata import metadata
from storage.queue_tables import inbox
from storage.unit_of_work import unit_of_work

# Columns of text that hold what people typed, or what tells who they are: all of these go.
ERASED = {
    "person": {"name", "username", "language", "timezone", "payouts_allowed_by"},
    "orders": {"address", "reason"},
    "line": {"note", "photo"},
    "note": {"text", "media", "file", "data", "album"},
    "note_part": {"text", "media", "file"},
    "note_version": {"text", "media", "file"},
    "history": {"who", "before", "after", "why"},
    "payment": {"sender", "receipt", "reason"},
    "payout": {"details_hint", "reason"},
    "paypal_task": {"link"},
    "bank_line": {"sender", "text"},
    "conversation": {"name", "state", "data"},
    "inbox": {"payload", "error"},
    "outbox": {"recipient", "content", "trouble"},
}
# Words of our own, of the shops, of staff and of the bank: the books could not be read without.
KEPT = {
    "orders": {
        "stage", "currency", "preference", "sold_out", "flags", "reminded", "taken_by",
    },
    "line": {"description", "state", "shop_currency", "question", "asked_text", "reason"},
    "bill": {
        "kind", "state", "currency", "rate", "methods", "method", "extra_reason",
    },
    "parcel": {"carrier", "tracking"},
    "warning": {"key"},
    "note": {"direction", "trouble", "shows"},
    "inquiry": {"taken_by"},
    "canned": {"name", "language", "text", "changed_by"},
    "history": {"what"},
    "account": {"code", "currency", "side"},
    "ledger_event": {"key", "content_hash", "kind", "actor", "approved_by", "memo"},
    "transfer": {"currency"},
    "payment": {
        "purpose", "method", "currency", "state", "code", "transferred_on", "bank_ref",
        "paypal_order", "paypal_capture", "paypal_request", "decided_by",
    },
    "payout": {
        "currency", "method", "state", "details_seen_by", "allowed_by", "due_on", "alarmed_on",
        "started_by", "decided_by", "reference",
    },
    "proposal": {
        "subject", "essence", "line", "proposed_by", "proposed_name", "closed_by", "closed_name",
        "outcome",
    },
    "bank_line": {"key", "reference", "currency", "paid_on", "why"},
    "paypal_event": {"id", "kind", "payload"},  # emptied when it is worked
    "paypal_return": {"key"},
    "paypal_dispute": {"id", "state"},
    "place": {"name"},
    "agency": {
        "name", "timezone", "language", "holidays", "bank_account", "currency_display",
        "code_hash", "registered_by",
    },
    "mark": {"name", "value"},
}  # fmt: skip


def test_it_is_decided_of_every_text_whether_it_is_erased() -> None:
    undecided = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text)
        and column.name not in ERASED.get(table.name, set()) | KEPT.get(table.name, set())
    ]
    assert undecided == []


async def test_what_was_put_aside_is_not_worked_again(database: Database, now: datetime) -> None:
    async with unit_of_work(database) as uow:
        await uow.people.meet(PersonId(7), "Aki", "", "en", now)
        for number, lane in ((1, 7), (2, 8)):
            values = {"lane": lane, "payload": "{secret}", "received_at": 0, "parked_at": 1}
            await uow.tx.run(inbox.insert().values(update_id=number, **values))
    async with unit_of_work(database) as uow:
        await Erasure(uow.tx).erase(PersonId(7), now)
        assert [each.update_id for each in await uow.inbox.parked()] == [2]
        assert await uow.inbox.replay(1) is False
        rows = await uow.tx.all(select(inbox.c.payload).order_by(inbox.c.update_id))
        assert [row.payload for row in rows] == ["", "{secret}"]


async def test_somebody_who_was_never_there_is_erased_in_vain(
    database: Database, now: datetime
) -> None:
    async with unit_of_work(database) as uow:
        await uow.people.meet(PersonId(8), "Ben", "ben", "ru", now)
        await Erasure(uow.tx).erase(PersonId(7), now)
        assert (await uow.people.get(PersonId(8))).name == "Ben"
    assert DELETED == "deleted"
