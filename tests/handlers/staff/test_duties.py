"""The buttons of a card ask for what a line would say, preview it, and do it after *Confirm*."""

from __future__ import annotations

from domain.orders import Stage
from domain.refusals import AlreadyDone, NotFinance, NotStaff, StaleButton
from sandbox.people import Forum, Person, buttons_of
from tests.handlers.staff.trade import Office, no
from views.buttons import Agree, Duty, StaffDo, StaffKey


def key_labels(office: Office, order: object) -> list[str]:
    return [key["text"] for key in buttons_of(office.topic(order).last)]  # type: ignore[arg-type]


async def test_an_estimate_is_asked_line_by_line(office: Office, mina: Person) -> None:
    order = await office.applied(2, 1)
    asked = await office.press(mina, "ESTIMATE", order)
    assert asked == f"#{order.id} · Mina\n1 · 2 × Thing 1\nUnit price in USD?"
    assert key_labels(office, order) == ["Reject line", "✖️ Cancel"]
    answer = await office.write(mina, "12.50", order)
    assert answer == f"#{order.id} · Mina\n2 · 1 × Thing 2\nUnit price in USD?"
    await office.write(mina, "8", order)
    await office.write(mina, "5", order)
    preview = await office.press(mina, "Skip", order)
    assert preview.splitlines()[1:] == [
        "1 · Thing 1: $12.50 × 2 = $25.00",
        "2 · Thing 2: $8.00 × 1 = $8.00",
        "Shipping within the country: $5.00",
        "1st bill: $38.00",
        "The customer is asked to pay it; the days to pay begin anew.",
        "",
        "/estimate 1=12.50 2=8.00 shipping=5.00 fee=0",
    ]
    assert (await office.order(order)).stage is Stage.APPLIED
    assert office.heard() == []
    done = await office.press(mina, "Confirm", order)
    assert done.startswith("✅ Estimate issued: $38.00.")
    assert key_labels(office, order) == []
    assert (await office.order(order)).stage is Stage.AWAITING_FIRST_PAYMENT
    assert office.heard() == ["told estimate_issued"]


async def test_a_line_can_be_rejected_in_the_middle_of_an_estimate(
    office: Office, mina: Person
) -> None:
    order = await office.applied(2, 1)
    await office.press(mina, "ESTIMATE", order)
    assert "Why is it rejected?" in await office.press(mina, "Reject line", order)
    await office.write(mina, "sold out", order)
    await office.write(mina, "8", order)
    await office.press(mina, "Skip", order)
    preview = await office.press(mina, "Skip", order)
    assert preview.splitlines()[-2:] == [
        "/reject 1 sold out",
        "/estimate 2=8.00 shipping=0 fee=0",
    ]
    await office.press(mina, "Confirm", order)
    assert office.heard() == ["told line_rejected", "told estimate_issued"]
    bill = (await office.order(order)).first_bill
    assert bill is not None
    assert bill.total.plain() == "8.00"


async def test_a_wrong_answer_is_asked_again(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    await office.press(mina, "ESTIMATE", order)
    for wrong in ("1,000", "-5", "twelve", "1=5", "5 5", "１２"):
        assert await office.write(mina, wrong, order) == (
            f"#{order.id} · Mina\n⚠️ An amount is written like 83.20.\n1 · 1 × Thing 1\n"
            "Unit price in USD?"
        )
    sticker = mina.sends_sticker(office.group, topic=office.topic(order))
    await office.daiko.settle_down()
    assert "Please write it as a text." in office.answer_to(sticker["message_id"])
    assert "in the country" in await office.write(mina, "5", order)
    assert office.heard() == []


async def test_back_asks_again_and_cancel_leaves(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    await office.press(mina, "HOLD", order)
    preview = await office.write(mina, "customs", order)
    assert preview.endswith("/hold customs")
    assert "Why is the order put on hold?" in await office.press(mina, "Back", order)
    await office.write(mina, "a strike", order)
    again = await office.write(mina, "yes", order)
    assert again.splitlines()[1] == "⚠️ Please press one of the buttons."
    assert again.endswith("/hold a strike")
    assert await office.press(mina, "Cancel", order) == (
        f"#{order.id} · Left, and nothing was changed."
    )
    assert (await office.order(order)).flags == frozenset()
    await office.write(mina, "Hello Aki", order)  # she is not asked any more
    assert office.heard() == ["relayed: Hello Aki"]


async def test_only_who_began_can_answer(office: Office, boss: Person, mina: Person) -> None:
    order = await office.applied(1)
    await office.press(mina, "HOLD", order)
    await office.write(mina, "customs", order)
    preview = office.topic(order).last
    await office.press(boss, "Confirm", order)
    assert boss.toasts == [("Mina was asked this.", True)]
    assert (await office.order(order)).flags == frozenset()
    await office.write(boss, "Hello Aki", order)  # his own words, and no answer of hers
    assert office.heard() == ["relayed: Hello Aki"]
    mina.presses("Confirm", message=preview)
    await office.daiko.settle_down()
    assert len((await office.order(order)).flags) == 1


async def test_two_can_be_asked_in_one_topic_at_a_time(
    office: Office, boss: Person, mina: Person
) -> None:
    order = await office.applied(1)
    await office.press(mina, "HOLD", order)
    await office.press(boss, "CANCEL", order)
    mina_s = await office.write(mina, "customs", order)
    boss_s = await office.write(boss, "forbidden", order)
    assert mina_s.endswith("/hold customs")
    assert boss_s.endswith("/cancel forbidden")


async def test_the_first_of_two_wins_and_the_other_is_told_who_it_was(
    office: Office, boss: Person, mina: Person
) -> None:
    order = await office.applied(1)
    await office.press(mina, "HOLD", order)
    await office.write(mina, "customs", order)
    hers = office.topic(order).last
    await office.press(boss, "HOLD", order)
    await office.write(boss, "a strike", order)
    his = office.topic(order).last
    mina.presses("Confirm", message=hers)
    boss.presses("Confirm", message=his)
    await office.daiko.settle_down()
    assert (await office.order(order)).reason == "customs"
    assert boss.toasts == [(no(AlreadyDone("Mina", "on hold")), True)]
    assert mina.toasts == []
    assert office.heard() == ["told hold_placed"]
    assert buttons_of(his) == [] or "Confirm" not in str(buttons_of(his))


async def test_an_old_card_begins_nothing(office: Office, boss: Person, mina: Person) -> None:
    order = await office.applied(1)
    card = next(m for m in office.topic(order).messages if "v1" in m.get("text", ""))
    await office.write(mina, "/hold customs", order)
    boss.presses_forged(StaffDo(order.id, order.version, Duty.HOLD).pack(), card)
    await office.daiko.settle_down()
    assert boss.toasts == [(no(AlreadyDone("Mina", "on hold")), True)]
    assert "Why" not in office.last(order)


async def test_what_one_did_oneself_is_not_in_the_way(office: Office, mina: Person) -> None:
    order = await office.applied(1, 1)
    card = next(m for m in office.topic(order).messages if "v1" in m.get("text", ""))
    await office.write(mina, "/reject 2 sold out", order)
    mina.presses_forged(StaffDo(order.id, order.version, Duty.ESTIMATE).pack(), card)
    mina.presses_forged(StaffDo(order.id, order.version, Duty.RELEASE).pack(), card)
    await office.daiko.settle_down()
    assert office.last(order).endswith("1 · 1 × Thing 1\nUnit price in USD?")
    assert mina.toasts == [(no(AlreadyDone("Mina", "line 2 rejected")), True)]


async def test_who_is_overtaken_in_the_middle_is_told_and_leaves(
    office: Office, boss: Person, mina: Person
) -> None:
    order = await office.applied(1)
    await office.press(mina, "HOLD", order)
    await office.write(boss, "/estimate 1=5", order)
    assert await office.write(mina, "customs", order) == (
        no(AlreadyDone("Boss", "estimate")) + " What you wrote was not sent to the customer."
    )
    assert office.heard() == ["told estimate_issued"]
    await office.write(mina, "Hello Aki", order)
    assert office.heard()[-1] == "relayed: Hello Aki"


async def test_a_second_tap_on_confirm_does_it_once(office: Office, boss: Person) -> None:
    order = await office.applied(1)
    await office.write(boss, "/estimate 1=20", order)
    await office.reported(order, 2000)
    await office.press(boss, "CONFIRM", order)
    await office.press(boss, "$20.00", order)
    await office.write(boss, "REF1", order)
    boss.presses("Confirm", office.group, topic=office.topic(order))
    boss.presses("Confirm", office.group, topic=office.topic(order))
    await office.daiko.settle_down()
    assert office.heard().count("told payment_confirmed") == 1
    assert (await office.order(order)).stage is Stage.PURCHASING
    assert await office.deposit() == "0.00"
    assert boss.toasts == [(no(StaleButton()), True)]


async def test_a_used_reference_can_be_corrected(office: Office, boss: Person) -> None:
    first, second = await office.applied(1), await office.applied(1)
    for order, reference in ((first, "REF1"), (second, "")):
        await office.write(boss, "/estimate 1=20", order)
        await office.reported(order, 2000)
        if reference:
            await office.write(boss, f"/confirm 20 {reference}", order)
    await office.press(boss, "CONFIRM", second)
    await office.press(boss, "$20.00", second)
    await office.write(boss, "REF1", second)
    await office.press(boss, "Confirm", second)
    assert "REF1 was used" in boss.toasts[-1][0]
    await office.press(boss, "Back", second)
    await office.write(boss, "REF2", second)
    await office.press(boss, "Confirm", second)
    assert (await office.order(second)).stage is Stage.PURCHASING


async def test_money_is_not_even_asked_of_others(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    before = office.last(order)
    for duty in ("CONFIRM", "REFUSE", "ADJUST"):
        await office.press(mina, duty, order)
    assert mina.toasts == [(no(NotFinance()), True)] * 3
    assert office.last(order) == before


async def test_a_stranger_presses_in_vain(office: Office, group: Forum, eve: Person) -> None:
    order = await office.applied(1)
    eve.joins(group)
    card = office.topic(order).messages[1]
    data = StaffDo(order.id, order.version, Duty.HOLD).pack()
    eve.presses_forged(data, card)
    eve.presses_forged(Agree(eve.id, 1).pack(), card)  # type: ignore[arg-type]
    eve.leaves(group)
    before = office.last(order)
    await office.daiko.settle_down()
    assert eve.toasts == [(no(NotStaff()), True)] * 2
    assert office.last(order) == before


async def test_forged_buttons_do_nothing(office: Office, mina: Person) -> None:
    order, other = await office.applied(1), await office.applied(1)
    card = office.topic(order).messages[1]
    await office.press(mina, "HOLD", order)
    forged = [
        StaffDo(other.id, other.version, Duty.HOLD).pack(),  # another topic's
        StaffDo(other.id, other.version, Duty.TAKE).pack(),
        StaffKey(mina.id, 1, "a", "x").pack(),  # type: ignore[arg-type]
        StaffKey(999, 1, "a", "x").pack(),  # type: ignore[arg-type]
        Agree(mina.id, 1).pack(),  # type: ignore[arg-type]
        "sd:1:2",
        "sk:zzzzzzzzzzz:1:a:x",  # larger than a database's numbers
        "sk:",
        "ag:x:y:z",
    ]
    for data in forged:
        mina.presses_forged(data, card)
    await office.daiko.settle_down()
    assert mina.toasts == [(no(StaleButton()), True)] * len(forged)
    assert (await office.order(order)).flags == frozenset()
    assert (await office.write(mina, "customs", order)).endswith("/hold customs")


async def test_a_line_in_the_middle_is_done_and_no_answer(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    await office.press(mina, "CANCEL", order)
    assert (await office.write(mina, "/history", order)).startswith(f"#{order.id} · History")
    await office.write(mina, "// I am not sure", order)
    assert (await office.write(mina, "forbidden", order)).endswith("/cancel forbidden")
    assert office.heard() == []


async def test_the_history_is_shown_by_its_button(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    shown = (await office.press(mina, "HISTORY", order)).splitlines()
    assert shown[-2].endswith("Aki · applied")
    assert shown[-1] == "• Application received"


async def test_a_conversation_survives_a_restart(office: Office, mina: Person) -> None:
    order = await office.applied(1)
    await office.press(mina, "HOLD", order)
    await office.daiko.application.shutdown()
    await office.daiko.application.initialize()
    assert (await office.write(mina, "customs", order)).endswith("/hold customs")
