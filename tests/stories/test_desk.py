"""The staff's desk: finding things, and what is said often."""

from __future__ import annotations

import pytest

from sandbox.people import Forum, buttons_of
from sandbox.telegram import Telegram
from storage.tables import note
from tests.stories.roads import applies, estimated, shipped
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague
from tests.stories.test_queue import asks, general


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


async def test_an_order_is_found_by_whatever_is_known_of_it(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await shipped(aki, boss)
    await applies(ben, ("100% wool_socks <b>", 1))
    await mina.writes("About the ПОДАРОК & wrapping", 1)
    mug = "✈️ #1 · Shipped · Aki · Blue mug"
    socks = "📝 #2 · Application received · Ben · 100% wool_socks <b>"
    for words, found in {
        "1": mug,
        "#1": mug,
        "blue": mug,
        "BLUE MUG": mug,
        "Aki": mug,
        "aki": mug,
        str(aki.id): mug,
        "ee123456785jp": f"{mug} · tracking number",
        "Подарок": mug,
        "& wrap": mug,
        "100%": socks,
        "l_s": socks,
        "<b>": socks,
    }.items():
        answer = await asks(shop, mina.person, f"/find {words}")
        assert found in answer.splitlines(), words
        assert (socks if found.startswith(mug) else mug) not in answer, words
    (key,) = buttons_of(general(shop))
    assert key["text"] == "#2"
    assert key["url"].endswith(f"/{shop.topic(2).id}")


async def test_an_order_is_called_by_its_first_item_that_is_still_wanted(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    await applies(aki, ("Blue mug", 1), ("Red mug", 1))
    assert shop.topic(1).topic.name == "#1 · To estimate · Blue mug"
    await mina.writes("/reject 1 sold out", 1)
    assert shop.topic(1).topic.name == "#1 · To estimate · Red mug"
    assert "📝 #1 · Estimates · Red mug\n" in await asks(shop, mina.person, "/queue")
    found = await asks(shop, mina.person, "/find Blue")  # what was dropped is found, too
    assert "📝 #1 · Application received · Aki · Red mug" in found.splitlines()
    await aki.writes("Only red?")
    assert aki.buttons[0] == "📝 #1 · Red mug"
    await aki.presses("Cancel")
    await mina.writes("/reject 2 sold out", 1)  # none is left: it is called as it began
    assert shop.topic(1).topic.name == "#1 · Cancelled · Blue mug"
    found = await asks(shop, mina.person, "/find 1")
    assert "✖️ #1 · Cancelled · Aki · Blue mug" in found.splitlines()


async def test_a_customer_is_found_with_their_orders_and_by_their_payment_code(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Colleague
) -> None:
    from domain.codes import customer_code
    from domain.ids import PersonId
    from domain.reports import payment_code

    await applies(aki)
    await applies(aki, ("Red mug", 1))
    await applies(ben, ("Teapot", 1))
    answer = await asks(shop, mina.person, f"/find {customer_code(PersonId(aki.id))}")
    assert f"👤 Aki · {aki.id}" in answer
    assert "#2 · Application received · Aki · Red mug" in answer
    assert "#1 · Application received · Aki · Blue mug" in answer
    assert "Ben" not in answer
    code = payment_code((await shop.file(3)).order.id)
    answer = await asks(shop, mina.person, f"/find {code.lower()}")
    assert "📝 #3 · Application received · Ben · Teapot · payment code" in answer


async def test_an_inquiry_is_found_by_its_customer_and_by_its_words(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Colleague
) -> None:
    await aki.writes("/inquiry", "Do you ship <sofas> to Chile?")
    await aki.writes("/inquiry", "Or wardrobes?")
    await ben.writes("/inquiry", "Is there a shop in Osaka?")
    chile = "❔ Inquiry 1 · Aki · “Do you ship <sofas> to Chile?”"
    for words in ("Aki", str(aki.id), "<sofas>", "WARDROBES"):
        answer = await asks(shop, mina.person, f"/find {words}")
        assert chile in answer.splitlines(), words
        assert "Inquiry 2" not in answer, words
    (key,) = buttons_of(general(shop))
    assert key["text"] == "❔ Inquiry 1"
    assert key["url"].endswith(f"/{shop.group.topic('Inquiry 1').id}")
    assert "Nothing found" in await asks(shop, mina.person, "/find #7")


async def test_when_nothing_is_found_it_is_said_what_can_be(shop: Shop, mina: Colleague) -> None:
    answer = await asks(shop, mina.person, "/find <i>nothing</i> %")
    assert answer.startswith("🔎 Nothing found for “<i>nothing</i> %”.\n\nYou can look for")
    assert "/find EE123456785JP" in answer
    assert (await asks(shop, mina.person, "/find")).startswith("You can look for")
    assert "100 characters at most" in await asks(shop, mina.person, "/find " + "x" * 101)


async def test_a_canned_reply_is_looked_at_and_sent_in_the_customer_s_language(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await estimated(aki, boss)
    add = "/canned add pay Dear {customer},\nplease pay {total} for {order} until {due}. <3"
    assert await asks(shop, mina.person, add) == "✅ “pay” (en) is there now."
    assert "already" in await asks(shop, mina.person, add)
    before = aki.received

    preview = await mina.writes("/canned pay", 1)

    words = "Dear Aki,\nplease pay $28.00 for #1 until Mon 9 Nov, 23:59 UTC. <3"
    assert preview == f"This goes to Aki:\n{words}"
    assert aki.received == before
    assert await mina.presses(1, "Send") == f"📨 Mina sent “pay”:\n{words}"
    assert aki.reads == f"💬 #1 · Daiko\n{words}"
    assert await shop.count(note) == 1
    (file_note,) = (await shop.file(1)).notes
    assert file_note.delivered_at is not None

    await asks(shop, mina.person, "/canned add pay:ja {customer}様 {total}")
    async with shop.transaction() as uow:
        from sqlalchemy import text

        await uow.tx.run(text("UPDATE person SET language = 'ja' WHERE name = 'Aki'"))
    assert "Aki様" in await mina.writes("/canned pay", 1)
    await mina.presses(1, "Cancel")
    assert await shop.count(note) == 1


async def test_two_presses_send_it_once_and_a_changed_text_is_looked_at_again(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await estimated(aki, boss)
    await asks(shop, mina.person, "/canned add hi Hello {customer}")
    await mina.writes("/canned hi", 1)
    preview = shop.topic(1).messages[-1]
    await asks(shop, mina.person, "/canned change hi Good evening {customer}")
    await mina.presses(1, "Send", on=preview)
    assert "something else now" in mina.toasts[-1]
    assert await shop.count(note) == 0
    await mina.writes("/canned hi", 1)
    preview = shop.topic(1).messages[-1]
    send = next(key["callback_data"] for key in buttons_of(preview))
    mina.person.presses_forged(send, preview)
    mina.person.presses_forged(send, preview)
    await shop.rest()
    assert await shop.count(note) == 1
    assert "Good evening Aki" in aki.reads


async def test_replies_are_listed_with_buttons_changed_and_deleted(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await applies(aki)
    assert "There are no canned replies yet." in await asks(shop, mina.person, "/canned")
    assert "no brace stands alone" in await asks(shop, mina.person, "/canned add bad {price}")
    await asks(shop, mina.person, "/canned add soon We are on it, <b>{customer}</b>.")
    await asks(shop, mina.person, "/canned add due Please pay until {due}.")
    listed = await mina.writes("/canned", 1)
    assert "soon · en\nWe are on it, <b>{customer}</b>." in listed
    assert await mina.presses(1, "soon") == ("This goes to Aki:\nWe are on it, <b>Aki</b>.")
    assert "There is no canned reply “later”" in await mina.writes("/canned later", 1)
    assert "belongs in the order’s topic" in await asks(shop, mina.person, "/canned soon")
    refused = await asks(shop, mina.person, "/canned add soon:zz Hi")
    assert refused.startswith(
        "⚠️ There is no such language. It is two or three letters, like name:ja. Nothing was "
        "changed."
    )
    assert "soon · zz" not in await mina.writes("/canned", 1)
    assert await asks(shop, mina.person, "/canned delete soon") == "✅ “soon” is deleted: 1 text."
    assert "There is no canned reply “soon”" in await asks(
        shop, mina.person, "/canned delete soon"
    )
    await mina.presses(1, "Send")
    assert await shop.count(note) == 0


async def test_a_value_that_is_not_known_yet_is_said(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    await applies(aki)
    await asks(shop, mina.person, "/canned add total It is {total}.")
    assert "cannot be sent yet" in await mina.writes("/canned total", 1)
    assert await shop.count(note) == 0
