"""Every change says what was before and after, whoever made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.bills import Bill, BillKind, Method
from domain.history import complete, pairs, written
from domain.ids import BillId, OrderId
from domain.money import Currency, Money
from domain.orders import Change, Flag, Line, LineState, Order, Parcel, Question, Stage
from tests.domain.orders import NOW, a_line, an_order, usd

DAY = timedelta(days=1)
ORDER = an_order(due_at=NOW + 7 * DAY)


def first_bill(total: int, paid: int = 0) -> Bill:
    return Bill(BillId(1), BillKind.FIRST, 1, usd(total), NOW, usd(paid))


def told(now: Order, was: Order = ORDER, change: Change | None = None) -> tuple[str, str]:
    done = complete(change or Change("something"), was, now)
    return done.before, done.after


def test_an_amount_is_written_in_one_way() -> None:
    assert written(usd(2_800)) == "28.00 USD"
    assert written(usd(-5)) == "-0.05 USD"
    assert written(Money(1_200, Currency.JPY)) == "1200 JPY"
    assert written(None) == "none"


def test_what_both_sides_say_stays_as_it_is() -> None:
    change = Change("tracking corrected", "EMS A1", "EMS A2", "a typo")
    assert complete(change, ORDER, replace(ORDER, stage=Stage.SHIPPED)) == change


def test_a_new_order_has_nothing_before() -> None:
    change = Change("applied", after="APPLIED")
    assert complete(change, None, ORDER) == change


def test_a_word_without_its_other_side_belongs_to_what_happened() -> None:
    change = Change("payment reported", after="28.00 USD", why="by hand")
    assert complete(change, ORDER, replace(ORDER, frozen_at=NOW)) == Change(
        "payment reported: 28.00 USD",
        "clock: runs",
        "clock: stands still",
        "by hand",
    )


def test_what_happened_stays_as_it_is_where_nothing_more_was_said() -> None:
    held = replace(ORDER, flags=frozenset({Flag.ON_HOLD}))
    assert complete(Change("on hold", why="customs"), ORDER, held) == Change(
        "on hold", "on hold: no", "on hold: yes", "customs"
    )


def test_the_stage_comes_first_and_has_no_label() -> None:
    priced = (replace(a_line(1, 2), state=LineState.QUOTED, unit_price=usd(1_000)), a_line(2))
    after = replace(
        ORDER,
        stage=Stage.AWAITING_FIRST_PAYMENT,
        lines=priced,
        first_bill=first_bill(2_000),
        due_at=NOW + 8 * DAY,
    )
    assert told(after) == (
        "APPLIED; line 1: requested; line 1 price: none; 1st bill: none;"
        " due: 2026-11-09 09:00 UTC",
        "AWAITING_FIRST_PAYMENT; line 1: quoted; line 1 price: 10.00 USD; 1st bill: 20.00 USD;"
        " due: 2026-11-10 09:00 UTC",
    )


PAID = replace(ORDER, stage=Stage.PURCHASING, first_bill=first_bill(2_000, 500), due_at=None)
LINE = ORDER.lines[0]


def with_first(**changed: object) -> Order:
    line: Line = replace(LINE, **changed)  # type: ignore[arg-type]
    return replace(PAID, lines=(line, *PAID.lines[1:]))


@pytest.mark.parametrize(
    ("now", "before", "after"),
    [
        (PAID, "", ""),
        (replace(PAID, first_bill=first_bill(2_000, 2_000)), "5.00", "20.00"),
        (replace(PAID, flags=frozenset({Flag.ON_HOLD})), "on hold: no", "on hold: yes"),
        (
            replace(PAID, flags=frozenset({Flag.PROBLEM_OPEN, Flag.DECISION_NEEDED})),
            "decision needed: no; problem open: no",
            "decision needed: yes; problem open: yes",
        ),
        (with_first(quantity=1), "line 1 quantity: 2", "line 1 quantity: 1"),
        (with_first(wanted=0), "line 1 wanted: none", "line 1 wanted: 0"),
        (with_first(arrived=2), "line 1 arrived: none", "line 1 arrived: 2"),
        (
            with_first(question=Question.PRICE, asked_price=usd(990)),
            "line 1 question: none; line 1 asked price: none",
            "line 1 question: price; line 1 asked price: 9.90 USD",
        ),
        (
            replace(PAID, address="A; B\nC"),
            "address: Aki Tanaka / 1 Long Street / Berlin",
            "address: A, B / C",
        ),
        (
            replace(PAID, adjustment=usd(-500)),
            "cost adjusted by: none",
            "cost adjusted by: -5.00 USD",
        ),
        (replace(PAID, taken_by="staff:42 Mina Ito"), "taken by: none", "taken by: Mina Ito"),
        (replace(PAID, packed_at=NOW), "packed: no", "packed: yes"),
        (replace(PAID, linked_to=OrderId(7)), "linked to: none", "linked to: #7"),
        (
            replace(PAID, parcels=(Parcel("EMS", "EE1", NOW),)),
            "parcel 1: none",
            "parcel 1: EMS EE1",
        ),
        (
            replace(PAID, parcels=(Parcel("EMS", "EE1", NOW, arrived_at=NOW),)),
            "parcel 1: none",
            "parcel 1: EMS EE1 arrived",
        ),
        (
            replace(PAID, lines=PAID.lines[:1]),
            "line 2: requested; line 2 quantity: 1",
            "line 2: none; line 2 quantity: none",
        ),
        (
            replace(PAID, parcels=(Parcel("EMS", "EE1", NOW, returned_at=NOW),)),
            "parcel 1: none",
            "parcel 1: EMS EE1 came back",
        ),
        (
            replace(PAID, lines=(*PAID.lines, a_line(3))),
            "line 3: none; line 3 quantity: none",
            "line 3: requested; line 3 quantity: 1",
        ),
    ],
)
def test_each_thing_that_changed_is_a_part_of_both(now: Order, before: str, after: str) -> None:
    if before[:1].isdigit():
        before, after = f"1st bill paid: {before} USD", f"1st bill paid: {after} USD"
    assert told(now, PAID) == (before, after)


def test_a_2nd_bill_says_what_it_offers_and_what_was_chosen() -> None:
    offered = Bill(
        BillId(2),
        BillKind.SECOND,
        1,
        usd(0),
        NOW,
        usd(0),
        methods=(Method("EMS", usd(4_210)), Method("SAL", usd(2_000))),
    )
    billed = replace(PAID, second_bill=offered)
    assert told(billed, PAID) == (
        "2nd bill: none; 2nd bill offers: none",
        "2nd bill: 0.00 USD; 2nd bill offers: EMS 42.10 USD, SAL 20.00 USD",
    )
    dearer = replace(billed, second_bill=replace(offered, extra=usd(500)))
    assert told(dearer, billed) == ("2nd bill extra: none", "2nd bill extra: 5.00 USD")
    chosen = replace(billed, second_bill=replace(offered, method="SAL", total=usd(2_000)))
    assert told(chosen, billed) == (
        "2nd bill: 0.00 USD; 2nd bill by: none",
        "2nd bill: 20.00 USD; 2nd bill by: SAL",
    )


def test_before_and_after_are_read_part_by_part() -> None:
    assert pairs("APPLIED; line 1: requested", "CANCELLED; line 1: cancelled") == [
        ("", "APPLIED", "CANCELLED"),
        ("line 1", "requested", "cancelled"),
    ]
    assert pairs("address: c/o: A", "address: c/o: B") == [("address", "c/o: A", "c/o: B")]
    assert pairs("EMS A1", "EMS A2") == [("", "EMS A1", "EMS A2")]
    assert pairs("a; b", "c") == [("", "a; b", "c")]
    assert pairs("x: 1", "y: 2") == [("", "x: 1", "y: 2")]
    assert pairs("", "APPLIED") == [("", "", "APPLIED")]
