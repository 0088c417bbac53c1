"""Pay-outs: reserved at once, sent by two, given back in full; and who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from actions import payouts
from actions.work import Work
from domain.actors import CLOCK, Actor
from domain.agency import Agency
from domain.ids import PayoutId, PersonId
from domain.letters import Deleted, ToChat, ToStaff, Urgency
from domain.money import Money
from domain.orders import Role
from domain.payments import Arrival, Method, PayoutState, pay_in
from domain.payout_notices import (
    PayoutBounced,
    PayoutLate,
    PayoutRefused,
    PayoutRequested,
    PayoutSent,
    PayoutStarted,
    PayoutWithdrawn,
)
from domain.payouts import Payout
from domain.proposals import Proposal
from domain.refusals import (
    AlreadyDone,
    DepositTooSmall,
    DetailsLocked,
    NoSuchPayout,
    NotFinance,
    NotUsedYet,
    OwingFirst,
    OwnAccount,
    PayoutNotNow,
    PayoutsOff,
    PayoutsStopped,
    PayoutTooSmall,
    ProposalDiffers,
    ReferenceUsed,
    SomebodyElseMust,
)
from storage.ledger_tables import ledger_event, payment, payout
from storage.unit_of_work import unit_of_work
from storage.vault import Vault
from tests.actions.conftest import AGENCY, AKI, BEN, MINA, TOM, House, usd

KIM = Actor(PersonId(44), "Kim", Role.STAFF, is_finance=True)
ACCOUNT = "Aki Tanaka, First Bank, IBAN DE89 3704 0044 0532 0130 00"


@dataclass
class Cashier:
    """A house in which pay-outs are on."""

    house: House
    agency: Agency = AGENCY

    @asynccontextmanager
    async def turn(self, by: Actor) -> AsyncIterator[Work]:
        async with unit_of_work(self.house.database) as uow:
            yield Work(uow, self.agency, self.house.now, by)

    async def pay_in(self, minor: int, who: Actor = AKI) -> None:
        """Money in the deposit that was never used."""
        async with self.turn(MINA) as work:
            await paid_in(work, who.id, usd(minor))

    async def allow(self, who: Actor = AKI) -> None:
        async with self.turn(MINA) as work:
            await payouts.allow(work, who.id)

    async def ask(
        self, minor: int, method: Method = Method.BANK, details: str = ACCOUNT, who: Actor = AKI
    ) -> Payout:
        async with self.turn(who) as work:
            return await payouts.request(work, payouts.Request(usd(minor), method, details))

    async def start(self, number: PayoutId, by: Actor = MINA) -> Payout:
        async with self.turn(by) as work:
            return await payouts.start(work, number)

    async def send(
        self, number: PayoutId, reference: str = "REF1", by: Actor = MINA
    ) -> Payout | Proposal:
        async with self.turn(by) as work:
            return await payouts.send(work, number, reference)

    async def started(self, minor: int = 5_000) -> Payout:
        await self.pay_in(minor)
        await self.allow()
        return await self.start((await self.ask(minor)).id)

    async def sent(self, minor: int = 5_000) -> Payout:
        number = (await self.started(minor)).id
        await self.send(number)
        sent = await self.send(number, by=KIM)
        assert isinstance(sent, Payout)
        return sent

    async def payout(self, number: PayoutId) -> Payout:
        async with self.house.look() as uow:
            return await uow.payouts.get(number)

    async def details(self, number: PayoutId) -> str:
        async with self.house.look() as uow:
            return await uow.payouts.details(number)


async def paid_in(work: Work, who: PersonId, amount: Money) -> None:
    """A pay-in that staff confirmed."""
    reference = f"IN{who}-{work.now.timestamp()}"
    row = await work.uow.tx.one(
        payment.insert().returning(payment.c.id),
        customer_id=who,
        purpose="payin",
        method="bank",
        currency="USD",
        claimed=amount.minor,
        state="reported",
        reported_at=0,
    )
    assert row is not None
    arrival = Arrival.by_bank(amount, reference, row.id)
    purse = await work.uow.ledger.purse(who, amount.currency)
    event = await work.post(pay_in(who, arrival, owed=purse.owed))
    found = await work.uow.payments.get(row.id)
    assert found is not None
    await work.uow.payments.save(found.confirm(amount, reference, event, by="x", at=work.now))


@pytest.fixture
async def desk(house: House) -> Cashier:
    house.database.vault = Vault([Fernet.generate_key().decode()])
    await house.meet(KIM)
    return Cashier(house)


# Asking ---------------------------------------------------------------------------------------


async def test_a_request_reserves_the_amount_at_once(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    assert await desk.house.deposit() == (2_000, 3_000, 0)
    assert (asked.state, asked.hint, asked.arrives) == (PayoutState.HELD, "***3000", usd(2_800))
    assert asked.due_on == date(2026, 11, 5)  # three business days after Monday the 2nd
    notice = PayoutRequested(
        asked.id, AKI.id, "Aki", usd(3_000), usd(2_800), "bank", "***3000", date(2026, 11, 5)
    )
    assert await desk.house.told(ToStaff("finance")) == [notice]
    assert await desk.house.failures() == []


async def test_the_account_is_kept_encrypted(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    async with desk.house.look() as uow:
        row = await uow.tx.one(select(payout.c.details))
    assert row is not None
    assert b"3704" not in row.details
    assert await desk.details(asked.id) == ACCOUNT


@pytest.mark.parametrize("minor", [1, 199, 200])
async def test_nothing_is_paid_out_that_the_charge_would_eat(desk: Cashier, minor: int) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    with pytest.raises(PayoutTooSmall):
        await desk.ask(minor)
    assert await desk.house.deposit() == (5_000, 0, 0)


async def test_the_smallest_pay_out_is_a_cent_above_the_charge(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    assert (await desk.ask(201)).arrives == usd(1)


async def test_no_more_than_the_deposit_is_paid_out(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    with pytest.raises(DepositTooSmall):
        await desk.ask(5_001)
    await desk.ask(5_000)
    with pytest.raises(DepositTooSmall):
        await desk.ask(201)
    assert await desk.house.deposit() == (0, 5_000, 0)


async def test_without_a_key_nothing_can_be_asked_for(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    desk.house.database.vault = Vault()
    with pytest.raises(PayoutsOff):
        await desk.ask(3_000)
    assert await desk.house.deposit() == (5_000, 0, 0)


async def test_books_that_do_not_prove_stop_pay_outs(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    async with unit_of_work(desk.house.database) as uow:
        await uow.marks.set(payouts.BOOKS_FAILED, "1")
    with pytest.raises(PayoutsStopped):
        await desk.ask(1_000)
    with pytest.raises(PayoutsStopped):
        await desk.start(asked.id)
    async with desk.turn(AKI) as work:  # taking it back is no pay-out
        await payouts.withdraw(work, asked.id)
    assert await desk.house.deposit() == (5_000, 0, 0)


# Who may --------------------------------------------------------------------------------------


async def test_who_never_used_the_service_cannot_pay_out(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    with pytest.raises(NotUsedYet) as refusal:
        await desk.ask(1_000)
    assert refusal.value.most == usd(0)
    assert await desk.house.deposit() == (5_000, 0, 0)


async def test_staff_can_allow_it(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(1_000)
    assert asked.allowed_by == "staff:42 Mina"
    assert await desk.house.failures() == []


async def test_staff_cannot_allow_themselves(desk: Cashier) -> None:
    with pytest.raises(OwnAccount):
        await desk.allow(replace(AKI, id=MINA.id))


async def test_only_finance_allows(desk: Cashier) -> None:
    with pytest.raises(NotFinance):
        async with desk.turn(TOM) as work:
            await payouts.allow(work, AKI.id)


async def test_what_a_cancelled_order_returned_can_always_be_paid_out(desk: Cashier) -> None:
    order = await desk.house.paid(1_000)  # $17.00 with shipping and fee
    await desk.pay_in(5_000)
    async with desk.turn(MINA) as work:
        from actions import cancellations

        await cancellations.cancel_by_staff(work, order.id, "Sold out")
    assert await desk.house.deposit() == (6_700, 0, 0)
    with pytest.raises(NotUsedYet) as refusal:
        await desk.ask(1_701)
    assert refusal.value.most == usd(1_700)
    await desk.ask(1_000)
    with pytest.raises(NotUsedYet) as refusal:
        await desk.ask(701)
    assert refusal.value.most == usd(700)
    await desk.ask(700)
    assert await desk.house.failures() == []


async def test_who_has_used_the_service_pays_out_all_of_it(desk: Cashier) -> None:
    order = await desk.house.shipped(1_000)
    async with desk.turn(AKI) as work:
        from actions import receptions

        await receptions.report_reception(work, order.id)
    await desk.pay_in(5_000)
    await desk.ask(5_000)
    assert await desk.house.deposit() == (0, 5_000, 0)
    assert await desk.house.failures() == []


async def test_a_debt_blocks_pay_outs(desk: Cashier) -> None:
    order = await desk.house.shipped(1_000)
    async with desk.turn(MINA) as work:
        from actions import adjustments, receptions

        await adjustments.adjust(work, order.id, usd(300), "Customs")
    async with desk.turn(AKI) as work:
        await receptions.report_reception(work, order.id)
    assert await desk.house.deposit() == (0, 0, 300)
    with pytest.raises(OwingFirst):
        await desk.ask(1_000)


# Withdrawing ----------------------------------------------------------------------------------


async def test_a_request_can_be_withdrawn_until_staff_start(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    async with desk.turn(AKI) as work:
        await payouts.withdraw(work, asked.id)
    assert await desk.house.deposit() == (5_000, 0, 0)
    told = await desk.house.told(ToStaff("finance"))
    assert told[-1] == PayoutWithdrawn(asked.id, "Aki", usd(3_000))
    with pytest.raises(PayoutNotNow):
        await desk.start(asked.id)
    assert await desk.house.failures() == []


async def test_what_staff_have_begun_cannot_be_withdrawn(desk: Cashier) -> None:
    begun = await desk.started()
    with pytest.raises(PayoutNotNow):
        async with desk.turn(AKI) as work:
            await payouts.withdraw(work, begun.id)
    assert await desk.house.deposit() == (0, 5_000, 0)


async def test_nobody_withdraws_somebody_elses(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    with pytest.raises(NoSuchPayout):
        async with desk.turn(BEN) as work:
            await payouts.withdraw(work, asked.id)
    with pytest.raises(NoSuchPayout):
        async with desk.turn(BEN) as work:
            await payouts.withdraw(work, PayoutId(99))


async def test_withdrawing_against_starting_one_of_them_wins(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)

    async def withdraw() -> None:
        async with desk.turn(AKI) as work:
            await payouts.withdraw(work, asked.id)

    results = await asyncio.gather(
        withdraw(), desk.start(asked.id), withdraw(), return_exceptions=True
    )
    assert len([r for r in results if not isinstance(r, Exception)]) == 1
    state = (await desk.payout(asked.id)).state
    reserved = {PayoutState.STARTED: 3_000, PayoutState.WITHDRAWN: 0}[state]
    assert await desk.house.deposit() == (5_000 - reserved, reserved, 0)
    assert await desk.house.failures() == []


# Starting -------------------------------------------------------------------------------------


async def test_starting_is_written_down_with_who_saw_the_account(desk: Cashier) -> None:
    begun = await desk.started()
    kept = await desk.payout(begun.id)
    assert (kept.state, kept.seen_by) == (PayoutState.STARTED, "staff:42 Mina")
    told = await desk.house.told_customer()
    assert told[-1] == PayoutStarted(begun.id, usd(4_800), date(2026, 11, 5))


async def test_the_account_is_shown_once(desk: Cashier) -> None:
    begun = await desk.started()
    with pytest.raises(AlreadyDone) as refusal:
        await desk.start(begun.id, KIM)
    assert refusal.value.who == "Mina"


async def test_only_finance_starts_and_nobody_their_own(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    with pytest.raises(NotFinance):
        await desk.start(asked.id, TOM)
    with pytest.raises(OwnAccount):
        await desk.start(asked.id, Actor(AKI.id, "Aki", Role.STAFF, is_finance=True))
    assert (await desk.payout(asked.id)).state is PayoutState.HELD


async def test_a_wrong_key_is_noticed_before_anything_changes(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    desk.house.database.vault = Vault([Fernet.generate_key().decode()])
    with pytest.raises(DetailsLocked):
        await desk.start(asked.id)
    assert (await desk.payout(asked.id)).state is PayoutState.HELD


async def test_details_put_into_another_row_do_not_open(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    one, two = await desk.ask(1_000), await desk.ask(1_000, details="Account 999 999")
    async with unit_of_work(desk.house.database) as uow:
        row = await uow.tx.one(select(payout.c.details).where(payout.c.id == two.id))
        assert row is not None
        await uow.tx.run(payout.update().where(payout.c.id == one.id).values(details=row.details))
    with pytest.raises(DetailsLocked):
        await desk.start(one.id)


# Sending --------------------------------------------------------------------------------------


async def test_two_different_people_send(desk: Cashier) -> None:
    begun = await desk.started()
    proposed = await desk.send(begun.id)
    assert isinstance(proposed, Proposal)
    assert await desk.house.deposit() == (0, 5_000, 0)
    with pytest.raises(SomebodyElseMust):
        await desk.send(begun.id)
    with pytest.raises(NotFinance):
        await desk.send(begun.id, by=TOM)
    sent = await desk.send(begun.id, by=KIM)
    assert isinstance(sent, Payout)
    assert await desk.house.deposit() == (0, 0, 0)
    told = await desk.house.told_customer()
    assert told[-1] == PayoutSent(begun.id, usd(4_800), usd(200), "bank", "***3000", "REF1")
    async with desk.house.look() as uow:
        row = await uow.tx.one(
            select(ledger_event).where(ledger_event.c.key == f"payout:{begun.id}:sent")
        )
    assert row is not None
    assert (row.actor, row.approved_by) == ("staff:42", "staff:44")
    assert await desk.house.failures() == []


async def test_another_reference_is_refused_and_the_proposal_shown(desk: Cashier) -> None:
    begun = await desk.started()
    await desk.send(begun.id, "REF1")
    with pytest.raises(ProposalDiffers) as refusal:
        await desk.send(begun.id, "REF2", KIM)
    assert (refusal.value.who, refusal.value.line) == ("Mina", f"/payout {begun.id} sent REF1")
    assert (await desk.payout(begun.id)).state is PayoutState.STARTED


async def test_who_proposed_can_correct_it_and_the_other_agrees_to_that(desk: Cashier) -> None:
    begun = await desk.started()
    await desk.send(begun.id, "REF1")
    assert isinstance(await desk.send(begun.id, "REF2"), Proposal)
    with pytest.raises(ProposalDiffers):
        await desk.send(begun.id, "REF1", KIM)
    assert isinstance(await desk.send(begun.id, "REF2", KIM), Payout)


async def test_a_proposal_lapses_after_a_week(desk: Cashier) -> None:
    begun = await desk.started()
    await desk.send(begun.id)
    desk.house.later(days=7)
    assert isinstance(await desk.send(begun.id, by=KIM), Proposal)
    assert isinstance(await desk.send(begun.id), Payout)


async def test_a_sole_operator_sends_at_once_and_the_trail_says_so(desk: Cashier) -> None:
    desk.agency = replace(AGENCY, sole_operator=True)
    begun = await desk.started()
    assert isinstance(await desk.send(begun.id), Payout)
    async with desk.house.look() as uow:
        row = await uow.tx.one(
            select(ledger_event).where(ledger_event.c.key == f"payout:{begun.id}:sent")
        )
    assert row is not None
    assert (row.actor, row.approved_by) == ("staff:42", "self-declared")


async def test_sent_by_two_at_the_same_moment_is_sent_once(desk: Cashier) -> None:
    begun = await desk.started()
    lee = Actor(PersonId(45), "Lee", Role.STAFF, is_finance=True)
    await desk.house.meet(lee)
    await desk.send(begun.id)
    results = await asyncio.gather(
        desk.send(begun.id, by=KIM), desk.send(begun.id, by=lee), return_exceptions=True
    )
    assert len([r for r in results if isinstance(r, Payout)]) == 1
    assert len([r for r in results if isinstance(r, AlreadyDone)]) == 1
    assert await desk.house.deposit() == (0, 0, 0)
    assert await desk.house.failures() == []


async def test_what_was_not_started_is_not_sent(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    asked = await desk.ask(3_000)
    with pytest.raises(PayoutNotNow):
        await desk.send(asked.id)


async def test_a_reference_is_used_for_one_pay_out(desk: Cashier) -> None:
    await desk.sent()
    desk.house.later(hours=1)
    again = await desk.started()
    with pytest.raises(ReferenceUsed):
        await desk.send(again.id)


@pytest.mark.parametrize("end", ["sent", "refused", "withdrawn"])
async def test_the_account_is_erased_with_the_end(desk: Cashier, end: str) -> None:
    if end == "sent":
        number = (await desk.sent()).id
    else:
        await desk.pay_in(5_000)
        await desk.allow()
        number = (await desk.ask(3_000)).id
        async with desk.turn(MINA if end == "refused" else AKI) as work:
            if end == "refused":
                await payouts.refuse(work, number, "Wrong account")
            else:
                await payouts.withdraw(work, number)
    async with desk.house.look() as uow:
        row = await uow.tx.one(select(payout).where(payout.c.id == number))
    assert row is not None
    assert row.details is None
    assert row.details_erased_at is not None
    with pytest.raises(DetailsLocked):
        await desk.details(number)


# Refused and bounced --------------------------------------------------------------------------


async def test_a_refused_pay_out_returns_in_full(desk: Cashier) -> None:
    begun = await desk.started()
    async with desk.turn(KIM) as work:
        await payouts.refuse(work, begun.id, "The account does not exist")
    assert await desk.house.deposit() == (5_000, 0, 0)
    told = await desk.house.told_customer()
    reason = "The account does not exist"
    assert told[-1] == PayoutRefused(begun.id, usd(5_000), reason, usd(0))
    with pytest.raises(AlreadyDone):
        await desk.send(begun.id)
    assert await desk.house.failures() == []


async def test_a_proposal_to_send_ends_with_the_refusal(desk: Cashier) -> None:
    begun = await desk.started()
    await desk.send(begun.id)
    async with desk.turn(KIM) as work:
        await payouts.refuse(work, begun.id, "No")
        assert await work.uow.proposals.open(f"payout:{begun.id}") is None


async def test_a_bounced_pay_out_returns_in_full_with_the_charge(desk: Cashier) -> None:
    sent = await desk.sent()
    async with desk.turn(MINA) as work:
        await payouts.bounce(work, sent.id)
    assert await desk.house.deposit() == (5_000, 0, 0)
    told = await desk.house.told_customer()
    assert told[-1] == PayoutBounced(sent.id, usd(5_000), usd(0))
    with pytest.raises(AlreadyDone):
        async with desk.turn(MINA) as work:
            await payouts.bounce(work, sent.id)
    assert await desk.house.failures() == []


async def test_a_chargeback_releases_what_was_not_begun(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    begun, waits = await desk.ask(1_000), await desk.ask(2_000)
    await desk.start(begun.id)
    async with desk.turn(CLOCK) as work:
        released = await payouts.release(work, AKI.id, "A dispute")
    assert [each.id for each in released] == [waits.id]
    assert await desk.house.deposit() == (4_000, 1_000, 0)


# Late -----------------------------------------------------------------------------------------


async def test_staff_are_told_of_a_late_pay_out_once_and_then_daily(desk: Cashier) -> None:
    begun = await desk.started()

    async def rings() -> bool:
        async with desk.turn(CLOCK) as work:
            return await payouts.ring_if_late(work, begun.id)

    desk.house.now = desk.house.now.replace(day=5, hour=23)
    assert not await rings()
    desk.house.later(hours=1)
    assert await rings()
    assert not await rings()
    told = await desk.house.told(ToStaff("finance"))
    assert told[-1] == PayoutLate(begun.id, "Aki", usd(4_800), "started", date(2026, 11, 5))
    desk.house.later(days=1)
    assert await rings()
    async with desk.turn(MINA) as work:
        await payouts.refuse(work, begun.id, "No")
    desk.house.later(days=1)
    assert not await rings()


# Keys -----------------------------------------------------------------------------------------


async def test_keys_rotate(desk: Cashier) -> None:
    await desk.pay_in(5_000)
    await desk.allow()
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    desk.house.database.vault = Vault([old])
    asked = await desk.ask(3_000)
    desk.house.database.vault = Vault([new, old])
    async with unit_of_work(desk.house.database) as uow:
        assert await uow.payouts.renew_details() == 1
    desk.house.database.vault = Vault([new])
    assert await desk.details(asked.id) == ACCOUNT


# The message that showed the account ------------------------------------------------------------


async def deletions(desk: Cashier) -> list[tuple[object, object]]:
    async with desk.house.look() as uow:
        room = dict.fromkeys(Urgency, 1000)
        found = await uow.outbox.waiting(dict.fromkeys(Urgency, 0), room, desk.house.now)
    letters = [envelope.open() for envelope in found]
    return [(x.to, x.content) for x in letters if isinstance(x.content, Deleted)]


@pytest.mark.parametrize("end", ["sent", "refused"])
async def test_what_showed_the_account_is_deleted_with_the_end(desk: Cashier, end: str) -> None:
    number = (await desk.started()).id
    async with desk.house.turn(MINA) as work:
        await payouts.shown(work.uow, number, -100, 77)
    assert await deletions(desk) == []
    if end == "sent":
        for who in (MINA, KIM):
            async with desk.turn(who) as work:
                await payouts.send(work, number, "OUT1")
    else:
        async with desk.turn(MINA) as work:
            await payouts.refuse(work, number, "No such account")
    assert await deletions(desk) == [(ToChat(-100), Deleted(77))]


async def test_an_account_that_is_shown_after_the_end_is_deleted_at_once(desk: Cashier) -> None:
    number = (await desk.started()).id
    async with desk.turn(MINA) as work:
        await payouts.refuse(work, number, "No such account")
    assert await deletions(desk) == []
    async with desk.turn(MINA) as work:
        await payouts.shown(work.uow, number, -100, 77)
    assert await deletions(desk) == [(ToChat(-100), Deleted(77))]
