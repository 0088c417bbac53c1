"""Tables of agencies beside that of the settings, and of topics that their orders have left."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint

from storage.schema import Id, Moment, strict_table

agency = strict_table(
    "agency",
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    # Empty: as in the settings.
    Column("timezone", Text),
    Column("language", Text),
    Column("holidays", Text),
    Column("bank_account", Text),
    Column("currency_display", Text),
    # The code itself is nowhere but on the screen of whoever asked for it.
    Column("code_hash", Text, nullable=False),
    Column("code_until", Moment, nullable=False),
    Column("staff_chat", Id),
    Column("registered_at", Moment),
    Column("registered_by", Text, nullable=False, server_default=""),
    UniqueConstraint("name"),
    UniqueConstraint("staff_chat"),
    UniqueConstraint("code_hash"),
    CheckConstraint(
        "(staff_chat IS NULL) = (registered_at IS NULL)", name="registered_with_group"
    ),
)

# An order that was moved to another agency has left its topic: whoever writes there is told.
left_topic = strict_table(
    "left_topic",
    Column("id", Id, primary_key=True),
    Column("order_id", Id, ForeignKey("orders.id"), nullable=False),
    Column("agency_id", Id, ForeignKey("agency.id")),  # in whose group it is
    Column("topic_id", Id, nullable=False),
)
Index("ix_left_topic_topic_id", left_topic.c.topic_id)
Index("ix_left_topic_order_id", left_topic.c.order_id)
