"""Cards: opened, turned from section to section, outdated, and somebody else's."""

from __future__ import annotations

from domain.orders import Stage
from sandbox.telegram import Telegram
from storage.queue_tables import outbox
from tests.stories.roads import applies, estimated, opens
from tests.stories.shop import Json, Shop, Somebody


async def test_the_menu_leads_to_everything(aki: Somebody) -> None:
    await aki.starts()
    assert "Hello, Aki!" in aki.reads
    await aki.presses("My orders")
    assert "no orders yet" in aki.reads
    await aki.presses("Back", "Help")
    assert "How it works" in aki.reads
    await aki.presses("Back", "Settings")
    assert "Time zone" in aki.reads


async def test_a_card_is_edited_in_place_from_section_to_section(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    card = aki.last["message_id"]
    for section, expected in (
        ("Details", "1-2-3 Chuo"),
        ("Items", "Blue mug"),
        ("Bills", "Bills"),
        ("Shipping", "Shipping"),
        ("Messages", "Messages"),
        ("Progress", "Applied"),
    ):
        await aki.presses(section)
        assert expected in aki.reads
        assert aki.last["message_id"] == card


async def test_a_deep_link_opens_the_card(aki: Somebody) -> None:
    await applies(aki)
    await aki.starts("order_1")
    assert aki.reads.startswith("Order #1")


async def test_a_link_to_no_order_is_declined_politely(aki: Somebody) -> None:
    await applies(aki)
    for payload in ("order_2", "order_99999999999999999999", "order_", "order_1x", "order_-1"):
        await aki.starts(payload)
        assert aki.reads.startswith("I cannot find this order."), payload


async def test_an_order_of_somebody_else_cannot_be_opened(
    shop: Shop, aki: Somebody, ben: Somebody
) -> None:
    await applies(aki)
    await ben.starts("order_1")
    assert "cannot find this order" in ben.reads
    assert not any("mug" in text for text in ben.received)


async def test_forged_buttons_of_another_customer_do_nothing(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await ben.starts()
    before = await shop.count(outbox)
    stolen = [button["callback_data"] for row in _rows(aki) for button in row]
    version = (await shop.file(1)).order.version
    confirm = aki.data_of("Pay 1st bill")
    made_up = [
        confirm.replace("p1", deed) for deed in ("fd", "fk", "tr", "wd", "wk", "co", "ck", "rr")
    ]
    for data in [*stolen, *made_up, "oc:1", "ln:1:1:1", "dc:1:1:1:ak"]:
        if not data.startswith("go"):
            await ben.forges(data)
            assert "cannot find" in ben.toast
    order = (await shop.file(1)).order
    assert (order.version, order.stage) == (version, Stage.AWAITING_FIRST_PAYMENT)
    assert await shop.count(outbox) == before  # nobody was written anything


def _rows(who: Somebody) -> list[list[dict[str, str]]]:
    return _keys(who.last)


NO_BUTTONS = (
    "", "x", "do", "do:", "do:1", "do:1:1:zz", "do:1:1:pp", "f:", "f:1:a:ok", "tb:1:1:q:0",
    "tb:1:1:m:AzL8n0Y58m7", "go:?", "oc:-1", "oc:zzzzzzzzzzz", "op:-1", "op:zzzzzzzzzz",
    "tz:Mars/Base", "sd:1:1:ca", "💥", "0" * 64,
)  # fmt: skip


async def test_bytes_that_are_no_button_are_answered_politely(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    version = (await shop.file(1)).order.version
    menu = aki.last
    for data in NO_BUTTONS:
        await aki.forges(data, on=menu)
        assert aki.person.waits_for == [], data
    assert (await shop.file(1)).order.version == version


async def test_a_press_on_a_message_that_telegram_has_forgotten_is_answered(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    for message in (
        {"message_id": aki.last["message_id"], "date": 0, "chat": aki.last["chat"]},
        None,
    ):
        query = {
            "id": "7",
            "from": aki.person.user.as_json,
            "chat_instance": "1",
            "data": aki.data_of("Details"),
        }
        if message:
            query["message"] = message
        telegram.bot.updates.put("callback_query", query, aki.id)
        await shop.rest()
    assert "1-2-3 Chuo" in aki.reads


async def test_an_outdated_button_says_so_and_the_card_is_drawn_afresh(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    card = aki.last
    await boss.says_in_topic("/estimate 1=10 shipping=5", 1)
    await aki.presses("Details", on=card)
    assert "outdated" in aki.toast
    assert aki.person.toasts[-1][1], "it is an alert"
    assert any("Pay 1st bill" in button["text"] for row in _keys(card) for button in row)


def _keys(message: Json) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = message["reply_markup"]["inline_keyboard"]
    return rows


async def test_ongoing_orders_come_first_and_pages_turn(shop: Shop, aki: Somebody) -> None:
    for number in range(1, 11):
        await applies(aki, (f"Thing {number}", 1))
    await opens(aki, 3)
    await aki.presses("Cancel order", "Confirm")
    await aki.writes("/orders")
    assert "page 1 of 2" in aki.reads
    assert "Thing 3" not in aki.reads
    await aki.presses("Next")
    assert "Thing 3" in aki.reads
    await aki.presses("#3")
    assert "Cancelled" in aki.reads


async def test_an_item_with_a_photo_is_shown_and_back_leads_to_the_items(
    shop: Shop, aki: Somebody
) -> None:
    await aki.writes("/new")
    await aki.sends_photo(caption="A vase")
    await aki.writes("1")
    await aki.presses("Skip", "Done")
    await aki.writes("Aki Mori, 1-2-3 Chuo, Kyoto")
    await aki.presses("Cheapest", "Buy the rest", "0 %", "Confirm", "Open order", "Items")
    await aki.presses("1")
    assert "photo" in aki.last
    await aki.presses("Back")
    assert "A vase" in aki.reads
    assert "photo" not in aki.last
