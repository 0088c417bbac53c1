"""Which staff group is whose, as far as this process has learned it."""

from __future__ import annotations

from domain.agency import Agency
from domain.ids import AgencyId
from storage.database import Database
from storage.unit_of_work import UnitOfWork, looking


class Groups:
    def __init__(self, default: Agency) -> None:
        self.default = default
        self._others: dict[AgencyId, Agency] = {}

    async def learn(self, uow: UnitOfWork) -> None:
        """Which groups have been registered, here or by another process."""
        known = await uow.agencies.with_groups(self.default)
        self._others = {each.id: each for each in known if each.id is not None}

    async def learn_from(self, database: Database) -> None:
        async with looking(database) as uow:
            await self.learn(uow)

    def chat(self, agency: AgencyId | None) -> int:
        return self.default.staff_chat if agency is None else self._others[agency].staff_chat

    def others(self) -> list[Agency]:
        return list(self._others.values())

    def at(self, chat: int) -> Agency | None:
        """The agency of the group, unless it is that of the settings."""
        return next((each for each in self._others.values() if each.staff_chat == chat), None)
