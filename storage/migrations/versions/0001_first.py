"""The first schema.

Written by `python -m storage.migrate --regenerate-first`; frozen from the first release on.
"""
# ruff: noqa: E501

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("guarded", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("debits", BIG, server_default="0", nullable=False),
        sa.Column("credits", BIG, server_default="0", nullable=False),
        sa.Column("last_transfer_id", BIG, server_default="0", nullable=False),
        sa.CheckConstraint(
            "NOT guarded OR (side = 'C' AND credits >= debits) OR (side = 'D' AND debits >= credits)",
            name=op.f("ck_account_never_overdrawn"),
        ),
        sa.CheckConstraint("side IN ('C', 'D')", name=op.f("ck_account_side_known")),
        sa.CheckConstraint(
            "debits >= 0 AND credits >= 0", name=op.f("ck_account_sums_not_negative")
        ),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = upper(currency)",
            name=op.f("ck_account_currency_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("code", "currency", name=op.f("uq_account_code_currency")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_account_id_currency")),
        sqlite_strict=True,
    )
    op.create_index("ix_account_customer_id", "account", ["customer_id"], unique=False)
    op.create_index("ix_account_order_id", "account", ["order_id"], unique=False)
    op.create_table(
        "agency",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("holidays", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("currency_display", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("code_until", BIG, nullable=False),
        sa.Column("staff_chat", BIG, nullable=True),
        sa.Column("registered_at", BIG, nullable=True),
        sa.Column("registered_by", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(staff_chat IS NULL) = (registered_at IS NULL)",
            name=op.f("ck_agency_registered_with_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_agency_code_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_agency_name")),
        sa.UniqueConstraint("staff_chat", name=op.f("uq_agency_staff_chat")),
        sqlite_strict=True,
    )
    op.create_table(
        "canned",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned")),
        sa.UniqueConstraint("name", "language", name=op.f("uq_canned_name_language")),
        sqlite_strict=True,
    )
    op.create_table(
        "conversation",
        sa.Column("chat", BIG, autoincrement=False, nullable=False),
        sa.Column("person", BIG, autoincrement=False, nullable=False),
        sa.Column("thread", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("chat", "person", "thread", "name", name=op.f("pk_conversation")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_conversation_expires_at",
        "conversation",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", BIG, autoincrement=False, nullable=False),
        sa.Column("lane", BIG, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("due_at", BIG, server_default="0", nullable=False),
        sa.Column("attempts", BIG, server_default="0", nullable=False),
        sa.Column("done_at", BIG, nullable=True),
        sa.Column("parked_at", BIG, nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "done_at IS NULL OR parked_at IS NULL", name=op.f("ck_inbox_done_or_parked")
        ),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_inbox_done",
        "inbox",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.create_index(
        "ix_inbox_parked",
        "inbox",
        ["parked_at"],
        unique=False,
        sqlite_where=sa.text("parked_at IS NOT NULL"),
        postgresql_where=sa.text("parked_at IS NOT NULL"),
    )
    op.create_index(
        "ix_inbox_waiting",
        "inbox",
        ["update_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.create_index(
        "ix_inbox_waiting_lane",
        "inbox",
        ["lane", "update_id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.create_table(
        "lane",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sqlite_strict=True,
    )
    op.create_table(
        "ledger_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("legs", BIG, nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("payment_id", BIG, nullable=True),
        sa.Column("payout_id", BIG, nullable=True),
        sa.Column("memo", sa.Text(), server_default="", nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint(
            "kind IN ('bill_payment', 'cancellation', 'correction', 'from_deposit', 'goodwill', 'late_payment', 'pay_in', 'payout_bounced', 'payout_hold', 'payout_refused', 'payout_sent', 'paypal_refund', 'paypal_reversal', 'refund', 'settlement', 'split', 'suspense_in', 'suspense_out', 'write_off')",
            name=op.f("ck_ledger_event_kind_known"),
        ),
        sa.CheckConstraint(
            "kind NOT IN ('correction', 'goodwill', 'payout_sent', 'refund', 'write_off') OR approved_by IS NOT NULL",
            name=op.f("ck_ledger_event_four_eyes"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> actor",
            name=op.f("ck_ledger_event_approver_is_another"),
        ),
        sa.CheckConstraint("legs BETWEEN 1 AND 12", name=op.f("ck_ledger_event_legs_count")),
        sa.CheckConstraint("length(actor) > 0", name=op.f("ck_ledger_event_actor_named")),
        sa.CheckConstraint("length(content_hash) = 64", name=op.f("ck_ledger_event_hash_length")),
        sa.CheckConstraint(
            "length(key) BETWEEN 6 AND 200", name=op.f("ck_ledger_event_key_length")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_event.id"], name=op.f("fk_ledger_event_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_event")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_event_key")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_event_reverses_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_ledger_event_order_id", "ledger_event", ["order_id"], unique=False)
    op.create_table(
        "mark",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("urgency", BIG, nullable=False),
        sa.Column("due_at", BIG, server_default="0", nullable=False),
        sa.Column("attempts", BIG, server_default="0", nullable=False),
        sa.Column("tried_at", BIG, nullable=True),
        sa.Column("settled_at", BIG, nullable=True),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("message_id", BIG, nullable=True),
        sa.CheckConstraint("urgency BETWEEN 0 AND 2", name=op.f("ck_outbox_urgency_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_outbox_due_at",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_outbox_settled",
        "outbox",
        ["settled_at"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["urgency", "id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_table(
        "paypal_event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("done_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paypal_event")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_paypal_event_done",
        "paypal_event",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.create_index(
        "ix_paypal_event_waiting",
        "paypal_event",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("blocked", BIG, server_default="0", nullable=False),
        sa.Column("payouts_allowed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("muted_at", BIG, nullable=True),
        sa.Column("muted_told", BIG, server_default="0", nullable=False),
        sa.Column("met_at", BIG, nullable=False),
        sa.Column("data_had_at", BIG, nullable=True),
        sa.Column("erased_at", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_strict=True,
    )
    op.create_table(
        "place",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_place")),
        sqlite_strict=True,
    )
    op.create_table(
        "orders",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("preference", sa.Text(), nullable=False),
        sa.Column("sold_out", sa.Text(), nullable=False),
        sa.Column("tolerance_percent", BIG, nullable=False),
        sa.Column("flags", sa.Text(), server_default="", nullable=False),
        sa.Column("adjustment", BIG, server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("applied_at", BIG, nullable=False),
        sa.Column("due_at", BIG, nullable=True),
        sa.Column("due_from", BIG, nullable=True),
        sa.Column("frozen_at", BIG, nullable=True),
        sa.Column("waits_since", BIG, nullable=True),
        sa.Column("wake_at", BIG, nullable=True),
        sa.Column("reminded", sa.Text(), server_default="[]", nullable=False),
        sa.Column("earlier_shipping", BIG, server_default="0", nullable=False),
        sa.Column("linked_to", BIG, nullable=True),
        sa.Column("taken_by", sa.Text(), server_default="", nullable=False),
        sa.Column("arrived_at", BIG, nullable=True),
        sa.Column("packed_at", BIG, nullable=True),
        sa.Column("shipped_at", BIG, nullable=True),
        sa.Column("completed_at", BIG, nullable=True),
        sa.Column("cancelled_at", BIG, nullable=True),
        sa.Column("topic_id", BIG, nullable=True),
        sa.Column("topic_card_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(stage = 'CANCELLED') = (cancelled_at IS NOT NULL)",
            name=op.f("ck_orders_cancelled_has_moment"),
        ),
        sa.CheckConstraint(
            "(stage = 'COMPLETED') = (completed_at IS NOT NULL)",
            name=op.f("ck_orders_completed_has_moment"),
        ),
        sa.CheckConstraint(
            "preference IN ('cheapest', 'fastest', 'ask_me')",
            name=op.f("ck_orders_preference_known"),
        ),
        sa.CheckConstraint(
            "sold_out IN ('buy_the_rest', 'cancel_everything')",
            name=op.f("ck_orders_sold_out_known"),
        ),
        sa.CheckConstraint(
            "stage IN ('APPLIED', 'AWAITING_FIRST_PAYMENT', 'PURCHASING', 'AWAITING_ARRIVAL', 'AT_WAREHOUSE', 'AWAITING_SECOND_PAYMENT', 'READY_TO_SHIP', 'SHIPPED', 'COMPLETED', 'CANCELLED')",
            name=op.f("ck_orders_stage_known"),
        ),
        sa.CheckConstraint(
            "tolerance_percent BETWEEN 0 AND 100", name=op.f("ck_orders_tolerance_is_percent")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_orders_agency_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["person.id"], name=op.f("fk_orders_customer_id")
        ),
        sa.ForeignKeyConstraint(["linked_to"], ["orders.id"], name=op.f("fk_orders_linked_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sqlite_strict=True,
    )
    op.create_index("ix_orders_customer_id", "orders", ["customer_id", "id"], unique=False)
    op.create_index(
        "ix_orders_flags",
        "orders",
        ["id"],
        unique=False,
        sqlite_where=sa.text("flags != ''"),
        postgresql_where=sa.text("flags != ''"),
    )
    op.create_index(
        "ix_orders_linked_to",
        "orders",
        ["linked_to"],
        unique=False,
        sqlite_where=sa.text("linked_to IS NOT NULL"),
        postgresql_where=sa.text("linked_to IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_overdue",
        "orders",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL AND frozen_at IS NULL AND flags = ''"),
        postgresql_where=sa.text("due_at IS NOT NULL AND frozen_at IS NULL AND flags = ''"),
    )
    op.create_index("ix_orders_stage", "orders", ["stage", "waits_since"], unique=False)
    op.create_index(
        "ix_orders_topic_id",
        "orders",
        ["topic_id"],
        unique=False,
        sqlite_where=sa.text("topic_id IS NOT NULL"),
        postgresql_where=sa.text("topic_id IS NOT NULL"),
    )
    op.create_index(
        "ix_orders_wake_at",
        "orders",
        ["wake_at"],
        unique=False,
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "payout",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("fee", BIG, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hold_event_id", BIG, nullable=True),
        sa.Column("final_event_id", BIG, nullable=True),
        sa.Column("bounce_event_id", BIG, nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("details_hint", sa.Text(), nullable=False),
        sa.Column("details_erased_at", BIG, nullable=True),
        sa.Column("details_seen_by", sa.Text(), server_default="", nullable=False),
        sa.Column("shown_chat", BIG, nullable=True),
        sa.Column("shown_message", BIG, nullable=True),
        sa.Column("allowed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("requested_at", BIG, nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("alarmed_on", sa.Text(), server_default="", nullable=False),
        sa.Column("started_at", BIG, nullable=True),
        sa.Column("started_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", BIG, nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'bounced') = (bounce_event_id IS NOT NULL)",
            name=op.f("ck_payout_bounced_when_returned"),
        ),
        sa.CheckConstraint(
            "(state IN ('held', 'started')) = (final_event_id IS NULL)",
            name=op.f("ck_payout_final_when_done"),
        ),
        sa.CheckConstraint("method IN ('bank', 'paypal')", name=op.f("ck_payout_method_known")),
        sa.CheckConstraint(
            "state IN ('bounced', 'held', 'refused', 'sent', 'started', 'withdrawn')",
            name=op.f("ck_payout_state_known"),
        ),
        sa.CheckConstraint(
            "state IN ('held', 'started') OR details IS NULL",
            name=op.f("ck_payout_details_erased_when_done"),
        ),
        sa.CheckConstraint("amount > fee", name=op.f("ck_payout_something_is_left")),
        sa.CheckConstraint(
            "details_erased_at IS NULL OR details IS NULL",
            name=op.f("ck_payout_erased_means_gone"),
        ),
        sa.CheckConstraint("fee >= 0", name=op.f("ck_payout_fee_not_negative")),
        sa.ForeignKeyConstraint(
            ["bounce_event_id"], ["ledger_event.id"], name=op.f("fk_payout_bounce_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["person.id"], name=op.f("fk_payout_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["final_event_id"], ["ledger_event.id"], name=op.f("fk_payout_final_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["hold_event_id"], ["ledger_event.id"], name=op.f("fk_payout_hold_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint("bounce_event_id", name=op.f("uq_payout_bounce_event_id")),
        sa.UniqueConstraint("final_event_id", name=op.f("uq_payout_final_event_id")),
        sa.UniqueConstraint("hold_event_id", name=op.f("uq_payout_hold_event_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payout_reference")),
        sqlite_strict=True,
    )
    op.create_index("ix_payout_customer_id", "payout", ["customer_id"], unique=False)
    op.create_index(
        "ix_payout_waiting",
        "payout",
        ["due_on"],
        unique=False,
        sqlite_where=sa.text("state IN ('held', 'started')"),
        postgresql_where=sa.text("state IN ('held', 'started')"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("leg", BIG, nullable=False),
        sa.Column("debit_id", BIG, nullable=False),
        sa.Column("credit_id", BIG, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.CheckConstraint(
            "amount BETWEEN 1 AND 1000000000000", name=op.f("ck_transfer_amount_in_range")
        ),
        sa.CheckConstraint("debit_id <> credit_id", name=op.f("ck_transfer_two_accounts")),
        sa.CheckConstraint("leg >= 1", name=op.f("ck_transfer_leg_counted")),
        sa.ForeignKeyConstraint(
            ["credit_id", "currency"],
            ["account.id", "account.currency"],
            name=op.f("fk_transfer_credit_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["debit_id", "currency"],
            ["account.id", "account.currency"],
            name=op.f("fk_transfer_debit_id_currency"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ledger_event.id"], name=op.f("fk_transfer_event_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("event_id", "leg", name=op.f("uq_transfer_event_id_leg")),
        sqlite_strict=True,
    )
    op.create_index("ix_transfer_credit_id", "transfer", ["credit_id"], unique=False)
    op.create_index("ix_transfer_debit_id", "transfer", ["debit_id"], unique=False)
    op.create_table(
        "bill",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("paid", BIG, server_default="0", nullable=False),
        sa.Column("shipping", BIG, nullable=True),
        sa.Column("fee", BIG, nullable=True),
        sa.Column("rate", sa.Text(), server_default="", nullable=False),
        sa.Column("methods", sa.Text(), server_default="[]", nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("extra", BIG, nullable=True),
        sa.Column("extra_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("issued_at", BIG, nullable=False),
        sa.CheckConstraint("kind IN ('first', 'second')", name=op.f("ck_bill_kind_known")),
        sa.CheckConstraint("state IN ('open', 'paid', 'void')", name=op.f("ck_bill_state_known")),
        sa.CheckConstraint("total >= 0 AND paid >= 0", name=op.f("ck_bill_amounts_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_bill_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bill")),
        sa.UniqueConstraint(
            "order_id", "kind", "version", name=op.f("uq_bill_order_id_kind_version")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "history",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), server_default="", nullable=False),
        sa.Column("after", sa.Text(), server_default="", nullable=False),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_history_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sqlite_strict=True,
    )
    op.create_index("ix_history_order_id", "history", ["order_id", "id"], unique=False)
    op.create_table(
        "inquiry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("last_at", BIG, nullable=False),
        sa.Column("taken_by", sa.Text(), server_default="", nullable=False),
        sa.Column("topic_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["person.id"], name=op.f("fk_inquiry_customer_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_inquiry_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inquiry")),
        sqlite_strict=True,
    )
    op.create_index("ix_inquiry_customer_id", "inquiry", ["customer_id", "last_at"], unique=False)
    op.create_index(
        "ix_inquiry_topic_id",
        "inquiry",
        ["topic_id"],
        unique=False,
        sqlite_where=sa.text("topic_id IS NOT NULL"),
        postgresql_where=sa.text("topic_id IS NOT NULL"),
    )
    op.create_table(
        "left_topic",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("agency_id", BIG, nullable=True),
        sa.Column("topic_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_left_topic_agency_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_left_topic_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_topic")),
        sqlite_strict=True,
    )
    op.create_index("ix_left_topic_order_id", "left_topic", ["order_id"], unique=False)
    op.create_index("ix_left_topic_topic_id", "left_topic", ["topic_id"], unique=False)
    op.create_table(
        "line",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("no", BIG, autoincrement=False, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("photo", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_price", BIG, nullable=True),
        sa.Column("shop_price", BIG, nullable=True),
        sa.Column("shop_currency", sa.Text(), nullable=True),
        sa.Column("bought_price", BIG, nullable=True),
        sa.Column("asked_price", BIG, nullable=True),
        sa.Column("agreed_price", BIG, nullable=True),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("asked_text", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", BIG, nullable=True),
        sa.Column("wanted", BIG, nullable=True),
        sa.Column("bought_at", BIG, nullable=True),
        sa.Column("arrived", BIG, server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "question IN ('price', 'variant', 'short', 'wrong', 'damaged', 'sold_out', 'split')",
            name=op.f("ck_line_question_known"),
        ),
        sa.CheckConstraint(
            "state IN ('requested', 'quoted', 'rejected', 'to_buy', 'bought', 'arrived', 'shipped', 'cancelled')",
            name=op.f("ck_line_state_known"),
        ),
        sa.CheckConstraint(
            "arrived >= 0 AND arrived <= quantity", name=op.f("ck_line_arrived_of_quantity")
        ),
        sa.CheckConstraint(
            "quantity >= 0 AND quantity <= 999", name=op.f("ck_line_quantity_in_range")
        ),
        sa.CheckConstraint(
            "unit_price IS NULL OR unit_price >= 0", name=op.f("ck_line_price_not_negative")
        ),
        sa.CheckConstraint(
            "wanted >= 0 AND wanted < quantity", name=op.f("ck_line_wanted_is_fewer")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_line_order_id")),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_line")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_line_question",
        "line",
        ["asked_at"],
        unique=False,
        sqlite_where=sa.text("question IS NOT NULL"),
        postgresql_where=sa.text("question IS NOT NULL"),
    )
    op.create_index(
        "ix_line_wanted",
        "line",
        ["order_id"],
        unique=False,
        sqlite_where=sa.text("wanted IS NOT NULL"),
        postgresql_where=sa.text("wanted IS NOT NULL"),
    )
    op.create_table(
        "parcel",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("no", BIG, autoincrement=False, nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("tracking", sa.Text(), nullable=False),
        sa.Column("shipped_at", BIG, nullable=False),
        sa.Column("arrived_at", BIG, nullable=True),
        sa.Column("returned_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_parcel_order_id")),
        sa.PrimaryKeyConstraint("order_id", "no", name=op.f("pk_parcel")),
        sqlite_strict=True,
    )
    op.create_index("ix_parcel_tracking", "parcel", ["tracking"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("essence", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_name", sa.Text(), nullable=False),
        sa.Column("proposed_at", BIG, nullable=False),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("closed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("closed_name", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(outcome = '') = (closed_at IS NULL)", name=op.f("ck_proposal_outcome_when_closed")
        ),
        sa.CheckConstraint(
            "outcome <> 'done' OR closed_by <> proposed_by",
            name=op.f("ck_proposal_done_by_another"),
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'done', 'replaced', 'lapsed')", name=op.f("ck_proposal_outcome_known")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_proposal_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sqlite_strict=True,
    )
    op.create_index("ix_proposal_subject", "proposal", ["subject", "closed_at"], unique=False)
    op.create_index(
        "uq_proposal_open",
        "proposal",
        ["subject"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "warning",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("handed_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_warning_order_id")),
        sa.PrimaryKeyConstraint("order_id", "key", name=op.f("pk_warning")),
        sqlite_strict=True,
    )
    op.create_table(
        "note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("inquiry_id", BIG, nullable=True),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("message", BIG, nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("media", sa.Text(), server_default="", nullable=False),
        sa.Column("file", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="", nullable=False),
        sa.Column("album", sa.Text(), server_default="", nullable=False),
        sa.Column("shows", sa.Text(), server_default="", nullable=False),
        sa.Column("answers", BIG, nullable=True),
        sa.Column("due_at", BIG, nullable=False),
        sa.Column("version", BIG, server_default="1", nullable=False),
        sa.Column("delivered_at", BIG, nullable=True),
        sa.Column("delivered_in", BIG, nullable=True),
        sa.Column("delivered_as", BIG, nullable=True),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.Column("told_at", BIG, nullable=True),
        sa.CheckConstraint(
            "direction IN ('to_agency', 'to_customer')", name=op.f("ck_note_direction_known")
        ),
        sa.CheckConstraint(
            "(order_id IS NULL) <> (inquiry_id IS NULL)", name=op.f("ck_note_of_one_thread")
        ),
        sa.ForeignKeyConstraint(["answers"], ["note.id"], name=op.f("fk_note_answers")),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiry.id"], name=op.f("fk_note_inquiry_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_note_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sqlite_strict=True,
    )
    op.create_index("ix_note_author_id", "note", ["author_id", "at"], unique=False)
    op.create_index("ix_note_delivered_as", "note", ["delivered_as", "delivered_in"], unique=False)
    op.create_index("ix_note_inquiry_id", "note", ["inquiry_id", "id"], unique=False)
    op.create_index("ix_note_message", "note", ["message", "chat"], unique=False)
    op.create_index("ix_note_order_id", "note", ["order_id", "id"], unique=False)
    op.create_index(
        "ix_note_waiting",
        "note",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL AND told_at IS NULL AND trouble = ''"),
        postgresql_where=sa.text("delivered_at IS NULL AND told_at IS NULL AND trouble = ''"),
    )
    op.create_table(
        "payment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("bill_id", BIG, nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("claimed", BIG, nullable=False),
        sa.Column("received", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("transferred_on", sa.Text(), nullable=True),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("receipt", sa.Text(), server_default="", nullable=False),
        sa.Column("bank_ref", sa.Text(), nullable=True),
        sa.Column("paypal_order", sa.Text(), nullable=True),
        sa.Column("paypal_capture", sa.Text(), nullable=True),
        sa.Column("paypal_request", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("reported_at", BIG, nullable=False),
        sa.Column("decided_at", BIG, nullable=True),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.CheckConstraint(
            "(purpose = 'bill') = (order_id IS NOT NULL)", name=op.f("ck_payment_bill_has_order")
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'reversed')) = (event_id IS NOT NULL AND received IS NOT NULL)",
            name=op.f("ck_payment_money_only_if_confirmed"),
        ),
        sa.CheckConstraint(
            "NOT (state IN ('confirmed', 'reversed')) OR method = 'deposit' OR (method = 'bank' AND bank_ref IS NOT NULL) OR (method = 'paypal' AND paypal_capture IS NOT NULL)",
            name=op.f("ck_payment_money_has_a_source"),
        ),
        sa.CheckConstraint(
            "method IN ('bank', 'deposit', 'paypal')", name=op.f("ck_payment_method_known")
        ),
        sa.CheckConstraint(
            "purpose = 'bill' OR bill_id IS NULL", name=op.f("ck_payment_payin_has_no_bill")
        ),
        sa.CheckConstraint("purpose IN ('bill', 'payin')", name=op.f("ck_payment_purpose_known")),
        sa.CheckConstraint(
            "state IN ('approved', 'confirmed', 'created', 'expired', 'pending', 'refused', 'reported', 'reversed', 'withdrawn')",
            name=op.f("ck_payment_state_known"),
        ),
        sa.CheckConstraint("claimed > 0", name=op.f("ck_payment_claimed_something")),
        sa.CheckConstraint(
            "received IS NULL OR received > 0", name=op.f("ck_payment_received_something")
        ),
        sa.ForeignKeyConstraint(["bill_id"], ["bill.id"], name=op.f("fk_payment_bill_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["person.id"], name=op.f("fk_payment_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ledger_event.id"], name=op.f("fk_payment_event_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("event_id", name=op.f("uq_payment_event_id")),
        sa.UniqueConstraint("paypal_capture", name=op.f("uq_payment_paypal_capture")),
        sa.UniqueConstraint("paypal_order", name=op.f("uq_payment_paypal_order")),
        sa.UniqueConstraint("paypal_request", name=op.f("uq_payment_paypal_request")),
        sqlite_strict=True,
    )
    op.create_index("ix_payment_customer_id", "payment", ["customer_id"], unique=False)
    op.create_index("ix_payment_order_id", "payment", ["order_id"], unique=False)
    op.create_index(
        "ix_payment_reported",
        "payment",
        ["reported_at"],
        unique=False,
        sqlite_where=sa.text("state = 'reported'"),
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.create_index(
        "uq_payment_bank_ref",
        "payment",
        ["bank_ref"],
        unique=True,
        sqlite_where=sa.text("state != 'reversed'"),
        postgresql_where=sa.text("state != 'reversed'"),
    )
    op.create_index(
        "uq_payment_open_report",
        "payment",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'reported'"),
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.create_table(
        "unanswered",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("inquiry_id", BIG, nullable=True),
        sa.Column("since", BIG, nullable=False),
        sa.Column("ring_at", BIG, nullable=True),
        sa.Column("rung", BIG, server_default="0", nullable=False),
        sa.CheckConstraint(
            "(order_id IS NULL) <> (inquiry_id IS NULL)", name=op.f("ck_unanswered_of_one_thread")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["inquiry.id"], name=op.f("fk_unanswered_inquiry_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_unanswered_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered")),
        sa.UniqueConstraint("inquiry_id", name=op.f("uq_unanswered_inquiry_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_unanswered_order_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_unanswered_ring_at",
        "unanswered",
        ["ring_at"],
        unique=False,
        sqlite_where=sa.text("ring_at IS NOT NULL"),
        postgresql_where=sa.text("ring_at IS NOT NULL"),
    )
    op.create_table(
        "bank_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("paid_on", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("imported_at", BIG, nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("payment_id", BIG, nullable=True),
        sa.CheckConstraint(
            "why IS NULL OR why IN ('code', 'sender')", name=op.f("ck_bank_line_why_known")
        ),
        sa.CheckConstraint(
            "(why IS NULL) = (customer_id IS NULL)", name=op.f("ck_bank_line_guess_has_customer")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bank_line_something_arrived")),
        sa.CheckConstraint(
            "why IS NOT NULL OR (order_id IS NULL AND payment_id IS NULL)",
            name=op.f("ck_bank_line_guess_has_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["person.id"], name=op.f("fk_bank_line_customer_id")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_bank_line_order_id")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_bank_line_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("key", name=op.f("uq_bank_line_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "note_part",
        sa.Column("note_id", BIG, autoincrement=False, nullable=False),
        sa.Column("no", BIG, autoincrement=False, nullable=False),
        sa.Column("message", BIG, nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("delivered_in", BIG, nullable=True),
        sa.Column("delivered_as", BIG, nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_part_note_id")),
        sa.PrimaryKeyConstraint("note_id", "no", name=op.f("pk_note_part")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_note_part_delivered_as", "note_part", ["delivered_as", "delivered_in"], unique=False
    )
    op.create_index("ix_note_part_message", "note_part", ["message"], unique=False)
    op.create_table(
        "note_version",
        sa.Column("note_id", BIG, autoincrement=False, nullable=False),
        sa.Column("version", BIG, autoincrement=False, nullable=False),
        sa.Column("part", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_version_note_id")),
        sa.PrimaryKeyConstraint("note_id", "version", name=op.f("pk_note_version")),
        sqlite_strict=True,
    )
    op.create_table(
        "paypal_dispute",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'won', 'lost')", name=op.f("ck_paypal_dispute_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_paypal_dispute_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paypal_dispute")),
        sqlite_strict=True,
    )
    op.create_index("ix_paypal_dispute_payment_id", "paypal_dispute", ["payment_id"], unique=False)
    op.create_table(
        "paypal_return",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_paypal_return_something_went_back")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["ledger_event.id"], name=op.f("fk_paypal_return_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_paypal_return_payment_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paypal_return")),
        sa.UniqueConstraint("event_id", name=op.f("uq_paypal_return_event_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_paypal_return_payment_id", "paypal_return", ["payment_id"], unique=False)
    op.create_table(
        "paypal_task",
        sa.Column("payment_id", BIG, autoincrement=False, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.Column("due_at", BIG, nullable=True),
        sa.Column("asked_at", BIG, nullable=True),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_paypal_task_payment_id")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_paypal_task")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_paypal_task_due_at",
        "paypal_task",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    connection = op.get_bind()
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    op.drop_index(
        "ix_paypal_task_due_at",
        table_name="paypal_task",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("paypal_task")
    op.drop_index("ix_paypal_return_payment_id", table_name="paypal_return")
    op.drop_table("paypal_return")
    op.drop_index("ix_paypal_dispute_payment_id", table_name="paypal_dispute")
    op.drop_table("paypal_dispute")
    op.drop_table("note_version")
    op.drop_index("ix_note_part_message", table_name="note_part")
    op.drop_index("ix_note_part_delivered_as", table_name="note_part")
    op.drop_table("note_part")
    op.drop_table("bank_line")
    op.drop_index(
        "ix_unanswered_ring_at",
        table_name="unanswered",
        sqlite_where=sa.text("ring_at IS NOT NULL"),
        postgresql_where=sa.text("ring_at IS NOT NULL"),
    )
    op.drop_table("unanswered")
    op.drop_index(
        "uq_payment_open_report",
        table_name="payment",
        sqlite_where=sa.text("state = 'reported'"),
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.drop_index(
        "uq_payment_bank_ref",
        table_name="payment",
        sqlite_where=sa.text("state != 'reversed'"),
        postgresql_where=sa.text("state != 'reversed'"),
    )
    op.drop_index(
        "ix_payment_reported",
        table_name="payment",
        sqlite_where=sa.text("state = 'reported'"),
        postgresql_where=sa.text("state = 'reported'"),
    )
    op.drop_index("ix_payment_order_id", table_name="payment")
    op.drop_index("ix_payment_customer_id", table_name="payment")
    op.drop_table("payment")
    op.drop_index(
        "ix_note_waiting",
        table_name="note",
        sqlite_where=sa.text("delivered_at IS NULL AND told_at IS NULL AND trouble = ''"),
        postgresql_where=sa.text("delivered_at IS NULL AND told_at IS NULL AND trouble = ''"),
    )
    op.drop_index("ix_note_order_id", table_name="note")
    op.drop_index("ix_note_message", table_name="note")
    op.drop_index("ix_note_inquiry_id", table_name="note")
    op.drop_index("ix_note_delivered_as", table_name="note")
    op.drop_index("ix_note_author_id", table_name="note")
    op.drop_table("note")
    op.drop_table("warning")
    op.drop_index(
        "uq_proposal_open",
        table_name="proposal",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index("ix_proposal_subject", table_name="proposal")
    op.drop_table("proposal")
    op.drop_index("ix_parcel_tracking", table_name="parcel")
    op.drop_table("parcel")
    op.drop_index(
        "ix_line_wanted",
        table_name="line",
        sqlite_where=sa.text("wanted IS NOT NULL"),
        postgresql_where=sa.text("wanted IS NOT NULL"),
    )
    op.drop_index(
        "ix_line_question",
        table_name="line",
        sqlite_where=sa.text("question IS NOT NULL"),
        postgresql_where=sa.text("question IS NOT NULL"),
    )
    op.drop_table("line")
    op.drop_index("ix_left_topic_topic_id", table_name="left_topic")
    op.drop_index("ix_left_topic_order_id", table_name="left_topic")
    op.drop_table("left_topic")
    op.drop_index(
        "ix_inquiry_topic_id",
        table_name="inquiry",
        sqlite_where=sa.text("topic_id IS NOT NULL"),
        postgresql_where=sa.text("topic_id IS NOT NULL"),
    )
    op.drop_index("ix_inquiry_customer_id", table_name="inquiry")
    op.drop_table("inquiry")
    op.drop_index("ix_history_order_id", table_name="history")
    op.drop_table("history")
    op.drop_table("bill")
    op.drop_index("ix_transfer_debit_id", table_name="transfer")
    op.drop_index("ix_transfer_credit_id", table_name="transfer")
    op.drop_table("transfer")
    op.drop_index(
        "ix_payout_waiting",
        table_name="payout",
        sqlite_where=sa.text("state IN ('held', 'started')"),
        postgresql_where=sa.text("state IN ('held', 'started')"),
    )
    op.drop_index("ix_payout_customer_id", table_name="payout")
    op.drop_table("payout")
    op.drop_index(
        "ix_orders_wake_at",
        table_name="orders",
        sqlite_where=sa.text("wake_at IS NOT NULL"),
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_orders_topic_id",
        table_name="orders",
        sqlite_where=sa.text("topic_id IS NOT NULL"),
        postgresql_where=sa.text("topic_id IS NOT NULL"),
    )
    op.drop_index("ix_orders_stage", table_name="orders")
    op.drop_index(
        "ix_orders_overdue",
        table_name="orders",
        sqlite_where=sa.text("due_at IS NOT NULL AND frozen_at IS NULL AND flags = ''"),
        postgresql_where=sa.text("due_at IS NOT NULL AND frozen_at IS NULL AND flags = ''"),
    )
    op.drop_index(
        "ix_orders_linked_to",
        table_name="orders",
        sqlite_where=sa.text("linked_to IS NOT NULL"),
        postgresql_where=sa.text("linked_to IS NOT NULL"),
    )
    op.drop_index(
        "ix_orders_flags",
        table_name="orders",
        sqlite_where=sa.text("flags != ''"),
        postgresql_where=sa.text("flags != ''"),
    )
    op.drop_index("ix_orders_customer_id", table_name="orders")
    op.drop_table("orders")
    op.drop_table("place")
    op.drop_table("person")
    op.drop_index(
        "ix_paypal_event_waiting",
        table_name="paypal_event",
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index(
        "ix_paypal_event_done",
        table_name="paypal_event",
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.drop_table("paypal_event")
    op.drop_index(
        "ix_outbox_waiting",
        table_name="outbox",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_index(
        "ix_outbox_settled",
        table_name="outbox",
        sqlite_where=sa.text("settled_at IS NOT NULL"),
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_outbox_due_at",
        table_name="outbox",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_table("mark")
    op.drop_index("ix_ledger_event_order_id", table_name="ledger_event")
    op.drop_table("ledger_event")
    op.drop_table("lane")
    op.drop_index(
        "ix_inbox_waiting_lane",
        table_name="inbox",
        sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.drop_index(
        "ix_inbox_waiting",
        table_name="inbox",
        sqlite_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND parked_at IS NULL"),
    )
    op.drop_index(
        "ix_inbox_parked",
        table_name="inbox",
        sqlite_where=sa.text("parked_at IS NOT NULL"),
        postgresql_where=sa.text("parked_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_inbox_done",
        table_name="inbox",
        sqlite_where=sa.text("done_at IS NOT NULL"),
        postgresql_where=sa.text("done_at IS NOT NULL"),
    )
    op.drop_table("inbox")
    op.drop_index(
        "ix_conversation_expires_at",
        table_name="conversation",
        sqlite_where=sa.text("expires_at IS NOT NULL"),
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.drop_table("conversation")
    op.drop_table("canned")
    op.drop_table("agency")
    op.drop_index("ix_account_order_id", table_name="account")
    op.drop_index("ix_account_customer_id", table_name="account")
    op.drop_table("account")
    connection = op.get_bind()
    for function in FUNCTIONS[connection.dialect.name]:
        connection.exec_driver_sql(f"DROP FUNCTION {function}()")


TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER ledger_event_no_update BEFORE UPDATE ON ledger_event BEGIN SELECT RAISE(ABORT, 'events are written once'); END",
        "CREATE TRIGGER ledger_event_no_delete BEFORE DELETE ON ledger_event BEGIN SELECT RAISE(ABORT, 'events are written once'); END",
        "CREATE TRIGGER ledger_event_no_replace BEFORE INSERT ON ledger_event WHEN EXISTS (SELECT 1 FROM ledger_event WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'events are written once'); END",
        "CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer BEGIN SELECT RAISE(ABORT, 'transfers are written once'); END",
        "CREATE TRIGGER transfer_no_delete BEFORE DELETE ON transfer BEGIN SELECT RAISE(ABORT, 'transfers are written once'); END",
        "CREATE TRIGGER transfer_no_replace BEFORE INSERT ON transfer WHEN EXISTS (SELECT 1 FROM transfer WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, 'transfers are written once'); END",
        """CREATE TRIGGER ledger_event_no_second BEFORE INSERT ON ledger_event
  WHEN EXISTS (SELECT 1 FROM ledger_event WHERE key = NEW.key)
  BEGIN SELECT RAISE(ABORT, 'each key is taken once'); END""",
        """CREATE TRIGGER transfer_leg_open BEFORE INSERT ON transfer
  WHEN NEW.leg > (SELECT legs FROM ledger_event WHERE id = NEW.event_id)
  BEGIN SELECT RAISE(ABORT, 'the event has all its legs'); END""",
        """CREATE TRIGGER transfer_posts AFTER INSERT ON transfer BEGIN
    UPDATE account SET debits = debits + NEW.amount, last_transfer_id = NEW.id
      WHERE id = NEW.debit_id;
    UPDATE account SET credits = credits + NEW.amount, last_transfer_id = NEW.id
      WHERE id = NEW.credit_id; END""",
        "CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'accounts are kept'); END",
        """CREATE TRIGGER account_starts_empty BEFORE INSERT ON account
  WHEN NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.last_transfer_id <> 0
    OR EXISTS (SELECT 1 FROM account WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM account WHERE code = NEW.code AND currency = NEW.currency)
  BEGIN SELECT RAISE(ABORT, 'accounts start empty'); END""",
        """CREATE TRIGGER account_fixed BEFORE UPDATE OF
    id, code, currency, side, guarded, customer_id, order_id ON account
  BEGIN SELECT RAISE(ABORT, 'an account stays what it is'); END""",
        """CREATE TRIGGER account_moved BEFORE UPDATE OF debits, credits, last_transfer_id ON account
  WHEN NEW.last_transfer_id <= OLD.last_transfer_id OR NOT EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.last_transfer_id
    AND ((t.debit_id = OLD.id AND NEW.debits = OLD.debits + t.amount AND NEW.credits = OLD.credits)
      OR (t.credit_id = OLD.id AND NEW.credits = OLD.credits + t.amount
          AND NEW.debits = OLD.debits)))
  BEGIN SELECT RAISE(ABORT, 'balances move by transfers'); END""",
    ),
    "postgresql": (
        """CREATE FUNCTION ledger_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'events are written once';
END $$""",
        "CREATE TRIGGER ledger_event_kept BEFORE UPDATE OR DELETE ON ledger_event FOR EACH ROW EXECUTE FUNCTION ledger_event_kept()",
        "CREATE TRIGGER ledger_event_no_truncate BEFORE TRUNCATE ON ledger_event FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_kept()",
        """CREATE FUNCTION transfer_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'transfers are written once';
END $$""",
        "CREATE TRIGGER transfer_kept BEFORE UPDATE OR DELETE ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_kept()",
        "CREATE TRIGGER transfer_no_truncate BEFORE TRUNCATE ON transfer FOR EACH STATEMENT EXECUTE FUNCTION transfer_kept()",
        """CREATE FUNCTION account_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'accounts are kept';
END $$""",
        "CREATE TRIGGER account_kept BEFORE DELETE ON account FOR EACH ROW EXECUTE FUNCTION account_kept()",
        "CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION account_kept()",
        """CREATE FUNCTION transfer_leg_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.leg > (SELECT legs FROM ledger_event WHERE id = NEW.event_id) THEN
  RAISE EXCEPTION 'the event has all its legs';
END IF;
RETURN NEW;
END $$""",
        "CREATE TRIGGER transfer_leg_open BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_leg_open()",
        """CREATE FUNCTION transfer_posts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN

    UPDATE account SET debits = debits + NEW.amount, last_transfer_id = NEW.id
      WHERE id = NEW.debit_id;
    UPDATE account SET credits = credits + NEW.amount, last_transfer_id = NEW.id
      WHERE id = NEW.credit_id;
RETURN NULL;
END $$""",
        "CREATE TRIGGER transfer_posts AFTER INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION transfer_posts()",
        """CREATE FUNCTION account_starts_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.last_transfer_id <> 0 THEN
  RAISE EXCEPTION 'accounts start empty';
END IF;
RETURN NEW;
END $$""",
        "CREATE TRIGGER account_starts_empty BEFORE INSERT ON account FOR EACH ROW EXECUTE FUNCTION account_starts_empty()",
        """CREATE FUNCTION account_guarded() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (NEW.id, NEW.code, NEW.currency, NEW.side, NEW.guarded, NEW.customer_id, NEW.order_id)
  IS DISTINCT FROM (OLD.id, OLD.code, OLD.currency, OLD.side, OLD.guarded, OLD.customer_id, OLD.order_id)
THEN
  RAISE EXCEPTION 'an account stays what it is';
END IF;
IF NEW.last_transfer_id <= OLD.last_transfer_id OR NOT EXISTS (SELECT 1 FROM transfer t WHERE t.id = NEW.last_transfer_id
    AND ((t.debit_id = OLD.id AND NEW.debits = OLD.debits + t.amount AND NEW.credits = OLD.credits)
      OR (t.credit_id = OLD.id AND NEW.credits = OLD.credits + t.amount
          AND NEW.debits = OLD.debits)))
THEN
  RAISE EXCEPTION 'balances move by transfers';
END IF;
RETURN NEW;
END $$""",
        "CREATE TRIGGER account_guarded BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION account_guarded()",
        """CREATE FUNCTION ledger_event_complete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF (SELECT count(*) FROM transfer WHERE event_id = NEW.id) <> NEW.legs THEN
  RAISE EXCEPTION 'an event lacks legs';
END IF;
RETURN NULL;
END $$""",
        "CREATE CONSTRAINT TRIGGER ledger_event_complete AFTER INSERT ON ledger_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_event_complete()",
    ),
}

# SQLite drops a table's triggers with it; PostgreSQL keeps the functions they call.
FUNCTIONS = {
    "sqlite": (),
    "postgresql": (
        "ledger_event_kept",
        "transfer_kept",
        "account_kept",
        "transfer_leg_open",
        "transfer_posts",
        "account_starts_empty",
        "account_guarded",
        "ledger_event_complete",
    ),
}
