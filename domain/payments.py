"""Payments, and what every event that moves money writes into the books.

The functions are pure: balances and amounts in, an entry out. `docs/money.md` has the same as a
table. D is debit, C is credit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from domain.ids import BillId, EventId, OrderId, PaymentId, PayoutId, PersonId
from domain.ledger import (
    BAD_DEBT,
    BANK,
    DISPUTE_FEE,
    GOODWILL,
    INCOME,
    PAYOUT_FEE,
    PAYPAL,
    PAYPAL_FEE,
    SUSPENSE,
    Account,
    Entry,
    Kind,
    Leg,
    deposit,
    leg,
    order_account,
    payout_hold,
    receivable,
    reverse,
)
from domain.money import Money
from domain.refusals import BadAmount, DepositEmpty, Owing, TooLong, TooShort

REFERENCE_MAX: Final = 100
# Our own words for why an order is on hold, or a pay-out refused, after a mistake of ours.
NOT_ITS_MONEY: Final = (
    "a transfer that was booked for it by mistake is missing: please pay in what you owe"
)
NOT_THEIR_MONEY: Final = "a transfer that was booked for you by mistake was taken back"


class Purpose(StrEnum):
    PAY_IN = "payin"
    BILL = "bill"


class Method(StrEnum):
    BANK = "bank"
    PAYPAL = "paypal"
    DEPOSIT = "deposit"


class PaymentState(StrEnum):
    REPORTED = "reported"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CREATED = "created"  # this and the following: PayPal
    APPROVED = "approved"
    PENDING = "pending"
    EXPIRED = "expired"
    REVERSED = "reversed"


# Somebody looks at it: the order's clock stands still, and its bill is not paid another way.
REVIEWED: Final = frozenset({PaymentState.REPORTED, PaymentState.APPROVED, PaymentState.PENDING})


class PayoutState(StrEnum):
    HELD = "held"
    STARTED = "started"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that was said to be on its way, and what became of it."""

    id: PaymentId  # 0 until it is stored
    customer: PersonId
    purpose: Purpose
    method: Method
    claimed: Money
    reported_at: datetime
    state: PaymentState = PaymentState.REPORTED
    order: OrderId | None = None
    bill: BillId | None = None
    received: Money | None = None
    code: str = ""  # what the customer was asked to write on the transfer
    transferred_on: date | None = None
    sender: str = ""
    receipt: str = ""  # a Telegram file id; a hint, never evidence
    bank_ref: str = ""  # the bank line that confirmed it, as it was typed
    paypal_order: str = ""
    paypal_capture: str = ""
    paypal_request: str = ""
    reason: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""
    event: EventId | None = None

    @property
    def is_reported(self) -> bool:
        return self.state is PaymentState.REPORTED

    @property
    def is_in_review(self) -> bool:
        """Staff look for it at the bank, or PayPal is at it."""
        return self.state in REVIEWED

    @property
    def is_corrected(self) -> bool:
        """A transfer that was booked by mistake."""
        return self.method is Method.BANK and self.state is PaymentState.REVERSED

    def confirm(
        self, received: Money, reference: str, event: EventId, *, by: str, at: datetime
    ) -> Payment:
        """What arrived, by which bank line, and where it is in the books."""
        return replace(
            self,
            state=PaymentState.CONFIRMED,
            received=received,
            bank_ref=reference,
            event=event,
            decided_by=by,
            decided_at=at,
        )

    def captured(
        self, received: Money, capture: str, event: EventId, *, by: str, at: datetime
    ) -> Payment:
        """What PayPal took for us, by which capture, and where it is in the books."""
        return replace(
            self,
            state=PaymentState.CONFIRMED,
            received=received,
            paypal_capture=capture,
            event=event,
            reason="",
            decided_by=by,
            decided_at=at,
        )

    def refuse(self, reason: str, *, by: str, at: datetime) -> Payment:
        return replace(
            self, state=PaymentState.REFUSED, reason=reason, decided_by=by, decided_at=at
        )

    def correct(self, reason: str, *, by: str, at: datetime) -> Payment:
        """It was booked by mistake; where it was booked stays."""
        return replace(
            self, state=PaymentState.REVERSED, reason=reason, decided_by=by, decided_at=at
        )

    def withdraw(self, *, by: str, at: datetime) -> Payment:
        return replace(self, state=PaymentState.WITHDRAWN, decided_by=by, decided_at=at)


def reference_key(reference: str) -> str:
    """How bank references are compared: `b 17` and `B17` are the same line of the statement."""
    key = "".join(reference.split()).casefold()
    if not key:
        raise TooShort(1)
    if len(key) > REFERENCE_MAX:
        raise TooLong(REFERENCE_MAX, len(key))
    return key


def bank_key(reference: str, booking: int = 1) -> str:
    """The event of a bank line. What is booked again after a correction has its number behind a
    space, which no reference has.
    """
    key = f"bank:{reference_key(reference)}"
    return key if booking == 1 else f"{key} {booking}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money that has arrived at the agency, and the proof of it."""

    amount: Money  # PayPal: gross
    fee: Money
    into: Account
    key: str
    payment: PaymentId | None

    @classmethod
    def by_bank(
        cls, amount: Money, reference: str, payment: PaymentId | None = None, booking: int = 1
    ) -> Arrival:
        return cls(amount, amount.nothing, BANK, bank_key(reference, booking), payment)

    @classmethod
    def by_paypal(
        cls, gross: Money, fee: Money, capture: str, payment: PaymentId | None = None
    ) -> Arrival:
        return cls(gross, fee, PAYPAL, f"paypal:capture:{capture}", payment)

    def entry(
        self,
        kind: Kind,
        legs: tuple[Leg, ...],
        customer: PersonId | None,
        order: OrderId | None = None,
    ) -> Entry:
        return Entry(
            key=self.key,
            kind=kind,
            legs=legs + leg(PAYPAL_FEE, PAYPAL, self.fee),
            asked=(str(customer), self.amount.plain(), self.fee.plain()),
            order=order,
            payment=self.payment,
        )


# Money that arrives ---------------------------------------------------------------------------


def repay(customer: PersonId, raised: Money, owed: Money) -> tuple[Leg, ...]:
    """What follows whenever a deposit is raised: a debt is paid first."""
    return leg(deposit(customer), receivable(customer), min(raised, owed))


def _to_deposit(
    customer: PersonId, source: Account, amount: Money, owed: Money
) -> tuple[Leg, ...]:
    return leg(source, deposit(customer), amount) + repay(customer, amount, owed)


def pay_in(customer: PersonId, arrival: Arrival, *, owed: Money) -> Entry:
    """D bank or PayPal C deposit; repay."""
    legs = _to_deposit(customer, arrival.into, arrival.amount, owed)
    return arrival.entry(Kind.PAY_IN, legs, customer)


def pay_bill(
    customer: PersonId, order: OrderId, arrival: Arrival, *, remaining: Money, owed: Money
) -> Entry:
    """Enough for what remains of the bill: D bank C order, the rest to the deposit.

    Too little: all of it to the deposit, and the bill stays open.
    """
    enough = arrival.amount >= remaining
    to_order = remaining if enough else remaining.nothing
    legs = leg(arrival.into, order_account(order, customer), to_order)
    legs += _to_deposit(customer, arrival.into, arrival.amount - to_order, owed)
    return arrival.entry(Kind.BILL_PAYMENT, legs, customer, order)


def late_payment(customer: PersonId, order: OrderId, arrival: Arrival, *, owed: Money) -> Entry:
    """Money for an order that has ended: D bank or PayPal C deposit; repay."""
    legs = _to_deposit(customer, arrival.into, arrival.amount, owed)
    return arrival.entry(Kind.LATE_PAYMENT, legs, customer, order)


def unknown_money(arrival: Arrival) -> Entry:
    """Arrived, owner unknown: D bank C suspense."""
    legs = leg(arrival.into, SUSPENSE, arrival.amount)
    return arrival.entry(Kind.SUSPENSE_IN, legs, None)


def matched_money(
    customer: PersonId,
    amount: Money,
    reference: str,
    *,
    owed: Money,
    payment: PaymentId | None = None,
    order: OrderId | None = None,
    booking: int = 1,
) -> Entry:
    """Its owner was found: D suspense C deposit; repay."""
    return Entry(
        key=f"{bank_key(reference, booking)}:matched",
        kind=Kind.SUSPENSE_OUT,
        legs=_to_deposit(customer, SUSPENSE, amount, owed),
        asked=(str(customer), amount.plain()),
        payment=payment,
        order=order,
    )


def pay_from_deposit(
    customer: PersonId,
    order: OrderId,
    bill: BillId,
    *,
    remaining: Money,
    paid: Money,
    balance: Money,
    owed: Money,
) -> Entry:
    """The bill, or as much of it as the deposit holds: D deposit C order.

    `paid` is what the bill has got so far: a second part is another event than the first.
    """
    if owed.is_positive:
        raise Owing(owed)
    amount = min(remaining, balance)
    if not amount.is_positive:
        raise DepositEmpty
    part = "" if paid.is_zero else f":{paid.minor}"
    return Entry(
        key=f"bill:{bill}:from_deposit{part}",
        kind=Kind.FROM_DEPOSIT,
        legs=leg(deposit(customer), order_account(order, customer), amount),
        asked=(amount.plain(),),
        order=order,
    )


# A mistake ------------------------------------------------------------------------------------


def correct(entry: Entry, event: EventId, because: str, *, balance: Money, owed: Money) -> Entry:
    """An arrival, or a match, that was somebody else's: every leg back; then repay.

    What it paid of an order stays paid, by the deposit; what the deposit (`balance`) has not is
    owed. So whatever became of the order since, its account is as it was.
    """
    back = reverse(entry, event, because)
    customer = next((x.customer for x in back.accounts.values() if x.customer is not None), None)
    if customer is None:  # of an unknown sender
        return back
    theirs, debt = deposit(customer), receivable(customer)
    ordered = tuple(Leg(theirs, x.debit, x.amount) for x in back.legs if x.debit.order is not None)
    after = balance + _change(ordered + back.legs, theirs)
    lack = max(-after, after.nothing)
    owed = owed + lack - _change(back.legs, debt)
    legs = leg(debt, theirs, lack) + ordered + back.legs + repay(customer, after + lack, owed)
    return replace(back, legs=legs)


def _change(legs: tuple[Leg, ...], of: Account) -> Money:
    """What the legs credit to an account, less what they debit to it."""
    change = legs[0].amount.nothing
    for each in legs:
        if each.credit.code == of.code:
            change += each.amount
        elif each.debit.code == of.code:
            change -= each.amount
    return change


# The end of an order --------------------------------------------------------------------------


def settle(
    customer: PersonId,
    order: OrderId,
    *,
    cost: Money,
    held: Money,
    balance: Money,
    owed: Money,
) -> Entry | None:
    """At the reception report or 30 days. None for an order that cost and holds nothing.

    Paid enough: D order C income, the rest D order C deposit; repay. Paid too little: all of it
    to income, what is missing from the deposit, and what the deposit lacks becomes a debt.
    """
    earned = min(cost, held)
    legs = leg(order_account(order, customer), INCOME, earned)
    if held >= cost:
        legs += _to_deposit(customer, order_account(order, customer), held - cost, owed)
    else:
        missing = cost - held
        spare = min(balance, missing)
        legs += leg(deposit(customer), INCOME, spare)
        legs += leg(receivable(customer), INCOME, missing - spare)
    return _end(f"order:{order}:settle", Kind.SETTLEMENT, legs, cost, order)


def cancel(
    customer: PersonId, order: OrderId, *, held: Money, kept: Money, owed: Money
) -> Entry | None:
    """What was paid comes back, but for a cost that is kept. None when nothing was paid."""
    if kept > held or kept < held.nothing:
        raise BadAmount(kept.plain(), "size", held.plain())
    legs = leg(order_account(order, customer), INCOME, kept)
    legs += _to_deposit(customer, order_account(order, customer), held - kept, owed)
    return _end(f"order:{order}:cancel", Kind.CANCELLATION, legs, kept, order)


def split(customer: PersonId, order: OrderId, new: OrderId, moved: Money) -> Entry | None:
    """A part of the order became an order of its own: D order C the new one."""
    legs = leg(order_account(order, customer), order_account(new, customer), moved)
    if not legs:
        return None
    return Entry(f"order:{new}:split", Kind.SPLIT, legs, (str(order), moved.plain()), new)


def _end(
    key: str, kind: Kind, legs: tuple[Leg, ...], asked: Money, order: OrderId
) -> Entry | None:
    return Entry(key, kind, legs, (asked.plain(),), order) if legs else None


# Pay-outs -------------------------------------------------------------------------------------


def hold_payout(customer: PersonId, payout: PayoutId, amount: Money) -> Entry:
    """Requested: D deposit C payout_hold. The charge is inside the amount."""
    legs = leg(deposit(customer), payout_hold(customer), amount)
    return _payout(payout, "hold", Kind.PAYOUT_HOLD, legs, amount)


def send_payout(
    customer: PersonId, payout: PayoutId, amount: Money, charge: Money, source: Account
) -> Entry:
    """Sent: D payout_hold C bank or PayPal, and the charge to income."""
    legs = leg(payout_hold(customer), source, amount - charge)
    legs += leg(payout_hold(customer), PAYOUT_FEE, charge)
    return _payout(payout, "sent", Kind.PAYOUT_SENT, legs, amount)


def refuse_payout(customer: PersonId, payout: PayoutId, amount: Money, *, owed: Money) -> Entry:
    """Refused or withdrawn: D payout_hold C deposit; repay."""
    legs = _to_deposit(customer, payout_hold(customer), amount, owed)
    return _payout(payout, "rejected", Kind.PAYOUT_REFUSED, legs, amount)


def bounce_payout(
    customer: PersonId,
    payout: PayoutId,
    amount: Money,
    charge: Money,
    source: Account,
    *,
    owed: Money,
) -> Entry:
    """It came back after it was sent: all of it to the deposit, the charge too; repay."""
    legs = leg(source, deposit(customer), amount - charge)
    legs += leg(PAYOUT_FEE, deposit(customer), charge) + repay(customer, amount, owed)
    return _payout(payout, "returned", Kind.PAYOUT_BOUNCED, legs, amount)


def _payout(
    payout: PayoutId, step: str, kind: Kind, legs: tuple[Leg, ...], amount: Money
) -> Entry:
    return Entry(f"payout:{payout}:{step}", kind, legs, (amount.plain(),), payout=payout)


# Money that is taken back or given away -------------------------------------------------------


def _take_back(
    customer: PersonId,
    order: OrderId | None,
    amount: Money,
    *,
    held: Money,
    balance: Money,
) -> tuple[Leg, ...]:
    """From the order while it holds something, then the deposit, then as a debt; C PayPal."""
    legs: tuple[Leg, ...] = ()
    if order is not None:
        from_order = min(amount, held)
        legs += leg(order_account(order, customer), PAYPAL, from_order)
        amount -= from_order
    from_deposit = min(amount, balance)
    legs += leg(deposit(customer), PAYPAL, from_deposit)
    return legs + leg(receivable(customer), PAYPAL, amount - from_deposit)


def paypal_refund(
    customer: PersonId,
    order: OrderId | None,
    refund: str,
    amount: Money,
    *,
    held: Money,
    balance: Money,
    payment: PaymentId | None = None,
) -> Entry:
    """PayPal has given money back to the customer."""
    legs = _take_back(customer, order, amount, held=held, balance=balance)
    return Entry(
        f"paypal:refund:{refund}",
        Kind.PAYPAL_REFUND,
        legs,
        (amount.plain(),),
        order=order,
        payment=payment,
    )


def chargeback(
    customer: PersonId,
    order: OrderId | None,
    reversal: str,
    amount: Money,
    fee: Money,
    *,
    held: Money,
    balance: Money,
    payment: PaymentId | None = None,
) -> Entry:
    """A dispute was lost. Pay-outs that wait are refused before, so that `balance` has them."""
    legs = _take_back(customer, order, amount, held=held, balance=balance)
    legs += leg(DISPUTE_FEE, PAYPAL, fee)
    return Entry(
        f"paypal:reversal:{reversal}",
        Kind.PAYPAL_REVERSAL,
        legs,
        (amount.plain(), fee.plain()),
        order=order,
        payment=payment,
    )


def refund(
    customer: PersonId,
    order: OrderId,
    number: str,
    amount: Money,
    reason: str,
    *,
    held: Money,
    owed: Money,
) -> Entry:
    """Staff give back: from the order while it holds something, then from what it earned."""
    from_order = min(amount, held)
    legs = leg(order_account(order, customer), deposit(customer), from_order)
    legs += leg(INCOME, deposit(customer), amount - from_order)
    legs += repay(customer, amount, owed)
    asked = (str(customer), amount.plain())
    return Entry(f"refund:{number}", Kind.REFUND, legs, asked, order, memo=reason)


def goodwill(customer: PersonId, number: str, amount: Money, reason: str, *, owed: Money) -> Entry:
    """A present: D goodwill C deposit; repay."""
    legs = _to_deposit(customer, GOODWILL, amount, owed)
    asked = (str(customer), amount.plain())
    return Entry(f"goodwill:{number}", Kind.GOODWILL, legs, asked, memo=reason)


def write_off(customer: PersonId, number: str, amount: Money, reason: str) -> Entry:
    """A debt that nobody will pay: D bad_debt C receivable."""
    legs = leg(BAD_DEBT, receivable(customer), amount)
    asked = (str(customer), amount.plain())
    return Entry(f"writeoff:{number}", Kind.WRITE_OFF, legs, asked, memo=reason)
