"""Money back out of the deposit: asked for, sent by two, the account in clear only once."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import select

from bot.settings import Settings
from domain.ids import PersonId
from domain.money import Currency
from sandbox.people import Forum, Person, buttons_of, texts_of
from sandbox.telegram import Telegram
from storage.proofs import prove
from storage.queue_tables import conversation, inbox, outbox
from tests.stories.roads import applies
from tests.stories.shop import Json, Shop, Somebody

IBAN = "DE89370400440532013000"
ACCOUNT = f"Aki Mori, Erste Bank, {IBAN}"


@dataclass
class Finance:
    """Somebody of the staff group who handles money."""

    shop: Shop
    person: Person

    async def writes(self, text: str, topic: str = "") -> str:
        """Write in General, or in a topic; what the bot answers."""
        group = self.shop.group
        view = group.topic(topic) if topic else None
        written = self.person.writes(text, group, topic=view)
        await self.shop.rest()
        for message in reversed(seen(self.shop)):
            if message.get("reply_to_message", {}).get("message_id") == written["message_id"]:
                return unescape(texts_of([message])[0])
        return ""

    async def presses(self, label: str, on: Json | None = None) -> None:
        message = on or next(m for m in reversed(seen(self.shop)) if has(m, label))
        self.person.presses(label, message=message)
        await self.shop.rest()

    @property
    def toast(self) -> str:
        return self.person.toasts[-1][0] if self.person.toasts else ""


def has(message: Json, label: str) -> bool:
    return any(label in button["text"] for button in buttons_of(message))


def seen(shop: Shop) -> list[Json]:
    """All that stands in the staff group, oldest first."""
    return list(shop.group.messages)


def said(shop: Shop) -> list[str]:
    return [unescape(text) for text in texts_of(seen(shop))]


@pytest.fixture
def settings(settings: Settings, chief: Person, tom: Person, group: Forum) -> Settings:
    """Two finance members, and a key for account details."""
    chief.adds(tom, group)
    return settings.model_copy(
        update={
            "finance_user_ids": (PersonId(chief.id), PersonId(tom.id)),
            "encryption_keys": (SecretStr(Fernet.generate_key().decode()),),
        }
    )


@pytest.fixture
def mina(shop: Shop, chief: Person) -> Finance:
    return Finance(shop, chief)


@pytest.fixture
def kim(shop: Shop, tom: Person) -> Finance:
    return Finance(shop, tom)


async def purse(shop: Shop, who: Somebody) -> tuple[int, int, int]:
    async with shop.transaction() as uow:
        found = await uow.ledger.purse(PersonId(who.id), Currency.USD)
    return found.deposit.minor, found.reserved.minor, found.owed.minor


async def in_order(shop: Shop) -> bool:
    async with shop.transaction() as uow:
        return await prove(uow.tx) == []


async def rich(aki: Somebody, mina: Finance, kim: Finance) -> None:
    """$50.00 in the deposit, which may be paid out."""
    await aki.starts()
    line = f"/goodwill {aki.id} 50.00 For the delay"
    await mina.writes(line)
    await kim.writes(line)
    await mina.writes(f"/allow_payout {aki.id}")


async def at_pay_out(aki: Somebody) -> None:
    await aki.writes("/deposit")
    await aki.presses("Pay out")


async def asks(aki: Somebody, amount: str = "30.00", details: str = ACCOUNT) -> None:
    await at_pay_out(aki)
    await aki.writes(amount)
    await aki.presses("Bank")
    await aki.writes(details)
    await aki.presses("Confirm")


async def test_a_pay_out_from_the_request_to_the_bank(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await at_pay_out(aki)
    assert "up to $50.00" in aki.reads
    assert "charge of $2.00" in aki.reads
    await aki.writes("30.00")
    await aki.presses("Bank")
    await aki.writes(ACCOUNT)
    review = aki.reads
    assert "From your deposit: $30.00" in review
    assert "You will get: $28.00" in review
    assert "***3000" in review
    assert "5 Nov 2026" in review
    assert await purse(shop, aki) == (5_000, 0, 0)
    await aki.presses("Confirm")
    assert await purse(shop, aki) == (2_000, 3_000, 0)
    asked = next(text for text in said(shop) if "Pay-out 1 asked for" in text)
    assert "/payout 1 start" in asked
    assert "$28.00" in asked
    assert IBAN not in "".join(said(shop))

    await mina.presses("Start")
    opened = said(shop)[-1]
    assert ACCOUNT in opened
    assert "/payout 1 sent REFERENCE" in opened
    assert "Our team has begun" in aki.reads
    assert len([text for text in said(shop) if IBAN in text]) == 1

    answer = await mina.writes("/payout 1 sent OUT77")
    assert "Proposed by Boss" in answer
    assert "second finance member to agree: Tom" in answer
    assert await purse(shop, aki) == (2_000, 3_000, 0)
    assert "You proposed" in await mina.writes("/payout 1 sent OUT77")
    assert "something else" in await kim.writes("/payout 1 sent OUT78")
    assert await purse(shop, aki) == (2_000, 3_000, 0)
    assert "booked as sent" in await kim.writes("/payout 1 sent OUT77")
    assert await purse(shop, aki) == (2_000, 0, 0)
    assert "Pay-out 1 is sent: $28.00 to ***3000" in aki.reads
    assert "OUT77" in aki.reads
    assert not [text for text in said(shop) if IBAN in text]  # taken out of the group too
    assert await in_order(shop)


async def test_the_account_is_nowhere_in_clear(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await at_pay_out(aki)
    await aki.writes("30.00")
    await aki.presses("Bank")
    await aki.writes(ACCOUNT)
    assert not [m for m in aki.person.sees if IBAN in str(m.get("text"))]
    assert IBAN not in await written_down(shop)
    await aki.presses("Confirm")
    await mina.presses("Start")
    assert IBAN not in await written_down(shop)
    await mina.writes("/payout 1 sent OUT77")
    await kim.writes("/payout 1 sent OUT77")
    assert IBAN not in await written_down(shop)


async def written_down(shop: Shop) -> str:
    """What the tables of the queues and forms hold."""
    found: list[str] = []
    async with shop.transaction() as uow:
        for column in (inbox.c.payload, outbox.c.content, conversation.c.data):
            found += [str(row[0]) for row in await uow.tx.all(select(column))]
    return "".join(found)


async def test_details_that_do_not_do_are_taken_out_of_the_chat_too(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await at_pay_out(aki)
    await aki.writes("30.00")
    await aki.presses("Bank")
    for typed in ("x" * 2_000, "4111 1111 1111 1111"):
        await aki.writes(typed)
        assert "Where shall we send it?" in aki.reads
        assert not [m for m in aki.person.sees if m.get("text") == typed]
    await aki.presses("Back", "PayPal")
    await aki.writes("not an address")
    assert "e-mail address" in aki.reads
    await aki.writes("aki@example.com")
    assert "a***@example.com" in aki.reads
    await aki.presses("Cancel")
    assert await purse(shop, aki) == (5_000, 0, 0)


async def test_amounts_that_cannot_be_are_asked_again(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await at_pay_out(aki)
    for typed, why in (
        ("2.00", "more than the charge of $2.00"),
        ("1.99", "more than the charge"),
        ("50.01", "no more can be paid out"),
        ("1,000", "30"),
        ("-1", "plus or minus"),
        ("0", "more than zero"),
        ("1e3", "cannot read"),
        ("10000000000000", "too large"),
    ):
        await aki.writes(typed)
        assert "How much shall we send you?" in aki.reads, typed
        if why != "30":
            assert why in aki.reads, typed
    assert await purse(shop, aki) == (5_000, 0, 0)


async def test_who_has_not_used_the_service_is_told_and_can_ask_staff(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await aki.starts()
    line = f"/goodwill {aki.id} 50.00 Welcome"
    await mina.writes(line)
    await kim.writes(line)
    await at_pay_out(aki)
    assert "none of it was ever used" in aki.reads
    await aki.presses("Contact staff")
    assert "will hear from them" in aki.reads
    (wanted,) = [text for text in said(shop) if "asks for a pay-out" in text]
    assert f"/allow_payout {aki.id}" in wanted
    assert "may pay out" in await kim.writes(f"/allow_payout {aki.id}")
    assert "You can pay out" in aki.reads
    await asks(aki)
    assert await purse(shop, aki) == (2_000, 3_000, 0)
    assert await in_order(shop)


async def test_a_request_is_withdrawn_once(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    await aki.presses("Withdraw")
    assert "goes back to your deposit" in aki.reads
    withdrawing = aki.last
    confirm = aki.data_of("Confirm")
    await aki.presses("Confirm")
    assert await purse(shop, aki) == (5_000, 0, 0)
    await aki.forges(confirm, withdrawing)
    assert "withdrawn" in aki.toast
    assert await purse(shop, aki) == (5_000, 0, 0)
    await mina.presses("Start")
    assert "withdrawn" in mina.toast
    assert await in_order(shop)


async def test_the_deposits_page_shows_what_is_under_way(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    await aki.writes("/deposit")
    assert aki.reads.startswith("Balance: $20.00\nReserved: $30.00\n")
    assert "Pay-out 1: $30.00 to ***3000, waiting for our team, by 5 Nov 2026" in aki.reads
    assert "↩️ Withdraw · $30.00" in aki.buttons
    await mina.presses("Start")
    await aki.writes("/deposit")
    assert "being sent" in aki.reads
    assert not any("Withdraw" in label for label in aki.buttons)


async def test_a_pay_out_that_is_late_is_called_late(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    await shop.let_pass(days=3)  # the 5th
    await aki.writes("/deposit")
    assert "waiting for our team, by 5 Nov 2026" in aki.reads
    await shop.let_pass(days=1)
    await aki.writes("/deposit")
    assert (
        "⚠️ Pay-out 1: $30.00 to ***3000, waiting for our team. It was to be sent by 5 Nov 2026 and"
        " is late. We are sorry; our team knows it and looks into it." in aki.reads
    )


async def test_a_stranger_withdraws_nothing(
    shop: Shop, aki: Somebody, ben: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    data = aki.data_of("Withdraw")
    await ben.starts()
    await ben.forges(data)
    assert "no pay-out 1" in ben.toast
    assert await purse(shop, aki) == (2_000, 3_000, 0)


async def test_the_buttons_ask_and_show_before_they_do(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    await mina.presses("Start")
    await mina.presses("Sent")
    assert "The reference" in said(shop)[-1]
    finance = "Finance"
    await mina.writes("two words", finance)
    assert "plain letters and digits" in said(shop)[-1]
    await mina.writes("OUT77", finance)
    assert "/payout 1 sent OUT77" in said(shop)[-1]
    await mina.presses("Confirm")
    proposal = next(m for m in reversed(seen(shop)) if has(m, "Agree"))
    await mina.presses("Agree", proposal)
    assert "yourself" in mina.toast
    await kim.presses("Agree", proposal)
    assert "booked as sent" in said(shop)[-1]
    await kim.presses("Agree", proposal)
    assert "was faster" in kim.toast
    assert await purse(shop, aki) == (2_000, 0, 0)
    await kim.presses("Bounced")
    await kim.presses("Confirm")
    assert await purse(shop, aki) == (5_000, 0, 0)
    assert "came back to us" in aki.reads
    assert await in_order(shop)


async def test_a_refusal_is_told_with_its_reason(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    assert "refused" in await mina.writes("/payout 1 refuse No such <b>account</b> & bank")
    assert "No such <b>account</b> & bank" in unescape(aki.reads)
    assert await purse(shop, aki) == (5_000, 0, 0)


async def test_somebody_who_is_not_of_finance_does_nothing(
    shop: Shop, telegram: Telegram, chief: Person, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    lee = telegram.person("Lee")
    chief.adds(lee, shop.group)
    clerk = Finance(shop, lee)
    for line in (
        "/payout 1 start",
        "/payout 1 refuse no",
        f"/goodwill {aki.id} 5.00 x",
        f"/writeoff {aki.id} 5.00 x",
        f"/allow_payout {aki.id}",
    ):
        assert "finance members" in await clerk.writes(line), line
    assert await purse(shop, aki) == (2_000, 3_000, 0)


async def test_staff_do_not_act_on_their_own_account(
    shop: Shop, chief: Person, mina: Finance
) -> None:
    await Somebody(shop, chief).starts()
    for line in (f"/goodwill {chief.id} 5.00 x", f"/allow_payout {chief.id}"):
        assert "your own account" in await mina.writes(line)


async def test_wrong_lines_get_their_usage(shop: Shop, mina: Finance) -> None:
    for line in ("/payout", "/payout x start", "/payout 1", "/payout 1 send X", "/goodwill 7 x y"):
        answer = await mina.writes(line)
        assert "Nothing was changed" in answer, line
        assert line.split()[0] in answer
    assert "no pay-out 9" in await mina.writes("/payout 9 start")
    assert "no customer" in await mina.writes("/goodwill 99 5.00 x")
    assert "No pay-out is waiting" in await mina.writes("/payouts")


async def test_the_list_shows_what_waits(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)
    listed = await mina.writes("/payouts")
    assert "Pay-out 1 · Aki" in listed
    assert "/payout 1 start" in listed
    assert IBAN not in listed


async def test_a_late_pay_out_rings_once_a_day(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await rich(aki, mina, kim)
    await asks(aki)

    async def rung() -> int:
        await shop.daiko.sweep()
        await shop.rest()
        return len([text for text in said(shop) if "is late" in text])

    assert await rung() == 0
    shop.clock.forward(days=4)
    assert await rung() == 1
    assert await rung() == 1
    shop.clock.forward(days=1)
    assert await rung() == 2


async def test_much_money_is_confirmed_by_two(
    shop: Shop, aki: Somebody, mina: Finance, kim: Finance
) -> None:
    await applies(aki)
    await mina.writes("/estimate 1=400 shipping=5 fee=3", "#1")
    assert "not reported a payment" in await mina.writes("/confirm 808.00 BANK1", "#1")
    await mina.presses("Confirm")
    assert (await shop.file(1)).order.first_bill.paid.minor == 0  # type: ignore[union-attr]
    assert "Proposed by" in said(shop)[-1]
    await kim.presses("Agree")
    assert (await shop.file(1)).order.first_bill.paid.minor == 80_800  # type: ignore[union-attr]
    assert await in_order(shop)
