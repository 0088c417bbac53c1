"""Aki pays by card: through PayPal's page, and back in the chat."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot import paypal as client_module
from bot.settings import Settings
from domain.orders import Stage
from domain.payments import PaymentState
from sandbox.paypal import CLIENT_ID, SECRET, PayPal
from sandbox.people import Forum, buttons_of
from sandbox.telegram import Telegram
from tests.bot.conftest import Clock
from tests.stories.roads import at_warehouse, estimated, opens, reports
from tests.stories.shop import Shop, Somebody


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "PAUSES", (0.0, 0.0))


@pytest.fixture
def paypal(clock: Clock) -> PayPal:
    return PayPal(clock)


@pytest.fixture
async def shop(
    settings: Settings, clock: Clock, telegram: Telegram, group: Forum, paypal: PayPal
) -> AsyncIterator[Shop]:
    ours = {
        "paypal_client_id": CLIENT_ID,
        "paypal_client_secret": SecretStr(SECRET),
        "paypal_api_url": paypal.address,
    }
    settings = settings.model_copy(update=ours)
    async with Shop(settings, telegram, clock, group, paypal).open() as shop:
        yield shop


def page_of(somebody: Somebody) -> str:
    """Where the newest button with an address leads."""
    for message in reversed(somebody.person.sees):
        for button in buttons_of(message):
            if "url" in button:
                return str(button["url"])
    raise AssertionError("no button leads anywhere")


def approve(paypal: PayPal, somebody: Somebody) -> str:
    """Agree on the page; gives PayPal's number."""
    number = page_of(somebody).partition("token=")[2]
    paypal.approve(number)
    return number


async def at_page(aki: Somebody, boss: Somebody) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill", "PayPal")


async def pays_soon(shop: Shop) -> None:
    """The poller looks."""
    shop.clock.forward(seconds=30)
    await shop.rest()


async def test_a_bill_is_paid_on_paypals_page_and_the_order_goes_on(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    assert "Pay $28.00 with PayPal" in aki.reads
    assert aki.buttons == ["💳 PayPal · $28.00", "✅ I have paid", "⬅️ Back"]
    assert page_of(aki).startswith(f"{paypal.address}/checkoutnow?token=")
    assert "#1" in aki.reads
    approve(paypal, aki)
    await pays_soon(shop)
    assert "$28.00 has arrived" in aki.reads
    file = await shop.file(1)
    assert file.order.stage is Stage.PURCHASING
    assert [p.state for p in file.payments] == [PaymentState.CONFIRMED]
    staff = "\n".join(shop.staff_read(1))
    assert "$28.00 from Aki has arrived through PayPal. PayPal’s fee: $1.47." in staff
    assert "The 1st bill is paid. Please buy the items." in staff


async def test_i_have_paid_is_answered_whatever_paypal_says(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    await aki.presses("I have paid")
    assert aki.toast == "Thank you! We ask PayPal and tell you in a moment."
    assert "PayPal has not told us about a payment of $28.00 yet" in aki.reads
    link = aki.last
    approve(paypal, aki)
    await aki.presses("I have paid")
    assert "has arrived" in aki.reads
    assert (await shop.file(1)).order.stage is Stage.PURCHASING
    await aki.presses("I have paid", on=link)
    assert aki.toast == "This payment has arrived. Thank you!"


async def test_the_link_back_into_the_chat_asks_paypal(
    shop: Shop, aki: Somebody, ben: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    number = approve(paypal, aki)
    back = paypal.orders[number].context["return_url"]
    assert back == "https://t.me/daiko_bot?start=paypal_1"
    await ben.starts("paypal_1")  # a link can be passed on, or made up
    assert "outdated" in ben.reads
    await ben.starts("paypal_999")
    assert (await shop.file(1)).order.stage is Stage.AWAITING_FIRST_PAYMENT
    await aki.starts("paypal_1")
    assert "Welcome back!" in aki.received[-2]
    assert "has arrived" in aki.reads
    await aki.starts("paypal_1")
    assert "This payment has arrived" in aki.reads


async def test_pressed_twice_there_is_one_page_and_it_is_shown_again(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    first = page_of(aki)
    await aki.presses("Back", "PayPal")
    assert page_of(aki) == first
    assert "💳 PayPal · $28.00" in aki.buttons
    assert len(paypal.orders) == 1


async def test_the_second_bill_asks_for_the_shipping_first(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_warehouse(aki, boss)
    await boss.says_in_topic("/bill EMS=42.10", 1)
    await opens(aki)
    await aki.presses("Pay 2nd bill", "EMS", "Confirm", "PayPal")
    assert "💳 PayPal · $42.10" in aki.buttons
    approve(paypal, aki)
    await pays_soon(shop)
    assert (await shop.file(1)).order.stage is Stage.READY_TO_SHIP


async def test_a_part_from_the_deposit_and_the_rest_by_card(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await estimated(aki, boss)
    await opens(aki)
    await aki.presses("Pay 1st bill")
    await reports(aki, "20.00")
    await boss.says_in_topic("/confirm 20.00 REF1", 1)
    await opens(aki)
    await aki.presses("Pay 1st bill", "From deposit", "Confirm")
    assert "💳 PayPal · $8.00" in aki.buttons
    await aki.presses("PayPal")
    approve(paypal, aki)
    await pays_soon(shop)
    file = await shop.file(1)
    assert (file.order.stage, file.purse.deposit.minor) == (Stage.PURCHASING, 0)


async def test_paid_by_transfer_meanwhile_nothing_is_taken(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    number = page_of(aki).partition("token=")[2]
    await boss.says_in_topic("/confirm 28.00 REF1", 1)
    boss.person.presses("Confirm", shop.group, topic=shop.topic(1))
    await shop.rest()
    assert (await shop.file(1)).order.stage is Stage.PURCHASING
    paypal.approve(number)
    await pays_soon(shop)
    assert "nothing was charged" in aki.reads
    assert paypal.orders[number].captures == []


async def test_cancelled_while_the_page_was_open_nothing_is_taken(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    number = page_of(aki).partition("token=")[2]
    await opens(aki)
    await aki.presses("Cancel order", "Confirm")
    assert (await shop.file(1)).order.stage is Stage.CANCELLED
    paypal.approve(number)
    await pays_soon(shop)
    assert "You agreed to pay $28.00 with PayPal, but there is nothing to pay" in aki.reads
    assert paypal.orders[number].captures == []


async def test_a_declined_card_is_told_and_another_one_works(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    paypal.moods.capture = "INSTRUMENT_DECLINED"
    approve(paypal, aki)
    await pays_soon(shop)
    assert "declined. Nothing was charged." in aki.reads
    assert "🟢 Pay 1st bill · $28.00" in aki.buttons
    await aki.presses("Pay 1st bill", "PayPal")
    approve(paypal, aki)
    await pays_soon(shop)
    assert (await shop.file(1)).order.stage is Stage.PURCHASING


async def test_while_paypal_reviews_nothing_is_to_be_paid_and_no_clock_runs(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    paypal.moods.capture = "PENDING"
    number = approve(paypal, aki)
    await pays_soon(shop)
    assert "PayPal is reviewing your payment of $28.00" in aki.reads
    assert "The deadline stands still" in aki.reads
    await opens(aki)
    assert "PayPal’s turn:" in aki.reads
    assert not any("Pay 1st bill" in label for label in aki.buttons)
    shop.clock.forward(days=20)
    await shop.daiko.sweep()
    await shop.rest()
    assert (await shop.file(1)).order.stage is Stage.AWAITING_FIRST_PAYMENT
    paypal.decide_pending(paypal.orders[number].captures[0]["id"], "COMPLETED")
    shop.clock.forward(hours=7)
    await shop.rest()
    assert (await shop.file(1)).order.stage is Stage.PURCHASING


@pytest.mark.parametrize("mood", ["down", "unknown"])
async def test_without_paypal_the_customer_is_told_at_once(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal, mood: str
) -> None:
    setattr(paypal.moods, mood, True)
    await at_page(aki, boss)
    assert "PayPal cannot be reached right now, so nothing was charged" in aki.reads
    assert "🟢 Pay 1st bill · $28.00" in aki.buttons
    await aki.presses("Pay 1st bill", "PayPal")
    alarms = [m for m in shop.group.general if "Please look: PayPal" in str(m.get("text"))]
    assert len(alarms) == 1
    await aki.presses("Pay 1st bill")
    assert "🏦 Bank transfer" in aki.buttons


async def test_a_refund_and_a_dispute_reach_customer_and_staff(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    number = approve(paypal, aki)
    await pays_soon(shop)
    capture = paypal.orders[number].captures[0]["id"]
    paypal.refund(capture, {"amount": {"currency_code": "USD", "value": "3.00"}})
    shop.clock.forward(hours=1)
    await shop.rest()
    assert "$3.00 of your payment went back to you through PayPal." in aki.reads
    dispute = paypal.open_dispute(capture, "25.00")
    shop.clock.forward(hours=1)
    await shop.rest()
    assert any("disputes $25.00 at PayPal" in text for text in shop.staff_read(1))
    paypal.close_dispute(dispute, won=False)
    shop.clock.forward(hours=1)
    await shop.rest()
    assert any("PayPal took $25.00 back" in text for text in shop.staff_read(1))
    assert any("$25.00 of your payment was disputed" in text for text in aki.received)
    assert any("put your order on hold" in text for text in aki.received)
    finance = shop.group.topic("Finance")
    assert any("PayPal took $25.00 back" in text for text in finance.texts)


async def test_a_restart_in_the_middle_forgets_nothing(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await at_page(aki, boss)
    approve(paypal, aki)
    await shop.restart()
    await pays_soon(shop)
    assert (await shop.file(1)).order.stage is Stage.PURCHASING


async def test_a_deposit_is_paid_in_by_card(
    shop: Shop, aki: Somebody, boss: Somebody, paypal: PayPal
) -> None:
    await aki.writes("/deposit")
    await aki.presses("Pay in", "PayPal")
    await aki.writes("50.00")
    assert "Pay $50.00 with PayPal" in aki.reads
    assert aki.buttons == ["💳 PayPal · $50.00", "✅ I have paid", "⬅️ Back"]
    assert paypal.orders[page_of(aki).partition("token=")[2]].unit["description"] == "Deposit"
    approve(paypal, aki)
    await pays_soon(shop)
    assert "$50.00" in aki.reads
    assert any("$50.00 from Aki" in text for text in shop.group.topic("Finance").texts)
    await aki.writes("/deposit")
    assert aki.reads.splitlines()[0] == "Balance: $50.00"
