"""The thirteen proofs of the books: each is a question to which the right answer is "nothing".

They only look. A failure is a reason to stop paying out and to call a person; nothing is repaired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Executable, text

from storage.database import Tx

OFFENDERS_MAX: Final = 20


@dataclass(frozen=True, slots=True)
class Proof:
    number: int
    name: str  # what is true of books that are in order
    offenders: Executable


@dataclass(frozen=True, slots=True)
class Failure:
    number: int
    name: str
    count: int
    rows: tuple[tuple[object, ...], ...]  # the first of those that disprove it


async def prove(tx: Tx) -> list[Failure]:
    """What is wrong with the books; empty when they are in order."""
    failures = []
    for proof in PROOFS:
        rows = await tx.all(proof.offenders)
        if rows:
            first = tuple(tuple(row) for row in rows[:OFFENDERS_MAX])
            failures.append(Failure(proof.number, proof.name, len(rows), first))
    return failures


_MONEY_IS_HERE: Final = "('asset:bank', 'asset:paypal')"
_CONFIRMED: Final = "('confirmed', 'reversed')"

_QUESTIONS: Final = (
    (
        "each balance is the sum of its transfers",
        """
        SELECT a.code, a.currency, a.debits, coalesce(s.debits, 0), a.credits,
            coalesce(s.credits, 0)
        FROM account a LEFT JOIN (
            SELECT m.account_id, sum(m.debit) AS debits, sum(m.credit) AS credits FROM (
                SELECT debit_id AS account_id, amount AS debit, 0 AS credit FROM transfer
                UNION ALL SELECT credit_id, 0, amount FROM transfer
            ) m GROUP BY m.account_id
        ) s ON s.account_id = a.id
        WHERE a.debits <> coalesce(s.debits, 0) OR a.credits <> coalesce(s.credits, 0)
        """,
    ),
    (
        "debits are credits in each currency",
        """
        SELECT currency, sum(debits), sum(credits) FROM account
        GROUP BY currency HAVING sum(debits) <> sum(credits)
        """,
    ),
    (
        "nothing that is guarded is below zero",
        """
        SELECT code, currency, debits, credits FROM account
        WHERE guarded AND ((side = 'C' AND debits > credits) OR (side = 'D' AND credits > debits))
        """,
    ),
    (
        "every event has all its legs",
        """
        SELECT e.id, e.key, e.legs, count(t.id) FROM ledger_event e
        LEFT JOIN transfer t ON t.event_id = e.id
        GROUP BY e.id, e.key, e.legs
        HAVING count(t.id) <> e.legs OR coalesce(max(t.leg), 0) <> e.legs
        """,
    ),
    (
        "an event has one currency",
        """
        SELECT event_id, count(DISTINCT currency) FROM transfer
        GROUP BY event_id HAVING count(DISTINCT currency) > 1
        """,
    ),
    (
        "money in is what its confirmed payment received",
        f"""
        SELECT p.id, p.received, coalesce(sum(t.amount), 0) FROM payment p
        LEFT JOIN (
            transfer t JOIN account d ON d.id = t.debit_id JOIN account c ON c.id = t.credit_id
        ) ON t.event_id = p.event_id AND t.currency = p.currency AND (
            (p.method <> 'deposit' AND d.code IN {_MONEY_IS_HERE})
            OR (p.method = 'deposit' AND d.code LIKE 'liability:deposit:%'
                AND c.code LIKE 'liability:order:%')
        )
        WHERE p.state IN {_CONFIRMED}
        GROUP BY p.id, p.received HAVING p.received <> coalesce(sum(t.amount), 0)
        """,
    ),
    (
        "no money comes in without a confirmed payment",
        f"""
        SELECT e.id, e.key FROM ledger_event e
        WHERE e.kind NOT IN ('suspense_in', 'payout_bounced', 'correction')
        AND EXISTS (
            SELECT 1 FROM transfer t JOIN account d ON d.id = t.debit_id
            WHERE t.event_id = e.id AND d.code IN {_MONEY_IS_HERE}
        )
        AND NOT EXISTS (
            SELECT 1 FROM payment p WHERE p.event_id = e.id AND p.state IN {_CONFIRMED}
        )
        """,
    ),
    (
        "what is held for pay-outs is what was requested",
        """
        SELECT s.customer_id, s.currency, sum(s.held), sum(s.requested) FROM (
            SELECT customer_id, currency, credits - debits AS held, 0 AS requested FROM account
            WHERE code LIKE 'liability:payout_hold:%'
            UNION ALL
            SELECT customer_id, currency, 0, amount FROM payout WHERE state IN ('held', 'started')
        ) s GROUP BY s.customer_id, s.currency HAVING sum(s.held) <> sum(s.requested)
        """,
    ),
    (
        "an order that has ended holds nothing",
        """
        SELECT a.code, a.currency, a.credits - a.debits FROM account a
        JOIN orders o ON o.id = a.order_id
        WHERE o.stage IN ('COMPLETED', 'CANCELLED') AND a.credits <> a.debits
        """,
    ),
    (
        "charges earned are those of pay-outs sent",
        """
        SELECT s.currency, sum(s.earned), sum(s.charged) FROM (
            SELECT currency, credits - debits AS earned, 0 AS charged FROM account
            WHERE code = 'income:payout_fee'
            UNION ALL SELECT currency, 0, fee FROM payout WHERE state = 'sent'
        ) s GROUP BY s.currency HAVING sum(s.earned) <> sum(s.charged)
        """,
    ),
    (
        # Used the service, or pays out no more than was returned, or staff allowed it.
        "nobody is paid out before it was allowed",
        """
        SELECT p.id, p.customer_id FROM payout p
        WHERE p.allowed_by = ''
        AND NOT EXISTS (
            SELECT 1 FROM account mine
            JOIN transfer t ON t.debit_id = mine.id
            JOIN ledger_event e ON e.id = t.event_id
            JOIN account income ON income.id = t.credit_id
            WHERE mine.customer_id = p.customer_id AND e.kind = 'settlement'
            AND income.code = 'income:orders' AND e.id < p.hold_event_id
        )
        AND coalesce((
            SELECT sum(t.amount) FROM account mine
            JOIN transfer t ON t.credit_id = mine.id
            JOIN ledger_event e ON e.id = t.event_id
            WHERE mine.customer_id = p.customer_id AND mine.currency = p.currency
            AND mine.code LIKE 'liability:deposit:%'
            AND e.kind IN ('settlement', 'cancellation') AND e.id < p.hold_event_id
        ), 0) < (
            SELECT sum(q.amount) FROM payout q
            WHERE q.customer_id = p.customer_id AND q.currency = p.currency
            AND q.hold_event_id <= p.hold_event_id AND q.state IN ('held', 'started', 'sent')
        )
        """,
    ),
    (
        "pay-outs that are done keep no account details",
        """
        SELECT id, state FROM payout
        WHERE state NOT IN ('held', 'started') AND details IS NOT NULL
        """,
    ),
    (
        "a bank line, a capture or a key counts once",
        """
        SELECT 'bank line', max(bank_ref) FROM payment
        WHERE bank_ref IS NOT NULL AND state <> 'reversed'
        GROUP BY lower(replace(bank_ref, ' ', '')) HAVING count(*) > 1
        UNION ALL SELECT 'capture', max(paypal_capture) FROM payment
        WHERE paypal_capture IS NOT NULL GROUP BY paypal_capture HAVING count(*) > 1
        UNION ALL SELECT 'event', CAST(event_id AS TEXT) FROM payment
        WHERE event_id IS NOT NULL GROUP BY event_id HAVING count(*) > 1
        UNION ALL SELECT 'key', key FROM ledger_event GROUP BY key HAVING count(*) > 1
        """,
    ),
)

PROOFS: Final = tuple(
    Proof(number, name, text(question).execution_options(slow=True))
    for number, (name, question) in enumerate(_QUESTIONS, 1)
)
