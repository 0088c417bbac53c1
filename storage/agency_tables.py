"""The table of agencies beside that of the settings, and of the codes their groups come with."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Text, UniqueConstraint

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
