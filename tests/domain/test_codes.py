"""Payment codes are found in what a bank tells, and wrong ones are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import Codes, codes_in, customer_code
from domain.ids import OrderId, PersonId
from domain.reports import payment_code

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def test_a_customers_code_is_their_number_and_a_check_letter() -> None:
    assert customer_code(PersonId(7)) == "P9L"
    assert customer_code(PersonId(7_000_000_001)) == "P8JMR3J3L"


@given(st.integers(1, 2**52))
def test_a_customers_code_leads_back_to_them(number: int) -> None:
    assert codes_in(customer_code(PersonId(number))) == Codes(customers=(PersonId(number),))


@given(st.integers(1, 10**12), st.data())
def test_one_wrong_letter_is_noticed(number: int, data: st.DataObject) -> None:
    code = customer_code(PersonId(number))
    place = data.draw(st.integers(1, len(code) - 1))
    other = data.draw(st.sampled_from([x for x in LETTERS if x != code[place]]))
    assert codes_in(code[:place] + other + code[place + 1 :]).customers == ()


@pytest.mark.parametrize(
    "text",
    ["D123", "mug d123 thank you", "Ｄ１２３", "D-12-3", "REF:D123/2026", "Tanaka,D123"],
)
def test_an_orders_code_is_found_however_it_is_written(text: str) -> None:
    assert payment_code(OrderId(12)) == "D123"
    assert codes_in(text).orders == (OrderId(12),)


@pytest.mark.parametrize("text", ["", "D12", "D12A", "XD123X", "D0K", "P", "PAY", "INVOICE 12"])
def test_other_words_are_no_codes(text: str) -> None:
    assert codes_in(text) == Codes()


def test_several_codes_are_each_found_once() -> None:
    one, two = payment_code(OrderId(1)), customer_code(PersonId(7))
    found = codes_in(f"{one} {two} {one}")
    assert found == Codes((OrderId(1),), (PersonId(7),))
    assert found.all == {one, two}
