"""Tables of people and of orders: lines, bills, parcels, messages, history."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint

from domain.bills import BillKind, BillState
from domain.orders import LineState, Preference, Question, SoldOut, Stage
from storage.schema import Amount, Count, Id, Json, Moment, partial_index, strict_table


def _one_of(column: str, words: type) -> str:
    listed = ", ".join(f"'{word.value}'" for word in words)  # type: ignore[attr-defined]
    return f"{column} IN ({listed})"


person = strict_table(
    "person",
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("username", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="en"),
    Column("timezone", Text, nullable=False, server_default=""),  # empty: the agency's
    Column("blocked", Count, nullable=False, server_default="0"),
    # Who of the staff lets them pay out before they have used the service.
    Column("payouts_allowed_by", Text, nullable=False, server_default=""),
    # Their messages are kept, and not carried; whether they have heard so.
    Column("muted_at", Moment),
    Column("muted_told", Count, nullable=False, server_default="0"),
    Column("met_at", Moment, nullable=False),
    Column("data_had_at", Moment),  # when they had a file of all their data
    Column("erased_at", Moment),  # they deleted their account, and have not come again
)

orders = strict_table(
    "orders",
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, ForeignKey("person.id"), nullable=False),
    Column("agency_id", Id, ForeignKey("agency.id")),  # empty: that of the settings
    Column("stage", Text, nullable=False),
    Column("version", Count, nullable=False),
    Column("currency", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("preference", Text, nullable=False),
    Column("sold_out", Text, nullable=False),
    Column("tolerance_percent", Count, nullable=False),
    Column("flags", Text, nullable=False, server_default=""),  # comma separated, sorted
    Column("adjustment", Amount, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("applied_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("due_from", Moment),
    Column("frozen_at", Moment),
    Column("waits_since", Moment),
    Column("wake_at", Moment),  # when a clock has something to do here; empty: none
    Column("reminded", Json, nullable=False, server_default="[]"),
    Column("earlier_shipping", Amount, nullable=False, server_default="0"),
    Column("linked_to", Id, ForeignKey("orders.id")),
    Column("taken_by", Text, nullable=False, server_default=""),
    Column("arrived_at", Moment),
    Column("packed_at", Moment),
    Column("shipped_at", Moment),
    Column("completed_at", Moment),
    Column("cancelled_at", Moment),
    Column("topic_id", Id),
    Column("topic_card_id", Id),
    CheckConstraint(_one_of("stage", Stage), name="stage_known"),
    CheckConstraint(_one_of("preference", Preference), name="preference_known"),
    CheckConstraint(_one_of("sold_out", SoldOut), name="sold_out_known"),
    CheckConstraint("tolerance_percent BETWEEN 0 AND 100", name="tolerance_is_percent"),
    CheckConstraint(
        "(stage = 'COMPLETED') = (completed_at IS NOT NULL)", name="completed_has_moment"
    ),
    CheckConstraint(
        "(stage = 'CANCELLED') = (cancelled_at IS NOT NULL)", name="cancelled_has_moment"
    ),
)
Index("ix_orders_customer_id", orders.c.customer_id, orders.c.id)
# What waits for staff: a stage's orders, the longest waiting first.
Index("ix_orders_stage", orders.c.stage, orders.c.waits_since)
partial_index("ix_orders_flags", orders.c.id, where=orders.c.flags != "")
# What ends soon, for the digest.
partial_index(
    "ix_orders_overdue",
    orders.c.due_at,
    where=orders.c.due_at.is_not(None) & orders.c.frozen_at.is_(None) & (orders.c.flags == ""),
)
# The clocks look only at those they have something to do for.
partial_index("ix_orders_wake_at", orders.c.wake_at, where=orders.c.wake_at.is_not(None))
partial_index("ix_orders_linked_to", orders.c.linked_to, where=orders.c.linked_to.is_not(None))
partial_index("ix_orders_topic_id", orders.c.topic_id, where=orders.c.topic_id.is_not(None))

line = strict_table(
    "line",
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("no", Count, primary_key=True, autoincrement=False),
    Column("description", Text, nullable=False),
    Column("quantity", Count, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("photo", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("unit_price", Amount),
    Column("shop_price", Amount),
    Column("shop_currency", Text),
    Column("bought_price", Amount),
    Column("asked_price", Amount),
    Column("agreed_price", Amount),
    Column("question", Text),
    Column("asked_text", Text, nullable=False, server_default=""),
    Column("asked_at", Moment),
    Column("wanted", Count),
    Column("bought_at", Moment),
    Column("arrived", Count, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint(_one_of("state", LineState), name="state_known"),
    CheckConstraint("quantity >= 0 AND quantity <= 999", name="quantity_in_range"),
    CheckConstraint("arrived >= 0 AND arrived <= quantity", name="arrived_of_quantity"),
    CheckConstraint("wanted >= 0 AND wanted < quantity", name="wanted_is_fewer"),
    CheckConstraint(_one_of("question", Question), name="question_known"),
    CheckConstraint("unit_price IS NULL OR unit_price >= 0", name="price_not_negative"),
)

partial_index("ix_line_question", line.c.asked_at, where=line.c.question.is_not(None))
partial_index("ix_line_wanted", line.c.order_id, where=line.c.wanted.is_not(None))

bill = strict_table(
    "bill",
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Count, nullable=False),
    Column("state", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("total", Amount, nullable=False),
    Column("paid", Amount, nullable=False, server_default="0"),
    Column("shipping", Amount),
    Column("fee", Amount),
    Column("rate", Text, nullable=False, server_default=""),
    Column("methods", Json, nullable=False, server_default="[]"),
    Column("method", Text, nullable=False, server_default=""),
    Column("extra", Amount),
    Column("extra_reason", Text, nullable=False, server_default=""),
    Column("issued_at", Moment, nullable=False),
    UniqueConstraint("order_id", "kind", "version"),
    CheckConstraint(_one_of("kind", BillKind), name="kind_known"),
    CheckConstraint(_one_of("state", BillState), name="state_known"),
    CheckConstraint("total >= 0 AND paid >= 0", name="amounts_not_negative"),
)

parcel = strict_table(
    "parcel",
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("no", Count, primary_key=True, autoincrement=False),
    Column("carrier", Text, nullable=False),
    Column("tracking", Text, nullable=False),
    Column("shipped_at", Moment, nullable=False),
    Column("arrived_at", Moment),
    Column("returned_at", Moment),
)

Index("ix_parcel_tracking", parcel.c.tracking)

# What a clock said about an order, and when Telegram took it: nothing bites unannounced.
warning = strict_table(
    "warning",
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("key", Text, primary_key=True),
    Column("handed_at", Moment, nullable=False),
)

note = strict_table(
    "note",
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id")),  # empty: of an inquiry
    Column("inquiry_id", Id, ForeignKey("inquiry.id")),
    Column("direction", Text, nullable=False),
    Column("author_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    Column("chat", Id, nullable=False),
    Column("message", Id, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("media", Text, nullable=False, server_default=""),
    Column("file", Text, nullable=False, server_default=""),
    Column("data", Text, nullable=False, server_default=""),  # a place, a contact
    Column("album", Text, nullable=False, server_default=""),
    Column("shows", Text, nullable=False, server_default=""),  # which picture of a problem
    Column("answers", Id, ForeignKey("note.id")),
    Column("due_at", Moment, nullable=False),  # when it could be carried
    Column("version", Count, nullable=False, server_default="1"),
    Column("delivered_at", Moment),
    Column("delivered_in", Id),
    Column("delivered_as", Id),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("told_at", Moment),  # when its author heard that it is held up
    CheckConstraint("direction IN ('to_agency', 'to_customer')", name="direction_known"),
    CheckConstraint("(order_id IS NULL) <> (inquiry_id IS NULL)", name="of_one_thread"),
)
Index("ix_note_order_id", note.c.order_id, note.c.id)
partial_index(
    "ix_note_waiting",
    note.c.due_at,
    where=note.c.delivered_at.is_(None) & note.c.told_at.is_(None) & (note.c.trouble == ""),
)
Index("ix_note_inquiry_id", note.c.inquiry_id, note.c.id)
Index("ix_note_message", note.c.message, note.c.chat)
Index("ix_note_delivered_as", note.c.delivered_as, note.c.delivered_in)
Index("ix_note_author_id", note.c.author_id, note.c.at)

# Customers who wrote and have no answer yet: since when, and when it rings.
unanswered = strict_table(
    "unanswered",
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), unique=True),
    Column("inquiry_id", Id, ForeignKey("inquiry.id"), unique=True),
    Column("since", Moment, nullable=False),
    Column("ring_at", Moment),  # empty: it has rung everywhere
    Column("rung", Count, nullable=False, server_default="0"),
    CheckConstraint("(order_id IS NULL) <> (inquiry_id IS NULL)", name="of_one_thread"),
)
partial_index(
    "ix_unanswered_ring_at", unanswered.c.ring_at, where=unanswered.c.ring_at.is_not(None)
)

# What staff say often, once a language, with places for an order's values.
canned = strict_table(
    "canned",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("name", "language"),
)

history = strict_table(
    "history",
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("version", Count, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("before", Text, nullable=False, server_default=""),
    Column("after", Text, nullable=False, server_default=""),
    Column("why", Text, nullable=False, server_default=""),
)
Index("ix_history_order_id", history.c.order_id, history.c.id)
