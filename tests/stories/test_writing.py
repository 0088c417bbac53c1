"""Messages: about an order, without a context, and in places where we do not serve."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.receiver import received
from sandbox.people import texts_of
from sandbox.telegram import Telegram
from storage.tables import note, orders, person
from tests.stories.roads import applies, opens
from tests.stories.shop import Shop, Somebody


async def test_a_new_message_reaches_the_topic_and_the_history(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Messages", "New message")
    assert "order #1" in aki.reads
    await aki.writes("Can it be <red>?")
    assert "on its way" in aki.reads
    assert any("Can it be <red>?" in text for text in shop.staff_read(1))
    await boss.says_in_topic("Yes & gladly", 1)
    assert "Yes & gladly" in aki.reads
    await opens(aki)
    await aki.presses("Messages")
    assert "Can it be <red>?" in aki.reads
    assert await shop.count(note) == 2


async def test_a_photo_is_a_message_too(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Messages", "New message")
    photo = await aki.sends_photo(caption="like this")
    [stored] = (await shop.file(1)).notes
    assert (stored.text, stored.media, stored.file) == (
        "like this",
        "photo",
        photo["photo"][-1]["file_id"],
    )


async def test_a_text_without_a_context_asks_which_order(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await applies(aki, ("Tea pot", 1))
    await aki.writes("Where is it?")
    assert "Which order is your message about?" in aki.reads
    assert "Where is it?" in aki.reads  # quoted
    assert "does not reach the agency in charge" in aki.reads
    assert await shop.count(note) == 0
    await aki.writes("Hello?")
    assert "your 2 messages" in aki.reads
    assert aki.buttons[-2:] == ["🚫 None of these", "✖️ Cancel"]
    await aki.presses("#2")
    assert [each.text for each in (await shop.file(2)).notes] == ["Where is it?", "Hello?"]
    assert (await shop.file(1)).notes == ()


async def test_all_that_waits_for_the_answer_is_shown_and_all_of_it_is_sent(
    shop: Shop, aki: Somebody
) -> None:
    await applies(aki)
    aki.person.sends_photo()
    await shop.rest()
    assert (
        "Which order is your message about? It has not been sent yet; it goes to those in charge "
        "of the order you choose.\n[photo]\n"
    ) in aki.reads
    await aki.writes("Is this <the> one?\nIt looks blue.")
    aki.person.sends_album(count=3, caption="from all sides")
    aki.person.sends_voice()
    await shop.rest()
    assert (
        "Which order are your 4 messages about? They have not been sent yet; they go to those in "
        "charge of the order you choose.\n"
        "• [photo]\n• Is this <the> one? It looks blue.\n• [album of 3] from all sides\n"
        "• [voice message]\n"
    ) in aki.reads
    await aki.presses("#1")
    assert "Your 4 messages about order #1 are on their way" in aki.reads
    stored = (await shop.file(1)).notes
    assert [(each.media, each.text) for each in stored] == [
        ("photo", ""),
        ("", "Is this &lt;the&gt; one?\nIt looks blue."),
        ("album", ""),
        ("voice", ""),
    ]


async def test_a_text_without_a_context_can_be_taken_back(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await aki.writes("Do you sell umbrellas?")
    await aki.presses("Cancel")
    assert "Nothing was sent" in aki.reads
    assert await shop.count(note) == 0


async def test_without_an_order_it_is_said_that_nothing_was_sent(aki: Somebody) -> None:
    await aki.writes("Hello!")
    assert "did not send this to anybody" in aki.reads
    assert aki.buttons == ["✍️ Inquiry", "✖️ Cancel"]


async def test_ended_orders_can_be_written_about_for_30_days(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await opens(aki)
    await aki.presses("Cancel order", "Confirm")
    card = aki.last
    shop.clock.now += timedelta(days=29, hours=23)
    await aki.writes("One more thing")
    await aki.presses("#1")
    assert await shop.count(note) == 1
    shop.clock.now += timedelta(hours=2)
    await aki.writes("And another")
    assert "did not send" in aki.reads
    await aki.presses("Cancel")
    await aki.forges(f"do:1:{(await shop.file(1)).order.version}:nm", on=card)
    assert "Inquiry about order #1" in card["text"]
    assert "ended more than 30 days ago" in card["text"]
    assert await shop.count(note) == 1


async def test_kinds_we_cannot_carry_say_so(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    before = shop.staff_read(1)
    kinds: list[Callable[[], object]] = [
        aki.person.sends_poll,
        aki.person.sends_dice,
        lambda: aki.person.sends({"game": {"title": "2048", "description": "", "photo": []}}),
        lambda: aki.person.sends(
            {"story": {"id": 1, "chat": {"id": aki.id, "type": "private", "first_name": "Aki"}}}
        ),
    ]
    advice = (
        "This kind of message cannot be passed on, and was not sent. Please write it as text, or "
        "send it as a photo, a video, a file or a voice message."
    )
    for send in kinds:
        send()
        await shop.rest()
        assert aki.reads == advice
    await opens(aki)
    await aki.presses("Messages", "New message")
    for send in kinds:
        send()
        await shop.rest()
        assert aki.reads.startswith(advice)  # and what was asked is asked again
    assert await shop.count(note) == 0
    assert shop.staff_read(1) == before


async def test_an_edit_is_answered(shop: Shop, aki: Somebody) -> None:
    await aki.starts()
    sent = aki.person.writes("/start now")
    await shop.rest()
    aki.person.edits(sent, "Hello there")
    await shop.rest()
    assert "send the correction as a new message" in aki.reads


async def test_an_edit_of_what_waits_is_what_is_sent(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    sent = aki.person.writes("Where is ti?")
    await shop.rest()
    aki.person.edits(sent, "Where is it?")
    await shop.rest()
    await aki.presses("#1")
    assert [each.text for each in (await shop.file(1)).notes] == ["Where is it?"]


POLITE = "Please write to me in a private chat; orders are nobody else’s business."


async def test_commands_in_a_group_are_answered_politely_and_do_nothing(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    friends = telegram.forum("Friends", creator=aki.person)
    for command in ("/start", "/new", "/orders", "/help", "/settings", "/cancel@daiko_bot"):
        aki.person.writes(command, friends)
        await shop.rest()
        assert texts_of(friends.messages)[-2:] == [command, POLITE]
    [[key]] = friends.messages[-1]["reply_markup"]["inline_keyboard"]
    assert key["url"] == "https://t.me/daiko_bot"
    assert await shop.count(orders) == 0


async def test_what_is_said_in_a_group_is_not_our_business(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    friends = telegram.forum("Friends", creator=aki.person)
    for text in ("Hello", "/weather", "/new@other_bot"):
        aki.person.writes(text, friends)
        await shop.rest()
    assert len(friends.messages) == 3


async def test_a_command_in_a_channel_is_answered_politely(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    friends = telegram.forum("Friends", creator=aki.person)
    said = aki.person.writes("Hello", friends)
    await shop.rest()
    post = {
        **{name: said[name] for name in ("message_id", "date")},
        "chat": {"id": friends.id, "type": "channel", "title": "News"},
        "text": "/new",
        "entities": [{"type": "bot_command", "offset": 0, "length": 4}],
    }
    # The bot does not ask for channels' posts; a webhook may bring one all the same.
    await shop.daiko.receiver.store([received({"update_id": 900, "channel_post": post})])
    await shop.rest()
    assert texts_of(friends.messages) == ["Hello", POLITE]
    assert await shop.count(person) == 1


async def test_a_bot_is_answered_politely_and_gets_nothing(
    shop: Shop, telegram: Telegram, aki: Somebody
) -> None:
    friends = telegram.forum("Friends", creator=aki.person)
    said = aki.person.writes("/new", friends)
    await shop.rest()
    robot = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    telegram.bot.updates.put("message", {**said, "from": robot}, friends.id)
    await shop.rest()
    assert "private chat" in texts_of(friends.messages)[-1]
    assert len(friends.messages) == 3
    assert await shop.count(person) == 1


async def test_time_zone_by_button_and_typed(shop: Shop, aki: Somebody) -> None:
    await aki.writes("/settings")
    await aki.presses("Time zone", "Tokyo")
    assert "Tokyo" in aki.reads
    await aki.presses("Back", "Time zone")
    await aki.writes("Atlantis")
    assert "do not know this time zone" in aki.reads
    await aki.writes("São Paulo")
    assert "Sao Paulo" in aki.reads
    await aki.writes("Tokyo")  # not asked any longer: a text without a context
    assert "did not send this" in aki.reads
    async with shop.transaction() as uow:
        assert (await uow.people.get(aki.id)).timezone == "America/Sao_Paulo"  # type: ignore[arg-type]


async def test_which_order_is_asked_anew_with_the_orders_of_now(shop: Shop, aki: Somebody) -> None:
    await applies(aki)
    await aki.writes("Where is it?")
    await applies(aki, ("Tea pot", 1))  # puts the question aside, which then goes on
    assert "Which order is your message about?" in aki.reads
    await aki.presses("#2")
    assert [each.text for each in (await shop.file(2)).notes] == ["Where is it?"]
    assert (await shop.file(1)).notes == ()
