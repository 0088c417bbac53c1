"""A clerk who booked a transfer for the wrong one has a way back, and everybody is told."""

from __future__ import annotations

from html import unescape

import pytest

from domain.orders import Flag, Stage
from sandbox.people import texts_of
from storage.ledger_tables import ledger_event
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.stories.roads import paid
from tests.stories.shop import Shop, Somebody
from tests.stories.test_deposit import pays_in, presses_in_finance, says_in_finance


@pytest.fixture
def kim(shop: Shop, ben: Somebody, boss: Somebody) -> Somebody:
    """The second finance member; a customer's account is hers, too."""
    ben.person.joins(shop.group)
    boss.person.promotes(ben.person, shop.group)
    return ben


async def in_general(shop: Shop, who: Somebody, line: str) -> str:
    who.person.writes(line, shop.group)
    await shop.rest()
    return unescape(texts_of([shop.group.general[-1]])[0])


async def books_are_in_order(shop: Shop) -> bool:
    async with looking(shop.daiko.database) as uow:
        return await prove(uow.tx) == []


async def test_a_transfer_that_was_another_customers_is_taken_back_and_given_to_its_owner(
    shop: Shop, aki: Somebody, kim: Somebody, boss: Somebody
) -> None:
    await kim.starts()
    await paid(aki, boss)
    proposed = await in_general(shop, boss, "/correct REF1 it is of Cleo")
    assert proposed.startswith(
        "⏳ Proposed by Boss. Nothing is done yet.\n/correct REF1 it is of Cleo\n"
    )
    assert await shop.count(ledger_event) == 1
    done = await in_general(shop, kim, "/correct REF1 it is of Cleo")
    assert done == (
        "✅ $28.00 is taken back from Aki. When the owner is known: /match REF1 CUSTOMER\n"
        "They are told.\n"
        "They owe $28.00 now. Their next payment into the deposit covers it first.\n"
        "#1 is on hold, since it is not paid. When it is, in its topic: /unhold"
    )
    assert aki.reads.startswith(
        "🔁 #1 · We booked a transfer of $28.00 for you that was not yours. We have taken it back."
    )
    assert "You owe us $28.00 now" in aki.reads
    assert "Your order waits until then" in aki.reads
    assert "was not for this order: it is taken back." in "\n".join(shop.staff_read(1))
    file = await shop.file(1)
    assert file.order.stage is Stage.PURCHASING
    assert Flag.ON_HOLD in file.order.flags
    await aki.presses("Deposit")
    assert aki.reads.startswith("Balance: -$28.00\nOwed: $28.00\n")
    await aki.presses("History")
    assert "-$28.00 · Correction · #1" in aki.reads
    await pays_in(aki)
    await says_in_finance(shop, boss, "/payin 2 28.00 REF2")
    await boss.says_in_topic("/unhold", 1)
    assert Flag.ON_HOLD not in (await shop.file(1)).order.flags
    assert "$28.00 is in the deposit of Ben" in await in_general(
        shop, boss, f"/match REF1 {kim.id}"
    )
    await kim.writes("/deposit")
    assert kim.reads.startswith("Balance: $28.00\n")
    assert await books_are_in_order(shop)


async def test_a_wrong_amount_is_put_right_by_agree_in_the_finance_topic(
    shop: Shop, aki: Somebody, kim: Somebody, boss: Somebody
) -> None:
    await pays_in(aki)
    await says_in_finance(shop, boss, "/payin 1 84.70 B17")
    await says_in_finance(shop, boss, "/correct B17 amount=87.40 two digits were swapped")
    done = await presses_in_finance(shop, kim, "Agree")
    assert done == "✅ B17 of Aki is booked as $87.40, not as $84.70.\nThey are told."
    assert "We booked your transfer as $84.70, but $87.40 arrived." in aki.reads
    assert "Your balance is $87.40 now." in aki.reads
    again = await says_in_finance(shop, boss, "/correct B17 amount=87.40 two digits")
    assert again == "B17 is booked as $87.40 already. Nothing was changed."
    assert await books_are_in_order(shop)


async def test_the_orders_history_says_what_was_corrected_and_why(
    shop: Shop, aki: Somebody, kim: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss)
    for who in (boss, kim):
        await in_general(shop, who, "/correct REF1 it is of Cleo")
    await boss.says_in_topic("/history", 1)
    history = "\n".join(shop.staff_read(1))
    assert "payment corrected" in history
    assert "it is of Cleo" in history


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/correct", "It is written like this:"),
        ("/correct B17", "It is written like this:"),
        ("/correct B17 amount=-1 no", "It is written like this:"),
        ("/correct B17 no", "Nothing was booked of a bank line B17. Nothing was changed."),
    ],
)
async def test_a_line_that_corrects_nothing_is_answered(
    shop: Shop, boss: Somebody, line: str, answer: str
) -> None:
    assert answer in await in_general(shop, boss, line)
    assert await shop.count(ledger_event) == 0


async def test_only_finance_members_correct(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    ben.person.joins(shop.group)
    await paid(aki, boss)
    assert "Only finance members" in await in_general(shop, ben, "/correct REF1 no")
    assert "correct" in await in_general(shop, boss, "/help")
    assert await shop.count(ledger_event) == 1
