"""What people, PayPal and the clock may do about money, each to the bot and to the model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from random import Random
from typing import Any, Final, TypeVar

from actions import (
    adjustments,
    applications,
    cancellations,
    changes,
    confirmations,
    corrections,
    estimates,
    gifts,
    holds,
    pay_ins,
    payments,
    payouts,
    paypal,
    paypal_returns,
    purchases,
    questions,
    receptions,
    second_bills,
    shipping,
    suspense,
    warehouse,
)
from actions.work import Work
from domain.actors import CLOCK, PAYPAL, Actor
from domain.bills import Method as ShippingMethod
from domain.estimates import Estimate
from domain.ids import OrderId, PaymentId, PayoutId, PersonId
from domain.orders import Order as RealOrder
from domain.orders import Role, SoldOut
from domain.payments import Method
from domain.paypal import Capture, CaptureState, Checkout, Dispute, Refund
from domain.proposals import Proposal
from domain.questions import Answer
from domain.refusals import TwoMustAgree
from domain.reports import TransferReport
from tests.actions.clocks import run_out
from tests.actions.conftest import ADDRESS, MINA, application, usd
from tests.actions.money_model import UNPAID, Card, Item, Model, No, Order, Payout, card_fee

DEEDS: Final = (
    "apply", "estimate", "reject", "report", "withdraw_report", "refuse_report", "confirm",
    "from_deposit", "buy", "drop", "decide", "arrive", "bill", "choose", "request_shipping",
    "change", "change", "answer", "ship", "adjust", "adjust", "hold", "go_on", "cancel",
    "cancel_by_staff", "time_passes", "receive", "receive",
    "report_pay_in", "confirm_pay_in", "refuse_pay_in", "keep_unknown", "match",
    "correct", "correct",
    "request_payout", "start_payout", "send_payout", "bounce_payout", "refuse_payout",
    "withdraw_payout", "allow", "goodwill", "write_off", "refund",
    "start_card", "start_card_pay_in", "approve_card", "capture_card", "refund_card",
    "charge_back", *("forward",) * 6,
)  # fmt: skip
# Who may not do what was drawn does one of these instead; the rest is always allowed.
OTHERS: Final = (
    "report", "withdraw_report", "confirm", "from_deposit", "buy", "drop", "decide", "forward",
    "confirm_pay_in", "match", "match", "request_payout", "start_payout", "start_payout",
    "correct", "send_payout", "send_payout", "bounce_payout", "write_off", "write_off",
    "start_card",
    "approve_card", "capture_card", "refund_card", "charge_back", "go_on", "time_passes",
    "receive", "receive",
)  # fmt: skip
KIM: Final = Actor(PersonId(44), "Kim", Role.STAFF, is_finance=True)
ORDERS_MAX: Final = 5
DISPUTE_FEE: Final = 2_000
serials = count(1)  # references, tracking numbers and the like are never the same again

Thing = TypeVar("Thing")
Act = Callable[[Work], Awaitable[object]]
Rule = Callable[[Model], object]


@dataclass(frozen=True)
class Deed:
    """One transaction: what it does, and what the rules say about it."""

    by: Actor
    act: Act = field(repr=False)
    rule: Rule = field(repr=False)
    learn: Callable[[Model, Any], None] = field(default=lambda _model, _result: None, repr=False)
    what: str = ""
    proposal: Act | None = None  # what a colleague has to propose before
    ends_time: bool = False  # of the order `about`: the clock acts at its deadline
    about: int | None = None
    is_same_twice: bool = False  # who comes a moment later is told of the first one's event
    is_single: bool = False  # two at once may do it twice, and do no harm


@dataclass(frozen=True)
class Draw:
    """What chance says about a step; each deed takes of it what it needs."""

    what: str
    who: int
    pick: int
    amount: int
    off: int
    stubborn: bool = False  # does it, although the rules do not allow it


class Hands:
    """Makes deeds of draws, about the orders and payments that the model knows."""

    def __init__(self, model: Model, customers: list[Actor]) -> None:
        self.model = model
        self.customers = customers

    def deed(self, draw: Draw) -> Deed | None:
        """What was drawn, or, for who is not stubborn, something that the rules allow."""
        drawn = self._made(draw)
        if draw.stubborn or self._is_allowed(drawn):
            return drawn
        for what in Random(str(draw)).sample(OTHERS, len(OTHERS)):
            made = self._made(replace(draw, what=what))
            if self._is_allowed(made):
                return made
        return drawn

    def _is_allowed(self, deed: Deed | None) -> bool:
        return deed is not None and expected(self.model.copy(), deed)

    def _made(self, draw: Draw) -> Deed | None:
        """None where there is nothing it could be about."""
        made: Deed | None = getattr(self, draw.what)(draw)
        return None if made is None else replace(made, what=draw.what)

    # What it is about -------------------------------------------------------------------------

    def who(self, draw: Draw) -> Actor:
        return self.customers[draw.who]

    def order(self, draw: Draw) -> Order | None:
        return _one_of(list(self.model.orders.values()), draw.pick)

    def owner(self, order: Order) -> Actor:
        return next(actor for actor in self.customers if actor.id == order.customer)

    # An order's way ---------------------------------------------------------------------------

    def apply(self, draw: Draw) -> Deed | None:
        if len(self.model.orders) >= ORDERS_MAX:
            return None
        who = self.who(draw)
        quantities = (1 + draw.pick % 2, *((1,) if draw.off else ()))
        all_or_nothing = draw.amount % 3 == 0
        wish = SoldOut.CANCEL_EVERYTHING if all_or_nothing else SoldOut.BUY_THE_REST

        def learn(model: Model, order: RealOrder) -> None:
            items = [Item(quantity) for quantity in quantities]
            model.orders[order.id] = Order(order.id, who.id, items, all_or_nothing)

        return Deed(
            who,
            lambda work: applications.apply(work, application(*quantities, sold_out=wish)),
            lambda _model: None,
            learn,
            is_single=True,
        )

    def forward(self, draw: Draw) -> Deed | None:
        """The next thing that brings an order on its way."""
        order = self.order(draw)
        if order is None:
            return None
        what = {
            "applied": "estimate",
            "to_pay_1": "pay",
            "purchasing": _in_purchase(order),
            "awaiting_arrival": "arrive",
            "at_warehouse": "bill",
            "to_pay_2": "pay" if order.chosen else "choose",
            "ready": "ship",
            "shipped": "receive",
        }.get(order.stage, "apply")
        if order.on_hold:
            what = "go_on"
        exactly = replace(draw, off=0)
        return self._made(replace(exactly, what=what))

    def pay(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        assert order is not None
        bill = order.due
        if bill is not None and not bill.remaining:
            return self.request_shipping(draw)
        who = order.customer
        from_deposit = draw.amount % 2 and self.model.deposit[who] and not self.model.owed[who]
        return self.from_deposit(draw) if from_deposit else self.confirm(draw)

    def estimate(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        prices = [draw.amount + place for place, _ in enumerate(order.live)]
        real = {
            no: usd(price)
            for no, price in zip(
                (no for no, item in enumerate(order.items, 1) if item.state != "gone"),
                prices,
                strict=True,
            )
        }
        estimate = Estimate(real, usd(300), usd(abs(draw.off)))
        return self._by_staff(
            order,
            lambda work, number: estimates.issue(work, number, estimate),
            lambda model: model.estimate(order.number, prices, 300 + abs(draw.off)),
        )

    def reject(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        which = draw.amount % len(order.items)
        return self._by_staff(
            order,
            lambda work, number: estimates.reject_line(work, number, which + 1, "not sold"),
            lambda model: model.reject(order.number, which),
        )

    def buy(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None or order.stage in UNPAID:
            return None
        open_ = [no for no, item in enumerate(order.items) if item.state == "to_buy"]
        which = _one_of(open_, draw.amount)
        which = 0 if which is None else which
        price = max(1, order.items[which].price + draw.off)
        return self._by_staff(
            order,
            lambda work, number: purchases.mark_bought(work, number, {which + 1: usd(price)}),
            lambda model: model.buy(order.number, which, price),
        )

    def drop(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        which = draw.amount % len(order.items)
        return self._by_staff(
            order,
            lambda work, number: purchases.mark_unavailable(work, number, which + 1, "sold out"),
            lambda model: model.drop(order.number, which),
        )

    def decide(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        asked = [
            no for no, item in enumerate(order.items) if item.asked is not None or item.is_sold_out
        ]
        which = _one_of(asked, draw.amount)
        which = 0 if which is None else which
        accepts = draw.off >= 0
        is_sold_out = order.items[which].is_sold_out
        answer = Answer.ACCEPT if accepts and not is_sold_out else Answer.DROP
        return self._by_customer(
            order,
            lambda work, number: questions.decide(work, number, which + 1, answer),
            lambda model: model.decide(order.number, which, accepts),
        )

    def change(self, draw: Draw) -> Deed | None:
        """Fewer, none or more of an item."""
        order = self.order(draw)
        if order is None:
            return None
        which, quantity = draw.pick % len(order.items), draw.amount % 4
        return self._by_customer(
            order,
            lambda work, number: changes.change(work, number, which + 1, quantity),
            lambda model: model.change(order.number, which, quantity),
        )

    def answer(self, draw: Draw) -> Deed | None:
        """Staff accept or decline what was asked for; or the customer withdraws it."""
        order = self.order(draw)
        if order is None:
            return None
        asked = [no for no, item in enumerate(order.items) if item.wanted is not None]
        which = _one_of(asked, draw.amount) or 0
        if draw.off > 0:
            return self._by_customer(
                order,
                lambda work, number: changes.withdraw(work, number, which + 1),
                lambda model: model.answer(order.number, which, accepts=False),
            )
        if draw.off < 0:
            return self._by_staff(
                order,
                lambda work, number: changes.decline(work, number, which + 1, "too late"),
                lambda model: model.answer(order.number, which, accepts=False),
            )
        return self._by_staff(
            order,
            lambda work, number: changes.accept(work, number, which + 1),
            lambda model: model.answer(order.number, which, accepts=True),
        )

    def arrive(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_staff(
            order,
            lambda work, number: warehouse.mark_arrived(work, number, None),
            lambda model: model.arrive(order.number),
        )

    def bill(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        price = draw.amount if draw.amount % 5 else 0
        methods = (ShippingMethod("EMS", usd(price)),)
        return self._by_staff(
            order,
            lambda work, number: second_bills.issue(work, number, methods),
            lambda model: model.bill_shipping(order.number, price),
        )

    def choose(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_customer(
            order,
            lambda work, number: second_bills.choose_shipping(work, number, "EMS", ADDRESS),
            lambda model: model.choose(order.number),
        )

    def request_shipping(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_customer(
            order,
            second_bills.request_shipping,
            lambda model: model.request_shipping(order.number),
        )

    def ship(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        tracking = f"EE{next(serials)}JP"
        return self._by_staff(
            order,
            lambda work, number: shipping.ship(work, number, "EMS", tracking),
            lambda model: model.ship(order.number, tracking),
        )

    def adjust(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        amount = draw.amount * (1 + draw.pick) if draw.off >= 0 else draw.off
        return self._by_staff(
            order,
            lambda work, number: adjustments.adjust(work, number, usd(amount), "weight"),
            lambda model: model.adjust(order.number, amount),
        )

    def hold(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_staff(
            order,
            lambda work, number: holds.hold(work, number, "we look into it"),
            lambda model: model.hold(order.number),
        )

    def go_on(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_staff(order, holds.release, lambda model: model.go_on(order.number))

    def _by_staff(
        self, order: Order, act: Callable[[Work, OrderId], Awaitable[object]], rule: Rule
    ) -> Deed:
        return Deed(MINA, lambda work: act(work, OrderId(order.number)), rule)

    def _by_customer(
        self, order: Order, act: Callable[[Work, OrderId], Awaitable[object]], rule: Rule
    ) -> Deed:
        return Deed(self.owner(order), lambda work: act(work, OrderId(order.number)), rule)

    # Paying -----------------------------------------------------------------------------------

    def report(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        said = TransferReport(usd(draw.amount), date(2026, 11, 2), "Aki Tanaka")
        return self._by_customer(
            order,
            lambda work, number: payments.report_transfer(work, number, said),
            lambda model: model.report(order.number),
        )

    def withdraw_report(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_customer(
            order,
            payments.withdraw_report,
            lambda model: model.withdraw_report(order.number),
        )

    def refuse_report(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_staff(
            order,
            lambda work, number: payments.refuse_report(work, number, "nothing came"),
            lambda model: model.withdraw_report(order.number),
        )

    def confirm(self, draw: Draw) -> Deed | None:
        """Exact, short or over; late for an order that has ended."""
        order = self.order(draw)
        if order is None:
            return None
        due = order.due
        wanted = draw.amount if due is None else due.remaining
        received, reference = max(1, wanted + draw.off), self._reference(draw)
        return self._by_staff(
            order,
            lambda work, number: confirmations.confirm(
                work, number, usd(received), reference, without_report=True
            ),
            lambda model: model.confirm(order.number, received, reference),
        )

    def _reference(self, draw: Draw) -> str:
        """A new line of the bank's; now and then one that was there before."""
        known = sorted(self.model.references)
        if draw.pick % 7 == 0 and known:
            return known[draw.amount % len(known)]
        return f"B{next(serials)}"

    def from_deposit(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_customer(
            order,
            payments.pay_from_deposit,
            lambda model: model.from_deposit(order.number),
        )

    # The end of an order ----------------------------------------------------------------------

    def cancel(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_customer(
            order, cancellations.cancel, lambda model: model.cancel(order.number)
        )

    def cancel_by_staff(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        keep, held = draw.amount if draw.off else 0, order.held

        async def cancel(work: Work, number: OrderId) -> object:
            return await cancellations.cancel_by_staff(work, number, "no", usd(keep))

        async def carry_out(work: Work, number: OrderId) -> object:
            if proposed(done := await cancel(work, number)):
                raise TwoMustAgree  # something came between; nothing was agreed to
            return done

        if not order.was_bought:
            return self._by_staff(
                order, carry_out, lambda model: model.cancel_by_staff(order.number, keep)
            )
        number = OrderId(order.number)
        deed = self._by_two(
            lambda work: cancel(work, number),
            lambda model: model.cancel_by_staff(order.number, keep, held),
        )
        return replace(deed, act=lambda work: carry_out(work, number))

    def time_passes(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return Deed(
            CLOCK,
            lambda work: run_out(work, OrderId(order.number)),
            lambda model: model.time_passes(order.number),
            ends_time=True,
            about=order.number,
        )

    def receive(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_customer(
            order, receptions.report_reception, lambda model: model.receive(order.number)
        )

    # Paying in --------------------------------------------------------------------------------

    def report_pay_in(self, draw: Draw) -> Deed:
        who = self.who(draw)
        said = TransferReport(usd(draw.amount), date(2026, 11, 2), "Aki Tanaka")

        def learn(model: Model, payment: Any) -> None:
            _name(model.pay_ins, payment.id, customer=who.id, claimed=draw.amount)

        return Deed(
            who,
            lambda work: pay_ins.report(work, said),
            lambda model: model.report_pay_in(who.id, draw.amount),
            learn,
        )

    def confirm_pay_in(self, draw: Draw) -> Deed | None:
        pay_in = _one_of(self.model.pay_ins, draw.pick)
        if pay_in is None or pay_in.number is None:
            return None
        number, reference = PaymentId(pay_in.number), self._reference(draw)
        received = max(1, pay_in.claimed + draw.off)
        return Deed(
            MINA,
            lambda work: pay_ins.confirm(work, number, usd(received), reference),
            lambda model: model.confirm_pay_in(number, received, reference),
        )

    def refuse_pay_in(self, draw: Draw) -> Deed | None:
        pay_in = _one_of(self.model.pay_ins, draw.pick)
        if pay_in is None or pay_in.number is None:
            return None
        number = PaymentId(pay_in.number)
        return Deed(
            MINA,
            lambda work: pay_ins.refuse(work, number, "nothing came"),
            lambda model: model.refuse_pay_in(number),
        )

    def keep_unknown(self, draw: Draw) -> Deed:
        reference = self._reference(draw)

        async def keep(work: Work) -> None:
            await suspense.keep(work, usd(draw.amount), reference)

        return Deed(
            MINA,
            keep,
            lambda model: model.keep_unknown(draw.amount, reference),
            is_same_twice=True,
        )

    def match(self, draw: Draw) -> Deed | None:
        references = sorted(self.model.suspense) or sorted(self.model.references)
        reference = _one_of(references, draw.amount)
        if reference is None:
            return None
        order = self.order(draw)
        if order is None or draw.off == 0:
            who = self.who(draw)
            return Deed(
                MINA,
                lambda work: suspense.match_to_customer(work, reference, who.id),
                lambda model: model.match_customer(who.id, reference),
            )
        return self._by_staff(
            order,
            lambda work, number: suspense.match_to_order(work, reference, number),
            lambda model: model.match_order(order.number, reference),
        )

    def correct(self, draw: Draw) -> Deed | None:
        """The wrong owner, or the wrong amount: one that is a little off, or any other."""
        model = self.model
        reference = _one_of(sorted(model.booked) + sorted(model.suspense), draw.amount)
        if reference is None:
            return None
        known = model.booked.get(reference)
        was = model.suspense[reference] if known is None else known.amount
        right = (None, draw.amount, max(1, was + draw.off), 0)[draw.pick % 4]
        amount = None if right is None else usd(right)
        return self._by_two(
            lambda work: corrections.correct(work, reference, "a mistake", amount),
            lambda model: model.correct(reference, right),
        )

    # Paying out -------------------------------------------------------------------------------

    def request_payout(self, draw: Draw) -> Deed:
        who = self.who(draw)
        amount = max(1, self.model.deposit[who.id] + draw.off) if draw.pick % 2 else draw.amount
        method = Method.PAYPAL if draw.amount % 3 == 0 else Method.BANK
        details = "aki@example.com" if method is Method.PAYPAL else "First Bank 1234567"
        asked = payouts.Request(usd(amount), method, details)

        def learn(model: Model, payout: Any) -> None:
            _name(model.payouts, payout.id, customer=who.id, amount=amount, method=method.value)

        return Deed(
            who,
            lambda work: payouts.request(work, asked),
            lambda model: model.request_payout(who.id, amount, method.value),
            learn,
        )

    def allow(self, draw: Draw) -> Deed:
        who = self.who(draw)
        return Deed(
            MINA,
            lambda work: payouts.allow(work, who.id),
            lambda model: model.allowed.add(who.id),
        )

    def payout(self, draw: Draw) -> Payout | None:
        return _one_of(self.model.payouts, draw.pick)

    def withdraw_payout(self, draw: Draw) -> Deed | None:
        found = self.payout(draw)
        if found is None or found.number is None:
            return None
        number = PayoutId(found.number)
        owner = next(actor for actor in self.customers if actor.id == found.customer)
        return Deed(
            owner,
            lambda work: payouts.withdraw(work, number),
            lambda model: model.withdraw_payout(number),
        )

    def start_payout(self, draw: Draw) -> Deed | None:
        return self._payout(draw, payouts.start, lambda model, no: model.start_payout(no))

    def refuse_payout(self, draw: Draw) -> Deed | None:
        return self._payout(
            draw,
            lambda work, number: payouts.refuse(work, number, "wrong account"),
            lambda model, number: model.refuse_payout(number),
        )

    def bounce_payout(self, draw: Draw) -> Deed | None:
        return self._payout(draw, payouts.bounce, lambda model, no: model.bounce_payout(no))

    def send_payout(self, draw: Draw) -> Deed | None:
        reference = f"OUT{next(serials)}"

        def send(work: Work, number: PayoutId) -> Awaitable[object]:
            return payouts.send(work, number, reference)

        deed = self._payout(draw, send, lambda model, number: model.send_payout(number))
        return None if deed is None else self._by_two(deed.act, deed.rule)

    def _payout(
        self,
        draw: Draw,
        act: Callable[[Work, PayoutId], Awaitable[object]],
        rule: Callable[[Model, int], None],
    ) -> Deed | None:
        found = self.payout(draw)
        if found is None or found.number is None:
            return None
        number = PayoutId(found.number)
        return Deed(MINA, lambda work: act(work, number), lambda model: rule(model, number))

    # What staff give --------------------------------------------------------------------------

    def goodwill(self, draw: Draw) -> Deed:
        who = self.who(draw)
        return self._by_two(
            lambda work: gifts.give_goodwill(work, who.id, usd(draw.amount), "sorry"),
            lambda model: model.goodwill(who.id, draw.amount),
        )

    def write_off(self, draw: Draw) -> Deed:
        who = self.who(draw)
        owed = self.model.owed[who.id]
        amount = owed if draw.off and owed else draw.amount
        return self._by_two(
            lambda work: gifts.write_off(work, who.id, usd(amount), "gone"),
            lambda model: model.write_off(who.id, amount),
        )

    def refund(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        return self._by_two(
            lambda work: gifts.refund(work, OrderId(order.number), usd(draw.amount), "broken"),
            lambda model: model.refund(order.number, draw.amount),
        )

    def _by_two(self, act: Act, rule: Rule) -> Deed:
        """What one finance member has proposed, another one carries out, once."""
        proposal = next(serials)

        def both(model: Model) -> None:
            model.agree(proposal)
            rule(model)

        return Deed(KIM, act, both, proposal=act)

    # PayPal -----------------------------------------------------------------------------------

    def start_card(self, draw: Draw) -> Deed | None:
        order = self.order(draw)
        if order is None:
            return None
        due = order.due
        wanted = 0 if due is None else due.remaining
        owner = self.owner(order)
        return Deed(
            owner,
            lambda work: paypal.start_bill(work, OrderId(order.number)),
            lambda model: model.start_card(order.number),
            lambda model, started: _name(
                model.cards,
                started.payment.id,
                customer=owner.id,
                order=order.number,
                amount=wanted,
            ),
            is_single=True,
        )

    def start_card_pay_in(self, draw: Draw) -> Deed:
        who = self.who(draw)
        return Deed(
            who,
            lambda work: paypal.start_pay_in(work, usd(draw.amount)),
            lambda model: model.start_card_pay_in(who.id, draw.amount),
            lambda model, started: _name(
                model.cards, started.payment.id, customer=who.id, order=None, amount=draw.amount
            ),
            is_single=True,
        )

    def card(self, draw: Draw) -> Card | None:
        return _one_of([card for card in self.model.cards if card.number], draw.pick)

    def approve_card(self, draw: Draw) -> Deed | None:
        card = self.card(draw)
        if card is None:
            return None
        return self._paypal_says(
            card,
            Checkout(f"P{card.number}", "APPROVED"),
            lambda model: model.approve_card(card.number),
        )

    def capture_card(self, draw: Draw) -> Deed | None:
        card = self.card(draw)
        if card is None:
            return None
        return self._captured(card, (), lambda model: model.capture_card(card.number))

    def refund_card(self, draw: Draw) -> Deed | None:
        card = self.card(draw)
        if card is None or card.state != "captured":
            return None
        amount = min(draw.amount, card.amount) if draw.off else card.amount
        refund = Refund(f"R{next(serials)}", usd(amount), is_done=True)
        return self._captured(
            card, (refund,), lambda model: model.refund_card(card.number, amount, refund.id)
        )

    def charge_back(self, draw: Draw) -> Deed | None:
        card = self.card(draw)
        if card is None or card.state != "captured" or card.taken >= card.amount:
            return None
        amount, dispute = card.amount - card.taken, f"D{next(serials)}"
        lost = Dispute(
            dispute,
            f"C{card.number}",
            "UNAUTHORISED",
            usd(amount),
            is_resolved=True,
            taken=usd(amount),
            fee=usd(DISPUTE_FEE),
        )
        return Deed(
            PAYPAL,
            lambda work: paypal_returns.disputed(work, lost),
            lambda model: model.charge_back(card.number, amount, DISPUTE_FEE, dispute),
        )

    def _captured(self, card: Card, refunds: tuple[Refund, ...], rule: Rule) -> Deed:
        gross, fee = usd(card.amount), usd(card_fee(card.amount))
        capture = Capture(f"C{card.number}", CaptureState.COMPLETED, gross, fee)
        said = Checkout(f"P{card.number}", "COMPLETED", (capture,), refunds)
        return self._paypal_says(card, said, rule)

    def _paypal_says(self, card: Card, said: Checkout, rule: Rule) -> Deed:
        assert card.number is not None
        number = PaymentId(card.number)

        async def act(work: Work) -> None:
            await paypal.heard(work, number, said)  # whether to capture is asked in its own tests

        return Deed(PAYPAL, act, rule)


def _in_purchase(order: Order) -> str:
    if any(item.wanted is not None for item in order.live):
        return "answer"
    return "decide" if order.undecided else "buy"


def _one_of(things: Sequence[Thing], pick: int) -> Thing | None:
    return things[pick % len(things)] if things else None


def _name(things: list[Any], number: int, **wanted: object) -> None:
    """Give the number that it got to the newest thing of the model that has none."""
    if any(thing.number == number for thing in things):
        return  # the same page again
    for thing in things:
        if thing.number is None and all(getattr(thing, k) == v for k, v in wanted.items()):
            thing.number = number
            return
    raise AssertionError(f"the model knows nothing like {wanted}")


def expected(model: Model, deed: Deed) -> bool:
    """Whether the rules allow it; if they do, the model has done it."""
    spare = model.copy()
    try:
        deed.rule(spare)
    except No:
        return False
    deed.rule(model)
    return True


def proposed(result: object) -> bool:
    return isinstance(result, Proposal)


def at_deadline(order: RealOrder, now: datetime) -> datetime:
    return now if order.due_at is None else max(order.due_at, now)
