"""Books in order pass all thirteen proofs; each proof notices the corruption it is there for."""

from __future__ import annotations

from sqlalchemy import text

from storage.database import Tx
from storage.proofs import PROOFS, prove
from tests.storage.books import Books
from tests.storage.conftest import AKI, BEN

EVENT = (
    "INSERT INTO ledger_event (key, content_hash, kind, legs, actor, approved_by, at)"
    f" VALUES ('forged-1', '{'0' * 64}', '{{kind}}', {{legs}}, 'staff\\:1', 'staff\\:2', 0)"
)
TRANSFER = (
    "INSERT INTO transfer (event_id, leg, debit_id, credit_id, currency, amount) SELECT e.id,"
    " {leg}, d.id, c.id, '{currency}', {amount} FROM ledger_event e, account d, account c"
    " WHERE e.key = 'forged-1' AND d.code = '{debit}' AND c.code = '{credit}'"
    " AND d.currency = '{currency}' AND c.currency = '{currency}'"
)
BALANCE = (
    "UPDATE account SET {column} = {column} + {amount}"
    " WHERE code = '{code}' AND currency = '{currency}'"
)
OPEN = (
    "INSERT INTO account (code, currency, side, guarded, debits, credits)"
    " VALUES ('{code}', 'JPY', '{side}', false, 0, 0)"
)


def move(debit: str, credit: str, amount: int, leg: int = 1, currency: str = "USD") -> list[str]:
    """A transfer of a forged event, with its balances, as the triggers would have done it."""
    return [
        TRANSFER.format(leg=leg, debit=debit, credit=credit, currency=currency, amount=amount),
        BALANCE.format(column="debits", amount=amount, code=debit, currency=currency),
        BALANCE.format(column="credits", amount=amount, code=credit, currency=currency),
    ]


# One a proof, in their order.
CORRUPTIONS = [
    ["UPDATE account SET debits = debits + 5, credits = credits + 5 WHERE code = 'asset:bank'"],
    ["UPDATE account SET currency = 'JPY' WHERE code = 'asset:bank'"],
    [
        EVENT.format(kind="correction", legs=1),
        *move("liability:deposit:7", "income:orders", 10**6),
    ],
    [EVENT.format(kind="goodwill", legs=1)],
    [
        OPEN.format(code="asset:bank", side="D"),
        OPEN.format(code="liability:suspense", side="C"),
        EVENT.format(kind="suspense_in", legs=2),
        *move("asset:bank", "liability:suspense", 5),
        *move("asset:bank", "liability:suspense", 5, leg=2, currency="JPY"),
    ],
    ["UPDATE payment SET received = received + 1 WHERE bank_ref = 'B1'"],
    ["DELETE FROM payment WHERE bank_ref = 'B1'"],
    ["UPDATE payout SET amount = amount + 1 WHERE state = 'held'"],
    ["UPDATE orders SET stage = 'CANCELLED', cancelled_at = 1 WHERE id = 2"],
    ["UPDATE payout SET fee = fee + 1 WHERE state = 'sent'"],
    ["UPDATE payout SET allowed_by = '' WHERE customer_id = 8"],
    ["UPDATE payout SET details = {blob}, details_erased_at = NULL WHERE state = 'sent'"],
    ["UPDATE payment SET bank_ref = 'b 1' WHERE bank_ref = 'B2'"],
]


async def histories(books: Books) -> None:
    """Some of everything, so that each proof has something to look at."""
    await books.pay_in(AKI, 10_000, "B1")
    await books.pay_in(BEN, 9_000, "B2")
    for order, customer in ((1, AKI), (2, AKI), (3, BEN)):
        await books.order(order, customer)
    await books.from_deposit(AKI, 1, 1, 3_000)
    await books.settle(AKI, 1, 2_500)
    await books.pay_order(AKI, 2, 4_000, "B3", remaining=4_000)
    await books.pay_by_paypal(BEN, 3, 5_000, 200, "C1")
    await books.cancel(BEN, 3, kept=100)
    await books.send(AKI, await books.hold(AKI, 1_000))
    sent = await books.hold(AKI, 600)
    await books.send(AKI, sent)
    await books.bounce(AKI, sent)
    await books.refuse(AKI, await books.hold(AKI, 500))
    await books.hold(BEN, 13_000, allowed_by="staff:1")
    await books.goodwill(AKI, 50, "1")
    await books.suspense(700, "B4")


async def without_guards(tx: Tx) -> None:
    """Take away, until this transaction is rolled back, what makes corruption impossible."""
    if tx.engine == "sqlite":
        for row in await tx.all(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            await tx.run(text(f"DROP TRIGGER {row.name}"))
        await tx.run(text("PRAGMA ignore_check_constraints = ON"))
        await tx.run(text("PRAGMA defer_foreign_keys = ON"))
        return
    await tx.run(text("SET LOCAL session_replication_role = replica"))
    checks = "SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'c'"
    for row in await tx.all(text(checks.replace("::", r"\:\:") + " AND conrelid > 0")):
        await tx.run(text(f"ALTER TABLE {row.t} DROP CONSTRAINT {row.conname}"))


class LookedEnough(Exception):
    """Rolls the corruption back."""


async def what_fails(books: Books, corruption: list[str]) -> list[int]:
    failed: list[int] = []
    try:
        async with books.database.transaction() as tx:
            await without_guards(tx)
            blob = "x'00'" if tx.engine == "sqlite" else r"'\x00'"
            for statement in corruption:
                assert await tx.run(text(statement.replace("{blob}", blob))) > 0, statement
            failed = [failure.number for failure in await prove(tx)]
            raise LookedEnough
    except LookedEnough:
        return failed


async def test_books_in_order_pass_and_each_proof_can_fail(books: Books) -> None:
    await histories(books)
    assert await books.failures() == []
    for number, corruption in enumerate(CORRUPTIONS, 1):
        assert await what_fails(books, corruption) == [number], PROOFS[number - 1].name
    assert await books.failures() == []


async def test_empty_books_are_in_order(books: Books) -> None:
    assert await books.failures() == []
    assert [proof.number for proof in PROOFS] == list(range(1, 14))


async def test_a_failure_shows_what_disproves_it(books: Books) -> None:
    await histories(books)
    async with books.database.transaction() as tx:
        await tx.run(text("UPDATE payment SET received = 1 WHERE bank_ref = 'B1'"))
        failures = await prove(tx)
    assert [(failure.number, failure.count) for failure in failures] == [(6, 1)]
    assert failures[0].rows[0][1:] == (1, 10_000)


async def test_no_pay_out_before_it_was_allowed(books: Books) -> None:
    """Returned money may leave; a pay-in of somebody who never used the service may not."""
    await books.pay_in(AKI, 10_000, "B1")
    await books.order(1, AKI)
    await books.pay_order(AKI, 1, 3_000, "B2", remaining=3_000)
    await books.cancel(AKI, 1)
    first = await books.hold(AKI, 3_000)
    assert await books.failures() == []
    await books.hold(AKI, 201)
    assert [failure.number for failure in await books.failures()] == [11]
    await books.refuse(AKI, first)  # what was refused counts no longer
    assert await books.failures() == []
    await books.pay_in(BEN, 10_000, "B3")
    await books.order(2, BEN)
    await books.settle(BEN, 2, 100)  # used the service
    await books.hold(BEN, 9_000)
    assert await books.failures() == []
