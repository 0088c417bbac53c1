"""Proposals as remembered: what waits for a second person, and who that was in the end."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from sqlalchemy import bindparam, select

from domain.ids import OrderId, ProposalId
from domain.proposals import Proposal, Wish
from domain.refusals import StaleButton
from storage.database import Row, Tx
from storage.moments import from_ms, to_ms
from storage.proposal_tables import proposal

_ADD: Final = proposal.insert().returning(proposal.c.id)
_GET: Final = select(proposal).where(proposal.c.id == bindparam("id"))
_OPEN: Final = (
    select(proposal)
    .where(proposal.c.subject == bindparam("about"), proposal.c.closed_at.is_(None))
    .with_for_update()
)
_OPEN_IN: Final = (
    select(proposal)
    .where(proposal.c.order_id == bindparam("of_order"), proposal.c.closed_at.is_(None))
    .order_by(proposal.c.id)
    .with_for_update()
)
_DONE: Final = (
    select(proposal)
    .where(
        proposal.c.subject == bindparam("about"),
        proposal.c.essence == bindparam("what"),
        proposal.c.outcome == "done",
        proposal.c.closed_at > bindparam("since"),
    )
    .order_by(proposal.c.id.desc())
    .limit(1)
)
_CLOSE: Final = (
    proposal.update()
    .where(proposal.c.id == bindparam("which"), proposal.c.closed_at.is_(None))
    .values(
        closed_at=bindparam("now"),
        closed_by=bindparam("who"),
        closed_name=bindparam("name"),
        outcome=bindparam("how"),
    )
)


class Proposals:
    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def add(self, wish: Wish, by: str, name: str, now: datetime) -> Proposal:
        row = await self._tx.one(
            _ADD,
            subject=wish.subject,
            essence=wish.essence,
            line=wish.line,
            order_id=wish.order,
            proposed_by=by,
            proposed_name=name,
            proposed_at=to_ms(now),
        )
        assert row is not None
        return Proposal(ProposalId(row.id), wish, by, name, now)

    async def get(self, proposal_id: ProposalId) -> Proposal:
        """A button names it, and anybody can forge one: unknown numbers are old buttons."""
        row = await self._tx.one(_GET, id=proposal_id)
        if row is None:
            raise StaleButton
        return _proposal(row)

    async def open(self, subject: str) -> Proposal | None:
        """What is proposed about this now, locked."""
        row = await self._tx.one(_OPEN, about=subject)
        return None if row is None else _proposal(row)

    async def open_in(self, order: OrderId) -> list[Proposal]:
        """What is proposed in an order's topic now, locked."""
        return [_proposal(row) for row in await self._tx.all(_OPEN_IN, of_order=order)]

    async def done_since(self, wish: Wish, since: datetime) -> Proposal | None:
        """The same, carried out a moment ago."""
        row = await self._tx.one(_DONE, about=wish.subject, what=wish.essence, since=to_ms(since))
        return None if row is None else _proposal(row)

    async def close(
        self,
        which: Proposal,
        by: str,
        name: str,
        how: Literal["done", "replaced", "lapsed"],
        now: datetime,
    ) -> None:
        await self._tx.run(_CLOSE, which=which.id, now=to_ms(now), who=by, name=name, how=how)


def _proposal(row: Row) -> Proposal:
    order = None if row.order_id is None else OrderId(row.order_id)
    return Proposal(
        id=ProposalId(row.id),
        wish=Wish(row.subject, row.essence, row.line, order),
        by=row.proposed_by,
        name=row.proposed_name,
        at=from_ms(row.proposed_at),
        closed_at=from_ms(row.closed_at),
        closed_by=row.closed_name,
    )
