"""What people may ask of us: what is kept, their data as a file, and to be forgotten."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import select

from bot.export import export
from domain.ids import PersonId
from domain.rights import DATA_PAUSE
from sandbox.telegram import Telegram
from storage.metadata import metadata
from storage.proofs import prove
from storage.queue_tables import conversation
from storage.tables import note, person
from tests.stories.roads import applies, estimated, opens, reports, shipped
from tests.stories.shop import Shop, Somebody
from views.buttons import RightsDeed, RightsDo

# Words that would tell who she is.
HERS = ("Aki", "Mori", "Chuo", "Kyoto", "090-1234", "aki_m")


OSAKA = "Ben Ito\n5 Nishi\nOsaka 530-0001"


async def completed(aki: Somebody, boss: Somebody) -> None:
    """A whole order, with all that people write by the way."""
    await shipped(aki, boss)
    await opens(aki)
    await aki.presses("Messages", "New message")
    await aki.writes("Please call 090-1234")
    await aki.writes("/inquiry", "Do you know Mori’s shop?")
    await opens(aki)
    await aki.presses("Reception report", "Everything arrived", "Confirm")


async def applies_to_osaka(ben: Somebody) -> None:
    await ben.writes("/new", "A secret present", "1")
    await ben.presses("Skip", "Done")
    await ben.writes(OSAKA)
    await ben.presses("Cheapest", "Buy the rest", "5 %", "Confirm")


async def deletes(aki: Somebody) -> None:
    await aki.writes("/settings")
    await aki.presses("Delete my account", "Go on", "Delete everything")


async def everything(shop: Shop) -> str:
    """All that stands in the database, as one text."""
    cells = []
    async with shop.transaction() as uow:
        for table in metadata.sorted_tables:
            for row in await uow.tx.all(select(table)):
                cells += [str(cell) for cell in tuple(row)]
    return "\n".join(cells)


def tables_of(telegram: Telegram, aki: Somebody) -> dict[str, list[list[str]]]:
    """The newest ZIP in her chat, by the names of its tables."""
    sent = next(m["document"] for m in reversed(aki.person.sees) if "document" in m)
    assert sent["mime_type"] == "application/zip"
    stored = telegram.files.find(sent["file_id"])
    assert stored is not None
    with ZipFile(BytesIO(stored.content)) as packed:
        return {
            name: list(csv.reader(StringIO(packed.read(name).decode("utf-8-sig"))))
            for name in packed.namelist()
        }


# What the agency tells everybody --------------------------------------------------------------


async def test_anybody_can_read_what_is_kept_and_the_terms(aki: Somebody) -> None:
    await aki.writes("/privacy")
    assert "What is kept about you" in aki.reads
    assert "/settings" in aki.reads
    await aki.writes("/terms")
    assert "cancelled 7 days after its application" in aki.reads


# Their data -----------------------------------------------------------------------------------


async def test_her_data_are_hers_alone(
    shop: Shop, telegram: Telegram, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await applies_to_osaka(ben)
    await aki.writes("/settings")
    await aki.presses("Download my data")
    tables = tables_of(telegram, aki)
    assert set(tables) == {
        "README.txt", "settings.csv", "orders.csv", "lines.csv", "bills.csv", "payments.csv",
        "payouts.csv", "parcels.csv", "messages.csv", "album_parts.csv", "message_versions.csv",
        "deposit.csv",
    }  # fmt: skip
    assert tables["settings.csv"][1][:2] == [str(aki.id), "Aki"]
    assert [row[0] for row in tables["orders.csv"]] == ["number", "1"]
    assert "Aki Mori\n1-2-3 Chuo" in tables["orders.csv"][1][7].replace("\r", "")
    assert [row[2] for row in tables["lines.csv"]] == ["description", "Blue mug"]
    assert tables["payments.csv"][1][4:8] == ["confirmed", "28.00", "28.00", "USD"]
    assert [row[2] for row in tables["messages.csv"]] == ["from", "you", "you"]
    assert tables["messages.csv"][1][5] == "Please call 090-1234"
    assert tables["messages.csv"][2][5] == "Do you know Mori’s shop?"
    assert tables["parcels.csv"][1][:3] == ["1", "EMS", "EE123456785JP"]
    assert [word for word in ("secret present", "Osaka") if word in str(tables)] == []
    assert "Boss" not in str(tables)
    assert str(ben.id) not in str(tables)


async def test_her_data_hold_the_words_of_albums_and_what_was_said_before_an_edit(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Messages", "New message")
    first, _ = aki.person.sends_album(count=2, caption="The lid")
    await shop.rest()
    shop.clock.forward(seconds=2)
    await shop.rest()
    aki.person.edits(first, "The <lid>")
    await shop.rest()
    await aki.writes("/settings")
    await aki.presses("Download my data")
    tables = tables_of(telegram, aki)
    assert [row[4:] for row in tables["messages.csv"]] == [
        ["kind", "text", "place_or_contact", "number"],
        ["album", "", "", "1"],
    ]
    assert tables["album_parts.csv"] == [
        ["message", "part", "kind", "text"],
        ["1", "1", "photo", "The <lid>"],
        ["1", "2", "photo", ""],
    ]
    assert [row[2::3] for row in tables["message_versions.csv"]] == [
        ["part", "text"],
        ["1", "The lid"],
    ]


async def test_her_data_can_be_had_once_an_hour(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    await aki.writes("/settings")
    await aki.presses("Download my data")
    await aki.writes("/settings")
    await aki.presses("Download my data")
    assert aki.toast.startswith("You have had your data within the hour.")
    assert sum("document" in message for message in aki.person.sees) == 1

    shop.clock.now += DATA_PAUSE
    await aki.presses("Download my data")
    assert sum("document" in message for message in aki.person.sees) == 2


# Deleting the account -------------------------------------------------------------------------


async def test_an_account_with_an_order_under_way_is_not_deleted(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await aki.writes("/settings")
    await aki.presses("Delete my account")
    assert "under way: #1" in aki.reads
    assert not any("Go on" in label for label in aki.buttons)
    now = int(shop.clock.now.timestamp())
    await aki.forges(RightsDo(RightsDeed.ERASE, now).pack())
    assert "nothing was deleted" in aki.toast
    assert "Kyoto" in await everything(shop)


async def test_an_account_with_money_is_not_deleted(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await boss.says_in_topic("/confirm 28.00 REF1", 1)
    await boss.says_in_topic("/unavailable 1 sold out", 1)
    await aki.writes("/settings")
    await aki.presses("Delete my account")
    assert "there is $28.00 in your deposit" in aki.reads
    await aki.writes("/deposit")
    assert "Balance: $28.00" in aki.reads


async def test_a_payment_that_is_looked_at_keeps_the_account(aki: Somebody) -> None:
    await aki.writes("/deposit")
    await aki.presses("Pay in", "Bank transfer", "I have transferred it")
    await aki.writes("100.00")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
    await aki.writes("/settings")
    await aki.presses("Delete my account")
    assert "a payment of yours is being looked at" in aki.reads


async def test_who_is_forgotten_is_nowhere_and_the_books_stay(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, tmp_path: Path
) -> None:
    await completed(aki, boss)
    await applies_to_osaka(ben)
    await deletes(aki)
    assert aki.reads.startswith("Your account is deleted.")
    assert aki.buttons == []

    there = await everything(shop)
    assert [word for word in HERS if word in there] == []
    async with shop.transaction() as uow:
        assert await prove(uow.tx) == []
        rows = await uow.tx.all(select(conversation).where(conversation.c.chat == aki.id))
        assert rows == []
    file = await shop.file(2)
    assert file.order.address == OSAKA
    assert file.customer.name == "Ben"

    await export(shop.daiko.database, tmp_path)
    text = tmp_path.joinpath("history.csv").read_text()
    assert f"customer:{aki.id} deleted" in text
    assert "28.00" in tmp_path.joinpath("ledger.csv").read_text()


async def test_staff_are_told_what_is_left_to_them(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await deletes(aki)
    told = shop.group.general[-1]
    assert f"The customer with the number {aki.id} has deleted their account." in told["text"]
    assert "delete them: #1, Inquiry" in told["text"]
    (card,) = shop.topic(1).pinned
    assert "deleted account" in card["text"]
    assert "Kyoto" not in card["text"]


async def test_nothing_is_deleted_before_the_second_answer(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/settings")
    await aki.presses("Delete my account", "Go on", "Back")
    assert "Settings" in aki.reads
    await aki.presses("Delete my account")
    old = aki.data_of("Go on")
    shop.clock.now += 2 * DATA_PAUSE
    await aki.forges(old)
    assert "outdated" in aki.toast
    for forged in (0, 2**62, -1):
        await aki.forges(RightsDo(RightsDeed.ERASE, forged).pack())
        assert "outdated" in aki.toast
    async with shop.transaction() as uow:
        assert (await uow.people.get(PersonId(aki.id))).name == "Aki"


async def test_whoever_comes_again_begins_anew(
    shop: Shop, telegram: Telegram, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await aki.writes("/settings")
    await aki.presses("Time zone", "Tokyo")
    await deletes(aki)
    aki.person.user.language_code = "xx"
    await aki.starts()
    assert "Hello, Aki!" in aki.reads
    async with shop.transaction() as uow:
        again = await uow.people.get(PersonId(aki.id))
        assert (again.name, again.language, again.timezone) == ("Aki", "xx", "")
        assert not again.erased
        (row,) = await uow.tx.all(select(person).where(person.c.id == aki.id))
        assert row.erased_at is None
    await aki.writes("/deposit")
    assert "Balance: $0.00" in aki.reads
    await aki.writes("/orders")
    assert "#1" in str(aki.buttons)  # it is under her number still, without what named her
    await applies(aki)
    assert (await shop.file(2)).customer.name == "Aki"
    await aki.writes("/inquiry", "Do you ship lamps?")
    async with shop.transaction() as uow:
        asked = await uow.inquiries.last(PersonId(aki.id), None, shop.clock.now)
    assert asked is not None
    assert asked.id == 2  # the first one is in a topic under what was erased


async def test_nothing_is_passed_on_to_who_is_forgotten(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await deletes(aki)
    seen = len(aki.person.sees)
    await boss.says_in_topic("Are you there?", 1)
    assert shop.staff_read(1)[-1].startswith(
        "The customer has deleted their account, so this was not passed on."
    )
    assert len(aki.person.sees) == seen
    async with shop.transaction() as uow:
        assert "Are you there?" not in str(await uow.tx.all(select(note)))


async def test_a_second_press_on_the_last_button_is_harmless(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await aki.writes("/settings")
    await aki.presses("Delete my account", "Go on")
    last, message = aki.data_of("Delete everything"), aki.last
    await aki.presses("Delete everything")
    await aki.forges(last, message)
    async with shop.transaction() as uow:
        assert await prove(uow.tx) == []
    assert await shop.count(person) == 2


async def test_whoever_blocks_the_bot_afterwards_stays_forgotten(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await completed(aki, boss)
    await deletes(aki)
    aki.person.blocks()
    await shop.rest()
    async with shop.transaction() as uow:
        gone = await uow.people.get(PersonId(aki.id))
        assert (gone.name, gone.erased) == ("deleted account", True)
    assert "Aki" not in await everything(shop)
