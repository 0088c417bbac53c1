"""Which order may go to which agency, and what changes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from domain.agency import Agency, OtherAgency
from domain.bills import Bill, BillKind
from domain.ids import AgencyId, BillId
from domain.money import Currency, Money
from domain.moving import called, change, moved, pays_elsewhere
from domain.orders import Change, Flag, Order, Stage
from domain.refusals import InChargeAlready, NoSuchAgency, NotNow, UnderReview
from tests.domain.orders import NOW, an_order, usd

HERE: Final = Agency("Daiko", Currency.USD, ZoneInfo("UTC"), -100, bank_account="First Bank")
THERE: Final = OtherAgency(
    AgencyId(1), "Osaka; East", timezone="Asia/Tokyo", bank_account="Osaka Bank", staff_chat=-200
).beside(HERE)
ORDER: Final = an_order(taken_by="staff:42 Mina")
MOMENT: Final = timedelta(milliseconds=1)


def test_an_order_changes_hands_and_nothing_else() -> None:
    order = replace(ORDER, flags=frozenset({Flag.ON_HOLD}), due_at=NOW, frozen_at=NOW)
    there = moved(order, HERE, THERE, NOW, is_reported=False)
    assert there == replace(order, agency=AgencyId(1), taken_by="")
    back = moved(there, THERE, HERE, NOW, is_reported=False)
    assert back == replace(order, agency=None, taken_by="")


@pytest.mark.parametrize("agency", [HERE, THERE])
def test_it_does_not_go_where_it_is(agency: Agency) -> None:
    with pytest.raises(InChargeAlready) as refusal:
        moved(ORDER, agency, agency, NOW, is_reported=False)
    assert (refusal.value.order, refusal.value.agency) == (12, agency.name)


@pytest.mark.parametrize(
    ("ended", "flags", "may"),
    [
        (NOW - timedelta(days=30) + MOMENT, frozenset(), True),
        (NOW - timedelta(days=30), frozenset(), False),
        (NOW - timedelta(days=90), frozenset({Flag.PROBLEM_OPEN}), True),
    ],
)
def test_an_ended_order_moves_as_long_as_it_takes_messages(
    ended: object, flags: frozenset[Flag], may: bool
) -> None:
    order = replace(ORDER, stage=Stage.COMPLETED, completed_at=ended, flags=flags)  # type: ignore[arg-type]
    if may:
        assert moved(order, HERE, THERE, NOW, is_reported=False).agency == AgencyId(1)
    else:
        with pytest.raises(NotNow):
            moved(order, HERE, THERE, NOW, is_reported=False)


def test_a_reported_transfer_is_decided_where_the_money_is() -> None:
    with pytest.raises(UnderReview):
        moved(ORDER, HERE, THERE, NOW, is_reported=True)
    one_bank = replace(THERE, bank_account="First Bank")
    assert moved(ORDER, HERE, one_bank, NOW, is_reported=True).agency == AgencyId(1)


def test_history_says_whose_it_was_and_who_looked_after_it() -> None:
    assert change(ORDER, HERE, THERE) == Change(
        "moved", "agency: Daiko; taken by: Mina", "agency: Osaka, East; taken by: none"
    )
    nobodys = replace(ORDER, taken_by="")
    assert change(nobodys, THERE, HERE, "closed") == Change(
        "moved", "agency: Osaka, East", "agency: Daiko", "closed"
    )


def billed(total: Money, paid: Money) -> Order:
    bill = Bill(BillId(3), BillKind.FIRST, 1, total, NOW, paid)
    return replace(ORDER, stage=Stage.AWAITING_FIRST_PAYMENT, first_bill=bill)


def test_only_who_has_something_to_pay_pays_elsewhere() -> None:
    assert pays_elsewhere(billed(usd(1_700), usd(0)), HERE, THERE)
    assert pays_elsewhere(billed(usd(1_700), usd(1_699)), HERE, THERE)
    assert not pays_elsewhere(billed(usd(1_700), usd(1_700)), HERE, THERE)
    assert not pays_elsewhere(ORDER, HERE, THERE)
    same = replace(THERE, bank_account="First Bank")
    assert not pays_elsewhere(billed(usd(1_700), usd(0)), HERE, same)


@pytest.mark.parametrize("typed", ["Osaka; East", " osaka;  EAST "])
def test_an_agency_is_called_in_any_case(typed: str) -> None:
    assert called([HERE, THERE], typed) is THERE


@pytest.mark.parametrize("typed", ["", "Osaka", "East", "Daiko 2"])
def test_half_a_name_is_no_agency(typed: str) -> None:
    with pytest.raises(NoSuchAgency) as refusal:
        called([HERE, THERE], typed)
    assert refusal.value.known == ("Daiko", "Osaka; East")


def test_another_agency_has_from_the_settings_what_is_not_its_own() -> None:
    assert THERE.settings is HERE
    assert HERE.settings is HERE
    assert (THERE.timezone.key, THERE.holidays, THERE.currency) == ("Asia/Tokyo", "", Currency.USD)
    # Beside yet another one it is as it is beside the settings'.
    kobe = OtherAgency(AgencyId(2), "Kobe", holidays="JP", staff_chat=-300)
    assert kobe.beside(THERE) == kobe.beside(HERE)
    assert kobe.beside(THERE).bank_account == "First Bank"
