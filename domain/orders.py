"""An order: what it holds, the stages it goes through, and who may take each step.

Everything here is a value; time is passed in. The diagram in `docs/order-life.md` is `STEPS`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.bills import Bill, BillKind
from domain.ids import AgencyId, LineNo, OrderId, PersonId
from domain.money import Currency, Money
from domain.refusals import NoSuchLine, NotNow


class Stage(StrEnum):
    APPLIED = "APPLIED"
    AWAITING_FIRST_PAYMENT = "AWAITING_FIRST_PAYMENT"
    PURCHASING = "PURCHASING"
    AWAITING_ARRIVAL = "AWAITING_ARRIVAL"
    AT_WAREHOUSE = "AT_WAREHOUSE"
    AWAITING_SECOND_PAYMENT = "AWAITING_SECOND_PAYMENT"
    READY_TO_SHIP = "READY_TO_SHIP"
    SHIPPED = "SHIPPED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class Event(StrEnum):
    ESTIMATE = "estimate"
    MORE = "more of an item"
    PAY_FIRST_BILL = "pay 1st bill"
    BUY = "everything bought"
    ARRIVE = "everything arrived at the warehouse"
    BILL = "2nd bill"
    PAY_SECOND_BILL = "pay 2nd bill"
    DEARER_METHOD = "dearer method"
    SHIP = "ship"
    PARCEL_RETURNED = "parcel returned"
    REPORT_RECEPTION = "reception report"
    COMPLETE = "30 days"
    CANCEL = "cancel"
    EXPIRE = "7 days"


class Role(StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    CLOCK = "clock"
    PAYPAL = "paypal"  # says that money arrived, or went back


@dataclass(frozen=True, slots=True)
class Step:
    source: Stage
    event: Event
    target: Stage
    by: frozenset[Role]


_CUSTOMER: Final = frozenset({Role.CUSTOMER})
_STAFF: Final = frozenset({Role.STAFF})
_CLOCK: Final = frozenset({Role.CLOCK})
_PAYER: Final = frozenset({Role.CUSTOMER, Role.STAFF})  # from the deposit, or confirmed by staff

STEPS: Final = (
    Step(Stage.APPLIED, Event.ESTIMATE, Stage.AWAITING_FIRST_PAYMENT, by=_STAFF),
    Step(Stage.AWAITING_FIRST_PAYMENT, Event.ESTIMATE, Stage.AWAITING_FIRST_PAYMENT, by=_STAFF),
    # More than was priced: it waits for another estimate.
    Step(Stage.AWAITING_FIRST_PAYMENT, Event.MORE, Stage.APPLIED, by=_CUSTOMER),
    Step(Stage.AWAITING_FIRST_PAYMENT, Event.PAY_FIRST_BILL, Stage.PURCHASING, by=_PAYER),
    Step(Stage.PURCHASING, Event.BUY, Stage.AWAITING_ARRIVAL, by=_STAFF),
    Step(Stage.AWAITING_ARRIVAL, Event.ARRIVE, Stage.AT_WAREHOUSE, by=_STAFF),
    Step(Stage.AT_WAREHOUSE, Event.BILL, Stage.AWAITING_SECOND_PAYMENT, by=_STAFF),
    Step(Stage.AWAITING_SECOND_PAYMENT, Event.BILL, Stage.AWAITING_SECOND_PAYMENT, by=_STAFF),
    Step(Stage.AWAITING_SECOND_PAYMENT, Event.PAY_SECOND_BILL, Stage.READY_TO_SHIP, by=_PAYER),
    # After payment and before it is packed: the difference is to be paid first.
    Step(Stage.READY_TO_SHIP, Event.DEARER_METHOD, Stage.AWAITING_SECOND_PAYMENT, by=_CUSTOMER),
    Step(Stage.READY_TO_SHIP, Event.SHIP, Stage.SHIPPED, by=_STAFF),
    Step(Stage.SHIPPED, Event.PARCEL_RETURNED, Stage.AT_WAREHOUSE, by=_STAFF),
    Step(Stage.SHIPPED, Event.REPORT_RECEPTION, Stage.COMPLETED, by=_CUSTOMER),
    Step(Stage.SHIPPED, Event.COMPLETE, Stage.COMPLETED, by=_CLOCK),
    Step(Stage.APPLIED, Event.CANCEL, Stage.CANCELLED, by=_PAYER),
    Step(Stage.AWAITING_FIRST_PAYMENT, Event.CANCEL, Stage.CANCELLED, by=_PAYER),
    # A customer: instead of deciding about a price, as long as nothing is bought.
    Step(Stage.PURCHASING, Event.CANCEL, Stage.CANCELLED, by=_PAYER),
    Step(Stage.AWAITING_ARRIVAL, Event.CANCEL, Stage.CANCELLED, by=_STAFF),
    Step(Stage.AT_WAREHOUSE, Event.CANCEL, Stage.CANCELLED, by=_STAFF),
    Step(Stage.AWAITING_SECOND_PAYMENT, Event.CANCEL, Stage.CANCELLED, by=_STAFF),
    Step(Stage.READY_TO_SHIP, Event.CANCEL, Stage.CANCELLED, by=_STAFF),
    Step(Stage.APPLIED, Event.EXPIRE, Stage.CANCELLED, by=_CLOCK),
    Step(Stage.AWAITING_FIRST_PAYMENT, Event.EXPIRE, Stage.CANCELLED, by=_CLOCK),
)

ENDED: Final = frozenset({Stage.COMPLETED, Stage.CANCELLED})
UNPAID: Final = frozenset({Stage.APPLIED, Stage.AWAITING_FIRST_PAYMENT})


class LineState(StrEnum):
    REQUESTED = "requested"
    QUOTED = "quoted"
    REJECTED = "rejected"
    TO_BUY = "to_buy"
    BOUGHT = "bought"
    ARRIVED = "arrived"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Flag(StrEnum):
    """Beside the stage; a flag stops every deadline of its order."""

    ON_HOLD = "on_hold"
    DECISION_NEEDED = "decision_needed"
    PROBLEM_OPEN = "problem_open"


class Preference(StrEnum):
    """How the customer wants the goods sent abroad."""

    CHEAPEST = "cheapest"
    FASTEST = "fastest"
    ASK_ME = "ask_me"


class SoldOut(StrEnum):
    """What to do when something is sold out."""

    BUY_THE_REST = "buy_the_rest"
    CANCEL_EVERYTHING = "cancel_everything"


class Question(StrEnum):
    """What a customer has to decide about a line."""

    PRICE = "price"  # it rose above the tolerance
    VARIANT = "variant"  # what was asked for is missing; something near it is to be had
    SHORT = "short"  # fewer arrived at the warehouse than were bought
    WRONG = "wrong"  # something else arrived
    DAMAGED = "damaged"
    SOLD_OUT = "sold_out"  # all or nothing was wanted, and something is bought already
    SPLIT = "split"  # shall the rest go ahead without it?


@dataclass(frozen=True, slots=True)
class Line:
    """One item of an order. Its number is its own for ever."""

    no: LineNo
    description: str
    quantity: int
    note: str = ""
    photo: str = ""  # a Telegram file id
    state: LineState = LineState.REQUESTED
    unit_price: Money | None = None  # as estimated, in the account's currency
    shop_price: Money | None = None  # the same as the shop says it
    bought_price: Money | None = None  # what one really cost
    asked_price: Money | None = None  # above the tolerance: the customer decides
    agreed_price: Money | None = None  # what they said yes to: no tolerance comes on top of it
    question: Question | None = None  # what the customer is asked about this line
    asked_text: str = ""  # … in the words of staff
    asked_at: datetime | None = None  # … since then
    wanted: int | None = None  # the customer's request: so many instead; it locks the line
    bought_at: datetime | None = None
    arrived: int = 0
    reason: str = ""  # why it was rejected, not to be had, or dropped

    @property
    def is_live(self) -> bool:
        return self.state not in (LineState.REJECTED, LineState.CANCELLED)

    @property
    def price(self) -> Money | None:
        """What one costs, as far as it is known: bought, else estimated."""
        return self.unit_price if self.bought_price is None else self.bought_price


@dataclass(frozen=True, slots=True)
class Parcel:
    carrier: str
    tracking: str
    shipped_at: datetime
    arrived_at: datetime | None = None  # the customer says so
    returned_at: datetime | None = None  # it came back to the warehouse


@dataclass(frozen=True, slots=True)
class Order:
    id: OrderId
    customer: PersonId
    currency: Currency
    lines: tuple[Line, ...]
    address: str
    preference: Preference
    sold_out: SoldOut
    tolerance_percent: int
    applied_at: datetime
    stage: Stage = Stage.APPLIED
    version: int = 1
    flags: frozenset[Flag] = frozenset()
    due_at: datetime | None = None  # the instant after the deadline's last day
    due_from: datetime | None = None  # what the days count from; moves with what stood still
    frozen_at: datetime | None = None  # since when the clock stands still
    waits_since: datetime | None = None  # since when whoever acts next is waited for
    reminded: frozenset[str] = frozenset()  # what the clocks have said, by their keys
    first_bill: Bill | None = None  # the newest version of each
    second_bill: Bill | None = None
    parcels: tuple[Parcel, ...] = ()
    adjustment: Money | None = None  # what staff added to, or took off, the cost
    earlier_shipping: Money | None = None  # 2nd bills of parcels that came back
    linked_to: OrderId | None = None  # the order this one was split from, or makes good
    taken_by: str = ""  # the member of staff who looks after it, as history names them
    arrived_at: datetime | None = None  # everything is at the warehouse
    packed_at: datetime | None = None  # from here on method and address stay
    shipped_at: datetime | None = None
    completed_at: datetime | None = None
    cancelled_at: datetime | None = None
    reason: str = ""  # why it was cancelled or is on hold
    agency: AgencyId | None = None  # in charge of it; None: that of the settings

    @property
    def live_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.is_live)

    @property
    def first_item(self) -> str:
        """What it is about, in short: the first line still wanted, or the first there was."""
        lines = self.live_lines or self.lines
        return lines[0].description if lines else ""

    @property
    def bill_due(self) -> Bill | None:
        """The bill the customer has to pay now, if there is one."""
        match self.stage:
            case Stage.AWAITING_FIRST_PAYMENT:
                return self.first_bill
            case Stage.AWAITING_SECOND_PAYMENT:
                return self.second_bill
            case _:
                return None

    @property
    def is_ended(self) -> bool:
        return self.stage in ENDED

    def line(self, no: int) -> Line:
        for line in self.lines:
            if line.no == no:
                return line
        raise NoSuchLine(no)

    def bill(self, kind: BillKind) -> Bill | None:
        return self.first_bill if kind is BillKind.FIRST else self.second_bill


@dataclass(frozen=True, slots=True)
class Application:
    """What a customer asks for, checked: an order that has no number yet."""

    lines: tuple[Line, ...]
    address: str
    preference: Preference
    sold_out: SoldOut
    tolerance_percent: int
    agency: AgencyId | None = None


def advance(order: Order, event: Event, role: Role) -> Order:
    """Take the order one step along `STEPS`, or refuse."""
    for step in STEPS:
        if (step.source, step.event) == (order.stage, event) and role in step.by:
            return replace(order, stage=step.target)
    raise NotNow(order.stage)


def with_line(order: Order, changed: Line) -> Order:
    lines = tuple(changed if line.no == changed.no else line for line in order.lines)
    return replace(order, lines=lines)


def with_lines(order: Order, changed: Iterable[Line]) -> Order:
    for line in changed:
        order = with_line(order, line)
    return order


_PROGRESS: Final = (
    (LineState.TO_BUY, Stage.PURCHASING),
    (LineState.BOUGHT, Stage.AWAITING_ARRIVAL),
    (LineState.ARRIVED, Stage.AT_WAREHOUSE),
)


def follow_lines(order: Order) -> Order:
    """Bring a paid order's stage to that of its least advanced live line."""
    states = {line.state for line in order.live_lines}
    for state, stage in _PROGRESS:
        if state in states:
            return replace(order, stage=stage)
    return order


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did to an order: kept in its history."""

    what: str
    before: str = ""
    after: str = ""
    why: str = ""
