from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.agency import Agency
from domain.agenda import agenda
from domain.deadlines import (
    What,
    after_days,
    end_of_day,
    freeze,
    postpone,
    restart,
    unfreeze,
    with_grace,
)
from domain.money import Currency
from domain.orders import Flag, Order, Stage
from tests.domain.orders import an_order

TOKYO, BERLIN, NEW_YORK = (
    ZoneInfo("Asia/Tokyo"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/New_York"),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        (ZoneInfo("UTC"), "2026-11-02 09:00:00", "2026-11-10 00:00:00"),
        (ZoneInfo("UTC"), "2026-11-02 00:00:00", "2026-11-10 00:00:00"),
        (ZoneInfo("UTC"), "2026-11-02 23:59:59", "2026-11-10 00:00:00"),
        (TOKYO, "2026-11-02 14:59:59", "2026-11-09 15:00:00"),
        (TOKYO, "2026-11-02 15:00:00", "2026-11-10 15:00:00"),
        # the clocks go back on 2026-10-25 in Berlin and on 2026-11-01 in New York
        (BERLIN, "2026-10-20 10:00:00", "2026-10-27 23:00:00"),
        (NEW_YORK, "2026-10-28 12:00:00", "2026-11-05 05:00:00"),
        # and forward on 2027-03-28 in Berlin
        (BERLIN, "2027-03-24 10:00:00", "2027-03-31 22:00:00"),
    ],
)
def test_seven_days_end_with_their_last_day_in_the_agencys_zone(
    zone: ZoneInfo, start: str, due: str
) -> None:
    assert after_days(at(start), 7, zone) == at(due)


@pytest.mark.parametrize("zone", [TOKYO, BERLIN, NEW_YORK])
def test_never_fewer_than_168_hours_nor_more_than_a_day_above(zone: ZoneInfo) -> None:
    for hour in range(0, 24 * 400, 7):
        start = at("2026-01-01 00:00:00") + timedelta(hours=hour)
        given = after_days(start, 7, zone) - start
        assert timedelta(hours=168) < given <= timedelta(hours=168 + 25)


def test_the_end_of_a_day_is_the_midnight_after_it() -> None:
    assert end_of_day(at("2026-11-02 23:59:59"), ZoneInfo("UTC")) == at("2026-11-03 00:00:00")
    assert end_of_day(at("2026-11-03 00:00:00"), ZoneInfo("UTC")) == at("2026-11-04 00:00:00")


DUE = at("2026-11-10 00:00:00")
AGENCY = Agency("Daiko", Currency.USD, ZoneInfo("UTC"), staff_chat=-100)


def waiting() -> Order:
    return replace(an_order(), stage=Stage.AWAITING_FIRST_PAYMENT, due_at=DUE)


def is_overdue(order: Order, now: datetime) -> bool:
    marks = agenda(order, AGENCY, now)
    return any(mark.what is What.BITE and mark.at <= now for mark in marks)


def test_an_order_is_overdue_from_its_deadline_on() -> None:
    assert not is_overdue(waiting(), DUE - timedelta(milliseconds=1))
    assert is_overdue(waiting(), DUE)


@pytest.mark.parametrize("flag", list(Flag))
def test_a_flag_stops_every_deadline(flag: Flag) -> None:
    assert not is_overdue(replace(waiting(), flags=frozenset({flag})), DUE)


@pytest.mark.parametrize(
    "stage", sorted(set(Stage) - {Stage.APPLIED, Stage.AWAITING_FIRST_PAYMENT, Stage.SHIPPED})
)
def test_no_clock_touches_an_order_that_is_paid_or_ended(stage: Stage) -> None:
    assert not is_overdue(replace(waiting(), stage=stage), DUE + timedelta(days=999))


def test_a_frozen_clock_goes_on_where_it_stood() -> None:
    frozen = freeze(waiting(), at("2026-11-05 00:00:00"))
    assert not is_overdue(frozen, DUE + timedelta(days=30))
    released = unfreeze(frozen, at("2026-11-08 12:00:00"))
    assert released.due_at == DUE + timedelta(days=3, hours=12)
    assert released.frozen_at is None


def test_freezing_twice_counts_from_the_first_time() -> None:
    once = freeze(waiting(), at("2026-11-05 00:00:00"))
    assert freeze(once, at("2026-11-07 00:00:00")) == once


def test_a_refused_payment_leaves_at_least_48_hours() -> None:
    now = DUE - timedelta(hours=1)
    frozen = freeze(waiting(), now - timedelta(minutes=1))
    assert with_grace(frozen, now).due_at == now + timedelta(hours=48)
    early = at("2026-11-03 00:00:00")
    assert with_grace(freeze(waiting(), early), early).due_at == DUE


def test_a_clock_that_runs_is_not_touched_by_unfreezing() -> None:
    assert unfreeze(waiting(), DUE) == waiting()


def test_who_goes_on_has_at_least_the_grace_left() -> None:
    frozen = freeze(waiting(), DUE - timedelta(hours=1))
    late = DUE + timedelta(days=9)
    assert unfreeze(frozen, late).due_at == late + timedelta(hours=1)
    assert unfreeze(frozen, late, grace=timedelta(hours=5)).due_at == late + timedelta(hours=5)


def test_under_a_flag_the_grace_begins_once_the_clock_goes_on() -> None:
    since = DUE - timedelta(hours=1)
    held = replace(freeze(waiting(), since), flags=frozenset({Flag.ON_HOLD}))
    refused = with_grace(held, DUE + timedelta(days=3))
    assert refused == replace(held, due_at=since + timedelta(hours=48))
    goes_on = DUE + timedelta(days=9)
    released = unfreeze(replace(refused, flags=frozenset()), goes_on)
    assert released.due_at == goes_on + timedelta(hours=48)


def test_grace_is_for_clocks_that_run_too_and_for_no_other() -> None:
    now = DUE - timedelta(hours=1)
    assert with_grace(waiting(), now).due_at == now + timedelta(hours=48)
    assert with_grace(waiting(), now, timedelta(minutes=90)).due_at == now + timedelta(minutes=90)
    timeless = replace(waiting(), due_at=None)
    assert with_grace(timeless, now) == timeless
    # It stood still until now, and what stops it is gone: the grace counts from now.
    frozen = freeze(waiting(), DUE - timedelta(days=5))
    assert with_grace(frozen, DUE + timedelta(days=20), timedelta(days=6)) == replace(
        waiting(), due_at=DUE + timedelta(days=26)
    )


def test_a_new_deadline_keeps_all_its_time_where_the_clock_stands_still() -> None:
    now, due_at = DUE - timedelta(days=2), DUE + timedelta(days=30)
    assert restart(waiting(), due_at, now) == replace(waiting(), due_at=due_at, due_from=now)
    frozen = freeze(waiting(), DUE - timedelta(days=5))
    restarted = restart(frozen, due_at, now)
    assert restarted == replace(frozen, due_at=due_at, due_from=now, frozen_at=now)
    released = unfreeze(restarted, now + timedelta(days=4))
    assert released.due_at == due_at + timedelta(days=4)
    assert released.due_from == now + timedelta(days=4)


def test_what_the_days_count_from_moves_with_what_stood_still() -> None:
    started = replace(waiting(), due_from=at("2026-11-02 09:00:00"))
    frozen = freeze(started, at("2026-11-05 00:00:00"))
    assert frozen.due_from == at("2026-11-02 09:00:00")
    released = unfreeze(frozen, at("2026-11-06 01:00:00"))
    assert released.due_from == at("2026-11-03 10:00:00")
    assert released.due_at == at("2026-11-11 01:00:00")
    graced = unfreeze(frozen, at("2026-11-06 01:00:00"), grace=timedelta(days=10))
    assert graced.due_at == at("2026-11-16 01:00:00")
    assert graced.due_from == at("2026-11-08 10:00:00")


def test_not_arrived_yet_moves_the_deadline_and_what_its_days_count_from() -> None:
    shipped = replace(
        waiting(),
        stage=Stage.SHIPPED,
        due_from=at("2026-10-12 08:30:00"),
        due_at=at("2026-11-11 23:00:00"),  # midnight in Berlin
    )
    assert postpone(shipped, 15, BERLIN) == replace(
        shipped, due_from=at("2026-10-27 09:30:00"), due_at=at("2026-11-26 23:00:00")
    )
    timeless = replace(shipped, due_at=None, due_from=None)
    assert postpone(timeless, 15, BERLIN) == timeless


def test_deadlines_are_kept_in_utc() -> None:
    assert end_of_day(at("2026-11-02 09:00:00"), TOKYO).tzinfo is UTC
