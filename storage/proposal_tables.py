"""The table of what one finance member has proposed and another one must carry out."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text

from storage.schema import Id, Moment, partial_index, strict_table

proposal = strict_table(
    "proposal",
    Column("id", Id, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("essence", Text, nullable=False),
    Column("line", Text, nullable=False),
    Column("order_id", Id, ForeignKey("orders.id")),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_name", Text, nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", Text, nullable=False, server_default=""),
    Column("closed_name", Text, nullable=False, server_default=""),
    Column("outcome", Text, nullable=False, server_default=""),
    CheckConstraint("outcome IN ('', 'done', 'replaced', 'lapsed')", name="outcome_known"),
    CheckConstraint("(outcome = '') = (closed_at IS NULL)", name="outcome_when_closed"),
    CheckConstraint("outcome <> 'done' OR closed_by <> proposed_by", name="done_by_another"),
)
# One at a time about one thing.
partial_index(
    "uq_proposal_open", proposal.c.subject, where=proposal.c.closed_at.is_(None), unique=True
)
Index("ix_proposal_subject", proposal.c.subject, proposal.c.closed_at)
