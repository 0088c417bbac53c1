"""Who acts: a customer, a member of staff, or the clock."""

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
        return str(self.role) if self.role is Role.CLOCK else f"{self.role}:{self.id}"


CLOCK: Final = Actor(PersonId(0), "the clock", Role.CLOCK)
