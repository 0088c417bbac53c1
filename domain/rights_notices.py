"""What staff are told when a customer has deleted their account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from domain.ids import OrderId, PersonId


@dataclass(frozen=True, slots=True)
class OldTopic:
    """A topic in which Telegram still has what was said; of an inquiry if of no order."""

    topic: int
    order: OrderId | None = None


@dataclass(frozen=True, slots=True)
class AccountDeleted:
    """What names them is erased here; the topics are for staff to delete."""

    customer: PersonId
    topics: tuple[OldTopic, ...] = ()
    kind: Literal["account_deleted"] = "account_deleted"
