"""Orders and their files for tests of what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from domain.agency import Agency
from domain.bills import Bill, BillKind, BillState, Method
from domain.files import OrderFile, Person, Purse
from domain.ids import BillId, LineNo, OrderId, PaymentId, PersonId
from domain.money import Currency, Money
from domain.orders import (
    Flag,
    Line,
    LineState,
    Order,
    Parcel,
    Preference,
    Question,
    SoldOut,
    Stage,
)
from domain.payments import Method as PaymentMethod
from domain.payments import Payment, Purpose
from views.texts import Reader

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DUE: Final = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)  # midnight in Tokyo
READER: Final = Reader("en", "Asia/Tokyo")
STAFF: Final = Reader("en", "UTC")
AGENCY: Final = Agency("Mikan Proxy", Currency.USD, ZoneInfo("Asia/Tokyo"), -1001)


def usd(minor: int) -> Money:
    return Money(minor, Currency.USD)


def yen(minor: int) -> Money:
    return Money(minor, Currency.JPY)


MUG: Final = Line(LineNo(1), "https://shop.example/mug", 2, note="the blue one")
BOOK: Final = Line(LineNo(2), "A book about tea", 1)
ADDRESS: Final = "Aki Tanaka\n1 Long Street\nBerlin"

APPLIED: Final = Order(
    id=OrderId(12),
    customer=PersonId(7),
    currency=Currency.USD,
    lines=(MUG, BOOK),
    address=ADDRESS,
    preference=Preference.CHEAPEST,
    sold_out=SoldOut.BUY_THE_REST,
    tolerance_percent=5,
    applied_at=datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
    due_at=DUE,
)
FIRST_BILL: Final = Bill(
    id=BillId(1),
    kind=BillKind.FIRST,
    version=1,
    total=usd(8320),
    issued_at=NOW,
    paid=usd(0),
    shipping=usd(500),
    fee=usd(300),
)
SECOND_BILL: Final = Bill(
    id=BillId(2),
    kind=BillKind.SECOND,
    version=1,
    total=usd(2000),
    issued_at=NOW,
    paid=usd(0),
    methods=(Method("EMS", usd(4210)), Method("SAL", usd(2000))),
)


def with_lines(order: Order, state: LineState, **more: object) -> Order:
    lines = tuple(replace(line, state=state, **more) for line in order.lines)  # type: ignore[arg-type]
    return replace(order, lines=lines)


ESTIMATED: Final = replace(
    APPLIED,
    stage=Stage.AWAITING_FIRST_PAYMENT,
    version=2,
    first_bill=FIRST_BILL,
    lines=(
        replace(MUG, state=LineState.QUOTED, unit_price=usd(3000), shop_price=yen(4545)),
        replace(BOOK, state=LineState.QUOTED, unit_price=usd(1520)),
    ),
)
PAID: Final = replace(
    with_lines(ESTIMATED, LineState.TO_BUY),
    stage=Stage.PURCHASING,
    version=3,
    first_bill=replace(FIRST_BILL, paid=usd(8320), state=BillState.PAID),
    due_at=None,
)
DECISION: Final = replace(
    PAID,
    flags=frozenset({Flag.DECISION_NEEDED}),
    lines=(
        PAID.lines[0],
        replace(
            PAID.lines[1],
            question=Question.PRICE,
            asked_price=usd(1800),
            asked_at=NOW,
        ),
    ),
)
BOUGHT: Final = replace(with_lines(PAID, LineState.BOUGHT), stage=Stage.AWAITING_ARRIVAL)
ARRIVED: Final = replace(with_lines(BOUGHT, LineState.ARRIVED), stage=Stage.AT_WAREHOUSE)
BILLED: Final = replace(
    ARRIVED, stage=Stage.AWAITING_SECOND_PAYMENT, version=7, second_bill=SECOND_BILL
)
CHOSEN: Final = replace(BILLED, second_bill=replace(SECOND_BILL, method="EMS", total=usd(4210)))
FREE: Final = replace(
    BILLED, second_bill=replace(SECOND_BILL, total=usd(0), methods=(Method("EMS", usd(0)),))
)
READY: Final = replace(
    CHOSEN,
    stage=Stage.READY_TO_SHIP,
    second_bill=replace(
        SECOND_BILL, method="EMS", total=usd(4210), paid=usd(4210), state=BillState.PAID
    ),
)
SHIPPED: Final = replace(
    with_lines(READY, LineState.SHIPPED),
    stage=Stage.SHIPPED,
    version=9,
    parcels=(Parcel("EMS", "EE123456785JP", NOW),),
    shipped_at=NOW,
    due_at=datetime(2026, 12, 23, 15, 0, tzinfo=UTC),
)
RETURNED: Final = replace(
    with_lines(SHIPPED, LineState.ARRIVED),
    stage=Stage.AT_WAREHOUSE,
    version=10,
    parcels=(Parcel("EMS", "EE123456785JP", NOW, returned_at=NOW),),
    due_at=None,
    arrived_at=NOW,
)
COMPLETED: Final = replace(SHIPPED, stage=Stage.COMPLETED, completed_at=NOW, due_at=None)
CANCELLED: Final = replace(
    with_lines(ESTIMATED, LineState.CANCELLED),
    stage=Stage.CANCELLED,
    first_bill=replace(FIRST_BILL, state=BillState.VOID),
    cancelled_at=NOW,
    due_at=None,
    reason="the shop has closed",
)
EVERY_STAGE: Final = (
    APPLIED,
    ESTIMATED,
    PAID,
    DECISION,
    BOUGHT,
    ARRIVED,
    BILLED,
    CHOSEN,
    FREE,
    READY,
    SHIPPED,
    RETURNED,
    COMPLETED,
    CANCELLED,
)

REPORT: Final = Payment(
    id=PaymentId(5),
    customer=PersonId(7),
    purpose=Purpose.BILL,
    method=PaymentMethod.BANK,
    claimed=usd(8320),
    reported_at=NOW,
    order=OrderId(12),
    bill=BillId(1),
    code="D12K",
    transferred_on=date(2026, 11, 22),
    sender="A. Tanaka",
)


def a_file(order: Order, *payments: Payment, **more: object) -> OrderFile:
    values: dict[str, object] = {
        "order": order,
        "customer": Person(PersonId(7), "Aki", "aki_t", timezone="Asia/Tokyo"),
        "purse": Purse(usd(0), usd(0), usd(0)),
        "payments": payments,
    }
    return OrderFile(**(values | more))  # type: ignore[arg-type]
