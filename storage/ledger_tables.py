"""Tables of the books, and the constraints and triggers that keep them true whoever writes SQL."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    event,
)

from domain.ledger import FOUR_EYES, LEGS_MAX, Kind
from domain.money import LARGEST
from domain.payments import Method, PaymentState, PayoutState, Purpose
from storage.schema import Amount, Count, Flag, Id, Moment, metadata, partial_index, strict_table


def _in(words: Any) -> str:
    return "(" + ", ".join(f"'{word}'" for word in sorted(words)) + ")"


account = strict_table(
    "account",
    Column("id", Id, primary_key=True),
    Column("code", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("side", Text, nullable=False),
    Column("guarded", Flag, nullable=False),
    Column("customer_id", Id),
    Column("order_id", Id),
    Column("debits", Amount, nullable=False, server_default="0"),
    Column("credits", Amount, nullable=False, server_default="0"),
    Column("last_transfer_id", Id, nullable=False, server_default="0"),
    UniqueConstraint("code", "currency"),
    UniqueConstraint("id", "currency"),
    CheckConstraint("length(currency) = 3 AND currency = upper(currency)", name="currency_code"),
    CheckConstraint("side IN ('C', 'D')", name="side_known"),
    CheckConstraint("debits >= 0 AND credits >= 0", name="sums_not_negative"),
    CheckConstraint(
        "NOT guarded OR (side = 'C' AND credits >= debits) OR (side = 'D' AND debits >= credits)",
        name="never_overdrawn",
    ),
)
Index("ix_account_customer_id", account.c.customer_id)
Index("ix_account_order_id", account.c.order_id)

ledger_event = strict_table(
    "ledger_event",
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("content_hash", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("legs", Count, nullable=False),
    Column("reverses_id", Id, ForeignKey("ledger_event.id"), unique=True),
    Column("actor", Text, nullable=False),
    Column("approved_by", Text),
    Column("order_id", Id),
    Column("payment_id", Id),
    Column("payout_id", Id),
    Column("memo", Text, nullable=False, server_default=""),
    Column("at", Moment, nullable=False),
    CheckConstraint("length(key) BETWEEN 6 AND 200", name="key_length"),
    CheckConstraint("length(content_hash) = 64", name="hash_length"),
    CheckConstraint(f"kind IN {_in(Kind)}", name="kind_known"),
    CheckConstraint(f"legs BETWEEN 1 AND {LEGS_MAX}", name="legs_count"),
    CheckConstraint("length(actor) > 0", name="actor_named"),
    CheckConstraint("approved_by IS NULL OR approved_by <> actor", name="approver_is_another"),
    CheckConstraint(f"kind NOT IN {_in(FOUR_EYES)} OR approved_by IS NOT NULL", name="four_eyes"),
)
Index("ix_ledger_event_order_id", ledger_event.c.order_id)

transfer = strict_table(
    "transfer",
    Column("id", Id, primary_key=True),
    Column("event_id", Id, ForeignKey("ledger_event.id"), nullable=False),
    Column("leg", Count, nullable=False),
    Column("debit_id", Id, nullable=False),
    Column("credit_id", Id, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    UniqueConstraint("event_id", "leg"),
    # Both accounts are of the transfer's currency, or there is no such account.
    ForeignKeyConstraint(["debit_id", "currency"], ["account.id", "account.currency"]),
    ForeignKeyConstraint(["credit_id", "currency"], ["account.id", "account.currency"]),
    CheckConstraint("leg >= 1", name="leg_counted"),
    CheckConstraint(f"amount BETWEEN 1 AND {LARGEST}", name="amount_in_range"),
    CheckConstraint("debit_id <> credit_id", name="two_accounts"),
)
Index("ix_transfer_debit_id", transfer.c.debit_id)
Index("ix_transfer_credit_id", transfer.c.credit_id)

_HAS_MONEY: Final = f"state IN {_in({PaymentState.CONFIRMED, PaymentState.REVERSED})}"

payment = strict_table(
    "payment",
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, ForeignKey("person.id"), nullable=False),
    Column("order_id", Id, ForeignKey("orders.id")),
    Column("bill_id", Id, ForeignKey("bill.id")),
    Column("purpose", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("claimed", Amount, nullable=False),
    Column("received", Amount),
    Column("state", Text, nullable=False),
    Column("code", Text, nullable=False, server_default=""),
    Column("transferred_on", Text),  # a date: 2026-11-22
    Column("sender", Text, nullable=False, server_default=""),
    Column("receipt", Text, nullable=False, server_default=""),
    Column("bank_ref", Text),
    Column("paypal_order", Text, unique=True),
    Column("paypal_capture", Text, unique=True),
    Column("paypal_request", Text, unique=True),
    Column("reason", Text, nullable=False, server_default=""),
    Column("reported_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("event_id", Id, ForeignKey("ledger_event.id"), unique=True),
    CheckConstraint(f"purpose IN {_in(Purpose)}", name="purpose_known"),
    CheckConstraint(f"method IN {_in(Method)}", name="method_known"),
    CheckConstraint(f"state IN {_in(PaymentState)}", name="state_known"),
    CheckConstraint("claimed > 0", name="claimed_something"),
    CheckConstraint("received IS NULL OR received > 0", name="received_something"),
    CheckConstraint("(purpose = 'bill') = (order_id IS NOT NULL)", name="bill_has_order"),
    CheckConstraint("purpose = 'bill' OR bill_id IS NULL", name="payin_has_no_bill"),
    CheckConstraint(
        f"NOT ({_HAS_MONEY}) OR method = 'deposit'"
        " OR (method = 'bank' AND bank_ref IS NOT NULL)"
        " OR (method = 'paypal' AND paypal_capture IS NOT NULL)",
        name="money_has_a_source",
    ),
    CheckConstraint(
        f"({_HAS_MONEY}) = (event_id IS NOT NULL AND received IS NOT NULL)",
        name="money_only_if_confirmed",
    ),
)
Index("ix_payment_order_id", payment.c.order_id)
Index("ix_payment_customer_id", payment.c.customer_id)
# What was corrected keeps its bank line, which then confirms another payment.
partial_index(
    "uq_payment_bank_ref",
    payment.c.bank_ref,
    where=payment.c.state != PaymentState.REVERSED,
    unique=True,
)
# What waits for staff; one report at a time for an order.
partial_index(
    "ix_payment_reported", payment.c.reported_at, where=payment.c.state == PaymentState.REPORTED
)
partial_index(
    "uq_payment_open_report",
    payment.c.order_id,
    where=payment.c.state == PaymentState.REPORTED,
    unique=True,
)

payout = strict_table(
    "payout",
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, ForeignKey("person.id"), nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", Amount, nullable=False),
    Column("fee", Amount, nullable=False),
    Column("method", Text, nullable=False),
    Column("state", Text, nullable=False),
    # Empty for a moment only: the event is named after the pay-out, which needs its number first.
    Column("hold_event_id", Id, ForeignKey("ledger_event.id"), unique=True),
    Column("final_event_id", Id, ForeignKey("ledger_event.id"), unique=True),
    Column("bounce_event_id", Id, ForeignKey("ledger_event.id"), unique=True),
    Column("details", LargeBinary),  # encrypted; erased when the pay-out ends
    Column("details_hint", Text, nullable=False),
    Column("details_erased_at", Moment),
    Column("details_seen_by", Text, nullable=False, server_default=""),
    Column("shown_chat", Id),  # where the account was shown in clear, to be deleted at the end
    Column("shown_message", Id),
    Column("allowed_by", Text, nullable=False, server_default=""),
    Column("requested_at", Moment, nullable=False),
    Column("due_on", Text, nullable=False),  # a date: 2026-11-22
    Column("alarmed_on", Text, nullable=False, server_default=""),  # when finance heard: late
    Column("started_at", Moment),
    Column("started_by", Text, nullable=False, server_default=""),
    Column("decided_at", Moment),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("reference", Text, unique=True),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("method IN ('bank', 'paypal')", name="method_known"),
    CheckConstraint(f"state IN {_in(PayoutState)}", name="state_known"),
    CheckConstraint("fee >= 0", name="fee_not_negative"),
    CheckConstraint("amount > fee", name="something_is_left"),
    CheckConstraint(
        "(state IN ('held', 'started')) = (final_event_id IS NULL)", name="final_when_done"
    ),
    CheckConstraint(
        "(state = 'bounced') = (bounce_event_id IS NOT NULL)", name="bounced_when_returned"
    ),
    CheckConstraint(
        "state IN ('held', 'started') OR details IS NULL", name="details_erased_when_done"
    ),
    CheckConstraint("details_erased_at IS NULL OR details IS NULL", name="erased_means_gone"),
)
Index("ix_payout_customer_id", payout.c.customer_id)
partial_index(
    "ix_payout_waiting",
    payout.c.due_on,
    where=payout.c.state.in_([PayoutState.HELD, PayoutState.STARTED]),
)


# Triggers -------------------------------------------------------------------------------------
# The same promises in the words of each engine. Events and transfers are written once. A balance
# moves only by a transfer, by exactly its amount, and never by one that came before the last (an
# account's row is locked first, so that the numbers rise). Nothing is added to an event that has
# its legs.


def _refuse(words: str) -> str:
    return f"BEGIN SELECT RAISE(ABORT, '{words}'); END"


def _written_once(table: str, words: str) -> tuple[str, ...]:
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {_refuse(words)}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {_refuse(words)}",
        # INSERT OR REPLACE does not fire DELETE triggers unless the connection asks for it.
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
        f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) {_refuse(words)}",
    )


_FIXED: Final = (
    "{0}.id, {0}.code, {0}.currency, {0}.side, {0}.guarded, {0}.customer_id, {0}.order_id"
)
_MOVED: Final = """EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.last_transfer_id
    AND ((t.debit_id = OLD.id AND NEW.debits = OLD.debits + t.amount AND NEW.credits = OLD.credits)
      OR (t.credit_id = OLD.id AND NEW.credits = OLD.credits + t.amount
          AND NEW.debits = OLD.debits)))"""
_POSTED: Final = """
    UPDATE account SET debits = debits + NEW.amount, last_transfer_id = NEW.id
      WHERE id = NEW.debit_id;
    UPDATE account SET credits = credits + NEW.amount, last_transfer_id = NEW.id
      WHERE id = NEW.credit_id;"""

SQLITE_TRIGGERS: Final = (
    *_written_once("ledger_event", "events are written once"),
    *_written_once("transfer", "transfers are written once"),
    f"""CREATE TRIGGER ledger_event_no_second BEFORE INSERT ON ledger_event
  WHEN EXISTS (SELECT 1 FROM ledger_event WHERE key = NEW.key)
  {_refuse("each key is taken once")}""",
    f"""CREATE TRIGGER transfer_leg_open BEFORE INSERT ON transfer
  WHEN NEW.leg > (SELECT legs FROM ledger_event WHERE id = NEW.event_id)
  {_refuse("the event has all its legs")}""",
    f"CREATE TRIGGER transfer_posts AFTER INSERT ON transfer BEGIN{_POSTED} END",
    f"CREATE TRIGGER account_no_delete BEFORE DELETE ON account {_refuse('accounts are kept')}",
    f"""CREATE TRIGGER account_starts_empty BEFORE INSERT ON account
  WHEN NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.last_transfer_id <> 0
    OR EXISTS (SELECT 1 FROM account WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM account WHERE code = NEW.code AND currency = NEW.currency)
  {_refuse("accounts start empty")}""",
    f"""CREATE TRIGGER account_fixed BEFORE UPDATE OF
    id, code, currency, side, guarded, customer_id, order_id ON account
  {_refuse("an account stays what it is")}""",
    f"""CREATE TRIGGER account_moved BEFORE UPDATE OF debits, credits, last_transfer_id ON account
  WHEN NEW.last_transfer_id <= OLD.last_transfer_id OR NOT {_MOVED}
  {_refuse("balances move by transfers")}""",
)


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n{body}\nEND $$"


def _raise(words: str) -> str:
    return f"RAISE EXCEPTION '{words}';"


def _kept(table: str, operations: str, words: str) -> tuple[str, ...]:
    return (
        _function(f"{table}_kept", _raise(words)),
        f"CREATE TRIGGER {table}_kept BEFORE {operations} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept()",
    )


POSTGRES_TRIGGERS: Final = (
    *_kept("ledger_event", "UPDATE OR DELETE", "events are written once"),
    *_kept("transfer", "UPDATE OR DELETE", "transfers are written once"),
    *_kept("account", "DELETE", "accounts are kept"),
    _function(
        "transfer_leg_open",
        "IF NEW.leg > (SELECT legs FROM ledger_event WHERE id = NEW.event_id) THEN\n"
        f"  {_raise('the event has all its legs')}\nEND IF;\nRETURN NEW;",
    ),
    "CREATE TRIGGER transfer_leg_open BEFORE INSERT ON transfer"
    " FOR EACH ROW EXECUTE FUNCTION transfer_leg_open()",
    _function("transfer_posts", f"{_POSTED}\nRETURN NULL;"),
    "CREATE TRIGGER transfer_posts AFTER INSERT ON transfer"
    " FOR EACH ROW EXECUTE FUNCTION transfer_posts()",
    _function(
        "account_starts_empty",
        "IF NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.last_transfer_id <> 0 THEN\n"
        f"  {_raise('accounts start empty')}\nEND IF;\nRETURN NEW;",
    ),
    "CREATE TRIGGER account_starts_empty BEFORE INSERT ON account"
    " FOR EACH ROW EXECUTE FUNCTION account_starts_empty()",
    _function(
        "account_guarded",
        f"IF ({_FIXED.format('NEW')})\n  IS DISTINCT FROM ({_FIXED.format('OLD')})\n"
        f"THEN\n  {_raise('an account stays what it is')}\nEND IF;\n"
        f"IF NEW.last_transfer_id <= OLD.last_transfer_id OR NOT {_MOVED}\n"
        f"THEN\n  {_raise('balances move by transfers')}\nEND IF;\nRETURN NEW;",
    ),
    "CREATE TRIGGER account_guarded BEFORE UPDATE ON account"
    " FOR EACH ROW EXECUTE FUNCTION account_guarded()",
    _function(
        "ledger_event_complete",
        "IF (SELECT count(*) FROM transfer WHERE event_id = NEW.id) <> NEW.legs THEN\n"
        f"  {_raise('an event lacks legs')}\nEND IF;\nRETURN NULL;",
    ),
    "CREATE CONSTRAINT TRIGGER ledger_event_complete AFTER INSERT ON ledger_event"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_event_complete()",
)

TRIGGERS: Final = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRES_TRIGGERS}


@event.listens_for(metadata, "after_create")
def _create_triggers(_target: Any, connection: Connection, **_options: Any) -> None:
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
