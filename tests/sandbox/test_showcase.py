"""What the demo shows before anybody has pressed anything."""

from __future__ import annotations

import asyncio
from html import unescape
from typing import Any

import aiohttp
import pytest

from sandbox.people import buttons_of, texts_of
from sandbox.showcase import stage

Json = dict[str, Any]

PATIENCE_SECONDS = 60.0  # for the figures, which are drawn while the page is open already


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """As it is told to a page, once the picture is there."""

    async def told() -> Json:
        folder = tmp_path_factory.mktemp("demo")
        async with stage(folder, 0) as address, aiohttp.ClientSession(address) as session:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while True:
                    async with session.get("/demo/world") as answer:
                        world: Json = await answer.json()
                    if _in_general(world)[-1].get("photo"):
                        return world
                    await asyncio.sleep(0.1)

    return asyncio.run(told())


def _chat(world: Json, title: str) -> Json:
    chat: Json = next(chat for chat in world["chats"] if chat["title"] == title)
    return chat


def _in_general(world: Json) -> list[Json]:
    said = _chat(world, "Daiko staff")["messages"]
    return [message for message in said if not message.get("is_topic_message")]


def _in_topic(world: Json, group: str, beginning: str) -> list[Json]:
    chat = _chat(world, group)
    thread = next(each["id"] for each in chat["topics"] if each["name"].startswith(beginning))
    return [
        message
        for message in chat["messages"]
        if message.get("message_thread_id") == thread and not message.get("forum_topic_created")
    ]


def test_the_finance_topic_has_a_pay_in_and_a_pay_out_that_wait(world: Json) -> None:
    said = [unescape(text) for text in texts_of(_in_topic(world, "Daiko staff", "Finance"))]
    assert any("Pay-out 1 asked for" in text and "$18.00" in text for text in said)
    waiting = [text for text in said if "Lucía" in text and "$40.00" in text]
    assert waiting
    assert "/payin 7" in waiting[-1]
    assert "123 456 7890" not in "".join(said)  # an account is shown to who starts, not before
    assert "⚠️" not in "".join(said)


def test_each_order_is_at_a_stage_of_its_own_in_the_group_of_its_agency(world: Json) -> None:
    signs = {
        title: {
            each["name"].split(" · ")[0]: each["icon"] for each in _chat(world, title)["topics"]
        }
        for title in ("Daiko staff", "Osaka staff")
    }
    assert signs == {
        "Daiko staff": {
            "#1": "💰", "#2": "✈️", "#4": "🛒", "Finance": None, "Inquiry 1": None,
            "#5": "💰", "#6": "📝",
        },
        "Osaka staff": {"#3": "🛒"},
    }  # fmt: skip
    request = texts_of(_in_topic(world, "Daiko staff", "#4"))[-1]
    assert "asks to cancel item 2" in request
    assert "/accept 2" in request


def test_an_album_a_reply_an_edit_and_reactions_went_both_ways(world: Json) -> None:
    sent, carried = _in_topic(world, "Daiko staff", "#1"), _chat(world, "Aki")["messages"]
    for messages, answer in ((sent, "Only the light: I"), (carried, "✎ edited")):
        album = [message for message in messages if message.get("media_group_id")]
        assert len({message["media_group_id"] for message in album}) == 1
        assert len(album) == 3
        asked = next(m for m in messages if "a scratch" in m.get("text", ""))
        assert asked["reply_to_message"]["message_id"] == album[0]["message_id"]
        corrected = messages[-1]
        assert answer in corrected["text"]
        assert corrected["edited"]
        assert corrected["reply_to_message"]["message_id"] == asked["message_id"]
    assert (sent[-1]["reactions"], carried[-1]["reactions"]) == (["👍"], ["❤"])


def test_customers_read_in_their_languages(world: Json) -> None:
    spoken = {one["name"]: one["language"] for one in world["people"] if not one["groups"]}
    assert spoken == {"Aki": "en", "さくら": "ja", "Lucía": "es", "Катя": "ru"}
    for name, label in (
        ("Aki", "Open order"),
        ("さくら", "注文を開く"),
        ("Lucía", "Abrir pedido"),
        ("Катя", "Открыть заказ"),
    ):
        labels = [key["text"] for m in _chat(world, name)["messages"] for key in buttons_of(m)]
        assert any(label in text for text in labels)
    thanks = "さくら様、ありがとうございます。ご注文#3は大切にお預かりしています。"
    assert any(thanks in text for text in texts_of(_chat(world, "さくら")["messages"]))


def test_an_inquiry_has_words_a_place_and_a_voice_and_is_answered(world: Json) -> None:
    said = _in_topic(world, "Daiko staff", "Inquiry 1")
    kinds = [k for m in said for k in ("text", "location", "voice") if k in m]
    assert kinds == ["text", "text", "text", "location", "voice", "text"]


def test_the_figures_come_as_a_picture_by_themselves(world: Json) -> None:
    asked, picture = _in_general(world)[-2:]
    assert asked["text"] == "/stats"
    assert "6 applied" in picture["caption"]
    assert max(size["height"] for size in picture["photo"]) > 800
