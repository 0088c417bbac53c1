"""Who acts: a customer, a member of staff, the clock, PayPal, or whoever keeps the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.ids import PersonId
from domain.orders import Role


@dataclass(frozen=True, slots=True)
class Actor:
    id: PersonId
    name: str
    role: Role
    is_finance: bool = False
    language: str = "en"
    timezone: str = "UTC"

    @property
    def signature(self) -> str:
        """How the books and the history write them: `staff:42`, `customer:7`, `clock`."""
        return f"{self.role}:{self.id}" if self.id else str(self.role)


CLOCK: Final = Actor(PersonId(0), "the clock", Role.CLOCK)
KEEPER: Final = Actor(PersonId(0), "the keeper of the bot", Role.CLOCK)  # at the command line
PAYPAL: Final = Actor(PersonId(0), "PayPal", Role.PAYPAL)
