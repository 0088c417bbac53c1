"""What can be pressed from the paid 2nd bill on, and what a reception report shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.orders import Flag, Order, Parcel
from domain.problems import PICTURES
from tests.views.files import (
    BILLED,
    CANCELLED,
    COMPLETED,
    NOW,
    READER,
    READY,
    REPORT,
    RETURNED,
    SHIPPED,
    a_file,
    usd,
)
from tests.views.reading import labels, read
from views import aftercare, paying, problems, reception

SAY = READER.say
PROBLEM = frozenset({Flag.PROBLEM_OPEN})
HELD = frozenset({Flag.ON_HOLD})


def pressable(order: Order, *reports: object) -> list[str]:
    file = a_file(order, *reports)  # type: ignore[arg-type]
    return [key.label for row in aftercare.keys(file, NOW, SAY) for key in row]


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        (BILLED, []),
        (READY, ["✏️ Change shipping"]),
        (replace(READY, packed_at=NOW), []),
        (replace(READY, flags=HELD), []),
        (SHIPPED, ["⏳ Not arrived yet"]),
        (replace(SHIPPED, flags=HELD), []),
        (replace(SHIPPED, flags=PROBLEM), ["↩️ Withdraw · problem"]),
        (replace(SHIPPED, flags=PROBLEM | HELD), ["↩️ Withdraw · problem"]),
        (RETURNED, []),
        (COMPLETED, ["⚠️ There is a problem", "🔁 Apply again"]),
        (replace(COMPLETED, completed_at=NOW - timedelta(days=30)), ["🔁 Apply again"]),
        (replace(COMPLETED, flags=PROBLEM), ["↩️ Withdraw · problem", "🔁 Apply again"]),
        (CANCELLED, ["🔁 Apply again"]),
    ],
)
def test_each_moment_has_its_keys(order: Order, keys: list[str]) -> None:
    assert pressable(order) == keys


def test_while_a_payment_is_under_review_the_shipping_stays() -> None:
    assert pressable(READY, REPORT) == []


def test_only_several_parcels_that_are_out_are_ticked() -> None:
    back, out = (Parcel("EMS", number, NOW) for number in ("EE1", "EE2"))
    both = reception.report(replace(SHIPPED, parcels=(back, out)), SAY)
    assert labels(both)[:2] == [["⬜️ Parcel 1 · EE1"], ["⬜️ Parcel 2 · EE2"]]
    assert "It comes in 2 parcels" in read(both)
    one = reception.report(replace(SHIPPED, parcels=(replace(back, returned_at=NOW), out)), SAY)
    assert labels(one)[0] == ["✅ Everything arrived"]


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        ((usd(2210), usd(0)), "$22.10 more than you paid"),
        ((usd(0), usd(2210)), "$22.10 less"),
        ((usd(0), usd(0)), "nothing more to pay"),
    ],
)
def test_what_a_change_costs_is_said_before_it_is_confirmed(
    difference: tuple[object, object], said: str
) -> None:
    method = READY.second_bill.methods[0]  # type: ignore[union-attr]
    prompt = paying.ask_address(
        READY.id,
        method,
        "1 <b>Long & Street",
        READY.second_bill,  # type: ignore[arg-type]
        SAY,
        is_new=True,
        after_payment=difference,  # type: ignore[arg-type]
    )
    assert said in prompt.text.replace("<b>", "").replace("</b>", "")
    assert "1 &lt;b&gt;Long &amp; Street" in prompt.text


def test_every_picture_is_asked_for_with_a_way_to_end() -> None:
    for what in PICTURES:
        prompt = problems.ask_picture(READY, what, 2, SAY)
        assert "we have 2 messages" in prompt.text
        assert [[answer.value for answer in row] for row in prompt.answers] == [["done"]]
    assert PICTURES == ("parcel", "label", "packing", "item")


def test_of_several_items_the_customer_is_asked_which_one_the_picture_shows() -> None:
    asks = "which item it is: 1 (https://shop.example/mug), 2 (A book about tea)."
    assert asks in problems.ask_picture(SHIPPED, "item", 2, SAY).text
    one = replace(SHIPPED, lines=SHIPPED.lines[:1])
    for order, what in ((one, "item"), (SHIPPED, "label")):
        assert "which item" not in problems.ask_picture(order, what, 2, SAY).text
