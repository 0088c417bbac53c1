"""Tables of what is said: inquiries, the parts of an album, what a message was before an edit."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Text

from storage.schema import Count, Id, Moment, partial_index, strict_table

# A question that belongs to no order, or to one that takes no messages any more.
inquiry = strict_table(
    "inquiry",
    Column("id", Id, primary_key=True),
    Column("customer_id", Id, ForeignKey("person.id"), nullable=False),
    Column("order_id", Id, ForeignKey("orders.id")),
    Column("opened_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("taken_by", Text, nullable=False, server_default=""),
    Column("topic_id", Id),
)
Index("ix_inquiry_customer_id", inquiry.c.customer_id, inquiry.c.last_at)
partial_index("ix_inquiry_topic_id", inquiry.c.topic_id, where=inquiry.c.topic_id.is_not(None))

note_part = strict_table(
    "note_part",
    Column("note_id", Id, ForeignKey("note.id"), primary_key=True, autoincrement=False),
    Column("no", Count, primary_key=True, autoincrement=False),
    Column("message", Id, nullable=False),
    Column("text", Text, nullable=False, server_default=""),
    Column("media", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("delivered_in", Id),
    Column("delivered_as", Id),
)

# What a message, or a part of it, said before it was edited.
note_version = strict_table(
    "note_version",
    Column("note_id", Id, ForeignKey("note.id"), primary_key=True, autoincrement=False),
    Column("version", Count, primary_key=True, autoincrement=False),
    Column("part", Count, nullable=False),
    Column("until", Moment, nullable=False),
    Column("text", Text, nullable=False),
    Column("media", Text, nullable=False),
    Column("file", Text, nullable=False),
)
Index("ix_note_part_message", note_part.c.message)
Index("ix_note_part_delivered_as", note_part.c.delivered_as, note_part.c.delivered_in)
