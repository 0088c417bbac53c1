"""The table of what the bank's files told, so that nothing is suggested twice."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text

from domain.bank_lines import Why
from storage.schema import Amount, Id, Moment, strict_table

bank_line = strict_table(
    "bank_line",
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),  # as the books compare references
    Column("reference", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("paid_on", Text, nullable=False),  # a date: 2026-11-22
    Column("sender", Text, nullable=False, server_default=""),
    Column("text", Text, nullable=False, server_default=""),
    Column("imported_at", Moment, nullable=False),
    # Whose money it may be; empty until there is a guess, which is told once.
    Column("why", Text),
    Column("customer_id", Id, ForeignKey("person.id")),
    Column("order_id", Id, ForeignKey("orders.id")),
    Column("payment_id", Id, ForeignKey("payment.id")),
    CheckConstraint("amount > 0", name="something_arrived"),
    CheckConstraint(
        f"why IS NULL OR why IN ({', '.join(repr(why.value) for why in Why)})", name="why_known"
    ),
    CheckConstraint("(why IS NULL) = (customer_id IS NULL)", name="guess_has_customer"),
    CheckConstraint(
        "why IS NOT NULL OR (order_id IS NULL AND payment_id IS NULL)", name="guess_has_reason"
    ),
)
