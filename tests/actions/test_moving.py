"""Moving an order: once, whole, and whatever else happens at the same moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from actions import confirmations, holds, messages, moving, payments
from actions.cancellations import cancel_because
from actions.work import Work
from domain.actors import KEEPER, Actor
from domain.agency import Agency
from domain.ids import AgencyId, OrderId, PersonId, TopicId
from domain.letters import LeftTopic, Relayed, ToChat, Told, TopicCard, ToTopic, Urgency
from domain.messages import Said, Thread
from domain.moving import called
from domain.moving_notices import OrderCame, OrderMoved
from domain.orders import Flag, Order, Role
from domain.proposals import Proposal
from domain.refusals import (
    CardOutdated,
    InChargeAlready,
    MovedAway,
    NoSuchAgency,
    NotNow,
    NotYours,
    UnderReview,
)
from storage.outbox import Letter, Unreadable
from storage.queue_tables import outbox
from storage.tables import orders as orders_table
from storage.unit_of_work import unit_of_work
from tests.actions.conftest import AGENCY, AKI, MINA, TOM, House, report, usd

KIM: Final = Actor(PersonId(44), "Kim", Role.STAFF, is_finance=True)
TOPIC: Final = TopicId(70)


@pytest.fixture
async def osaka(house: House) -> Agency:
    return await registered(house, "Osaka", -200)


@pytest.fixture
async def kobe(house: House) -> Agency:
    return await registered(house, "Kobe", -300)


async def registered(house: House, name: str, chat: int) -> Agency:
    words: dict[str, str | None] = {
        "timezone": "Asia/Tokyo",
        "holidays": "JP",
        "bank_account": f"{name} Bank",
    }
    await house.meet(KIM)
    async with unit_of_work(house.database) as uow:
        await uow.agencies.add(name, words, name, house.now)
        assert await uow.agencies.register(name, chat, "staff:42", house.now)
        found = await uow.agencies.at(chat)
    assert found is not None
    return found.beside(AGENCY)


async def in_its_topic(house: House, order: Order) -> None:
    async with unit_of_work(house.database) as uow:
        assert await uow.orders.set_topic(order.id, TOPIC)
        await uow.orders.set_topic_card(order.id, 71)


async def move(house: House, order: Order, there: Agency, by: Actor = MINA) -> Order:
    async with house.turn(by) as work:
        return (await moving.move(work, order.id, there, seen=order.version)).order


async def waiting(house: House) -> list[Letter]:
    """All letters that are due, oldest first."""
    async with house.look() as uow:
        room = dict.fromkeys(Urgency, 1000)
        found = await uow.outbox.waiting(dict.fromkeys(Urgency, 0), room, house.now)
    return [envelope.open() for envelope in found]


async def test_a_moved_order_keeps_its_deadline_money_and_lines(
    house: House, osaka: Agency
) -> None:
    order = await house.estimated(1_000)
    moved = await move(house, order, osaka)
    assert moved == replace(order, agency=osaka.id, version=order.version + 1)
    assert await house.order(order.id) == moved
    async with house.look() as uow:
        line = (await uow.orders.history(order.id))[-1]
    assert (line.who, line.what, line.before, line.after) == (
        "staff:42 Mina",
        "moved",
        "agency: Daiko",
        "agency: Osaka",
    )
    assert await house.failures() == []


async def test_everybody_is_told_once(house: House, osaka: Agency) -> None:
    order = await house.estimated(1_000)
    await in_its_topic(house, order)
    await move(house, order, osaka)
    letters = await waiting(house)
    there = ToTopic(order.id, osaka.id)
    assert {x.to for x in letters if isinstance(x.to, ToTopic)} == {there}
    of_topic = [x.content for x in letters if x.to == there]
    assert TopicCard(order.id) in of_topic
    assert Told(OrderCame(order.id, "Daiko", "Mina", pays_elsewhere=True)) in of_topic
    to_old = [x.content for x in letters if x.to == ToChat(-100, TOPIC)]
    assert to_old == [LeftTopic(order.id, "Osaka", card=71)]
    moved = [
        x.content for x in letters
        if isinstance(x.content, Told) and isinstance(x.content.notice, OrderMoved)
    ]  # fmt: skip
    assert moved == [Told(OrderMoved(order.id, "Daiko", "Osaka", pays_elsewhere=True))]


async def test_without_an_open_bill_no_account_has_changed(house: House, osaka: Agency) -> None:
    order = await house.paid(1_000)
    await move(house, order, osaka)
    assert OrderMoved(order.id, "Daiko", "Osaka") in await house.told_customer()


async def test_two_who_move_it_at_once_move_it_once(
    house: House, osaka: Agency, kobe: Agency
) -> None:
    order = await house.estimated(1_000)
    await in_its_topic(house, order)

    async def go(by: Actor, there: Agency) -> Order:
        async with house.turn(by) as work:
            return (await moving.move(work, order.id, there)).order

    results = await asyncio.gather(go(MINA, osaka), go(TOM, kobe), return_exceptions=True)
    (moved,) = [x for x in results if isinstance(x, Order)]
    (refused,) = [x for x in results if isinstance(x, BaseException)]
    assert isinstance(refused, MovedAway)
    assert (await house.order(order.id)).agency == moved.agency
    async with house.look() as uow:
        lines = await uow.orders.history(order.id)
    assert [line.what for line in lines].count("moved") == 1
    assert len([x for x in await waiting(house) if isinstance(x.content, LeftTopic)]) == 1


async def test_of_a_move_and_a_payment_at_once_both_are_done_or_the_later_is_refused(
    house: House, osaka: Agency
) -> None:
    order = await house.estimated(1_000)

    async def reports() -> None:
        async with house.turn(AKI) as work:
            await payments.report_transfer(work, order.id, report(1_700))

    async def moves() -> None:
        async with house.turn(MINA) as work:
            await moving.move(work, order.id, osaka)

    results = await asyncio.gather(reports(), moves(), return_exceptions=True)
    refused = [type(x) for x in results if isinstance(x, BaseException)]
    agency = (await house.order(order.id)).agency
    assert (refused, agency) in [([], osaka.id), ([UnderReview], None)]


async def test_who_was_faster_is_said_to_whoever_saw_the_order_as_it_was(
    house: House, osaka: Agency
) -> None:
    order = await house.applied()
    await move(house, order, osaka)
    with pytest.raises(NotYours):
        async with house.turn(MINA) as work:
            await work.lock(order.id)
    with pytest.raises(CardOutdated):
        async with house.turn(AKI) as work:
            await work.lock(order.id, seen=order.version)


async def test_an_order_cannot_go_where_it_is(house: House) -> None:
    order = await house.applied()
    with pytest.raises(InChargeAlready):
        await move(house, order, AGENCY)
    assert (await house.order(order.id)).version == order.version


async def test_a_reported_transfer_waits_at_the_bank_it_was_reported_to(
    house: House, osaka: Agency
) -> None:
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    order = await house.order(order.id)
    with pytest.raises(UnderReview):
        await move(house, order, osaka)
    same = replace(osaka, bank_account=AGENCY.bank_account)
    assert (await move(house, order, same)).agency == osaka.id


async def test_the_keeper_moves_a_report_that_nobody_can_decide_any_more(
    house: House, osaka: Agency
) -> None:
    order = await move(house, await house.estimated(1_000), osaka)
    async with house.turn(AKI) as work:
        number = await payments.report_transfer(work, order.id, report(1_700))
    was = await house.order(order.id)
    with pytest.raises(NotYours):
        async with house.turn(MINA) as work:
            await payments.refuse_report(work, order.id, "no")
    async with house.turn(KEEPER) as work:
        moved = await moving.move(work, order.id, AGENCY)
    assert moved.reported == usd(1_700)
    assert moved.order == replace(was, agency=None, version=was.version + 1)
    came = OrderCame(order.id, "Osaka", "", pays_elsewhere=True, reported=usd(1_700))
    assert came in await house.told_staff(order)
    async with house.look() as uow:
        kept = await uow.payments.in_review(order.id)
    assert kept is not None
    assert (kept.id, kept.state, kept.claimed) == (number, "reported", usd(1_700))
    async with house.turn(MINA) as work:
        after = await payments.refuse_report(work, order.id, "not there")
    assert (after.stage, after.frozen_at) == (was.stage, None)
    assert await house.deposit() == (0, 0, 0)
    assert await house.failures() == []


async def test_a_report_that_came_along_is_confirmed_where_it_went(
    house: House, osaka: Agency
) -> None:
    order = await move(house, await house.estimated(1_000), osaka)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    async with house.turn(KEEPER) as work:
        await moving.move(work, order.id, AGENCY)
    async with house.turn(MINA) as work:
        await payments.confirm_transfer(work, order.id, usd(1_700), "B7")
    assert (await house.order(order.id)).stage == "PURCHASING"
    assert await house.failures() == []


async def test_a_report_to_one_bank_of_both_needs_no_warning(house: House, osaka: Agency) -> None:
    same = replace(osaka, bank_account=AGENCY.bank_account)
    order = await house.estimated(1_000)
    async with house.turn(AKI) as work:
        await payments.report_transfer(work, order.id, report(1_700))
    async with house.turn(KEEPER) as work:
        assert (await moving.move(work, order.id, same)).reported is None


async def test_on_hold_it_moves_and_stays_on_hold(house: House, osaka: Agency) -> None:
    order = await house.estimated(1_000)
    async with house.turn(MINA) as work:
        order = await holds.hold(work, order.id, "customs")
    moved = await move(house, order, osaka)
    assert moved.flags == {Flag.ON_HOLD}
    assert (moved.frozen_at, moved.due_at, moved.reason) == (
        order.frozen_at,
        order.due_at,
        "customs",
    )


async def test_an_ended_order_moves_as_long_as_it_can_be_written_about(
    house: House, osaka: Agency
) -> None:
    order = await house.applied()
    async with house.turn(MINA) as work:
        order = await cancel_because(work, await work.lock(order.id), "staff", "shut")
    house.later(days=30)
    with pytest.raises(NotNow):
        await move(house, order, osaka)
    house.now -= timedelta(milliseconds=1)
    assert (await move(house, order, osaka)).agency == osaka.id


async def test_proposals_end_with_the_move(house: House, osaka: Agency) -> None:
    order = await house.estimated(60_000)
    async with house.turn(MINA) as work:
        proposed = await confirmations.confirm(
            work, order.id, usd(60_700), "B1", without_report=True
        )
    assert isinstance(proposed, Proposal)
    await move(house, order, osaka)
    async with house.look() as uow:
        assert (await uow.proposals.get(proposed.id)).closed_at == house.now
    async with unit_of_work(house.database) as uow:
        work = Work(uow, osaka, house.now, KIM)
        again = await confirmations.confirm(work, order.id, usd(60_700), "B1", without_report=True)
    assert isinstance(again, Proposal)
    assert await house.deposit() == (0, 0, 0)


async def test_the_bell_rings_by_the_new_agency_s_clock(house: House, osaka: Agency) -> None:
    order = await house.applied()
    await writes(house, order)
    house.later(hours=5)
    async with unit_of_work(house.database) as uow:
        await uow.answering.rung(Thread(order.id), 2, None)  # it rang twice, and nobody heard
    await move(house, order, osaka)
    async with unit_of_work(house.database) as uow:
        waits = await uow.answering.lock(Thread(order.id))
    assert waits is not None
    # 9:00 in London is 18:00 in Tokyo; Tuesday is a holiday there.
    ring_at = datetime(2026, 11, 4, 13, 0, tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC)
    assert (waits.since, waits.rung, waits.ring_at) == (
        datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        0,
        ring_at,
    )


async def writes(house: House, order: Order, words: str = "Hello?") -> None:
    async with house.turn(AKI) as work:
        said = Said(AKI.id, hash(words) % 100_000, words)
        assert await messages.to_agency(work, order.id, said)


async def test_the_clocks_look_at_it_by_the_new_agency_s_calendar(
    house: House, osaka: Agency
) -> None:
    order = await house.paid(1_000)

    async def wakes() -> datetime:
        async with house.look() as uow:
            row = await uow.tx.one(
                select(orders_table.c.wake_at).where(orders_table.c.id == order.id)
            )
        assert row is not None
        return datetime.fromtimestamp(row.wake_at / 1000, UTC)

    assert await wakes() == datetime(2026, 11, 4, 9, 0, tzinfo=UTC)
    await move(house, order, osaka)
    assert await wakes() == datetime(2026, 11, 5, 9, 0, tzinfo=UTC)  # Tuesday is a holiday


# Letters --------------------------------------------------------------------------------------


async def test_what_waits_for_the_old_topic_goes_on_in_its_order(
    house: House, osaka: Agency
) -> None:
    order = await house.applied()
    for words in ("One", "Two", "Three"):
        await writes(house, order, words)
    before = [x for x in await waiting(house) if isinstance(x.content, Relayed)]
    assert {x.to for x in before} == {ToTopic(order.id)}
    await move(house, order, osaka)
    await writes(house, order, "Four")
    letters = await waiting(house)
    after = [x for x in letters if isinstance(x.content, Relayed)]
    assert [x.content for x in after[:3]] == [x.content for x in before]
    assert len(after) == 4
    assert {x.to for x in after} == {ToTopic(order.id, osaka.id)}
    cards = [x for x in letters if isinstance(x.content, TopicCard)]
    assert {x.to for x in cards} == {ToTopic(order.id, osaka.id)}
    # Its card, and where it comes from, stand before all that.
    first = next(x.content for x in letters if not isinstance(x.content, TopicCard))
    assert isinstance(letters[0].content, TopicCard)
    assert first == Told(OrderCame(order.id, "Daiko", "Mina", waits=True))


async def test_a_letter_is_sent_on_once(house: House, osaka: Agency) -> None:
    order = await house.applied()
    await writes(house, order)
    (letter,) = [x for x in await waiting(house) if isinstance(x.content, Relayed)]
    await move(house, order, osaka)
    async with unit_of_work(house.database) as uow:
        await uow.outbox.send_on(letter, house.now)  # as a sender does that has it at hand
    assert len([x for x in await waiting(house) if isinstance(x.content, Relayed)]) == 1


async def test_a_letter_nobody_can_read_stays_where_it_is(house: House, osaka: Agency) -> None:
    order = await house.applied()
    async with unit_of_work(house.database) as uow:
        await uow.tx.run(
            outbox.insert(),
            recipient=f'{{"order":{order.id},"agency":null,"to":"topic"}}',
            content="{}",
            urgency=1,
        )
    await move(house, order, osaka)
    async with house.look() as uow:
        room = dict.fromkeys(Urgency, 1000)
        found = await uow.outbox.waiting(dict.fromkeys(Urgency, 0), room, house.now)
    (odd,) = [x for x in found if x.content == "{}"]
    with pytest.raises(Unreadable):
        odd.open()


async def test_where_telegram_put_things_counts_only_for_who_is_in_charge(
    house: House, osaka: Agency
) -> None:
    order = await house.applied()
    await move(house, order, osaka)
    async with unit_of_work(house.database) as uow:
        assert not await uow.orders.set_topic(order.id, TOPIC, None)
        await uow.orders.set_topic_card(order.id, 71, None)
        assert await uow.orders.topic(order.id) is None
        assert await uow.orders.set_topic(order.id, TopicId(9), osaka.id)
        await uow.orders.set_topic_card(order.id, 10, osaka.id)
        await uow.orders.set_topic_card(order.id, 71, None)
        assert await uow.orders.topic_card(order.id) == 10


async def test_topics_that_were_left_are_known_by_their_group(house: House, osaka: Agency) -> None:
    order = await house.applied()
    await in_its_topic(house, order)
    await move(house, order, osaka)
    async with unit_of_work(house.database) as uow:
        assert await uow.orders.by_topic(TOPIC) is None
        assert await uow.orders.has_left(TOPIC) == order.id
        assert await uow.orders.has_left(TOPIC, AgencyId(1)) is None
        # Each group numbers its topics by itself.
        await uow.orders.set_topic(order.id, TOPIC, osaka.id)
        assert await uow.orders.by_topic(TOPIC, osaka.id) == OrderId(order.id)


# Money of all agencies ------------------------------------------------------------------------


async def test_the_front_desk_books_what_arrived_for_any_agency_s_order(
    house: House, osaka: Agency
) -> None:
    order = await move(house, await house.estimated(1_000), osaka)
    with pytest.raises(NotYours):
        async with house.turn(MINA) as work:
            await holds.hold(work, order.id, "no")
    async with house.turn(MINA) as work:
        await confirmations.confirm(work, order.id, usd(1_700), "B7", without_report=True)
    assert (await house.order(order.id)).stage == "PURCHASING"
    assert await house.failures() == []


async def test_no_other_agency_books_for_an_order_that_is_not_its_own(
    house: House, osaka: Agency
) -> None:
    order = await house.estimated(1_000)

    async def confirms() -> None:
        async with unit_of_work(house.database) as uow:
            work = Work(uow, osaka, house.now, KIM)
            await confirmations.confirm(work, order.id, usd(1_700), "B7", without_report=True)

    with pytest.raises(NotYours):
        await confirms()
    assert (await house.order(order.id)).version == order.version


async def test_an_unknown_name_lists_those_that_are_there(house: House, osaka: Agency) -> None:
    with pytest.raises(NoSuchAgency) as refusal:
        called([AGENCY, osaka], " kobe")
    assert refusal.value.known == ("Daiko", "Osaka")
    assert called([AGENCY, osaka], "  OSAKA ") is osaka
