"""What the clocks say of an order, and when: to the second, across changes of the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.agency import Agency
from domain.agenda import Mark, agenda, due, next_at, put_off, without_old_keys
from domain.deadlines import (
    CLOCKS,
    Clock,
    Outage,
    What,
    after_days,
    after_outage,
    announced,
    freeze,
    restart,
    unfreeze,
)
from domain.ids import LineNo
from domain.money import Currency
from domain.orders import Flag, Line, LineState, Order, Question, Stage, with_line
from domain.turns import OF_STAFF, Turn, turn, waiting_since
from tests.domain.orders import an_order

UTC_ZONE, TOKYO, BERLIN, NEW_YORK = (
    ZoneInfo("UTC"),
    ZoneInfo("Asia/Tokyo"),
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/New_York"),
)
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def agency(zone: ZoneInfo = UTC_ZONE, days: int = 30) -> Agency:
    return Agency("Daiko", Currency.USD, zone, -100, complete_after_days=days)


def unpaid(begun: datetime, zone: ZoneInfo = UTC_ZONE) -> Order:
    order = replace(an_order(), stage=Stage.AWAITING_FIRST_PAYMENT, waits_since=begun)
    return restart(order, after_days(begun, 7, zone), begun)


def shipped(begun: datetime, zone: ZoneInfo = UTC_ZONE, days: int = 30) -> Order:
    order = replace(an_order(), stage=Stage.SHIPPED, waits_since=begun, shipped_at=begun)
    return restart(order, after_days(begun, days, zone), begun)


def asked(since: datetime, question: Question = Question.PRICE) -> Order:
    order = replace(an_order(), stage=Stage.PURCHASING, waits_since=since)
    line = replace(order.lines[0], state=LineState.TO_BUY, question=question, asked_at=since)
    return replace(with_line(order, line), flags=frozenset({Flag.DECISION_NEEDED}))


def moments(marks: tuple[Mark, ...], clock: Clock) -> list[tuple[str, datetime]]:
    return [(mark.name, mark.at) for mark in marks if mark.clock is clock]


# 7 days ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "begun", "ends"),
    [
        (UTC_ZONE, "2026-11-02 09:00:00", "2026-11-10 00:00:00"),
        (TOKYO, "2026-11-02 14:59:59", "2026-11-09 15:00:00"),
        (TOKYO, "2026-11-02 15:00:00", "2026-11-10 15:00:00"),
        (BERLIN, "2026-10-20 10:00:00", "2026-10-27 23:00:00"),  # back on the 25th
        (BERLIN, "2027-03-24 10:00:00", "2027-03-31 22:00:00"),  # forward on the 28th
        (NEW_YORK, "2026-10-28 12:00:00", "2026-11-05 05:00:00"),  # back on the 1st
    ],
)
def test_reminders_come_72_24_and_3_hours_before_the_end(
    zone: ZoneInfo, begun: str, ends: str
) -> None:
    order, end = unpaid(at(begun), zone), at(ends)
    assert order.due_at == end
    assert end - at(begun) > timedelta(hours=168)
    said = agenda(order, agency(zone), at(begun))
    assert moments(said, Clock.FIRST_BILL) == [
        ("-72h", end - timedelta(hours=72)),
        ("-24h", end - timedelta(hours=24)),
        ("-3h", end - timedelta(hours=3)),
        ("end", end),
    ]
    for mark in said:
        assert due(order, said, mark.at - SECOND) != (mark,)
        told = replace(order, reminded=frozenset(x.key for x in said if x.at < mark.at))
        assert due(told, said, mark.at) == (mark,)


@pytest.mark.parametrize(
    ("zone", "begun", "ends"),
    [
        (UTC_ZONE, "2026-11-02 09:00:00", "2026-12-03 00:00:00"),
        (TOKYO, "2026-11-02 15:00:00", "2026-12-03 15:00:00"),
        (BERLIN, "2026-10-10 22:30:00", "2026-11-09 23:00:00"),  # the 11th there; back on the 25th
        (BERLIN, "2027-03-10 23:30:00", "2027-04-10 22:00:00"),  # forward on the 28th
        (NEW_YORK, "2026-10-28 12:00:00", "2026-11-28 05:00:00"),
    ],
)
def test_questions_come_on_days_14_23_and_29(zone: ZoneInfo, begun: str, ends: str) -> None:
    order, begin, end = shipped(at(begun), zone), at(begun), at(ends)
    assert order.due_at == end
    assert end - begin >= timedelta(hours=720)
    marks = [mark for mark in agenda(order, agency(zone), begin) if mark.line is None]
    assert [(mark.at - begin, mark.what) for mark in marks[:3]] == [
        (timedelta(days=14), What.ASK),
        (timedelta(days=23), What.ASK),
        (timedelta(days=29), What.ASK),
    ]
    assert (marks[3].at, marks[3].what) == (end, What.BITE)
    assert marks[2].is_warning
    assert end - marks[2].at >= timedelta(hours=24)


def test_in_a_shorter_time_only_the_questions_that_fit_are_asked() -> None:
    begun = at("2026-11-02 09:00:00")
    order = shipped(begun, days=10)
    said = moments(agenda(order, agency(days=10), begun), Clock.COMPLETION)
    assert said == [("-24h", at("2026-11-11 09:00:00")), ("end", at("2026-11-13 00:00:00"))]


# What is said, and what is not ----------------------------------------------------------------


def test_of_what_is_due_at_once_only_the_last_is_said_and_the_warning_before_all() -> None:
    order = unpaid(at("2026-11-02 09:00:00"))
    late = at("2026-11-09 22:00:00")
    marks = agenda(order, agency(), late)
    (said,) = due(order, marks, late)
    assert (said.name, said.is_warning) == ("-24h", True)
    told = replace(order, reminded=frozenset({said.key}))
    assert [mark.name for mark in due(told, marks, late)] == ["-3h"]
    assert due(replace(told, reminded=told.reminded | {marks[2].key}), marks, late) == ()


def test_nothing_bites_before_its_warning_was_said() -> None:
    order = unpaid(at("2026-11-02 09:00:00"))
    after = at("2026-11-20 00:00:00")
    assert [mark.name for mark in due(order, agenda(order, agency(), after), after)] == ["-24h"]


def test_what_passed_before_it_was_their_turn_is_not_said_late() -> None:
    order = replace(unpaid(at("2026-11-02 09:00:00")), waits_since=at("2026-11-08 12:00:00"))
    now = at("2026-11-08 12:00:00")
    marks = agenda(order, agency(), now)
    assert due(order, marks, now) == ()
    assert next_at(order, marks, now) == at("2026-11-09 00:00:00")


def test_a_deadline_that_moved_says_everything_anew() -> None:
    order = unpaid(at("2026-11-02 09:00:00"))
    keys = {mark.key for mark in agenda(order, agency(), order.applied_at)}
    frozen = freeze(order, at("2026-11-05 00:00:00"))
    moved = unfreeze(frozen, at("2026-11-05 00:00:01"))
    assert keys.isdisjoint(mark.key for mark in agenda(moved, agency(), moved.applied_at))
    said = replace(moved, reminded=frozenset(keys))
    assert without_old_keys(said, agency()).reminded == frozenset()
    assert without_old_keys(replace(order, reminded=frozenset(keys)), agency()).reminded == keys


@pytest.mark.parametrize("flag", [Flag.ON_HOLD, Flag.PROBLEM_OPEN])
def test_what_stops_a_clock_silences_it(flag: Flag) -> None:
    begun = at("2026-11-02 09:00:00")
    for order in (unpaid(begun), shipped(begun)):
        stopped = replace(freeze(order, begun), flags=frozenset({flag}))
        assert {mark.clock for mark in agenda(stopped, agency(), begun)} == {Clock.STAFF}


def test_while_a_payment_is_under_review_only_staff_are_rung() -> None:
    begun = at("2026-11-02 09:00:00")
    frozen = freeze(unpaid(begun), begun)
    assert {mark.clock for mark in agenda(frozen, agency(), begun)} == {Clock.STAFF}
    assert agenda(unpaid(begun), agency(), begun, under_review=True) == ()


def test_an_order_that_has_ended_has_no_moments() -> None:
    for stage in (Stage.COMPLETED, Stage.CANCELLED):
        order = replace(an_order(), stage=stage)
        assert agenda(order, agency(), order.applied_at) == ()


# Decisions ------------------------------------------------------------------------------------


def test_a_decision_is_reminded_of_twice_and_lapses_after_72_hours() -> None:
    since = at("2026-11-02 09:00:00")
    said = moments(agenda(asked(since), agency(), since), Clock.DECISION)
    assert said == [
        ("24h", at("2026-11-03 09:00:00")),
        ("-24h", at("2026-11-04 09:00:00")),
        ("end", at("2026-11-05 09:00:00")),
    ]


def test_where_there_are_goods_silence_rings_and_never_bites() -> None:
    since = at("2026-11-02 09:00:00")
    order = asked(since, Question.DAMAGED)
    later = at("2026-11-12 09:00:00")
    said = [mark for mark in agenda(order, agency(), later) if mark.clock is Clock.MISHAP]
    assert [(mark.name, mark.what) for mark in said] == [
        ("24h", What.REMIND),
        ("48h", What.REMIND),
        ("216h", What.RING),
        ("288h", What.RING),
    ]


def test_a_hold_gives_a_decision_its_time_back() -> None:
    since = at("2026-11-02 09:00:00")
    order = asked(since)
    held = replace(freeze(order, at("2026-11-03 00:00:00")), flags=order.flags | {Flag.ON_HOLD})
    assert moments(agenda(held, agency(), since), Clock.DECISION) == []
    goes_on = unfreeze(replace(held, flags=order.flags), at("2026-11-13 00:00:00"))
    assert goes_on.frozen_at is None
    assert goes_on.lines[0].asked_at == at("2026-11-12 09:00:00")


# The endless ones -----------------------------------------------------------------------------


def test_the_second_bill_is_reminded_of_after_3_7_and_14_days_and_then_every_week() -> None:
    since = at("2026-11-02 09:00:00")
    order = replace(an_order(), stage=Stage.AWAITING_SECOND_PAYMENT, waits_since=since)
    for days, last, following in ((1, 14, None), (15, 14, 21), (22, 21, 28), (365, 364, 371)):
        said = moments(agenda(order, agency(), since + timedelta(days=days)), Clock.SECOND_BILL)
        want = [f"{day * 24}h" for day in (3, 7, last, following) if day is not None]
        assert [name for name, _ in said] == want


def test_what_was_bought_rings_after_10_days_and_then_every_5() -> None:
    bought = at("2026-11-02 09:00:00")
    order = replace(an_order(), stage=Stage.AWAITING_ARRIVAL, waits_since=bought)
    line = replace(order.lines[0], state=LineState.BOUGHT, bought_at=bought)
    order = with_line(order, line)
    for days, names in ((9, ["240h"]), (10, ["240h", "360h"]), (16, ["360h", "480h"])):
        now = bought + timedelta(days=days)
        assert [name for name, _ in moments(agenda(order, agency(), now), Clock.ARRIVAL)] == names


def test_staff_are_rung_after_two_business_days_and_then_every_two() -> None:
    friday = at("2026-11-06 15:00:00")
    order = replace(an_order(), stage=Stage.APPLIED, waits_since=friday)
    holidays = frozenset({at("2026-11-09 00:00:00").date()})  # a Monday
    first = agenda(order, agency(), friday)
    assert moments(first, Clock.STAFF) == [("2d", at("2026-11-10 15:00:00"))]
    closed = agenda(order, agency(), friday, holidays=holidays)
    assert moments(closed, Clock.STAFF) == [("2d", at("2026-11-11 15:00:00"))]
    later = agenda(order, agency(), at("2026-11-10 15:00:00"))
    assert moments(later, Clock.STAFF) == [
        ("2d", at("2026-11-10 15:00:00")),
        ("4d", at("2026-11-12 15:00:00")),
    ]


# At night -------------------------------------------------------------------------------------


def test_a_reminder_at_night_waits_for_the_morning_and_a_warning_comes_the_evening_before() -> (
    None
):
    order = unpaid(at("2026-11-02 09:00:00"))  # ends at midnight, in UTC
    said = agenda(order, agency(), order.applied_at, zone=UTC_ZONE)
    assert moments(said, Clock.FIRST_BILL) == [
        ("-72h", at("2026-11-07 08:00:00")),
        ("-24h", at("2026-11-08 21:30:00")),
        ("-3h", at("2026-11-09 21:00:00")),
        ("end", at("2026-11-10 00:00:00")),
    ]


def test_what_bites_within_twelve_hours_is_said_at_any_hour() -> None:
    order = unpaid(at("2026-11-02 09:00:00"))
    los_angeles = ZoneInfo("America/Los_Angeles")  # -8: ends at 16:00 there
    auckland = ZoneInfo("Pacific/Auckland")  # +13: ends at 13:00, 3 hours before it is 10:00
    kolkata = ZoneInfo("Asia/Kolkata")  # +5:30: ends at 05:30, 3 hours before it is 02:30
    for zone in (los_angeles, auckland, kolkata):
        said = dict(
            moments(agenda(order, agency(), order.applied_at, zone=zone), Clock.FIRST_BILL)
        )
        assert said["-3h"] == at("2026-11-09 21:00:00")


def test_wherever_the_customer_is_a_warning_comes_by_day_and_a_day_ahead() -> None:
    begun = at("2026-10-20 10:00:00")
    for name in ("Asia/Tokyo", "Europe/Berlin", "America/New_York", "Pacific/Chatham"):
        zone = ZoneInfo(name)
        for hour in range(24 * 14):
            now = begun + timedelta(hours=hour)
            order = unpaid(now, BERLIN)
            assert order.due_at is not None
            said = agenda(order, agency(BERLIN), now, zone=zone)
            (warning,) = (mark for mark in said if mark.is_warning)
            assert order.due_at - warning.at >= timedelta(hours=24)
            assert 8 <= warning.at.astimezone(zone).hour < 22
            blind = next_at(order, agenda(order, agency(BERLIN), now)[1:], now, blind=True)
            assert blind is not None
            assert blind <= warning.at


# A warning that comes late --------------------------------------------------------------------


def test_a_late_warning_moves_the_deadline_to_a_day_after_it() -> None:
    end = at("2026-11-10 00:00:00")
    assert announced(end, at("2026-11-09 00:00:00")) == end
    assert announced(end, at("2026-11-09 00:10:00")) == end  # what sending takes
    assert announced(end, at("2026-11-09 00:10:01")) == at("2026-11-10 00:11:00")
    assert announced(end, at("2026-11-12 17:30:00")) == at("2026-11-13 17:30:00")


def test_a_deadline_that_its_warning_moved_is_not_announced_again() -> None:
    order = unpaid(at("2026-11-02 09:00:00"))
    late = at("2026-11-09 12:00:00")
    (warning,) = due(order, agenda(order, agency(), late), late)
    moved, key = put_off(order, warning, late)
    assert moved.due_at == at("2026-11-10 12:00:00")
    told = replace(moved, reminded=frozenset({key}))
    marks = agenda(told, agency(), late)
    assert due(told, marks, late) == ()
    assert next_at(told, marks, late) == at("2026-11-10 09:00:00")  # three hours before


def test_a_decision_that_was_announced_late_has_its_day() -> None:
    order = asked(at("2026-11-02 09:00:00"))
    late = at("2026-11-04 20:00:00")
    (warning,) = due(order, agenda(order, agency(), late), late)
    moved, key = put_off(order, warning, late)
    assert moved.lines[0].asked_at == at("2026-11-02 20:00:00")
    told = replace(moved, reminded=frozenset({key}))
    marks = agenda(told, agency(), late)
    assert due(told, marks, late) == ()
    assert next_at(told, marks, late) == at("2026-11-05 20:00:00")


# Outages --------------------------------------------------------------------------------------


def test_what_ran_out_while_we_were_away_ends_a_day_after_our_return() -> None:
    order = unpaid(at("2026-11-02 09:00:00"))  # to the 10th
    back = at("2026-11-10 07:00:00")
    away = Outage(at("2026-11-09 22:00:00"), back)
    moved = after_outage(order, away)
    assert moved.due_at == at("2026-11-11 07:00:00")
    assert moved.due_from == at("2026-11-03 16:00:00")
    assert after_outage(moved, away) == moved
    for other in (
        Outage(at("2026-11-08 22:00:00"), at("2026-11-09 23:59:59")),
        Outage(at("2026-11-10 00:00:00"), back),
    ):
        assert after_outage(order, other) == order
    assert after_outage(freeze(order, order.applied_at), away).due_at == order.due_at


def test_a_decision_that_ran_out_while_we_were_away_has_another_day() -> None:
    order = asked(at("2026-11-02 09:00:00"))
    away = Outage(at("2026-11-05 08:00:00"), at("2026-11-05 12:00:00"))
    moved = after_outage(order, away)
    assert moved.lines[0].asked_at == at("2026-11-03 12:00:00")


# Turns ----------------------------------------------------------------------------------------


def test_every_live_order_is_somebodys_turn_or_a_shops() -> None:
    for stage in Stage:
        order = replace(an_order(), stage=stage)
        assert (turn(order) is Turn.NOBODY) == order.is_ended


def test_every_turn_of_staff_has_a_clock() -> None:
    now = at("2026-11-02 09:00:00")
    line = Line(LineNo(1), "Thing", 2, state=LineState.TO_BUY)
    base = replace(an_order(), lines=(line,), waits_since=now)
    orders = {
        Turn.ESTIMATE: replace(base, stage=Stage.APPLIED),
        Turn.REVIEW: replace(base, stage=Stage.AWAITING_FIRST_PAYMENT, frozen_at=now),
        Turn.PURCHASE: replace(base, stage=Stage.PURCHASING),
        Turn.REQUEST: replace(base, stage=Stage.PURCHASING, lines=(replace(line, wanted=1),)),
        Turn.SECOND_BILL: replace(base, stage=Stage.AT_WAREHOUSE),
        Turn.SHIPPING: replace(base, stage=Stage.READY_TO_SHIP),
        Turn.PROBLEM: replace(base, stage=Stage.COMPLETED, flags=frozenset({Flag.PROBLEM_OPEN})),
        Turn.HOLD: replace(base, stage=Stage.PURCHASING, flags=frozenset({Flag.ON_HOLD})),
    }
    assert orders.keys() == OF_STAFF
    for whose, order in orders.items():
        assert turn(order) is whose
        clocks = {mark.clock for mark in agenda(order, agency(), now)}
        assert Clock.STAFF in clocks


def test_waiting_begins_when_it_becomes_somebodys_turn_or_they_are_given_time() -> None:
    begun, now = at("2026-11-02 09:00:00"), at("2026-11-05 09:00:00")
    order = unpaid(begun)
    assert waiting_since(order, None, now) == now
    assert waiting_since(order, order, now) == begun
    assert waiting_since(freeze(order, now), order, now) == now
    given = replace(order, due_at=at("2026-12-01 00:00:00"))
    assert waiting_since(given, order, now) == now
    assert waiting_since(replace(order, stage=Stage.CANCELLED), order, now) is None


def test_every_clock_that_bites_has_a_warning_and_no_other_bites() -> None:
    for rule in CLOCKS.values():
        bites = any(tick.what is What.BITE for tick in rule.ticks)
        assert bites == bool(rule.bites)
        assert bites == any(tick.is_warning for tick in rule.ticks)
