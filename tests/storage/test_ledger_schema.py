"""Nobody, with plain SQL, can make the books say something false."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database, IntegrityError, TryAgain
from tests.storage.books import Books
from tests.storage.conftest import AKI

HASH = "0" * 64
EVENT = (
    "INSERT INTO ledger_event (key, content_hash, kind, legs, actor, approved_by, at)"
    f" VALUES ('k-new-1', '{HASH}', '{{kind}}', {{legs}}, '{{actor}}', {{approver}}, 0)"
)
TRANSFER = (
    "INSERT INTO transfer (event_id, leg, debit_id, credit_id, currency, amount) VALUES"
    " ({event}, {leg}, (SELECT id FROM account WHERE code = '{debit}'),"
    " (SELECT id FROM account WHERE code = '{credit}'), '{currency}', {amount})"
)
FIRST = "(SELECT min(id) FROM ledger_event)"
NEWEST = "(SELECT max(id) FROM ledger_event)"
BANK, DEPOSIT = "asset:bank", "liability:deposit:7"


def event(kind: str = "pay_in", legs: int = 1, actor: str = "staff:1", by: str = "NULL") -> str:
    return EVENT.format(kind=kind, legs=legs, actor=actor, approver=by)


def transfer(
    *,
    event: str = NEWEST,
    leg: int = 1,
    debit: str = BANK,
    credit: str = DEPOSIT,
    currency: str = "USD",
    amount: object = 5,
) -> str:
    return TRANSFER.format(
        event=event, leg=leg, debit=debit, credit=credit, currency=currency, amount=amount
    )


def payment(columns: str, values: str) -> str:
    return (
        "INSERT INTO payment (customer_id, purpose, method, currency, claimed, reported_at,"
        f" {columns}) VALUES (7, 'payin', 'bank', 'USD', 5, 0, {values})"
    )


def payout(columns: str, values: str) -> str:
    return (
        "INSERT INTO payout (customer_id, currency, method, details_hint, requested_at, due_on,"
        f" {columns}) VALUES (7, 'USD', 'bank', '***', 0, '2026-11-06', {values})"
    )


# What is tried, and who stands against it.
CORRUPTIONS = {
    "change an amount": (["UPDATE transfer SET amount = amount + 1"], "written once"),
    "delete a transfer": (["DELETE FROM transfer"], "written once"),
    "change an event": (["UPDATE ledger_event SET memo = 'x'"], "written once"),
    "delete an event": (["DELETE FROM ledger_event"], "written once"),
    "set a balance": (
        [f"UPDATE account SET credits = credits + 500 WHERE code = '{DEPOSIT}'"],
        "balances move by transfers",
    ),
    "set a balance by an old transfer": (
        [
            "UPDATE account SET credits = credits + 10000, last_transfer_id ="
            f" (SELECT min(id) FROM transfer) WHERE code = '{DEPOSIT}'"
        ],
        "balances move by transfers",
    ),
    "delete an account": (["DELETE FROM account"], "accounts are kept"),
    "open an account with money": (
        [
            "INSERT INTO account (code, currency, side, guarded, debits, credits)"
            " VALUES ('liability:deposit:9', 'USD', 'C', true, 0, 900)"
        ],
        "accounts start empty",
    ),
    "take the guard off an account": (
        ["UPDATE account SET guarded = false WHERE guarded"],
        "an account stays what it is",
    ),
    "change an account's currency": (
        ["UPDATE account SET currency = 'JPY'"],
        "an account stays what it is",
    ),
    "change an account's owner": (
        ["UPDATE account SET customer_id = 8"],
        "an account stays what it is",
    ),
    "add a leg to an event": ([transfer(event=FIRST, leg=2)], "has all its legs"),
    "add the same leg again": ([transfer(event=FIRST)], "uq_transfer_event_id_leg"),
    "number a leg zero": ([event(), transfer(leg=0)], "ck_transfer_leg_counted"),
    "mix currencies": ([event(), transfer(currency="JPY")], ""),
    "pay oneself": ([event(), transfer(debit=DEPOSIT)], "ck_transfer_two_accounts"),
    "move nothing": ([event(), transfer(amount=0)], "ck_transfer_amount_in_range"),
    "move less than nothing": ([event(), transfer(amount=-5)], "ck_transfer_amount_in_range"),
    "move too much": ([event(), transfer(amount=10**12 + 1)], "ck_transfer_amount_in_range"),
    "use an unknown account": ([event(), transfer(debit="asset:moon")], ""),
    "move without an event": ([transfer(event="999")], ""),
    "overdraw a deposit": (
        [event(), transfer(debit=DEPOSIT, credit=BANK, amount=10_002)],
        "ck_account_never_overdrawn",
    ),
    "give a present alone": ([event("goodwill")], "ck_ledger_event_four_eyes"),
    "agree with oneself": (
        [event("goodwill", by="'staff:1'")],
        "ck_ledger_event_approver_is_another",
    ),
    "do something unknown": ([event("gift")], "ck_ledger_event_kind_known"),
    "do something as nobody": ([event(actor="")], "ck_ledger_event_actor_named"),
    "use a key again": ([event().replace("k-new-1", "bank:b1")], ""),
    "confirm without money in the books": (
        [payment("state, received, bank_ref", "'confirmed', 5, 'B9'")],
        "ck_payment_money_only_if_confirmed",
    ),
    "confirm without a bank line": (
        [payment("state, received, event_id", f"'confirmed', 5, {NEWEST}")],
        "ck_payment_money_has_a_source",
    ),
    "use one event for two payments": (
        [payment("state, received, bank_ref, event_id", f"'confirmed', 5, 'B9', {NEWEST}")],
        "uq_payment_event_id",
    ),
    "use one bank line for two payments": (
        [payment("state, bank_ref", "'reported', 'B1'")],
        "uq_payment_bank_ref",
    ),
    "claim nothing": (
        [payment("state", "'reported'").replace("'USD', 5", "'USD', 0")],
        "ck_payment_claimed_something",
    ),
    "pay out no more than the charge": (
        [payout("amount, fee, state, hold_event_id", f"200, 200, 'held', {NEWEST}")],
        "ck_payout_something_is_left",
    ),
    "send a pay-out without booking it": (
        [payout("amount, fee, state, hold_event_id", f"500, 200, 'sent', {NEWEST}")],
        "ck_payout_final_when_done",
    ),
    "keep account details of what was sent": (
        [
            payout(
                "amount, fee, state, hold_event_id, final_event_id, details",
                f"500, 200, 'sent', {NEWEST}, {NEWEST}, 'x'",
            )
        ],
        "ck_payout_details_erased_when_done",
    ),
}


@pytest.fixture
async def paid_in(books: Books) -> Books:
    """10,000 cents came in for Aki by the bank line B1, and one by B2."""
    await books.pay_in(AKI, 10_000, "B1")
    await books.pay_in(AKI, 1, "B2")
    return books


async def refusal(database: Database, statements: list[str]) -> IntegrityError:
    async def corrupt() -> None:
        async with database.transaction() as tx:
            for statement in statements:
                await tx.run(text(statement.replace(":", r"\:")))

    with pytest.raises(IntegrityError) as refused:
        await corrupt()
    return refused.value


async def test_the_database_refuses_every_corruption(paid_in: Books) -> None:
    for attempt, (statements, against) in CORRUPTIONS.items():
        refused = await refusal(paid_in.database, _in_words_of(paid_in, statements))
        assert against in refused.constraint, attempt
        assert await paid_in.purse(AKI) == (10_001, 0, 0), attempt
    assert await paid_in.failures() == []


def _in_words_of(books: Books, statements: list[str]) -> list[str]:
    if books.database.engine == "sqlite":
        return [s.replace(", 'x')", ", x'00')") for s in statements]
    return statements


# Ways around triggers that SQLite has and other programs on the file may use.
DETOURS = (
    "INSERT OR REPLACE INTO transfer"
    " SELECT id, event_id, leg, debit_id, credit_id, currency, amount + 1 FROM transfer",
    "UPDATE OR REPLACE transfer SET amount = 7",
    "INSERT OR REPLACE INTO account SELECT id, code, currency, side, 0, customer_id, order_id,"
    " 0, 0, 0 FROM account",
    "REPLACE INTO account (code, currency, side, guarded) VALUES ('asset:bank', 'USD', 'D', 0)",
    "REPLACE INTO ledger_event (id, key, content_hash, kind, legs, actor, at)"
    " SELECT id, key, content_hash, kind, legs, 'forged', at FROM ledger_event",
    "REPLACE INTO ledger_event (key, content_hash, kind, legs, actor, at)"
    " SELECT key, content_hash, kind, legs, 'forged', at FROM ledger_event LIMIT 1",
    "INSERT INTO transfer (event_id, leg, debit_id, credit_id, currency, amount)"
    " VALUES (1, 1, 1, 2, 'USD', 12.5)",
    "INSERT INTO transfer (event_id, leg, debit_id, credit_id, currency, amount)"
    " VALUES (1, 1, 1, 2, 'USD', 'five')",
)


async def test_another_program_on_the_file_is_refused_too(
    paid_in: Books, engine: str, tmp_path: Path
) -> None:
    if engine != "sqlite":
        pytest.skip("PostgreSQL has no such ways")
    # As any other tool would connect: no recursive triggers, no foreign keys.
    other = sqlite3.connect(tmp_path / "daiko.db")
    for statement in DETOURS:
        with pytest.raises(sqlite3.IntegrityError):
            other.execute(statement)
        other.rollback()
    other.close()
    assert await paid_in.purse(AKI) == (10_001, 0, 0)
    assert await paid_in.failures() == []


async def test_tables_of_the_books_are_not_truncated(paid_in: Books, engine: str) -> None:
    if engine != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    for table in ("transfer", "ledger_event", "account"):
        refused = await refusal(paid_in.database, [f"TRUNCATE {table} CASCADE"])
        assert "once" in refused.constraint or "kept" in refused.constraint
    assert await paid_in.failures() == []


async def test_an_event_that_lacks_legs_is_not_committed(paid_in: Books, engine: str) -> None:
    if engine != "postgresql":
        pytest.skip("SQLite has no deferred triggers: the fourth proof looks")
    refused = await refusal(paid_in.database, [event(legs=2), transfer()])
    assert refused.constraint == "an event lacks legs"
    assert await paid_in.purse(AKI) == (10_001, 0, 0)


async def test_a_lock_on_the_books_makes_others_wait_not_fail(paid_in: Books) -> None:
    done = await asyncio.gather(
        *(paid_in.pay_in(AKI, 1, f"L{n}") for n in range(10)), return_exceptions=True
    )
    assert not [x for x in done if isinstance(x, (TryAgain, IntegrityError))]
    assert await paid_in.purse(AKI) == (10_011, 0, 0)
