"""What an agency has of its own is used wherever something of its orders is said or reckoned."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import agencies as commands
from bot.bank_import import import_file
from domain.ids import AgencyId, OrderId
from domain.orders import Stage
from domain.reports import payment_code
from sandbox.people import Forum, Person
from storage.ledger_tables import ledger_event
from tests.stories.shop import Shop, Somebody
from tests.stories.test_agencies import coded, osaka, says, yui
from tests.stories.test_two_agencies import ESTIMATE, applies_to, in_topic, stage

__all__ = ["osaka", "yui"]


@pytest.fixture
async def both(shop: Shop, yui: Person, osaka: Forum) -> Shop:
    line = await coded(
        shop,
        "Osaka",
        timezone="Asia/Tokyo",
        holidays="JP",
        bank_account="Osaka Bank\n987-654",
        currency_display="code",
    )
    await says(shop, yui, line, osaka)
    return shop


async def test_amounts_are_written_as_the_order_s_agency_writes_them(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await applies_to(aki, "Daiko", "Blue mug")
    answer = await in_topic(both, yui, ESTIMATE, osaka, 1)
    assert "USD\xa018.00" in answer
    assert "Your estimate is ready: USD\xa018.00." in aki.reads
    assert "🟢 Pay 1st bill · USD\xa018.00" in aki.buttons
    await aki.presses("Open order", "Bills")
    assert "USD\xa018.00" in aki.reads
    assert "$" not in aki.reads
    await aki.presses("Pay 1st bill")
    assert "USD\xa018.00" in aki.reads
    await aki.presses("Bank transfer")
    assert "USD\xa018.00" in aki.reads
    assert "$" not in aki.reads
    await aki.presses("I have transferred it")
    await aki.presses("USD")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip")
    assert "USD\xa018.00" in aki.reads
    assert "$" not in aki.reads
    await in_topic(both, boss.person, ESTIMATE, both.group, 2)
    assert "Your estimate is ready: $18.00." in aki.reads
    await aki.writes("/deposit")
    assert aki.reads.startswith("Balance: $0.00")


async def test_what_is_changed_is_used_at_once(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await in_topic(both, yui, ESTIMATE, osaka, 1)
    words = {"bank_account": "Umeda Bank\n111", "currency_display": "symbol", "language": "es"}
    changed = await commands.change(
        both.daiko.database, both.settings, "Osaka", words, new_name="Osaka East"
    )
    assert changed[0] == "Osaka East"
    await aki.presses("Open order", "Pay 1st bill", "Bank transfer")
    assert "Umeda Bank" in aki.reads
    assert "$18.00" in aki.reads
    assert "no existe" in (await says(both, yui, "/nonsense", osaka)).lower()
    assert await stage(both, 1) is Stage.AWAITING_FIRST_PAYMENT


async def test_a_bill_on_paper_is_of_the_order_s_agency(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await in_topic(both, yui, ESTIMATE, osaka, 1)
    await aki.presses("Open order", "Bills", "Bill (PDF)")
    number = aki.last["document"]["file_id"]
    paper = both.telegram.files.known("document", number).content
    assert "Osaka".encode("utf-16-be") in paper or b"(Osaka)" in paper  # its author


async def test_deadlines_end_with_the_day_where_the_order_s_agency_is(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await applies_to(aki, "Osaka")
    ours, theirs = (await both.file(1)).order, (await both.file(2)).order
    # 9:00 in London, 18:00 in Tokyo; a week later, to the end of that day.
    assert ours.due_at == datetime(2026, 11, 10, 0, 0, tzinfo=UTC)
    assert theirs.due_at == datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    await in_topic(both, yui, ESTIMATE, osaka, 2)
    assert (await both.file(2)).order.due_at == datetime(2026, 11, 9, 15, 0, tzinfo=UTC)


async def test_staff_are_awaited_on_the_business_days_of_their_agency(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Daiko", "Blue mug")
    await applies_to(aki, "Osaka")
    ours = await says(both, boss.person, "/queue", both.group)
    theirs = await says(both, yui, "/queue", osaka)
    assert "until Wed 4 Nov" in ours
    assert "until Thu 5 Nov" in theirs  # Tuesday is a holiday in Japan


async def test_applying_again_goes_to_the_same_agency(
    both: Shop, aki: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await in_topic(both, yui, "/cancel sold out", osaka, 1)
    assert await stage(both, 1) is Stage.CANCELLED
    await aki.presses("Apply again")
    assert "Which agency" not in aki.reads
    await aki.presses("Confirm")
    order = (await both.file(2)).order
    assert (order.agency, order.stage) == (AgencyId(1), Stage.APPLIED)
    assert "Red kettle" in osaka.topic("#2").texts[0]
    assert not any(topic.name.startswith("#") for topic in both.group.topics)


async def test_the_finance_topic_books_the_bank_s_line_for_any_agency_s_order(
    both: Shop, aki: Somebody, ben: Somebody, boss: Somebody, yui: Person, osaka: Forum,
    tmp_path: Path
) -> None:  # fmt: skip
    ben.person.joins(both.group)
    boss.person.promotes(ben.person, both.group)
    await applies_to(aki, "Osaka")
    await in_topic(both, yui, "/estimate 1=600", osaka, 1)
    file = tmp_path / "bank.csv"
    code = payment_code(OrderId(1))
    file.write_text(f"Date,Amount,Sender,Reference,Text\n2026-11-02,600.00,MORI,B17,{code}\n")
    await import_file(file, both.settings, both.daiko.database)
    both.daiko.sender.wake()
    await both.rest()
    finance = both.group.topic("Finance")
    boss.person.presses("Confirm payment", both.group, topic=finance)
    await both.rest()
    assert "Proposed by Boss" in finance.texts[-1]
    assert await both.count(ledger_event) == 0
    ben.person.presses("Agree", both.group, topic=finance)
    await both.rest()
    assert await stage(both, 1) is Stage.PURCHASING
    assert finance.texts[-1].startswith("✅")
    assert "USD\xa0600.00 has arrived" in aki.reads
    assert any("1st bill is paid" in text for text in osaka.topic("#1").texts)


async def test_money_of_an_unknown_sender_is_matched_to_any_agency_s_order(
    both: Shop, aki: Somebody, boss: Somebody, yui: Person, osaka: Forum
) -> None:
    await applies_to(aki, "Osaka")
    await in_topic(both, yui, ESTIMATE, osaka, 1)
    assert "B9" in await says(both, boss.person, "/suspense 18.00 B9", both.group)
    assert "✅" in await says(both, boss.person, "/match B9 #1", both.group)
    assert await stage(both, 1) is Stage.PURCHASING
    assert await says(both, boss.person, "/refund 1 5.00 too dear", both.group) != ""
