"""Aki's deposit: its page, paying in, what finance do about it, history and statement."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from bot.bank_import import import_file
from domain.codes import customer_code
from domain.ids import PersonId
from sandbox.people import texts_of
from storage.ledger_tables import ledger_event, payment
from tests.stories.roads import estimated, opens
from tests.stories.shop import Shop, Somebody


async def pays_in(customer: Somebody, amount: str = "100.00") -> None:
    """A pay-in by transfer, reported."""
    await customer.writes("/deposit")
    await customer.presses("Pay in", "Bank transfer", "I have transferred it")
    await customer.writes(amount)
    await customer.presses("Today")
    await customer.writes("Aki Mori")
    await customer.presses("Skip", "Confirm")


def finance_reads(shop: Shop) -> list[str]:
    return [unescape(text) for text in texts_of(shop.group.topic("Finance").messages)]


async def says_in_finance(shop: Shop, who: Somebody, text: str) -> str:
    """A line in the finance topic, and the newest message there afterwards."""
    who.person.writes(text, shop.group, topic=shop.group.topic("Finance"))
    await shop.rest()
    return finance_reads(shop)[-1]


async def presses_in_finance(shop: Shop, who: Somebody, *labels: str) -> str:
    for label in labels:
        who.person.presses(label, shop.group, topic=shop.group.topic("Finance"))
        await shop.rest()
    return finance_reads(shop)[-1]


async def test_the_page_begins_with_the_balance(aki: Somebody) -> None:
    await aki.writes("/deposit")
    assert aki.reads.splitlines()[0] == "Balance: $0.00"
    assert "Reserved" not in aki.reads
    assert "Owed" not in aki.reads
    assert [label.split(" ", 1)[1] for label in aki.buttons] == [
        "Pay in",
        "Pay out",
        "History",
        "Statement",
        "Back",
    ]
    await aki.presses("Back", "Deposit")
    assert aki.reads.startswith("Balance: $0.00")


async def test_a_pay_in_is_credited_with_what_arrived(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await aki.writes("/deposit")
    await aki.presses("Pay in")
    assert not any("PayPal" in label for label in aki.buttons)
    await aki.presses("Bank transfer")
    assert "First Bank\n123-456-789\nDaiko Ltd." in aki.reads
    assert customer_code(PersonId(aki.id)) in aki.reads
    await pays_in(aki)
    assert "Thank you" in aki.reads
    notice = finance_reads(shop)[-1]
    assert "Claimed: $100.00" in notice
    assert "/payin 1 100.00 BANKREF" in notice
    answer = await says_in_finance(shop, boss, "/payin 1 99.50 B17")
    assert answer == ("✅ Pay-in 1: $99.50 is in the deposit of Aki. Their balance is $99.50 now.")
    assert "$99.50 has arrived" in aki.reads
    await aki.presses("Deposit")
    assert aki.reads.startswith("Balance: $99.50\n")


async def test_a_pay_in_is_confirmed_by_buttons(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await pays_in(aki)
    await presses_in_finance(shop, boss, "Confirm payment")
    assert await says_in_finance(shop, boss, "1,000") != ""
    assert "An amount is written like 83.20." in finance_reads(shop)[-1]
    assert "refuse" not in await says_in_finance(shop, boss, "refuse")
    await presses_in_finance(shop, boss, "$100.00")
    await says_in_finance(shop, boss, "B 17")
    assert "one word" in finance_reads(shop)[-1]
    await says_in_finance(shop, boss, "B17")
    assert "/payin 1 100.00 B17" in finance_reads(shop)[-1]
    assert await shop.count(ledger_event) == 0  # nothing has moved yet
    assert "booked" not in aki.reads
    done = await presses_in_finance(shop, boss, "Confirm")
    assert done.startswith("✅ Pay-in 1: $100.00 is in the deposit of Aki.")
    assert await shop.count(ledger_event) == 1


async def test_who_cannot_be_told_of_their_money_is_named_in_the_finance_topic(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await pays_in(aki)
    aki.person.blocks()
    await says_in_finance(shop, boss, "/payin 1 refuse nothing arrived")
    assert finance_reads(shop)[-1] == (
        f"⚠️ Aki ({aki.id}) did not get our last message about their money: they have blocked the "
        "bot. Please reach them another way."
    )
    shop.telegram.calls.clear()


async def test_a_pay_in_is_refused_by_buttons(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await pays_in(aki)
    await presses_in_finance(shop, boss, "Refuse")
    await says_in_finance(shop, boss, "nothing arrived")
    done = await presses_in_finance(shop, boss, "Confirm")
    assert done == "✅ Pay-in 1 is refused, and the customer is told."
    assert "Reason: nothing arrived" in aki.reads
    assert await shop.count(ledger_event) == 0


async def test_lines_of_finance_in_general(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await pays_in(aki)

    async def says(text: str) -> str:
        boss.person.writes(text, shop.group)
        await shop.rest()
        return unescape(texts_of([shop.group.general[-1]])[0])

    assert "Pay-in 1 · $100.00 · Aki" in await says("/payins")
    assert "It is written like this:" in await says("/payin 1 1,000 B17")
    assert await says("/suspense 87.40 B17") == (
        "✅ $87.40 is kept as money of an unknown sender. When the owner is known: "
        "/match B17 CUSTOMER"
    )
    assert "unknown sender" in await says("/payin 1 87.40 B17")
    assert await says(f"/match B17 {aki.id}") == (
        "✅ $87.40 is in the deposit of Aki, who is told."
    )
    assert "was used on" in await says("/payin 1 100.00 b17")
    assert "There is no pay-in 99" in await says("/payin 99 1.00 B18")
    assert "✅ Pay-in 1: $100.00" in await says("/payin 1 100.00 B18")
    assert await says("/payins") == "No pay-in waits."
    assert "was faster" in await says("/payin 1 100.00 B19")
    await aki.writes("/deposit")
    assert aki.reads.startswith("Balance: $187.40\n")


async def test_money_is_matched_to_an_order_and_pays_it(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    boss.person.writes("/suspense 30.00 B17", shop.group)
    await shop.rest()
    boss.person.writes("/match B17 #1", shop.group)
    await shop.rest()
    file = await shop.file(1)
    assert file.order.first_bill is not None
    assert file.order.first_bill.remaining.is_zero
    assert file.purse.deposit.minor == 200


@pytest.mark.parametrize(
    "typed", ["1,000", ".5", "1e3", "-1", "0", "１００", "1000000000000000", "1.005", "twelve"]
)
async def test_an_odd_amount_is_answered_and_nothing_is_reported(
    shop: Shop, aki: Somebody, typed: str
) -> None:
    await aki.writes("/deposit")
    await aki.presses("Pay in", "Bank transfer", "I have transferred it")
    await aki.writes(typed)
    assert "How much did you transfer?" in aki.reads
    assert len(aki.reads.splitlines()) > 2
    assert await shop.count(payment) == 0


async def test_an_amount_may_have_its_sign(aki: Somebody) -> None:
    await aki.writes("/deposit")
    await aki.presses("Pay in", "Bank transfer", "I have transferred it")
    await aki.writes("$12")
    assert "When" in aki.reads


async def test_a_card_number_is_deleted_and_refused(shop: Shop, aki: Somebody) -> None:
    card = "4111 1111 1111 1111"
    await aki.writes("/deposit")
    await aki.presses("Pay in", "Bank transfer", "I have transferred it")
    await aki.writes(card)
    assert "looks like the number of a payment card" in aki.reads
    assert not any(card in text for text in texts_of(aki.person.sees))
    await aki.writes("12")
    await aki.presses("Today")
    await aki.writes(f"Aki {card}")
    assert "looks like the number of a payment card" in aki.reads
    assert not any(card in text for text in texts_of(aki.person.sees))
    assert await shop.count(payment) == 0


async def test_the_same_transfer_twice_shows_the_first(shop: Shop, aki: Somebody) -> None:
    await pays_in(aki)
    await pays_in(aki)
    assert await shop.count(payment) == 1
    assert any("reported this transfer already" in text for text in aki.received)


async def test_the_history_has_a_running_balance_and_its_orders(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await pays_in(aki)
    await says_in_finance(shop, boss, "/payin 1 100.00 B17")
    await opens(aki)
    await aki.presses("Pay 1st bill", "From deposit", "Confirm")
    await aki.writes("/deposit")
    assert aki.reads.startswith("Balance: $72.00\n")
    await aki.presses("History")
    assert aki.reads.splitlines()[0] == "Usage history"
    paid, came = aki.reads.index("-$28.00"), aki.reads.index("+$100.00")
    assert paid < came  # the newest first
    assert "balance $72.00" in aki.reads
    assert "balance $100.00" in aki.reads
    assert "-$28.00 · Bill paid from the deposit · #1" in aki.reads
    await aki.presses("Open order")
    assert "#1" in aki.reads


async def test_a_long_history_is_paged(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    for number in range(1, 11):
        boss.person.writes(f"/suspense {number} B{number}", shop.group)
    await aki.writes("/deposit")
    for number in range(1, 11):
        boss.person.writes(f"/match B{number} {aki.id}", shop.group)
    await shop.rest()
    await aki.writes("/deposit")
    await aki.presses("History")
    assert "page 1 of 2" in aki.reads
    assert "balance $55.00" in aki.reads
    await aki.presses("Next")
    assert "balance $1.00" in aki.reads
    assert "balance $6.00" not in aki.reads
    await aki.presses("Previous")
    assert "page 1 of 2" in aki.reads
    from views.buttons import HistoryPage

    await aki.forges(HistoryPage(10**9).pack())
    assert "page 2 of 2" in aki.reads


async def test_a_statement_comes_as_a_file(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await pays_in(aki)
    await says_in_finance(shop, boss, "/payin 1 100.00 B17")
    await aki.writes("/deposit")
    await aki.presses("Statement", "This month", "CSV")
    file = next(m["document"] for m in reversed(aki.person.sees) if "document" in m)
    assert file["file_name"] == "statement-2026-11-01-2026-11-02.csv"
    await aki.writes("/deposit")
    await aki.presses("Statement")
    await aki.writes("2026-13-01 2026-12-31")
    assert "two days" in aki.reads
    await aki.writes("2026-01-01 2026-12-31")
    await aki.presses("PDF")
    file = next(m["document"] for m in reversed(aki.person.sees) if "document" in m)
    assert file["file_name"] == "statement-2026-01-01-2026-12-31.pdf"
    assert file["mime_type"] == "application/pdf"


async def test_only_finance_members_touch_pay_ins(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    ben.person.joins(shop.group)
    await pays_in(aki)
    assert "Only finance members" in await says_in_finance(shop, ben, "/payin 1 100.00 B17")
    await presses_in_finance(shop, ben, "Confirm payment")
    assert "Only finance members" in ben.toast
    assert await shop.count(ledger_event) == 0


async def test_nobody_confirms_their_own_pay_in(shop: Shop, boss: Somebody) -> None:
    await pays_in(boss)
    answer = await says_in_finance(shop, boss, "/payin 1 100.00 B17")
    assert "own" in answer
    assert await shop.count(ledger_event) == 0


async def test_so_much_takes_two_people(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    ben.person.joins(shop.group)
    boss.person.promotes(ben.person, shop.group)
    await pays_in(aki, "600")
    assert "Proposed by Boss" in await says_in_finance(shop, boss, "/payin 1 600 B17")
    assert await shop.count(ledger_event) == 0
    done = await presses_in_finance(shop, ben, "Agree")
    assert done.startswith("✅ Pay-in 1: $600.00 is in the deposit of Aki.")
    await aki.writes("/deposit")
    assert aki.reads.startswith("Balance: $600.00\n")


async def test_the_banks_file_suggests_and_a_person_confirms(
    shop: Shop, aki: Somebody, boss: Somebody, tmp_path: Path
) -> None:
    await pays_in(aki)
    code = customer_code(PersonId(aki.id))
    file = tmp_path / "bank.csv"
    file.write_text(
        "Date,Amount,Sender,Reference,Text\n"
        f"2026-11-02,99.00,MORI AKI,B17,{code.lower()}\n"
        "2026-11-02,-5.00,,B18,charges\n"
    )
    done = await import_file(file, shop.settings, shop.daiko.database)
    assert list(done.said()) == [
        "1 suggested; finance members confirm each of them.",
        "1 are no money that arrived.",
    ]
    shop.daiko.sender.wake()
    await shop.rest()
    notice = finance_reads(shop)[-1]
    assert notice.startswith("🏦 $99.00 arrived on 2026-11-02.")
    assert "It may be pay-in 1 of Aki." in notice
    assert "$100.00 was reported." in notice
    assert await shop.count(ledger_event) == 0
    again = await import_file(file, shop.settings, shop.daiko.database)
    assert again.lines.known == ["B17"]
    done_words = await presses_in_finance(shop, boss, "Confirm payment")
    assert done_words.startswith("✅ Pay-in 1: $99.00 is in the deposit of Aki.")
    await presses_in_finance(shop, boss, "Confirm payment")
    assert "was faster" in boss.toast
    assert await shop.count(ledger_event) == 1


@pytest.mark.parametrize("where", ["nowhere", "in a message"])
async def test_a_card_number_is_never_passed_on(
    shop: Shop, aki: Somebody, boss: Somebody, where: str
) -> None:
    await estimated(aki, boss)
    if where == "in a message":
        await opens(aki)
        await aki.presses("Messages", "New message")
    await aki.writes("4111111111111111")
    assert any("looks like the number of a payment card" in text for text in aki.received)
    assert not any("4111111111111111" in text for text in texts_of(aki.person.sees))
    assert not any("4111111111111111" in text for text in shop.staff_read(1))
