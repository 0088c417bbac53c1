"""What people hear because time passes, from the first reminder to the end."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.ids import PersonId
from domain.orders import Stage
from sandbox import acts
from sandbox.people import texts_of
from storage.proofs import prove
from storage.unit_of_work import looking
from tests.stories.roads import applies, at_warehouse, estimated, opens, paid, reports, shipped
from tests.stories.shop import Shop, Somebody

DUE = datetime(2026, 11, 10, 0, 0, tzinfo=UTC)  # applied on the 2nd, 09:00


def newest(texts: list[str], *words: str) -> list[str]:
    return [text for text in texts if any(word in text for word in words)]


async def stage(shop: Shop) -> Stage:
    return (await shop.file(1)).order.stage


async def test_seven_days_without_a_payment(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await estimated(aki, boss)
    before = len(aki.received)
    await shop.let_pass(days=4, hours=14)  # the 6th, 23:00
    assert len(aki.received) == before
    for told_before in (1, 2, 3):
        await shop.let_pass(hours=1 if told_before == 1 else {2: 48, 3: 21}[told_before])
        assert len(aki.received) == before + told_before
        assert "Please pay the 1st bill, $28.00, by" in aki.reads
        assert "Mon 9 Nov, 23:59 UTC" in aki.reads
        left = {1: "", 2: "Only 24 hours are left. ", 3: "Only 3 hours are left. "}[told_before]
        assert f"UTC.\n{left}If it is not paid by then" in aki.reads
        assert "🟢 Pay 1st bill · $28.00" in aki.buttons
    await shop.let_pass(hours=2, minutes=59)
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    await shop.let_pass(minutes=1)
    assert shop.clock.now == DUE
    assert await stage(shop) is Stage.CANCELLED
    assert "not paid in time" in aki.reads
    assert "Not paid in time" in shop.staff_read(1)[-1]


async def test_an_application_without_an_estimate_rings_and_ends(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await applies(aki)
    await shop.let_pass(days=2)
    waits = "The application waits for its estimate."
    assert waits in shop.staff_read(1)[-1]
    await shop.let_pass(days=2)
    assert len(newest(shop.staff_read(1), waits)) == 2  # Wednesday and Friday
    await shop.let_pass(days=3)
    assert len(newest(shop.staff_read(1), "No estimate yet")) == 2
    assert "We have not finished our estimate yet" in aki.reads
    await shop.let_pass(days=1)
    assert await stage(shop) is Stage.CANCELLED
    assert "our estimate did not come in time" in aki.reads
    assert shop.staff_read(1)[-1] == (
        "🏁 #1 · Our estimate did not come in time: the application has ended."
    )


async def test_a_reminder_is_not_sent_for_what_is_paid(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki)
    await shop.let_pass(days=30)
    assert newest(aki.received, "Please pay the 1st bill") == []
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    rung = newest(shop.staff_read(1), "A payment waits to be confirmed or refused.")
    assert len(rung) == 11  # 22 business days
    await boss.says_in_topic("/refuse nothing has come", 1)
    assert "You have time until" in aki.reads
    await shop.let_pass(days=7)  # what was left of the time when it stood still
    assert len(newest(aki.received, "Please pay the 1st bill")) == 2


async def test_who_blocked_the_bot_is_shown_to_staff_a_day_before_anything_bites(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    chat = shop.telegram.private(aki.person.user)
    acts.block(shop.telegram, chat, True)
    await shop.let_pass(days=6, hours=14, minutes=59)
    assert len(newest(shop.staff_read(1), "blocked")) >= 1  # the reminder three days ahead
    await shop.let_pass(minutes=1)  # the 9th, 00:00: the warning
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    await shop.let_pass(hours=23, minutes=59)
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    await shop.let_pass(minutes=1)
    assert await stage(shop) is Stage.CANCELLED
    shop.telegram.calls.clear()  # Telegram refused what it had to refuse


async def test_a_bot_that_was_away_gives_a_day_and_says_so(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await estimated(aki, boss)
    await shop.let_pass(days=7)  # the warning is with the customer
    shop.clock.forward(days=3)  # nobody is there
    await shop.restart()
    await shop.daiko.sweep()
    await shop.rest()
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    assert "Fri 13 Nov, 08:59 UTC" in aki.reads  # now it is the 12th, 09:00
    assert any("the bot was away" in text for text in texts_of(shop.group.general))
    await opens(aki)
    assert "13 Nov" in aki.reads
    await shop.let_pass(hours=23, minutes=59)
    assert await stage(shop) is Stage.AWAITING_FIRST_PAYMENT
    await shop.let_pass(minutes=1)
    assert await stage(shop) is Stage.CANCELLED


async def test_thirty_days_with_their_questions(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await shipped(aki, boss)
    asked = len(aki.received)
    for days in (14, 9, 6):  # on days 14, 23 and 29
        await shop.let_pass(days=days)
        asked += 1
        assert len(aki.received) == asked
        assert "There is a problem" in " ".join(aki.buttons)
    assert await stage(shop) is Stage.SHIPPED
    await shop.let_pass(days=1, hours=14, minutes=59)
    assert await stage(shop) is Stage.SHIPPED
    await shop.let_pass(minutes=1)
    assert await stage(shop) is Stage.COMPLETED
    assert "The time for the reception report has passed" in aki.reads
    assert "Is something wrong? You can report a problem for 30 more days." in aki.reads
    async with looking(shop.daiko.database) as uow:
        assert await prove(uow.tx) == []


async def test_silence_about_a_price_drops_the_item(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss)
    await boss.says_in_topic("/bought 1=20.00", 1)
    asked = len(aki.received)
    await shop.let_pass(hours=24)
    await shop.let_pass(hours=24)
    assert len(aki.received) == asked + 2
    assert aki.reads.count("UTC") == 1  # the deadline, once
    await aki.presses("Accept", on=aki.last)  # the reminder's keys are the question's
    assert "Confirm" in " ".join(aki.buttons)
    await shop.let_pass(hours=23, minutes=59)
    assert await stage(shop) is Stage.PURCHASING
    await shop.let_pass(minutes=1)
    assert await stage(shop) is Stage.CANCELLED
    assert (await shop.file(1)).purse.deposit.minor == 2_800


async def test_the_second_bill_is_reminded_of_and_never_bites(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=42.10", 1)
    asked, told = len(aki.received), "has not acted on the 2nd bill"
    for days, reminders, bells in ((3, 1, 0), (4, 2, 0), (7, 3, 1), (7, 4, 2), (7, 5, 3)):
        await shop.let_pass(days=days)
        assert len(aki.received) == asked + reminders
        assert len(newest(shop.staff_read(1), told)) == bells
    await shop.let_pass(days=60)
    assert await stage(shop) is Stage.AWAITING_SECOND_PAYMENT


async def test_what_was_bought_and_does_not_arrive_rings(
    shop: Shop, aki: Somebody, boss: Somebody
) -> None:
    await paid(aki, boss)
    await boss.says_in_topic("/bought", 1)
    read = len(shop.staff_read(1))
    await shop.let_pass(days=9, hours=23)
    assert len(shop.staff_read(1)) == read
    for days in (1, 5, 5):
        await shop.let_pass(days=days)
        read += 1
        assert len(shop.staff_read(1)) == read


async def test_at_night_only_what_cannot_wait(shop: Shop, aki: Somebody, boss: Somebody) -> None:
    await estimated(aki, boss)
    async with shop.transaction() as uow:
        await uow.people.set_timezone(PersonId(aki.id), "America/New_York")  # UTC-5
    before = len(aki.received)
    shop.clock.forward(hours=20)  # the 3rd, 00:00 there
    await boss.says_in_topic("/hold we ask the shop", 1)
    assert len(aki.received) == before
    assert "It is night where Aki is" in shop.staff_read(1)[-1]
    await boss.says_in_topic("/unhold", 1)
    await opens(aki)  # what they do themselves is answered
    assert len(aki.received) == before + 1
    await shop.let_pass(hours=7, minutes=59)
    assert len(aki.received) == before + 1
    await shop.let_pass(minutes=1)
    held, goes_on = aki.received[-2:]
    assert "on hold" in held
    assert "continues" in goes_on
