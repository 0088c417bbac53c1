"""A line does it at once, its author is answered, and a wrong one changes nothing."""

from __future__ import annotations

from domain.orders import LineState, Stage
from domain.refusals import (
    BadLine,
    KeepTooMuch,
    NotFinance,
    NotNow,
    NotPriced,
    NotStaff,
    OwnOrder,
    ReferenceUsed,
)
from sandbox.people import Forum, Person
from sandbox.telegram import Telegram
from tests.actions.conftest import usd
from tests.handlers.staff.trade import Office, no


async def test_an_estimate_is_issued_by_a_line(office: Office, mina: Person) -> None:
    order = await office.applied(2, 1)
    answer = await office.write(mina, "/estimate 1=12.50 2=8 shipping=5 fee=3", order)
    assert answer == (
        "✅ Estimate issued: $41.00. The customer is asked to pay by Mon 9 Nov, 23:59 UTC."
    )
    assert (await office.order(order)).stage is Stage.AWAITING_FIRST_PAYMENT
    assert office.heard()[-1] == "told estimate_issued"


async def test_the_answer_comes_before_the_notices(office: Office, boss: Person) -> None:
    order = await office.applied(1)
    await office.write(boss, "/estimate 1=20", order)
    await office.reported(order, 2000)
    await office.write(boss, "/confirm 20 REF1", order)
    texts = office.topic(order).texts
    answer = "✅ $20.00 booked. The bill is paid. Next: buy."
    assert texts.index(answer) < texts.index("told bill_covered")


async def test_an_order_goes_its_whole_way_by_lines(office: Office, boss: Person) -> None:
    order = await office.applied(2, 1)
    await office.write(boss, "/estimate 1=10 2=8 shipping=2", order)
    await office.reported(order, 3000)
    assert await office.write(boss, "/confirm 30 REF1", order) == (
        "✅ $30.00 booked. The bill is paid. Next: buy."
    )
    assert await office.write(boss, "/bought 1=10.50", order) == "✅ Bought: 1."
    assert await office.write(boss, "/bought", order) == (
        "✅ Bought: 2. That was everything. Next: its arrival at the warehouse."
    )
    assert await office.write(boss, "/arrived 1=1", order) == "✅ Arrived: 1: 1 of 2."
    assert await office.write(boss, "/arrived", order) == (
        "✅ Arrived: 1: 2 of 2, 2: 1 of 1. Next: the 2nd bill."
    )
    assert await office.write(boss, "/bill EMS=0", order) == (
        "✅ The 2nd bill is issued. The customer is asked for method, address and payment."
    )
    await request_shipping(office, order.id)
    assert (await office.write(boss, "/ship EMS EE123456785JP", order)).startswith(
        "✅ Parcel 1 is on its way: EE123456785JP. Without a reception report"
    )
    assert await office.write(boss, "/ship EMS EE999999999JP was=EE123456785JP", order) == (
        "✅ The number is EE999999999JP now, and the customer is told."
    )
    shipped = await office.order(order)
    assert shipped.stage is Stage.SHIPPED
    assert [parcel.tracking for parcel in shipped.parcels] == ["EE999999999JP"]
    history = await office.write(boss, "/history", order)
    assert history.splitlines()[0].startswith(f"#{order.id} · History, page 1 of ")
    *_, what, change = history.splitlines()
    assert what.endswith("Boss · tracking corrected")
    assert change == "• EE123456785JP → EMS EE999999999JP"


async def request_shipping(office: Office, order_id: int) -> None:
    from actions import second_bills
    from domain.ids import OrderId

    async with office.turn(office.aki) as work:
        await second_bills.choose_shipping(work, OrderId(order_id), "EMS", "1 Long Street")
        await second_bills.request_shipping(work, OrderId(order_id))
    await office.daiko.settle_down()


WRONG = {
    "/estimate 1=1,000": "/estimate 1=12.50 2=8 shipping=5 fee=3",
    "/estimate 1=12.50 1=13 2=1": "/estimate 1=12.50 2=8 shipping=5 fee=3",
    "/estimate 1=12.50\n2=8": "/estimate 1=12.50 2=8 shipping=5 fee=3",
    "/reject 2": "/reject 2 sold out",
    "/confirm 83.20": "/confirm 83.20 BANKREF",
    "/refuse": "/refuse reason",
    "/bought 1": "/bought 1=12.00",
    "/unavailable 2": "/unavailable 2 reason",
    "/accept all": "/accept 2",
    "/decline 2": "/decline 2 reason",
    "/decline": "/decline reason",
    "/arrived 1": "/arrived 1=2",
    "/bill EMS": "/bill EMS=42.10 SAL=20",
    "/adjust 5": "/adjust -5.00 reason",
    "/ship EMS": "/ship EMS EE123456785JP",
    "/solve": "/solve text",
    "/cancel": "/cancel keep=8.50 reason",
    "/hold": "/hold reason",
    "/unhold now": "/unhold",
    "/history 5": "/history",
}


async def test_a_wrong_line_gets_its_usage_and_changes_nothing(
    office: Office, boss: Person
) -> None:
    order = await office.applied()
    before = await office.order(order)
    for line, usage in WRONG.items():
        answer = await office.write(boss, line, order)
        assert "Nothing was changed." in answer, line
        assert usage in answer.splitlines(), line
    assert await office.order(order) == before
    assert office.heard() == []


async def test_what_the_rules_refuse_is_told_and_changes_nothing(
    office: Office, boss: Person
) -> None:
    order = await office.applied(2, 1)
    before = await office.order(order)
    for line, refusal in (
        ("/bought", NotNow(Stage.APPLIED)),
        ("/estimate 1=5", NotPriced((2,))),
        ("/estimate 1=5 2=5 3=5", BadLine("estimate", "no such line")),
        ("/unhold", NotNow(Stage.APPLIED)),
    ):
        assert await office.write(boss, line, order) == no(refusal)
    assert await office.order(order) == before
    assert office.heard() == []


async def test_an_unknown_word_gets_the_list_and_reaches_nobody(
    office: Office, mina: Person
) -> None:
    order = await office.applied()
    for text in ("/hello", "/ estimate 1=5", "/見積 1=5", "／estimate 1=5", "/"):
        answer = await office.write(mina, text, order)
        assert "/estimate 1=12.50 2=8 shipping=5 fee=3" in answer, text
    assert office.heard() == []
    assert (await office.order(order)).stage is Stage.APPLIED


async def test_a_command_may_name_our_bot_and_no_other(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    assert await office.write(mina, "/hold@another_bot customs", order) == ""
    assert (await office.order(order)).flags == frozenset()
    assert (await office.write(mina, "/hold@Daiko_Bot customs", order)).startswith("✅")
    assert (await office.write(mina, "/UNHOLD", order)).startswith("✅ The order goes on.")
    assert (await office.order(order)).flags == frozenset()


async def test_in_general_a_line_is_told_where_it_belongs(
    office: Office, group: Forum, mina: Person
) -> None:
    await office.applied()
    written = mina.writes("/estimate 1=5 2=5", group)
    taken = mina.writes("/take", group)
    unknown = mina.writes("/hello", group)
    mina.writes("hello everybody", group)
    await office.daiko.settle_down()
    assert office.answer_to(written["message_id"]) == (
        "/estimate belongs in the order’s topic; the topic’s name begins with #number."
        " Nothing was changed."
    )
    assert office.answer_to(taken["message_id"]) == (
        "/take belongs in the topic of an order or of an inquiry; the topic’s name begins with"
        " #number or with Inquiry. Nothing was changed."
    )
    assert "There is no /hello." in office.answer_to(unknown["message_id"])
    assert office.heard() == []


async def test_a_topic_of_something_else_is_no_order(
    office: Office, group: Forum, boss: Person, mina: Person
) -> None:
    await office.applied()
    topic = boss.makes_topic(group, "Lunch")
    line = mina.writes("/estimate 1=5 2=5", group, topic=topic)
    mina.writes("ramen?", group, topic=topic)
    await office.daiko.settle_down()
    assert "belongs in the order’s topic" in office.answer_to(line["message_id"])
    assert office.heard() == []


async def test_money_is_for_finance_members(office: Office, boss: Person, mina: Person) -> None:
    order = await office.applied(1)
    await office.write(mina, "/estimate 1=20", order)
    await office.reported(order, 2000)
    for line in ("/confirm 20 REF1", "/refuse nothing there"):
        assert await office.write(mina, line, order) == no(NotFinance())
    assert (await office.order(order)).stage is Stage.AWAITING_FIRST_PAYMENT
    assert (await office.write(boss, "/refuse nothing there", order)).startswith("✅")
    assert office.heard()[-1] == "told payment_refused"


async def test_who_has_left_the_group_is_no_staff_any_more(
    office: Office, group: Forum, boss: Person, mina: Person
) -> None:
    order = await office.applied(1)
    line = mina.writes("/estimate 1=20", group, topic=office.topic(order))
    hello = mina.writes("hello", group, topic=office.topic(order))
    boss.removes(mina, group)
    await office.daiko.settle_down()
    assert office.answer_to(line["message_id"]) == no(NotStaff())
    assert office.answer_to(hello["message_id"]) == no(NotStaff())
    assert (await office.order(order)).stage is Stage.APPLIED
    assert office.heard() == []


async def test_a_customer_who_is_staff_may_only_read(office: Office, group: Forum) -> None:
    order = await office.applied(1)
    aki = office.aki
    aki.joins(group)
    for text in ("/estimate 1=1", "/hold mine", "/cancel x", "a message to myself"):
        assert await office.write(aki, text, order) == no(OwnOrder())
    assert (await office.write(aki, "/history", order)).startswith(f"#{order.id} · History")
    assert (await office.order(order)).stage is Stage.APPLIED
    assert office.heard() == []


async def test_a_payment_nobody_reported_is_booked_after_confirm(
    office: Office, boss: Person
) -> None:
    order = await office.applied(1)
    await office.write(boss, "/estimate 1=20", order)
    asked = await office.write(boss, "/confirm 25 REF1", order)
    assert "The customer has not reported a payment." in asked
    assert "It pays the bill, and $5.00 goes to the customer’s deposit." in asked
    assert await office.deposit() == "0.00"
    done = await office.press(boss, "Confirm", order)
    assert (await office.order(order)).stage is Stage.PURCHASING
    assert await office.deposit() == "5.00"
    assert "$25.00 booked." in "".join(office.topic(order).texts)
    assert done


async def test_a_bank_line_counts_once(office: Office, boss: Person) -> None:
    order = await office.applied(1)
    await office.write(boss, "/estimate 1=20", order)
    await office.reported(order, 2000)
    await office.write(boss, "/confirm 20 REF1", order)
    again = await office.write(boss, "/confirm 20 ref1", order)
    assert again == no(ReferenceUsed("REF1", order.id, usd(2000), office.clock.now))
    assert await office.deposit() == "0.00"


async def test_rejecting_the_last_line_cancels_the_order(office: Office, mina: Person) -> None:
    order = await office.applied(1, 1)
    assert await office.write(mina, "/reject 2 sold out", order) == (
        "✅ Item 2 is rejected. The others still need an estimate."
    )
    assert await office.write(mina, "/reject 1 sold out", order) == (
        "✅ Item 1 is rejected. It was the last one: the order is cancelled."
    )
    ended = await office.order(order)
    assert ended.stage is Stage.CANCELLED


async def test_a_price_above_the_tolerance_is_asked_and_not_bought(
    office: Office, boss: Person
) -> None:
    order = await office.applied(1)
    await office.write(boss, "/estimate 1=20", order)
    await office.reported(order, 2000)
    await office.write(boss, "/confirm 20 REF1", order)
    assert await office.write(boss, "/bought 1=21.01", order) == (
        "✅ Item 1 is not bought: $21.01 is above what the customer allowed."
        " They are asked to decide."
    )
    assert (await office.order(order)).lines[0].state is LineState.TO_BUY
    assert office.heard()[-1] == "told question_asked"


async def test_cancelling_a_paid_order_keeps_what_it_cost(office: Office, boss: Person) -> None:
    order = await office.applied(1)
    await office.write(boss, "/estimate 1=20", order)
    await office.reported(order, 2000)
    await office.write(boss, "/confirm 20 REF1", order)
    assert await office.write(boss, "/cancel keep=20.01 x", order) == no(KeepTooMuch(usd(2000)))
    assert await office.write(boss, "/cancel keep=8.50 forbidden goods", order) == (
        "✅ The order is cancelled, and the customer is told."
        " $11.50 went back to the deposit. $8.50 was kept."
    )
    assert await office.deposit() == "11.50"


async def test_staff_read_the_agencys_time_whatever_their_own(
    office: Office, telegram: Telegram, group: Forum
) -> None:
    order = await office.applied(1)
    kenji = telegram.person("Kenji", language_code="ja")
    kenji.joins(group)
    async with office.turn(kenji) as work:
        await work.uow.people.set_timezone(work.by.id, "Asia/Tokyo")
    answer = await office.write(kenji, "/estimate 1=20", order)
    assert answer.endswith("is asked to pay by Mon 9 Nov, 23:59 UTC.")
