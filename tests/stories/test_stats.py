"""The figures as a picture, bills as paper, and topics that are called by their stage."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.letters import Statistics, ToStaff
from domain.money import Currency, Money
from domain.orders import Stage
from domain.queue import Kind
from domain.statistics import Flow, Leap, buckets
from sandbox.people import Forum, Person, buttons_of
from sandbox.telegram import Telegram
from storage.unit_of_work import looking
from tests.bot.conftest import Clock
from tests.stories.roads import applies, estimated, opens, paid, reports, shipped
from tests.stories.shop import Shop, Somebody
from tests.stories.staffroom import Colleague


@pytest.fixture
def mina(shop: Shop, telegram: Telegram, group: Forum) -> Colleague:
    mina = telegram.person("Mina")
    mina.joins(group)
    return Colleague(shop, mina)


def usd(minor: int) -> Money:
    return Money(minor, Currency("USD"))


async def in_general(shop: Shop, who: Person, line: str) -> None:
    who.writes(line, shop.group)
    await shop.rest()


async def test_the_figures_come_as_a_picture_of_a_week_a_month_or_a_year(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await shipped(aki, boss)
    await in_general(shop, mina.person, "/stats")
    picture = shop.group.general[-1]
    assert picture["photo"]
    assert picture["caption"] == (
        "📊 27 Oct 2026 to 2 Nov 2026. 1 applied, 0 completed, 0 cancelled."
    )
    assert [key["text"] for key in buttons_of(picture)] == ["· Week", "📊 Month", "📊 Year"]
    mina.person.presses("Year", message=picture)
    await shop.rest()
    assert shop.group.general[-1]["caption"].startswith("📊 3 Nov 2025 to 2 Nov 2026.")
    mina.person.presses_forged("st:3", picture)
    await shop.rest()
    assert len([m for m in shop.group.general if m.get("photo")]) == 2
    await aki.writes("/stats")
    assert not aki.last.get("photo")


async def test_nobody_waits_for_a_picture_that_is_being_drawn(
    shop: Shop, aki: Somebody, mina: Colleague
) -> None:
    mina.person.writes("/stats", shop.group)
    mina.person.writes("/stats", shop.group)
    mina.person.writes("/queue", shop.group)
    await shop.rest()
    answers = [m for m in shop.group.general if m["from"]["id"] != mina.person.id]
    assert ["photo" in m for m in answers] == [False, True, True]
    assert "Nothing waits here." in answers[0]["text"]
    async with looking(shop.daiko.database) as uow:
        assert await uow.outbox.count_waiting() == 0


async def test_a_picture_that_was_promised_before_a_restart_is_drawn_after_it(
    shop: Shop,
) -> None:
    async with shop.transaction() as uow:
        await uow.outbox.put(Statistics(7), ToStaff())
    await shop.restart()
    await shop.rest()
    assert [m["caption"] for m in shop.group.general if "photo" in m] == [
        "📊 27 Oct 2026 to 2 Nov 2026. 0 applied, 0 completed, 0 cancelled."
    ]


async def test_what_telegram_does_not_take_as_a_picture_comes_as_words(
    shop: Shop, mina: Colleague
) -> None:
    shop.telegram.fail("sendPhoto", error="Bad Request: PHOTO_INVALID_DIMENSIONS")
    await in_general(shop, mina.person, "/stats")
    assert shop.group.general[-1]["text"] == (
        "📊 27 Oct 2026 to 2 Nov 2026. 0 applied, 0 completed, 0 cancelled.\n\n"
        "⚠️ There was a picture or a file with this, which Telegram could not send."
    )
    assert [key["text"] for key in buttons_of(shop.group.general[-1])][1] == "📊 Month"
    shop.telegram.calls.clear()


async def test_the_figures_are_those_of_the_books_and_of_the_orders(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, clock: Clock
) -> None:
    from actions import statistics
    from actions.work import Work
    from domain.actors import CLOCK

    await paid(aki, boss)
    clock.forward(hours=5)
    await boss.says_in_topic("/bought", 1)
    clock.forward(days=2)
    await boss.says_in_topic("/arrived", 1)
    await applies(ben, ("Red mug", 1))
    async with looking(shop.daiko.database) as uow:
        work = Work(uow, shop.settings.agency(), clock(), CLOCK)
        figures = await statistics.gather(work, 7)
        earlier = await statistics.gather(Work(uow, work.agency, clock() + timedelta(9), CLOCK), 7)
    assert (figures.since, figures.until) == (date(2026, 10, 29), date(2026, 11, 4))
    assert (figures.applied, figures.completed, figures.cancelled) == (2, 0, 0)
    assert figures.stages == ((Stage.APPLIED, 1), (Stage.AT_WAREHOUSE, 1))
    assert len(figures.flows) == 7
    assert figures.flows[4] == Flow(date(2026, 11, 2), usd(2800), usd(0))
    assert (figures.money_in, figures.money_out) == (usd(2800), usd(0))
    assert figures.medians == (
        (Leap.ESTIMATE, timedelta(), 1),
        (Leap.PAYMENT, timedelta(), 1),
        (Leap.PURCHASE, timedelta(hours=5), 1),
        (Leap.ARRIVAL, timedelta(days=2), 1),
    )
    assert [(t.kind, t.count, t.late) for t in figures.waiting] == [
        (Kind.ESTIMATES, 1, 0),
        (Kind.BILLING, 1, 0),
    ]
    assert (earlier.applied, earlier.money_in, earlier.medians) == (0, usd(0), ())


def test_a_year_is_summed_up_by_its_months() -> None:
    starts = buckets(date(2025, 11, 23), date(2026, 11, 22))
    assert (len(starts), starts[0], starts[1]) == (13, date(2025, 11, 23), date(2025, 12, 1))
    assert buckets(date(2026, 11, 2), date(2026, 11, 3)) == (date(2026, 11, 2), date(2026, 11, 3))


async def test_a_bill_can_be_had_as_paper_and_is_a_receipt_once_it_is_paid(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Bills")
    assert "🧾 Bill (PDF) · 1st bill" in aki.buttons
    data = aki.data_of("Bill (PDF)")
    card = aki.last
    await aki.presses("Bill (PDF)")
    assert aki.last["document"]["file_name"] == "bill-1-first.pdf"
    assert aki.last["caption"] == "🧾 1st bill of #1"
    await ben.starts()
    before = len(ben.received)
    await ben.forges(data)
    assert not any("PDF" in text or "document" in text for text in ben.received[before:])
    assert not ben.last.get("document")
    await aki.forges("gp:1:second", on=card)
    assert aki.last["document"]["file_name"] == "bill-1-first.pdf"
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await boss.says_in_topic("/confirm 28.00 REF1", 1)
    await aki.forges(data, on=card)  # the old button gives what is so now
    assert aki.last["document"]["file_name"] == "receipt-1-first.pdf"
    assert aki.last["caption"] == "🧾 Receipt for the 1st bill of #1"


async def test_a_topic_is_called_by_the_stage_of_its_order(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await estimated(aki, boss)
    assert shop.topic(1).name == "#1 · To be paid · Blue mug"
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    assert shop.topic(1).name == "#1 · Payment to confirm · Blue mug"
    await boss.says_in_topic("/confirm 28.00 REF1", 1)
    assert shop.topic(1).name == "#1 · To buy · Blue mug"
    await mina.writes("/hold customs ask", 1)
    assert shop.topic(1).name == "#1 · On hold · Blue mug"
    assert shop.topic(1).topic.icon_custom_emoji_id == "5357121491508928442"
    await mina.writes("/unhold", 1)
    assert shop.topic(1).name == "#1 · To buy · Blue mug"
    renamed = len(shop.telegram.calls_of("editForumTopic"))
    await mina.writes("/take", 1)  # the stage is the same
    assert len(shop.telegram.calls_of("editForumTopic")) == renamed


async def test_a_name_that_telegram_refuses_loses_nothing(
    shop: Shop, aki: Somebody, boss: Somebody, mina: Colleague
) -> None:
    await applies(aki)
    shop.telegram.fail("editForumTopic", error="DOCUMENT_INVALID")
    await mina.writes("/hold customs ask", 1)
    assert shop.topic(1).name == "#1 · On hold · Blue mug"
    assert "on hold" in aki.reads.lower()
    shop.telegram.calls.clear()
