"""What must be true of orders at every moment, whoever did what, as it is seen from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from domain.actors import Actor
from domain.files import OrderFile
from domain.ids import LineNo, OrderId, PersonId
from domain.ledger import order_account
from domain.letters import Told, ToPerson, ToTopic, Urgency
from domain.orders import UNPAID, Flag, Line, LineState, Order, Role, Stage
from domain.questions import is_free, lapses
from domain.turns import OF_CUSTOMER, OF_STAFF, Turn, turn
from storage.moments import from_ms
from storage.outbox import Envelope, Letter
from storage.proofs import prove
from storage.unit_of_work import UnitOfWork
from tests.actions.conftest import AGENCY, House
from views import card, topic
from views.buttons import Duty
from views.texts import Reader

ANNOUNCED: Final = timedelta(hours=24)
ANSWER: Final = timedelta(hours=72)
LOOKED_AT_WITHIN: Final = timedelta(days=60)
# What can be pressed at almost any time carries an order no further.
STANDING: Final = frozenset({Duty.HOLD, Duty.CANCEL, Duty.TAKE, Duty.HISTORY, Duty.ADJUST})
SAY: Final = Reader("en", "UTC").say

_DIGEST: Final = text(
    "SELECT (SELECT coalesce(max(id), 0) FROM outbox) AS letter,"
    " (SELECT coalesce(max(id), 0) FROM ledger_event) AS event,"
    " (SELECT count(*) FROM history) AS deeds,"
    " (SELECT coalesce(sum(version), 0) FROM orders) AS versions,"
    " (SELECT count(*) FROM orders) AS orders"
)
_ORDERS: Final = text(
    "SELECT id, version, wake_at FROM orders WHERE customer_id = :who ORDER BY id"
)
_LETTERS: Final = text(
    "SELECT id, recipient, content, urgency FROM outbox WHERE id > :since ORDER BY id"
)


@dataclass(frozen=True)
class Digest:
    """Whether anything at all was written."""

    letter: int
    event: int
    deeds: int
    versions: int
    orders: int


@dataclass(frozen=True)
class Sight:
    """All of a customer's orders and money at a moment."""

    digest: Digest
    files: Mapping[OrderId, OrderFile]
    wake_at: Mapping[OrderId, datetime | None]
    held: Mapping[OrderId, int] = field(default_factory=dict)
    earned: Mapping[OrderId, int] = field(default_factory=dict)
    purse: int = 0  # deposit and what is reserved, without what is owed

    @property
    def orders(self) -> dict[OrderId, Order]:
        return {number: file.order for number, file in self.files.items()}


async def digest(uow: UnitOfWork) -> Digest:
    row = await uow.tx.one(_DIGEST)
    assert row is not None
    return Digest(row.letter, row.event, row.deeds, int(row.versions), row.orders)


async def see(house: House, who: PersonId, was: Sight | None = None) -> Sight:
    """Look at everything, except what cannot have changed since the last time."""
    async with house.look() as uow:
        rows = await uow.tx.all(_ORDERS, who=who)
        now = await digest(uow)
        files = {OrderId(row.id): await _file(uow, row, was) for row in rows}
        sight = Sight(now, files, {OrderId(row.id): from_ms(row.wake_at) for row in rows})
        if was is not None and was.digest.event == now.event and len(was.held) == len(files):
            return replace(sight, held=was.held, earned=was.earned, purse=was.purse)
        return await _with_money(uow, sight, who)


async def _file(uow: UnitOfWork, row: Any, was: Sight | None) -> OrderFile:
    known = was.files.get(OrderId(row.id)) if was else None
    if known is not None and known.order.version == row.version:
        return known
    return await uow.files.load(OrderId(row.id))


async def _with_money(uow: UnitOfWork, sight: Sight, who: PersonId) -> Sight:
    held, earned, currency = {}, {}, AGENCY.currency
    for number in sight.files:
        held[number] = (await uow.ledger.balance(order_account(number, who), currency)).minor
        earned[number] = (await uow.ledger.earned(number, currency)).minor
    purse = await uow.ledger.purse(who, currency)
    everything = (purse.deposit + purse.reserved - purse.owed).minor
    return replace(sight, held=held, earned=earned, purse=everything)


async def letters_since(house: House, since: int) -> list[Letter]:
    async with house.look() as uow:
        rows = await uow.tx.all(_LETTERS, since=since)
    envelopes = [
        Envelope(row.id, row.recipient, row.content, Urgency(row.urgency), 0, None) for row in rows
    ]
    return [envelope.open() for envelope in envelopes]


@dataclass(frozen=True)
class Step:
    """Something was done, by a person or by time."""

    by: Actor
    at: datetime
    before: Sight
    after: Sight
    promised: Sequence[Letter]

    @property
    def changed(self) -> Iterator[tuple[Order | None, Order]]:
        was = self.before.orders
        for number, order in self.after.orders.items():
            if order != was.get(number):
                yield was.get(number), order


@dataclass(frozen=True)
class Warned:
    """A warning that Telegram, or staff in the customer's place, have had."""

    order: OrderId
    line: int | None
    at: datetime
    due_from: datetime | None
    until: datetime  # what bites then, as it was told


@dataclass
class Paper:
    """What was agreed, paid and announced, on a sheet of our own."""

    received: int = 0  # from outside, all together
    earned: Counter[OrderId] = field(default_factory=Counter)
    approved: dict[tuple[OrderId, LineNo], int] = field(default_factory=dict)
    agreed: set[tuple[OrderId, LineNo]] = field(default_factory=set)  # to just that price
    bought: Counter[tuple[OrderId, LineNo]] = field(default_factory=Counter)
    again: Counter[tuple[OrderId, LineNo]] = field(default_factory=Counter)
    asked: dict[tuple[OrderId, LineNo], datetime] = field(default_factory=dict)
    warned: list[Warned] = field(default_factory=list)

    # What was handed over -----------------------------------------------------------------------

    def handed(self, letter: Letter, orders: Mapping[OrderId, Order], at: datetime) -> None:
        if not isinstance(letter.content, Told) or not letter.content.warns:
            return
        clock, about, *_ = letter.content.warns.split(":")
        order = orders[getattr(letter.content.notice, "order")]  # noqa: B009
        line = int(about) if clock == "decision" else None
        asked_at = None if line is None else order.line(line).asked_at
        until = order.due_at if line is None else asked_at and asked_at + ANSWER
        if until is not None:
            self.warned.append(Warned(order.id, line, at, order.due_from, until))

    # What was done ------------------------------------------------------------------------------

    def check(self, step: Step) -> None:
        for was, order in step.changed:
            if was is None:
                self._begun(step, order)
                continue
            self._asked(step, was, order)
            _told(step, was, order)
            self._bought(step, was, order)
            _reviewed(step, was, order)
            if step.by.role is Role.CLOCK:
                self._bitten(step, was, order)
            if order.is_ended and not was.is_ended:
                self._ended(step, was, order)
        self._money(step.after)
        for file in step.after.files.values():
            alive(file, step.after.wake_at[file.order.id], step.at)

    def _begun(self, step: Step, order: Order) -> None:
        """A part that was split off was approved, and perhaps bought, where it was before."""
        if order.linked_to is None:
            return
        for line in order.lines:
            was = (order.linked_to, line.no)
            is_part = step.by.role is Role.CUSTOMER
            self.approved[order.id, line.no] = self.approved[was] if is_part else 0
            if is_part and was in self.agreed:
                self.agreed.add((order.id, line.no))
            self.bought[order.id, line.no] = self.bought[was] if is_part else 0
            self.again[order.id, line.no] = self.again[was] if is_part else 0
        if step.by.role is Role.CUSTOMER:
            assert order.first_bill is not None
            assert step.after.held[order.id] == order.first_bill.paid.minor, "no money came along"
        else:
            assert _to_customer(step, order), f"nobody was told of {order.id}"

    def _asked(self, step: Step, was: Order, order: Order) -> None:
        for line in order.lines:
            if line.question is not None and was.line(line.no).question is not line.question:
                self.asked[order.id, line.no] = step.at

    def _bought(self, step: Step, was: Order, order: Order) -> None:
        for line in order.lines:
            before = was.line(line.no)
            if before.state is not LineState.TO_BUY or line.state is not LineState.BOUGHT:
                continue
            what = (order.id, line.no)
            self.bought[what] += 1
            assert step.by.role is Role.STAFF
            assert is_free(before), "bought while the customer decided"
            assert before.wanted is None, "bought while the customer asked"
            assert self.bought[what] <= 1 + self.again[what], "bought twice"
            assert line.bought_price is not None
            percent = 0 if what in self.agreed else order.tolerance_percent
            most = self.approved[what] * (100 + percent)
            assert line.bought_price.minor * 100 <= most, "dearer than approved"

    def _bitten(self, step: Step, was: Order, order: Order) -> None:
        """A clock ended something, or dropped a line: not what was paid, and not unannounced."""
        if order.stage is Stage.CANCELLED and was.stage in UNPAID:
            assert was.frozen_at is None
            assert not was.flags
            assert was.first_bill is None or was.stage is Stage.APPLIED or _is_open(was)
            assert self._is_announced(step, was, None), f"{order.id} was not told"
            return
        if order.stage is Stage.COMPLETED and was.stage is not Stage.COMPLETED:
            assert not was.flags
            assert self._is_announced(step, was, None), f"{order.id} was not told"
        for line in was.live_lines:
            if not order.line(line.no).is_live:
                assert lapses(line)
                assert self._is_announced(step, was, line), f"{order.id}: {line.no} was not told"
        if order.stage is Stage.CANCELLED:  # nothing is left to buy of what was paid
            assert was.stage is Stage.PURCHASING
            assert step.after.earned[order.id] == 0

    def _is_announced(self, step: Step, was: Order, line: Line | None) -> bool:
        no = None if line is None else line.no
        since = None if line is None else self.asked[was.id, line.no]
        return any(
            each.at + ANNOUNCED <= step.at and each.until <= step.at
            for each in self.warned
            if (each.order, each.line) == (was.id, no)
            and (each.due_from == was.due_from if since is None else each.at >= since)
        )

    def _ended(self, step: Step, was: Order, order: Order) -> None:
        assert step.after.held[order.id] == 0, f"{order.id} has ended and holds money"
        if order.stage is Stage.COMPLETED:
            self.earned[order.id] += cost(was)

    def _money(self, sight: Sight) -> None:
        """All that came is in the deposit, waits in an order, or was earned."""
        assert dict(sight.earned) == {number: self.earned[number] for number in sight.earned}
        everywhere = sight.purse + sum(sight.held.values()) + sum(self.earned.values())
        assert self.received == everywhere, f"{self.received} came, {everywhere} is there"
        for number, order in sight.orders.items():
            assert not (order.is_ended and sight.held[number]), f"{number} holds money"


def cost(order: Order) -> int:
    """What an order came to, added up by ourselves."""
    goods = sum(x.quantity * x.price.minor for x in order.live_lines if x.price is not None)
    first, second = order.first_bill, order.second_bill
    parts = (
        first.shipping if first else None,
        first.fee if first else None,
        second.total if second else None,
        order.earlier_shipping,
        order.adjustment,
    )
    return max(0, goods + sum(part.minor for part in parts if part is not None))


def _is_open(order: Order) -> bool:
    assert order.first_bill is not None
    return order.first_bill.paid < order.first_bill.total


# Told -----------------------------------------------------------------------------------------


def _told(step: Step, was: Order, order: Order) -> None:
    if _visible(was) == _visible(order):
        return
    if step.by.role is not Role.CUSTOMER:
        assert _to_customer(step, order), f"the customer was not told of {order.id}"
    if step.by.role is not Role.STAFF and was.stage is not order.stage:
        to_staff = [x for x in step.promised if x.to == ToTopic(order.id) and _is_said(x)]
        assert to_staff, f"staff were not told of {order.id}"


def _visible(order: Order) -> object:
    lines = [(x.state, x.quantity, x.question, x.arrived, x.wanted) for x in order.lines]
    return order.stage, order.flags, lines, order.parcels, order.adjustment


def _to_customer(step: Step, order: Order) -> bool:
    return any(x.to == ToPerson(order.customer) and _is_said(x) for x in step.promised)


def _is_said(letter: Letter) -> bool:
    return isinstance(letter.content, Told)


def _reviewed(step: Step, was: Order, order: Order) -> None:
    """Nobody cancels what was paid, as its customer says, before somebody has looked."""
    if order.stage is Stage.CANCELLED and was.stage is not Stage.CANCELLED:
        assert step.before.files[order.id].review is None


# Alive ----------------------------------------------------------------------------------------


def is_alive(order: Order) -> bool:
    return not order.is_ended or Flag.PROBLEM_OPEN in order.flags


def alive(file: OrderFile, wake_at: datetime | None, now: datetime) -> None:
    """Somebody must act, has a button for it, and is reached by a clock."""
    order = file.order
    if not is_alive(order):
        return
    whose, green = turn(order), card.primary(file, SAY)
    work = frozenset(topic.duties(file)) - STANDING
    assert green or work, f"nobody can go on with {order}"
    if whose in OF_CUSTOMER:
        assert green, f"{whose}, and the customer has no button: {order}"
    if whose in OF_STAFF or whose is Turn.ARRIVAL:
        assert work, f"{whose}, and staff have no button: {order}"
    assert whose is not Turn.NOBODY
    assert wake_at is not None, f"{whose}, and no clock will look: {order}"
    assert wake_at <= now + LOOKED_AT_WITHIN, f"{whose}, and no clock looks for long: {order}"


async def books_are_in_order(house: House) -> None:
    async with house.look() as uow:
        assert await prove(uow.tx) == []
