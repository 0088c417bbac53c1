"""Tables of what we owe PayPal a question about, and of what PayPal told us unasked."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text

from storage.schema import Amount, Id, Json, Moment, partial_index, strict_table

# A PayPal payment, and when PayPal is asked about it next.
paypal_task = strict_table(
    "paypal_task",
    Column("payment_id", Id, ForeignKey("payment.id"), primary_key=True, autoincrement=False),
    Column("since", Moment, nullable=False),  # when the payment came to be as it is
    Column("due_at", Moment),  # empty: there is nothing more to ask
    Column("asked_at", Moment),  # the customer said that they have paid, and waits for an answer
    Column("link", Text, nullable=False, server_default=""),
)
partial_index(
    "ix_paypal_task_due_at", paypal_task.c.due_at, where=paypal_task.c.due_at.is_not(None)
)

# What came through the webhook's door, signed; kept before it is worked.
paypal_event = strict_table(
    "paypal_event",
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", Json, nullable=False),  # emptied when the event is done
    Column("received_at", Moment, nullable=False),
    Column("done_at", Moment),
)
partial_index(
    "ix_paypal_event_waiting", paypal_event.c.received_at, where=paypal_event.c.done_at.is_(None)
)
partial_index(
    "ix_paypal_event_done", paypal_event.c.done_at, where=paypal_event.c.done_at.is_not(None)
)

# Money of a payment that went back: `refund:<id>` or `reversal:<dispute>`.
paypal_return = strict_table(
    "paypal_return",
    Column("key", Text, primary_key=True),
    Column("payment_id", Id, ForeignKey("payment.id"), nullable=False),
    Column("amount", Amount, nullable=False),
    Column("event_id", Id, ForeignKey("ledger_event.id"), unique=True),  # empty: not booked
    Column("at", Moment, nullable=False),
    CheckConstraint("amount > 0", name="something_went_back"),
)
Index("ix_paypal_return_payment_id", paypal_return.c.payment_id)

paypal_dispute = strict_table(
    "paypal_dispute",
    Column("id", Text, primary_key=True),
    Column("payment_id", Id, ForeignKey("payment.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("state IN ('open', 'won', 'lost')", name="state_known"),
)
Index("ix_paypal_dispute_payment_id", paypal_dispute.c.payment_id)
