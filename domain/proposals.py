"""Four eyes: what one finance member proposes, another one carries out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.ids import OrderId, ProposalId
from domain.refusals import AlreadyDone, ProposalDiffers

LIFE: Final = timedelta(days=7)
# The same once more, so soon after it was done, is a double press or somebody who came late.
JUST_DONE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wish:
    """What two people must want alike."""

    subject: str  # of which there is one proposal at a time: `payout:5`, `goodwill:7`
    essence: str  # amount and reference, to the letter; reasons may differ
    line: str  # the whole of it, as staff write it
    order: OrderId | None = None  # in whose topic the line belongs


@dataclass(frozen=True, slots=True)
class Proposal:
    id: ProposalId
    wish: Wish
    by: str  # the signature of who proposed it
    name: str
    at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""  # name

    def has_lapsed(self, now: datetime) -> bool:
        return now >= self.at + LIFE

    def require_same(self, wish: Wish) -> None:
        """Refuse another amount or another reference than was proposed."""
        if wish.essence != self.wish.essence:
            raise ProposalDiffers(self.name, self.wish.line)

    def require_open(self) -> None:
        if self.closed_at is not None:
            raise AlreadyDone(self.closed_by, self.wish.line)


@dataclass(frozen=True, slots=True)
class Consent:
    """That two people agree: who wanted it first, and who after them."""

    number: ProposalId
    actor: str
    approved_by: str
