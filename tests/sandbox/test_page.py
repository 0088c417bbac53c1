"""The demo page in a real browser: what it shows, what it asks for, and how it gets lost."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    Error,
    FilePayload,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

from sandbox.files import picture
from tests.sandbox.page_fixtures import CLEAN, Agency, Cable, agency, key, keyboard

CHROMIUM: Final = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
PATIENCE_SECONDS: Final = 15.0  # for a machine that has much else to do

expect.set_options(timeout=PATIENCE_SECONDS * 1000)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        CHROMIUM is None,
        reason="NO CHROMIUM FOUND: the demo page is NOT tested. Install chromium, or name it "
        "in the environment variable CHROMIUM.",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def here() -> Agency:
    return await agency()


@pytest_asyncio.fixture(loop_scope="module")
async def address(here: Agency) -> AsyncIterator[str]:
    async with here.served() as address:
        yield address


@asynccontextmanager
async def window(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    settings = {"viewport": DESKTOP, "timezone_id": "UTC", "locale": "en-GB", **options}
    context = await browser.new_context(**settings)
    yield await context.new_page()
    await context.close()


@asynccontextmanager
async def looking(page: Page, address: str) -> AsyncIterator[Page]:
    """The page in a window: it asks nobody but the sandbox, and no script of it fails."""
    trouble: list[str] = []
    asked: set[str] = set()

    def failed(error: Error) -> None:
        trouble.append(str(error))

    def asks(request: Request) -> None:
        if not request.url.startswith("blob:"):
            asked.add(urlsplit(request.url).netloc)

    page.on("pageerror", failed)
    page.on("request", asks)
    await page.goto(address)
    await expect(page.locator("#customer .message").last).to_be_visible()
    yield page
    page.remove_listener("pageerror", failed)
    page.remove_listener("request", asks)
    await page.goto("about:blank")  # its stream ends before the sandbox does
    assert trouble == []
    assert asked == {urlsplit(address).netloc}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desktop(browser: Browser) -> AsyncIterator[Page]:
    """One window for all tests that need no other: it takes a second to open."""
    async with window(browser) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def page(desktop: Page, address: str) -> AsyncIterator[Page]:
    async with looking(desktop, address) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, address: str) -> AsyncIterator[Page]:
    async with (
        window(browser, viewport=PHONE, has_touch=True, is_mobile=True) as page,
        looking(page, address),
    ):
        yield page


def customer(page: Page) -> Locator:
    return page.get_by_role("region", name="Customer")


def staff(page: Page) -> Locator:
    return page.get_by_role("region", name="Staff")


def newest(pane: Locator) -> Locator:
    return pane.locator(".message").last


async def write(pane: Locator, text: str) -> None:
    box = pane.get_by_role("textbox", name="Message")
    await box.fill(text)
    await box.press("Enter")


async def choose(pane: Locator, *names: str) -> None:
    """Files of one's own, by the chooser of the browser."""
    await pane.get_by_role("button", name="Attach").click()
    async with pane.page.expect_file_chooser() as choosing:
        await pane.page.get_by_role("menuitem", name="Choose photos or files").click()
    chooser = await choosing.value
    content = picture(40, 30)
    await chooser.set_files(
        [FilePayload(name=name, mimeType="image/png", buffer=content) for name in names]
    )


async def until(condition: Any) -> None:
    """Wait for something that is not on the page."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - the sandbox tells nobody
            await asyncio.sleep(0.01)


# -- what it shows --------------------------------------------------------------------------------


async def test_both_sides_stand_side_by_side_and_say_what_they_are(
    here: Agency, page: Page
) -> None:
    await expect(page.locator(".what")).to_have_text(
        "Daiko demo: left you are the customer, right you are the staff. "
        "Nothing leaves this machine.",
        use_inner_text=True,
    )
    await expect(page.locator(".now")).to_have_text("Mon 23 Nov 202609:41UTC")
    await expect(customer(page).locator(".person")).to_have_text(
        [re.compile("Aki"), re.compile("Ben"), "Add customer"]
    )
    await expect(staff(page).locator(".topic-name")).to_have_text(
        [
            "General",
            "#1042 Aki · lens",
            "#1039 Ben · shoes",
            "Inquiry · Ben",
            "#1031 Aki · tea set",
        ]
    )
    card = newest(customer(page))
    await expect(card.locator(".text")).to_contain_text("Total   $83.20")
    await expect(card.get_by_role("button", name="🟢 Pay 1st bill · $83.20")).to_be_visible()
    await expect(customer(page).locator(".pins")).to_contain_text("Order #1042")
    await expect(staff(page).locator("[data-chat-id]")).to_have_attribute(
        "data-chat-id", str(here.group.id)
    )
    message_id = await card.get_attribute("data-message-id")
    assert message_id == str(here.aki.last["message_id"])


async def test_a_message_comes_by_itself_and_is_read_aloud(here: Agency, page: Page) -> None:
    await here.says(here.aki.id, "Your lens is on its way.")

    await expect(newest(customer(page)).locator(".text")).to_have_text("Your lens is on its way.")
    await expect(page.locator("[aria-live=polite]")).to_have_text(
        "Daiko: Your lens is on its way."
    )


async def test_what_is_typed_is_never_markup(here: Agency, page: Page) -> None:
    evil = "<img src=x onerror=alert(1)><b>not bold</b> &amp;"
    here.aki.writes(evil)

    text = newest(customer(page)).locator(".text")
    await expect(text).to_have_text(evil)
    assert await text.locator("*").count() == 0


async def test_a_link_that_would_run_a_script_is_no_link(here: Agency, page: Page) -> None:
    text = "look here"
    entity = {"type": "text_link", "offset": 0, "length": 9, "url": "javascript:alert(1)"}
    here.ken.sends(
        {"text": text, "entities": [entity]}, here.group, topic=here.group.topic("#1042")
    )

    drawn = newest(staff(page)).locator(".text")
    await expect(drawn).to_have_text(text)
    assert await drawn.locator("a").count() == 0


async def test_entities_stand_where_telegram_counts_them(here: Agency, page: Page) -> None:
    await here.says(
        here.aki.id,
        "👩‍💻🎉 <b>bold <i>both</i></b> <u>under</u> <s>gone</s> <code>x=1</code> "
        '<a href="https://example.com/a">there</a> <tg-spoiler>hidden</tg-spoiler>'
        "<blockquote>said before</blockquote>",
    )

    text = newest(customer(page)).locator(".text")
    await expect(text).to_contain_text("said before")
    await expect(text.locator("strong")).to_have_text("bold both")
    await expect(text.locator("strong em")).to_have_text("both")
    await expect(text.locator("u")).to_have_text("under")
    await expect(text.locator("s")).to_have_text("gone")
    await expect(text.locator("code")).to_have_text("x=1")
    await expect(text.locator("blockquote")).to_have_text("said before")
    link = text.get_by_role("link", name="there")
    await expect(link).to_have_attribute("href", "https://example.com/a")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    spoiler = text.locator(".spoiler")
    await expect(spoiler.locator("span")).to_have_css("opacity", "0")
    await spoiler.click()
    await expect(spoiler.locator("span")).to_have_css("opacity", "1")


async def test_only_a_real_answer_shows_what_it_answers(page: Page) -> None:
    """In a topic every message answers the topic's first one, on paper."""
    quotes = staff(page).locator(".quote")
    await expect(quotes).to_have_count(1)
    await expect(quotes).to_contain_text("Aki: This lens please.")


async def test_service_messages_topics_and_typing_are_told(here: Agency, page: Page) -> None:
    topic = await here.topic("#1043 Ben · kettle", 0xFF93B2)
    await staff(page).get_by_role("button", name="#1043 Ben · kettle").click()

    await expect(staff(page).locator(".service")).to_have_text(
        "Daiko created the topic “#1043 Ben · kettle”"
    )
    await here.says_in(topic, "A new application.")
    await expect(newest(staff(page)).locator(".name")).to_have_text("Daiko")
    typing = {"chat_id": here.aki.id, "thread_id": None}
    here.telegram.announce({"type": "typing", **typing})
    await expect(customer(page).locator(".head small")).to_have_text("typing…")
    await here.says(here.aki.id, "Hello!")
    await expect(customer(page).locator(".head small")).to_have_text("bot")


async def test_an_edit_changes_the_message_and_says_so(here: Agency, page: Page) -> None:
    card = here.aki.last
    await here.bot(
        "editMessageText", chat_id=here.aki.id, message_id=card["message_id"], text="Paid."
    )

    drawn = newest(customer(page))
    await expect(drawn.locator(".text")).to_have_text("Paid.")
    await expect(drawn.locator(".meta")).to_contain_text("edited")
    await expect(drawn.locator(".key")).to_have_count(0)
    await here.bot("deleteMessage", chat_id=here.aki.id, message_id=card["message_id"])
    await expect(newest(customer(page)).locator(".text")).to_contain_text(CLEAN)
    await expect(customer(page).locator(".pins")).to_be_hidden()


async def test_unread_messages_are_counted_where_nobody_looks(here: Agency, page: Page) -> None:
    shoes = here.group.topic("#1039").id
    await here.says_in(shoes, "Arrived: 1 of 1.")
    await here.says_in(shoes, "Two photos follow.")

    topic = staff(page).locator(f"[data-thread-id='{shoes}'].topic")
    await expect(topic.locator(".badge")).to_have_text("2")
    await topic.click()
    await expect(topic.locator(".badge")).to_have_count(0)
    await expect(newest(staff(page)).locator(".text")).to_have_text("Two photos follow.")


# -- what people do -------------------------------------------------------------------------------


async def test_a_press_turns_until_the_bot_answers_with_a_toast(here: Agency, page: Page) -> None:
    pay = customer(page).get_by_role("button", name="Pay 1st bill")
    await pay.click()
    await expect(pay).to_have_attribute("aria-busy", "true")
    await until(lambda: here.aki.waits_for)

    await here.answers_press("Paid. Thank you!")

    await expect(customer(page).locator(".toast")).to_have_text("Paid. Thank you!")
    await expect(pay).not_to_have_attribute("aria-busy", "true")
    assert here.telegram.pending_updates()[-1]["callback_query"]["data"] == "pay"


async def test_an_alert_waits_for_its_ok(here: Agency, page: Page) -> None:
    await staff(page).get_by_role("button", name="Estimate", exact=True).click()
    await until(lambda: here.mina.waits_for)

    await here.answers_press("This card is outdated.", alert=True)

    alert = page.get_by_role("alertdialog")
    await expect(alert).to_contain_text("This card is outdated.")
    await alert.get_by_role("button", name="OK").click()
    await expect(alert).to_have_count(0)


async def test_what_the_sandbox_refuses_is_said(here: Agency, page: Page) -> None:
    del here.telegram.private(here.aki.user).messages[here.aki.last["message_id"]]
    pay = customer(page).get_by_role("button", name="Pay 1st bill")
    await pay.click()

    await expect(customer(page).get_by_role("alert")).to_have_text("This message is gone")
    await expect(pay).not_to_have_attribute("aria-busy", "true")


async def test_whoever_acts_in_the_group_is_chosen_above_it(here: Agency, page: Page) -> None:
    await staff(page).get_by_role("button", name="Ken").click()
    await write(staff(page), "I take this one.")

    await expect(newest(staff(page))).to_have_class(re.compile(r"\bout\b"))
    said = here.group.topic("#1042").last
    assert (said["text"], said["from"]["id"]) == ("I take this one.", here.ken.id)


async def test_enter_sends_and_shift_enter_begins_a_line(here: Agency, page: Page) -> None:
    box = customer(page).get_by_role("textbox", name="Message")
    await box.press_sequentially("1-2-3 Sakura")
    await box.press("Shift+Enter")
    await box.press_sequentially("Kyoto")
    assert len(here.aki.sees) == 5
    await box.press("Enter")

    await expect(newest(customer(page)).locator(".text")).to_have_text("1-2-3 Sakura\nKyoto")
    assert here.aki.sees[-1]["text"] == "1-2-3 Sakura\nKyoto"
    await expect(box).to_have_value("")


async def test_what_was_begun_waits_where_it_was_begun(page: Page) -> None:
    box = staff(page).get_by_role("textbox", name="Message")
    await box.fill("/estimate 1=")
    await staff(page).get_by_role("button", name="General").click()
    await expect(box).to_have_value("")
    await staff(page).get_by_role("button", name="#1042").click()
    await expect(box).to_have_value("/estimate 1=")


async def test_the_commands_are_a_menu(here: Agency, page: Page) -> None:
    await customer(page).get_by_role("button", name="Commands").click()
    menu = page.get_by_role("menu", name="Commands")
    await expect(menu.get_by_role("menuitem")).to_have_count(6)
    await menu.get_by_role("menuitem", name="/orders").click()
    await until(lambda: here.aki.sees[-1].get("text") == "/orders")

    box = staff(page).get_by_role("textbox", name="Message")
    await box.press_sequentially("/est")
    await staff(page).locator(".suggestions").get_by_role("button").click()
    await expect(box).to_have_value("/estimate ")


async def test_a_picture_is_chosen_shown_and_sent_with_its_caption(
    here: Agency, page: Page
) -> None:
    await choose(customer(page), "cup.png")
    await expect(customer(page).locator(".above")).to_contain_text("cup.png")
    await write(customer(page), "It arrived like this")

    drawn = newest(customer(page))
    await expect(drawn.locator(".text")).to_have_text("It arrived like this")
    await expect(drawn.locator("img")).to_have_js_property("naturalWidth", 40)
    assert here.aki.sees[-1]["caption"] == "It arrived like this"


async def test_several_pictures_are_one_album_which_is_answered_and_corrected_as_a_whole(
    here: Agency, page: Page
) -> None:
    pane = customer(page)
    before = await pane.locator(".message").count()
    await choose(pane, "front.png", "back.png", "lid.png")
    await expect(pane.locator(".above")).to_contain_text("3 files")
    await write(pane, "All sides")

    album = pane.get_by_role("group", name="Album of 3")
    await expect(album.locator("img")).to_have_count(3)
    await expect(pane.locator(".message")).to_have_count(before + 1)
    await expect(newest(pane).locator(".text")).to_have_text("All sides")
    first = here.aki.sees[-3]
    assert {message["media_group_id"] for message in here.aki.sees[-3:]} == {
        first["media_group_id"]
    }
    await here.bot(
        "setMessageReaction",
        chat_id=here.aki.id,
        message_id=first["message_id"],
        reaction=[{"type": "emoji", "emoji": "👍"}],
    )
    await expect(newest(pane).get_by_role("button", name="Reaction 👍")).to_have_count(1)
    here.aki.edits(first, "From all sides")
    await expect(newest(pane).locator(".text")).to_have_text("From all sides")
    await expect(newest(pane).locator(".meta")).to_contain_text("edited")
    last = here.aki.sees[-1]["message_id"]
    await here.says(here.aki.id, "Which?", reply_parameters={"message_id": last})
    await newest(pane).locator(".quote").click()
    await expect(
        pane.locator(f".message[data-message-id='{first['message_id']}']")
    ).to_be_focused()


async def test_a_sample_picture_is_at_hand_and_may_answer_a_message(
    here: Agency, page: Page
) -> None:
    card = newest(customer(page))
    await card.click(button="right", position={"x": 30, "y": 20})
    await page.get_by_role("menuitem", name="Reply").click()
    await customer(page).get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Sample receipt").click()
    await expect(customer(page).locator(".above")).to_contain_text("receipt.jpg")
    await customer(page).get_by_role("button", name="Send").click()

    await expect(newest(customer(page)).locator(".picture img")).to_have_js_property(
        "naturalWidth", 720
    )
    sent = here.aki.sees[-1]
    assert sent["reply_to_message"]["text"].startswith("Order #1042")
    assert len(sent["photo"]) == 2

    for label, kind in (("Sample voice message", "voice"), ("Sticker", "sticker")):
        await customer(page).get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name=label).click()
        if kind == "voice":
            await expect(customer(page).locator(".above")).to_contain_text("voice.wav")
            await customer(page).get_by_role("button", name="Send").click()
        await until(lambda kind=kind: kind in here.aki.sees[-1])


async def test_a_picture_opens_in_full_and_escape_closes_it(page: Page) -> None:
    await customer(page).locator(".picture").first.click()
    shown = page.locator(".lightbox img")
    await expect(shown).to_be_visible()
    await shown.click()
    await expect(page.locator(".lightbox")).to_have_class(re.compile("large"))
    await page.keyboard.press("Escape")
    await expect(page.locator(".lightbox")).to_have_count(0)


async def test_one_answers_corrects_and_reacts_from_the_messages_menu(
    here: Agency, page: Page
) -> None:
    pane = customer(page)
    await newest(pane).hover()
    await newest(pane).get_by_role("button", name="Message menu").click()
    await page.get_by_role("menuitem", name="Reply").click()
    await expect(pane.locator(".above")).to_contain_text("Reply to Daiko")
    await write(pane, "By tomorrow!")
    await expect(newest(pane).locator(".quote")).to_contain_text("Order #1042")

    await pane.get_by_role("textbox", name="Message").press("ArrowUp")
    await expect(pane.locator(".above")).to_contain_text("Edit message")
    await write(pane, "By Friday!")
    await expect(newest(pane).locator(".text")).to_have_text("By Friday!")
    assert here.aki.sees[-1]["text"] == "By Friday!"
    assert len(here.aki.sees) == 6

    await newest(pane).click(button="right", position={"x": 30, "y": 10})
    await page.get_by_role("menuitem", name="React 👍").click()
    reaction = newest(pane).get_by_role("button", name="Reaction 👍")
    await expect(reaction).to_be_visible()
    await reaction.click()
    await expect(reaction).to_have_count(0)


async def test_copying_and_opening_need_no_answer(here: Agency, page: Page) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await customer(page).get_by_role("button", name="Payment code").click()
    await expect(customer(page).locator(".toast")).to_have_text("Copied: DK-1042-7Q")
    assert await page.evaluate("navigator.clipboard.readText()") == "DK-1042-7Q"

    await page.context.route("https://shop.example/**", lambda route: route.abort())
    async with page.context.expect_page() as opening:
        await customer(page).get_by_role("button", name="The shop").click()
    opened = await opening.value
    await opened.close()
    assert here.aki.waits_for == []


async def test_a_deep_link_stays_on_the_page(here: Agency, page: Page) -> None:
    link = {"text": "Open order", "url": "https://t.me/daiko_bot?start=order_1042"}
    await here.says(here.aki.id, "Order #1042 was paid.", reply_markup=keyboard([link]))
    await customer(page).get_by_role("button", name="Open order").click()
    await until(lambda: here.aki.sees[-1].get("text") == "/start order_1042")

    inquiry = here.group.topic("Inquiry").id
    number = str(here.group.id).removeprefix("-100")
    to_topic = {"text": "The topic", "url": f"https://t.me/c/{number}/{inquiry}"}
    await here.says_in(here.group.topic("#1042").id, "See", reply_markup=keyboard([to_topic]))
    await staff(page).get_by_role("button", name="The topic").click()
    await expect(staff(page).locator(".topic-open h3")).to_have_text("Inquiry · Ben")
    assert len(page.context.pages) == 1


async def test_a_second_customer_comes_and_presses_start(here: Agency, page: Page) -> None:
    await customer(page).get_by_role("button", name="Add customer").click()
    await page.get_by_role("textbox", name="Name").fill("Chloé")
    await page.get_by_role("combobox", name="Telegram's language").select_option("Español")
    await page.get_by_role("dialog").get_by_role("button", name="Add customer").click()

    chosen = customer(page).locator(".person[aria-pressed=true]")
    await expect(chosen).to_contain_text("Chloé")
    await customer(page).get_by_role("button", name="Start", exact=True).click()
    await expect(newest(customer(page)).locator(".text")).to_have_text("/start")
    chloe = list(here.telegram.people.values())[-1]
    assert [message["text"] for message in chloe.sees] == ["/start"]
    assert chloe.user.language_code == "es"
    assert len(here.aki.sees) == 5

    await here.says(here.aki.id, "For Aki only")
    aki = customer(page).get_by_role("button", name="Aki")
    await expect(aki.locator(".badge")).to_have_text("1")
    await expect(newest(customer(page)).locator(".text")).to_have_text("/start")


async def test_a_customer_blocks_the_bot_and_takes_it_back(here: Agency, page: Page) -> None:
    await customer(page).get_by_role("button", name="Chat menu").click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    unblock = customer(page).get_by_role("button", name="Unblock the bot")
    await expect(unblock).to_be_visible()
    await expect(customer(page).get_by_role("textbox", name="Message")).to_be_hidden()
    assert here.aki.chat.blocked

    await unblock.click()
    await expect(customer(page).get_by_role("textbox", name="Message")).to_be_visible()
    assert not here.aki.chat.blocked


async def test_each_group_has_its_tab_its_people_and_its_topics(here: Agency, page: Page) -> None:
    pane = staff(page)
    tabs = pane.get_by_role("group", name="Groups")
    await expect(tabs).to_be_hidden()
    yui = here.telegram.person("Yui")
    osaka = here.telegram.forum("Osaka staff", creator=yui)
    await page.reload()
    await expect(tabs).to_be_visible()
    await here.says(osaka.id, "A new application.")
    await expect(tabs.get_by_role("button")).to_have_text(
        ["Daiko staff", re.compile("Osaka staff1")]
    )
    await tabs.get_by_role("button", name="Osaka staff").click()

    await expect(pane.locator(".person")).to_have_text([re.compile("Yui")])
    await expect(pane.locator(".topic-name")).to_have_text(["General"])
    await write(pane, "We take it.")
    await until(lambda: osaka.general[-1].get("text") == "We take it.")
    await tabs.get_by_role("button", name="Daiko staff").click()
    await expect(pane.locator(".topic-open h3")).to_have_text("#1042 Aki · lens")


async def test_a_topic_is_closed_opened_again_and_deleted(here: Agency, page: Page) -> None:
    pane = staff(page)

    async def choose(label: str) -> None:
        await pane.get_by_role("button", name="Topic menu").click()
        await page.get_by_role("menuitem", name=label).click()

    await choose("Close topic")
    await expect(pane.get_by_text("This topic is closed.")).to_be_visible()
    await choose("Reopen topic")
    await expect(pane.get_by_text("This topic is closed.")).to_be_hidden()
    await choose("Delete topic")
    question = page.get_by_role("alertdialog", name="Delete topic?")
    await question.get_by_role("button", name="Cancel").click()
    assert len(here.group.topics) == 4
    await choose("Delete topic")
    await question.get_by_role("button", name="Delete").click()

    await expect(pane.locator(".topic-open h3")).to_have_text("General")
    await expect(pane.get_by_role("button", name="#1042")).to_have_count(0)
    assert len(here.group.topics) == 3


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("+1 hour", "Mon 23 Nov 202610:41UTC"),
        ("+1 day", "Tue 24 Nov 202609:41UTC"),
        ("+7 days", "Mon 30 Nov 202609:41UTC"),
        ("+30 days", "Wed 23 Dec 202609:41UTC"),
    ],
)
async def test_the_clock_goes_on_when_told(page: Page, label: str, shown: str) -> None:
    await page.get_by_role("button", name=label).click()
    await expect(page.locator(".now")).to_have_text(shown)


async def test_a_card_that_is_drawn_anew_keeps_the_keyboards_place(
    here: Agency, page: Page
) -> None:
    items = customer(page).get_by_role("button", name="Items")
    await items.focus()
    await page.keyboard.press("Enter")
    await until(lambda: here.aki.waits_for)
    await here.bot(
        "editMessageText",
        chat_id=here.aki.id,
        message_id=here.aki.last["message_id"],
        text="Items of #1042",
        reply_markup=keyboard([key("Details"), key("Items")]),
    )

    await expect(newest(customer(page)).locator(".text")).to_have_text("Items of #1042")
    await expect(items).to_be_focused()


async def test_a_menu_is_walked_with_arrows_and_the_messages_are_skipped(page: Page) -> None:
    button = customer(page).get_by_role("button", name="Commands")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="/new")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="/orders")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(button).to_be_focused()

    await customer(page).get_by_role("button", name="Chat menu").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(customer(page).get_by_role("textbox", name="Message")).to_be_focused()


# -- when it is lost, and other windows -----------------------------------------------------------


async def test_a_lost_connection_is_said_and_the_world_is_loaded_again(
    browser: Browser, here: Agency, address: str
) -> None:
    async with Cable(address) as cable, window(browser) as page, looking(page, cable.address):
        await expect(page.locator("#banner")).to_be_hidden()
        cable.cut()
        await expect(page.locator("#banner")).to_have_text(
            "The connection to the sandbox is lost. Reconnecting…"
        )
        await write(customer(page), "Is anybody there?")
        await expect(customer(page).get_by_role("alert")).to_contain_text("did not answer")
        box = customer(page).get_by_role("textbox", name="Message")
        await expect(box).to_have_value("Is anybody there?")
        await here.says(here.aki.id, "Said meanwhile.")

        cable.mend()
        await expect(page.locator("#banner")).to_be_hidden()
        await expect(newest(customer(page)).locator(".text")).to_have_text("Said meanwhile.")
        assert len(here.aki.sees) == 6


async def test_on_a_phone_one_side_is_shown_at_a_time(here: Agency, phone: Page) -> None:
    await expect(customer(phone)).to_be_visible()
    await expect(staff(phone)).to_be_hidden()
    await here.says_in(here.group.topic("#1042").id, "Paid.")
    tab = phone.get_by_role("navigation").get_by_role("button", name="Staff")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.click()

    await expect(customer(phone)).to_be_hidden()
    await expect(staff(phone).locator(".topic-open")).to_be_hidden()
    await staff(phone).get_by_role("button", name="#1042").click()
    await expect(newest(staff(phone)).locator(".text")).to_have_text("Paid.")
    await expect(tab.locator(".badge")).to_be_hidden()
    await staff(phone).get_by_role("button", name="All topics").click()
    await expect(staff(phone).get_by_role("button", name="General")).to_be_visible()


async def test_on_a_phone_nothing_sticks_out_and_a_tap_opens_the_menu(phone: Page) -> None:
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390
    clock = await phone.get_by_role("group", name="Clock").bounding_box()
    date = await phone.locator(".now").bounding_box()
    first = await phone.get_by_role("button", name="+1 hour").bounding_box()
    assert clock is not None
    assert date is not None
    assert first is not None
    assert date["x"] + date["width"] <= first["x"]
    assert clock["x"] + clock["width"] <= 390

    await newest(customer(phone)).locator(".text").tap(position={"x": 20, "y": 60})
    await expect(phone.get_by_role("menuitem", name="Reply")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_in_light_and_in_the_dark(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    await page.emulate_media(color_scheme=scheme)
    bubble = newest(customer(page)).locator(".bubble")
    colors = await bubble.evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    await page.emulate_media(color_scheme="null")

    back, front = (_luminance(color) for color in colors)
    assert (back > front) == (scheme == "light")
    assert (max(back, front) + 0.05) / (min(back, front) + 0.05) > 7


def _luminance(color: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


async def test_who_wants_less_motion_gets_none(here: Agency, page: Page) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await here.says(here.aki.id, "Still.")
    fresh = newest(customer(page))
    await expect(fresh.locator(".text")).to_have_text("Still.")
    await expect(fresh).to_have_class(re.compile(r"\bfresh\b"))
    await expect(fresh).to_have_css("animation-duration", "1e-05s")
    await page.emulate_media(reduced_motion="null")
