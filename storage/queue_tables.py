"""Tables of what comes in, what goes out, and where people are in the middle of something."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Text

from storage.schema import Count, Id, Json, Moment, partial_index, strict_table

# A chat. Whoever works its updates holds its row: one at a time in a chat, many chats at once.
lane = strict_table("lane", Column("id", Id, primary_key=True, autoincrement=False))

inbox = strict_table(
    "inbox",
    Column("update_id", Id, primary_key=True, autoincrement=False),
    Column("lane", Id, nullable=False),
    Column("payload", Json, nullable=False),  # emptied when the update is done
    Column("received_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, server_default="0"),
    Column("attempts", Count, nullable=False, server_default="0"),
    Column("done_at", Moment),
    Column("parked_at", Moment),
    Column("error", Text, nullable=False, server_default=""),
    CheckConstraint("done_at IS NULL OR parked_at IS NULL", name="done_or_parked"),
)
IS_WAITING = inbox.c.done_at.is_(None) & inbox.c.parked_at.is_(None)
partial_index("ix_inbox_waiting", inbox.c.update_id, where=IS_WAITING)
partial_index("ix_inbox_waiting_lane", inbox.c.lane, inbox.c.update_id, where=IS_WAITING)
partial_index("ix_inbox_parked", inbox.c.parked_at, where=inbox.c.parked_at.is_not(None))
partial_index("ix_inbox_done", inbox.c.done_at, where=inbox.c.done_at.is_not(None))

outbox = strict_table(
    "outbox",
    Column("id", Id, primary_key=True),
    Column("recipient", Json, nullable=False),
    Column("content", Json, nullable=False),
    Column("urgency", Count, nullable=False),
    Column("due_at", Moment, nullable=False, server_default="0"),
    Column("attempts", Count, nullable=False, server_default="0"),
    Column("tried_at", Moment),  # when it was first handed to Telegram
    Column("settled_at", Moment),
    Column("trouble", Text, nullable=False, server_default=""),
    Column("message_id", Id),
    CheckConstraint("urgency BETWEEN 0 AND 2", name="urgency_known"),
)
partial_index(
    "ix_outbox_waiting", outbox.c.urgency, outbox.c.id, where=outbox.c.settled_at.is_(None)
)
partial_index("ix_outbox_due_at", outbox.c.due_at, where=outbox.c.settled_at.is_(None))
partial_index("ix_outbox_settled", outbox.c.settled_at, where=outbox.c.settled_at.is_not(None))

conversation = strict_table(
    "conversation",
    Column("chat", Id, primary_key=True, autoincrement=False),
    Column("person", Id, primary_key=True, autoincrement=False),
    Column("thread", Id, primary_key=True, autoincrement=False),  # 0 outside of topics
    Column("name", Text, primary_key=True),
    Column("state", Json, nullable=False),
    Column("data", Json, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
partial_index(
    "ix_conversation_expires_at",
    conversation.c.expires_at,
    where=conversation.c.expires_at.is_not(None),
)

# Where things are on Telegram that no order knows: a desk's topic, a group's new number.
place = strict_table(
    "place", Column("name", Text, primary_key=True), Column("number", Id, nullable=False)
)

# Small facts about the whole: when the books were proved last, and what failed then.
mark = strict_table(
    "mark", Column("name", Text, primary_key=True), Column("value", Text, nullable=False)
)
