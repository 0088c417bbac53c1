"""Speaking with PayPal about payments: what is due is asked, and what it says is taken up.

PayPal is never asked within a transaction. Whatever a crash interrupts is asked again: the same
request id makes no second page and takes no money twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

import structlog

from actions import paypal as payments
from actions import paypal_returns
from actions.work import Work
from bot.logs import trace, where
from bot.paypal import (
    Declined,
    NotThere,
    Page,
    PaypalClient,
    PaypalError,
    Unreachable,
    WrongCredentials,
)
from domain.actors import PAYPAL
from domain.agency import Agency
from domain.ids import PaymentId
from domain.letters import Told as Letter
from domain.letters import ToStaff
from domain.notices import Alarm
from domain.payments import Payment, PaymentState
from domain.paypal import DISPUTES_EVERY, Checkout, description, invoice, return_payload
from storage.database import Database, TryAgain
from storage.outbox import Letter as Promised
from storage.paypal import Told
from storage.unit_of_work import UnitOfWork, looking, unit_of_work

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

AT_ONCE: Final = 8
LOOK_SECONDS: Final = 0.5  # another process may have begun a payment
EVENTS_MAX: Final = 100
COLLISIONS_MAX: Final = 8
AFTER_A_BUG: Final = timedelta(minutes=1)
AFTER_TROUBLE: Final = timedelta(minutes=5)
QUIET_AFTER: Final = timedelta(hours=1)
DISPUTES_OVERLAP: Final = timedelta(hours=2)
DISPUTES_FIRST: Final = timedelta(days=30)
TROUBLES: Final = {
    "WrongCredentials": "PayPal refuses PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET",
    "Unreachable": "PayPal cannot be reached; customers are asked to pay another way",
}


class Cashier:
    """Settles what is due with PayPal, a few payments at a time."""

    def __init__(
        self,
        database: Database,
        client: PaypalClient,
        agency: Callable[[], Agency],
        clock: Callable[[], datetime],
        *,
        back: Callable[[str], str],
        promised: Callable[[Sequence[Promised]], None],
    ) -> None:
        self._database = database
        self._client = client
        self._agency = agency
        self._clock = clock
        self._back = back  # the address that leads back into the chat
        self._promised = promised
        self._wake = asyncio.Event()
        self._at_work: dict[PaymentId, asyncio.Task[None]] = {}
        self._disputes_due = False
        self._disputes_not_before: datetime | None = None
        self._troubled_at: dict[str, datetime] = {}

    def wake(self) -> None:
        """Something is due: look now."""
        self._wake.set()

    async def close(self) -> None:
        await self._client.close()

    # Running ----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Work until cancelled; what is interrupted is asked again."""
        disputes: asyncio.Task[None] | None = None
        try:
            while True:
                self._wake.clear()
                await self._work_events()
                await self._start_due()
                if disputes is None or disputes.done():
                    disputes = asyncio.create_task(self._look_at_disputes())
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._wake.wait()
        finally:
            tasks = [*self._at_work.values(), *([disputes] if disputes else [])]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def work_all(self) -> int:
        """Settle all that is due now. How many payments were asked about."""
        asked = 0
        await self._look_at_disputes()
        while True:
            await self._work_events()
            started = await self._start_due()
            while self._at_work:
                await asyncio.wait(self._at_work.values())
            if not started:
                await self._look_at_disputes()
                return asked
            asked += started

    async def _start_due(self) -> int:
        """Take up what is due and not at work already."""
        room = AT_ONCE - len(self._at_work)
        if room <= 0:
            return 0
        async with looking(self._database) as uow:
            due = await uow.paypal.due(self._clock(), AT_ONCE + len(self._at_work))
        fresh = [payment for payment in due if payment not in self._at_work][:room]
        for payment in fresh:
            task = asyncio.create_task(self._settle(payment), name=f"payment {payment}")
            self._at_work[payment] = task
            task.add_done_callback(partial(self._finished, payment))
        return len(fresh)

    def _finished(self, payment: PaymentId, _task: asyncio.Task[None]) -> None:
        del self._at_work[payment]
        self._wake.set()

    # One payment ------------------------------------------------------------------------------

    async def _settle(self, payment: PaymentId) -> None:
        try:
            await self._reconcile(payment)
        except (WrongCredentials, Unreachable) as trouble:
            await self._ring(trouble)
            await self._safely(payment, lambda work: payments.silent(work, payment))
        except Exception as error:  # a bug: this payment waits, the others go on
            log.error("payment not settled", payment=payment, trace=trace(error))
            await self._ring_once(f"payment {payment}", f"PayPal payment {payment}", where(error))
            until = self._clock() + AFTER_A_BUG
            await self._safely(payment, lambda work: work.uow.paypal.look_now(payment, until))

    async def _safely(self, payment: PaymentId, act: Callable[[Work], Awaitable[None]]) -> None:
        try:
            await self._act(act)
        except Exception as error:  # then it is the database, or the payment itself
            log.error("payment left as it was", payment=payment, trace=trace(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def _reconcile(self, number: PaymentId) -> None:
        """One step towards the truth, whoever asked for it."""
        async with looking(self._database) as uow:
            payment = await uow.payments.get(number)
        if payment is None:
            raise LookupError(f"there is no payment {number}")
        if not payment.paypal_order and payment.state is PaymentState.CREATED:
            await self._make_page(payment)
        elif await self._take_up(number, await self._ask(payment.paypal_order)):
            await self._capture(payment)

    async def _make_page(self, payment: Payment) -> None:
        number = payment.id
        page = Page(
            payment.claimed,
            description(payment),
            str(number),
            invoice(payment),
            (await self._named(payment))[:127],
            self._back(return_payload(number)),
        )
        try:
            made = await self._client.create(page, request_id=payment.paypal_request)
            if not made.link:
                raise Unreachable("a page without a link")
        except (Declined, NotThere) as no:
            issue = str(no)
            await self._act(lambda work: payments.page_not_made(work, number, issue))
        except PaypalError as trouble:
            await self._act(lambda work: payments.page_not_made(work, number))
            await self._ring(trouble)
        else:
            await self._act(lambda work: payments.page_made(work, number, made))

    async def _named(self, payment: Payment) -> str:
        """In whose name it is asked for: that of the agency in charge of the order."""
        if payment.order is None:
            return self._agency().name
        async with looking(self._database) as uow:
            return (await uow.agencies.in_charge(payment.order, self._agency())).name

    async def _ask(self, order: str) -> Checkout | None:
        """How PayPal's order stands; None when there is none."""
        if not order:
            return None
        try:
            return await self._client.checkout(order)
        except NotThere:
            return None

    async def _take_up(self, number: PaymentId, said: Checkout | None) -> bool:
        return await self._act(lambda work: payments.heard(work, number, said))

    async def _capture(self, payment: Payment) -> None:
        """Take the money; that it may be taken is written down already."""
        request = f"{payment.paypal_request}-capture"
        try:
            said: Checkout | None = await self._client.capture(
                payment.paypal_order, request_id=request
            )
        except (Declined, NotThere) as no:
            said = await self._ask(payment.paypal_order)
            if said is None or not said.captures:
                issue = str(no)
                await self._act(lambda work: payments.declined(work, payment.id, issue))
                return
        await self._take_up(payment.id, said)

    async def _act(self, act: Callable[[Work], Awaitable[Result]]) -> Result:
        """Do something in a transaction of its own, in PayPal's name."""
        for attempt in range(COLLISIONS_MAX):
            try:
                async with unit_of_work(self._database) as uow:
                    result = await act(Work(uow, self._agency(), self._clock(), PAYPAL))
                break
            except TryAgain:
                if attempt == COLLISIONS_MAX - 1:
                    raise
                await asyncio.sleep(random.random() * 0.02)
        self._promised(uow.outbox.promised)
        return result

    # What PayPal told unasked -----------------------------------------------------------------

    async def keep(self, event: Told) -> None:
        """Keep an event of the webhook; it is worked in a moment."""
        async with unit_of_work(self._database) as uow:
            await uow.paypal.keep(event, self._clock())
        self.wake()

    async def _work_events(self) -> None:
        async with looking(self._database) as uow:
            events = await uow.paypal.waiting(EVENTS_MAX)
        for event in events:
            try:
                await self._act(partial(self._work_event, event=event))
            except Exception as error:  # it was a hint; the payment is looked at all the same
                log.error("event not worked", number=event.id, trace=trace(error))
                await self._ring_once("event", "PayPal's events", where(error))
                await self._act(partial(self._drop_event, event=event))

    async def _drop_event(self, work: Work, event: Told) -> None:
        await work.uow.paypal.done(event.id, self._clock())

    async def _work_event(self, work: Work, event: Told) -> None:
        """An event is a hint: which payment to ask PayPal about. Nothing else in it counts."""
        uow = work.uow
        await uow.paypal.done(event.id, self._clock())
        if event.kind.startswith("CUSTOMER.DISPUTE."):
            self._disputes_due = True
            return
        payment = await _payment_of(uow, event)
        if payment is not None:
            await uow.paypal.look_now(payment.id, self._clock())
        log.info("paypal told", number=event.id, kind=event.kind, known=payment is not None)

    # Disputes ---------------------------------------------------------------------------------

    async def _look_at_disputes(self) -> None:
        """Once an hour, and when PayPal says that there is something."""
        now = self._clock()
        waits = self._disputes_not_before is not None and now < self._disputes_not_before
        if waits and not self._disputes_due:
            return
        self._disputes_due = False
        self._disputes_not_before = now + DISPUTES_EVERY
        try:
            await self._take_up_disputes(now)
        except (
            Declined
        ) as no:  # the app was not given the right to see them: `daiko doctor` says so
            log.warning("disputes not seen", why=no.issue)
        except PaypalError as trouble:
            self._disputes_not_before = now + AFTER_TROUBLE
            await self._ring(trouble)
        except Exception as error:
            log.error("disputes not taken up", trace=trace(error))
            await self._ring_once("disputes", "PayPal's disputes", where(error))

    async def _take_up_disputes(self, now: datetime) -> None:
        async with looking(self._database) as uow:
            seen = await uow.paypal.disputes_seen()
        since = now - DISPUTES_FIRST if seen is None else seen - DISPUTES_OVERLAP
        for number in await self._client.disputes(since):
            dispute = await self._client.dispute(number, self._agency().currency)
            await self._act(partial(paypal_returns.disputed, dispute=dispute))
        await self._act(lambda work: work.uow.paypal.set_disputes_seen(now))

    # Alarms -----------------------------------------------------------------------------------

    async def _ring(self, trouble: PaypalError) -> None:
        kind = type(trouble).__name__
        await self._ring_once(kind, TROUBLES[kind], str(trouble))

    async def _ring_once(self, kind: str, what: str, detail: str) -> None:
        """Once, for as long as it goes on, or comes and goes."""
        now, before = self._clock(), self._troubled_at.get(kind)
        self._troubled_at[kind] = now
        if before is not None and now - before < QUIET_AFTER:
            return
        try:
            await self._act(
                lambda work: work.uow.outbox.put(Letter(Alarm(what, detail)), ToStaff())
            )
        except Exception as error:
            log.error("trouble with PayPal not told", error=where(error))


async def _payment_of(uow: UnitOfWork, event: Told) -> Payment | None:
    """The payment an event is about, as far as it is one of ours."""
    for order in _found(event, "order"):
        if (payment := await uow.payments.by_paypal_order(order)) is not None:
            return payment
    for capture in _found(event, "capture"):
        if (payment := await uow.payments.by_capture(capture)) is not None:
            return payment
    return None


def _found(event: Told, what: str) -> list[str]:
    """The numbers of orders or captures that an event names."""
    try:
        resource: Any = json.loads(event.payload)["resource"]
        related = resource.get("supplementary_data", {}).get("related_ids", {})
        links = [str(link["href"]) for link in resource.get("links", []) if link["rel"] == "up"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    folder = "orders" if what == "order" else "captures"
    named = [link.rsplit("/", 1)[1] for link in links if f"/{folder}/" in link]
    numbers = [resource.get("id"), related.get(f"{what}_id"), *named]
    return [number for number in numbers if isinstance(number, str)]
