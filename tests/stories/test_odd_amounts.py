"""Odd amounts, card numbers, pay-outs that cannot be: each is answered, and nothing moves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import unescape

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.settings import Settings
from domain.ids import PersonId
from sandbox.people import Forum, Person, texts_of
from storage.ledger_tables import ledger_event, payment, payout, transfer
from tests.stories.roads import estimated, opens
from tests.stories.shop import Shop, Somebody
from tests.stories.test_payouts import Finance, at_pay_out, in_order, purse, rich

FORM, DECIMALS, SIGN = "I cannot read this amount", "too many decimals", "without a plus or minus"
ZERO, SIZE, CURRENCY = "must be more than zero", "is too large", "in another currency"
COMMA = "what the comma in this amount stands for"
ODD = (
    ("1,000", COMMA),
    ("1.000,00", COMMA),
    ("1 000", FORM),
    (".5", FORM),
    ("5.", FORM),
    ("1e3", FORM),
    ("１００", FORM),  # full-width
    ("٣", FORM),
    ("0x10", FORM),
    ("NaN", FORM),
    ("1/2", FORM),
    ("twelve", FORM),
    ("12 12", FORM),
    ("-1", SIGN),
    ("−1", SIGN),  # a true minus
    ("$-1", SIGN),
    ("+1", SIGN),
    ("0", ZERO),
    ("0.00", ZERO),
    ("$0", ZERO),
    ("1.005", DECIMALS),
    ("$12.000", DECIMALS),
    ("1000000000000000", SIZE),  # 10^15
    ("10000000000.01", SIZE),
    ("€12", CURRENCY),
    ("12 JPY", CURRENCY),
)
CARD = "4111 1111 1111 1111"
NO_CARDS = "looks like the number of a payment card"
Way = Callable[[Somebody, Finance, Finance], Awaitable[str]]


@pytest.fixture
def settings(settings: Settings, chief: Person, tom: Person, group: Forum) -> Settings:
    """Two finance members, and a key for account details."""
    chief.adds(tom, group)
    return settings.model_copy(
        update={
            "finance_user_ids": (PersonId(chief.id), PersonId(tom.id)),
            "encryption_keys": (SecretStr(Fernet.generate_key().decode()),),
        }
    )


@pytest.fixture
def mina(shop: Shop, chief: Person) -> Finance:
    return Finance(shop, chief)


@pytest.fixture
def kim(shop: Shop, tom: Person) -> Finance:
    return Finance(shop, tom)


async def moved(shop: Shop) -> tuple[int, ...]:
    """How many events, transfers, payments and pay-outs there are."""
    return tuple([await shop.count(t) for t in (ledger_event, transfer, payment, payout)])


# The ways to each form's amount, and what it asks ---------------------------------------------


async def to_a_bill(aki: Somebody, mina: Finance, _kim: Finance) -> str:
    await estimated(aki, Somebody(mina.shop, mina.person))
    await opens(aki)
    await aki.presses("Pay 1st bill", "Bank transfer", "I have transferred it")
    return "How much did you transfer?"


async def to_a_pay_in(aki: Somebody, _mina: Finance, _kim: Finance) -> str:
    await aki.writes("/deposit")
    await aki.presses("Pay in", "Bank transfer", "I have transferred it")
    return "How much did you transfer?"


async def to_a_pay_out(aki: Somebody, mina: Finance, kim: Finance) -> str:
    await rich(aki, mina, kim)
    await at_pay_out(aki)
    return "How much shall we send you?"


WAYS = pytest.mark.parametrize("way", [to_a_bill, to_a_pay_in, to_a_pay_out])


@WAYS
async def test_an_odd_amount_is_answered_and_asked_for_again(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance, way: Way
) -> None:
    question = await way(aki, mina, kim)
    before, had = await moved(shop), await purse(shop, aki)
    for typed, why in ODD:
        await aki.writes(typed)
        assert why in aki.reads, typed
        assert question in aki.reads, typed
    assert await moved(shop) == before
    assert await purse(shop, aki) == had
    await aki.writes("$12")  # is twelve dollars, and the form goes on
    assert question not in aki.reads
    assert FORM not in aki.reads
    assert await moved(shop) == before
    assert await in_order(shop)


@WAYS
async def test_a_card_number_for_an_amount_is_taken_out_of_the_chat(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance, way: Way
) -> None:
    question = await way(aki, mina, kim)
    before = await moved(shop)
    for typed in (CARD, CARD.replace(" ", ""), CARD.replace(" ", "-"), f"my card: {CARD}"):
        await aki.writes(typed)
        assert NO_CARDS in aki.reads, typed
        assert question in aki.reads, typed
        assert not any(typed in text for text in texts_of(aki.person.sees)), typed
    assert await moved(shop) == before


async def test_a_card_number_for_a_senders_name_is_refused(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await to_a_bill(aki, mina, kim)
    await aki.presses("$28.00", "Today")
    await aki.writes(f"Aki Mori {CARD}")
    assert NO_CARDS in aki.reads
    assert not any(CARD in text for text in texts_of(aki.person.sees))
    assert await shop.count(payment) == 0


# Pay-outs that cannot be ----------------------------------------------------------------------


async def test_a_pay_out_above_the_balance_or_of_the_charge_alone_is_refused(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await to_a_pay_out(aki, mina, kim)
    before = await moved(shop)
    for typed, why in (
        ("50.01", "no more can be paid out"),
        ("10000000000", "no more can be paid out"),
        ("2.00", "more than the charge of $2.00"),
        ("2", "more than the charge of $2.00"),
        ("0.01", "more than the charge of $2.00"),
    ):
        await aki.writes(typed)
        assert why in aki.reads, typed
        assert "How much shall we send you?" in aki.reads, typed
    assert await moved(shop) == before
    assert await purse(shop, aki) == (5_000, 0, 0)
    await aki.writes("2.01")  # a cent is left of it
    assert "How much" not in aki.reads


@pytest.mark.parametrize("details", ["x" * 2_000, "x" * 501, CARD])
async def test_an_account_that_cannot_be_is_refused_and_not_kept(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance, details: str
) -> None:
    await to_a_pay_out(aki, mina, kim)
    before = await moved(shop)
    await aki.writes("30.00")
    await aki.presses("Bank")
    await aki.writes(details)
    assert "Where shall we send it?" in aki.reads
    assert not any(details in text for text in texts_of(aki.person.sees))
    assert await moved(shop) == before
    assert await purse(shop, aki) == (5_000, 0, 0)


async def test_what_is_gone_when_it_is_confirmed_is_not_paid_out(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    """The form was right when it began; what counts is the deposit at its end."""
    await to_a_pay_out(aki, mina, kim)
    await aki.writes("50.00")
    await aki.presses("Bank")
    await aki.writes("First Bank 1234567")
    await estimated(aki, Somebody(shop, mina.person))
    review = next(m for m in reversed(aki.person.sees) if "You will get" in str(m.get("text")))
    await opens(aki)
    await aki.presses("Pay 1st bill", "From deposit", "Confirm")
    assert await purse(shop, aki) == (2_200, 0, 0)
    before = await moved(shop)
    aki.person.presses("Confirm", message=review)
    await shop.rest()
    assert await moved(shop) == before
    assert await purse(shop, aki) == (2_200, 0, 0)


# Staff's lines --------------------------------------------------------------------------------


async def test_staffs_lines_take_no_odd_amount_either(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await estimated(aki, Somebody(shop, mina.person))
    await to_a_pay_in(aki, mina, kim)
    await aki.writes("12")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    before = await moved(shop)
    odd = [typed for typed, _why in ODD if " " not in typed]
    for typed in odd:
        for line in (f"/payin 1 {typed} B17", f"/suspense {typed} B17"):
            assert "Nothing was changed" in unescape(await mina.writes(line)), line
        answer = await mina.writes(f"/confirm {typed} B17", "#1")
        assert "Nothing was changed" in unescape(answer), typed
    for typed in ("1,000", "-1", "0", "1000000000000000"):
        answer = await mina.writes(f"/goodwill {aki.id} {typed} sorry")
        assert "Nothing was changed" in unescape(answer), typed
    assert await moved(shop) == before
    assert await purse(shop, aki) == (0, 0, 0)
    assert await in_order(shop)
