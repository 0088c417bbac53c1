"""What everybody should have, in cents: an independent model that knows no accounts and no SQL."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field, replace

CHARGE = 200
UNPAID = ("applied", "to_pay_1")
PAYABLE = ("to_pay_1", "to_pay_2")
ENDED = ("completed", "cancelled")
IN_HAND = ("purchasing", "awaiting_arrival", "at_warehouse", "to_pay_2", "ready")
CANCELLABLE = (
    *UNPAID,
    "purchasing",
    "awaiting_arrival",
    "at_warehouse",
    "to_pay_2",
    "ready",
)


class No(Exception):
    """The rules do not allow it."""


def rule(holds: object) -> None:
    if not holds:
        raise No


@dataclass
class Item:
    quantity: int
    price: int = 0  # as the customer agreed to it
    state: str = "asked for"  # to_buy, bought, arrived, gone
    bought: int | None = None
    asked: int | None = None  # a price the customer must decide about
    is_sold_out: bool = False  # … or whether it goes on without it
    wanted: int | None = None  # so many instead, if staff accept
    is_agreed: bool = False  # its customer said yes to this very price

    @property
    def cost(self) -> int:
        return self.quantity * (self.price if self.bought is None else self.bought)


@dataclass
class Bill:
    version: int
    total: int
    paid: int

    @property
    def remaining(self) -> int:
        return max(0, self.total - self.paid)


@dataclass
class Order:
    number: int
    customer: int
    items: list[Item]
    all_or_nothing: bool
    tolerance: int = 5
    stage: str = "applied"
    first: Bill | None = None
    second: Bill | None = None
    chosen: bool = False  # how it is shipped
    surcharges: int = 0  # domestic shipping and fee
    adjustment: int = 0
    held: int = 0
    earned: int = 0
    reported: bool = False
    on_hold: bool = False
    parcels: set[str] = field(default_factory=set)

    @property
    def live(self) -> list[Item]:
        return [item for item in self.items if item.state != "gone"]

    @property
    def undecided(self) -> bool:
        return any(item.asked is not None or item.is_sold_out for item in self.live)

    @property
    def was_bought(self) -> bool:
        return any(x.bought is not None or x.state in ("bought", "arrived") for x in self.items)

    @property
    def due(self) -> Bill | None:
        return {"to_pay_1": self.first, "to_pay_2": self.second}.get(self.stage)

    @property
    def billed(self) -> str:
        """At which of its bills it waits to be paid."""
        return "" if self.due is None else self.stage

    @property
    def cost(self) -> int:
        abroad = 0 if self.second is None else self.second.total
        goods = sum(item.cost for item in self.live)
        return max(0, goods + self.surcharges + abroad + self.adjustment)

    def go_on(self) -> None:
        """A bill that is paid in full takes its order on."""
        bill = self.due
        if bill is None or bill.remaining:
            return
        if self.stage == "to_pay_1":
            self.stage = "purchasing"
            for item in self.live:
                item.state = "to_buy"
        elif self.chosen:
            self.stage = "ready"

    def follow_items(self) -> None:
        steps = {"to_buy": "purchasing", "bought": "awaiting_arrival", "arrived": "at_warehouse"}
        states = {item.state for item in self.live}
        self.stage = next((steps[state] for state in steps if state in states), self.stage)


@dataclass
class PayIn:
    customer: int
    claimed: int
    number: int | None = None
    open: bool = True


@dataclass
class Payout:
    customer: int
    amount: int
    method: str
    number: int | None = None
    state: str = "held"


@dataclass
class Card:
    """A payment through PayPal."""

    customer: int
    amount: int
    order: int | None
    bill: tuple[str, int] | None  # of which stage, and its version
    number: int | None = None
    state: str = "created"  # approved, off, captured
    taken: int = 0
    refunds: set[str] = field(default_factory=set)


@dataclass
class Booking:
    """A line of the bank's that was booked for somebody, perhaps for an order of theirs."""

    customer: int
    amount: int
    order: int | None = None
    bill: str = ""  # at which the order waited then


def zeros() -> defaultdict[int, int]:
    return defaultdict(int)


@dataclass
class Model:
    deposit: defaultdict[int, int] = field(default_factory=zeros)
    reserved: defaultdict[int, int] = field(default_factory=zeros)
    owed: defaultdict[int, int] = field(default_factory=zeros)
    returned: defaultdict[int, int] = field(default_factory=zeros)  # from orders, ever
    used: set[int] = field(default_factory=set)
    allowed: set[int] = field(default_factory=set)
    orders: dict[int, Order] = field(default_factory=dict)
    pay_ins: list[PayIn] = field(default_factory=list)
    payouts: list[Payout] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    references: set[str] = field(default_factory=set)  # of the bank, booked for somebody
    booked: dict[str, Booking] = field(default_factory=dict)  # for whom, by these references
    suspense: dict[str, int] = field(default_factory=dict)
    agreed: set[int] = field(default_factory=set)  # proposals that a second person carried out
    totals: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def copy(self) -> Model:
        return deepcopy(self)

    # What moves -------------------------------------------------------------------------------

    def give(self, customer: int, amount: int) -> None:
        """Into the deposit: a debt is paid first."""
        repaid = min(self.owed[customer], amount)
        self.owed[customer] -= repaid
        self.deposit[customer] += amount - repaid

    def take(self, customer: int, amount: int) -> None:
        """From the deposit; what it lacks is owed."""
        spare = min(self.deposit[customer], amount)
        self.deposit[customer] -= spare
        self.owed[customer] += amount - spare

    def fill(self, order: Order, bill: Bill, amount: int) -> None:
        order.held += amount
        bill.paid += amount

    def in_review(self, order: Order) -> bool:
        return order.reported or any(
            card.order == order.number and card.state == "approved" for card in self.cards
        )

    def payable(self, order: Order) -> Bill:
        bill = order.due
        rule(bill is not None and bill.remaining)
        rule(order.stage == "to_pay_1" or order.chosen)
        assert bill is not None
        return bill

    # Bills ------------------------------------------------------------------------------------

    def estimate(self, number: int, prices: list[int], surcharges: int) -> None:
        order = self.orders[number]
        rule(order.stage in UNPAID and not order.on_hold and not self.in_review(order))
        for item, price in zip(order.live, prices, strict=False):
            item.price = price
        was = order.first or Bill(0, 0, 0)
        total = sum(item.cost for item in order.live) + surcharges
        order.first = Bill(was.version + 1, total, was.paid)
        order.surcharges = surcharges
        order.stage = "to_pay_1"
        order.go_on()

    def reject(self, number: int, which: int) -> None:
        order = self.orders[number]
        item = order.items[which]
        rule(order.stage in UNPAID and not order.on_hold and not self.in_review(order))
        rule(item.state != "gone")
        item.state = "gone"
        if not order.live:
            return self._end(order, 0)
        if order.first is not None and order.stage == "to_pay_1":
            bill = order.first
            order.first = Bill(bill.version + 1, bill.total - item.cost, bill.paid)
            order.go_on()
        return None

    def change(self, number: int, which: int, quantity: int) -> None:
        """The customer's wish: at once before payment, after it only as a request."""
        order = self.orders[number]
        item = order.items[which]
        rule(item.state in ("asked for", "to_buy") and quantity != item.quantity)
        if order.stage not in UNPAID:
            rule(item.asked is None and not item.is_sold_out and item.wanted is None)
            rule(quantity < item.quantity)
            item.wanted = quantity
            return None
        rule(not self.in_review(order))
        if not quantity and order.live == [item]:
            return self._end(order, 0)
        fewer = item.quantity - quantity
        item.quantity = quantity
        if not quantity:
            item.state = "gone"
        if order.stage == "to_pay_1" and fewer < 0:
            order.stage = "applied"  # what was paid waits there for the next estimate
        elif order.stage == "to_pay_1":
            assert order.first is not None
            bill = order.first
            order.first = Bill(bill.version + 1, bill.total - fewer * item.price, bill.paid)
            order.go_on()
        return None

    def answer(self, number: int, which: int, accepts: bool) -> None:
        order = self.orders[number]
        item = order.items[which]
        rule(item.state == "to_buy" and item.wanted is not None)
        wanted, item.wanted = item.wanted, None
        if not accepts:
            return None
        if wanted:
            item.quantity = wanted
            return None
        self._gone(order, item)
        return order.follow_items() if order.live else self._end(order, 0)

    def bill_shipping(self, number: int, price: int) -> None:
        order = self.orders[number]
        rule(order.stage in ("at_warehouse", "to_pay_2"))
        rule(not order.on_hold and not self.in_review(order))
        was = order.second or Bill(0, 0, 0)
        order.second = Bill(was.version + 1, price, was.paid)
        order.stage, order.chosen = "to_pay_2", False

    def choose(self, number: int) -> None:
        order = self.orders[number]
        rule(order.stage in ("to_pay_2", "ready") and not order.on_hold)
        rule(not self.in_review(order))
        order.chosen = True

    def request_shipping(self, number: int) -> None:
        order = self.orders[number]
        rule(order.stage == "to_pay_2" and order.chosen and order.due and not order.due.remaining)
        order.go_on()

    # Paying -----------------------------------------------------------------------------------

    def report(self, number: int) -> None:
        order = self.orders[number]
        self.payable(order)
        rule(not self.in_review(order))
        order.reported = True

    def withdraw_report(self, number: int) -> None:
        order = self.orders[number]
        rule(order.reported)
        order.reported = False

    def confirm(self, number: int, received: int, reference: str) -> None:
        order = self.orders[number]
        self._new_reference(reference)
        self.booked[reference] = Booking(order.customer, received, number, order.billed)
        order.reported = False
        self.totals["asset:bank"] += received
        self._arrive(order, order.due, received)

    def _arrive(self, order: Order, bill: Bill | None, received: int) -> None:
        """Enough: to the bill, the rest to the deposit. Too little: all to the deposit."""
        applied = 0
        if bill is not None and received >= bill.remaining:
            applied = bill.remaining
            self.fill(order, bill, applied)
        self.give(order.customer, received - applied)
        order.go_on()

    def from_deposit(self, number: int) -> None:
        order = self.orders[number]
        rule(not order.on_hold)
        bill = self.payable(order)
        rule(not self.in_review(order) and not self.owed[order.customer])
        part = min(bill.remaining, self.deposit[order.customer])
        rule(part)
        self.deposit[order.customer] -= part
        self.fill(order, bill, part)
        order.go_on()

    def _new_reference(self, reference: str) -> None:
        rule(reference not in self.references and reference not in self.suspense)
        self.references.add(reference)

    # Buying -----------------------------------------------------------------------------------

    def buy(self, number: int, which: int, price: int) -> None:
        order = self.orders[number]
        item = order.items[which]
        rule(order.stage == "purchasing" and not order.on_hold)
        rule(item.state == "to_buy" and item.asked is None and not item.is_sold_out)
        rule(item.wanted is None)
        if price * 100 > item.price * (100 + (0 if item.is_agreed else order.tolerance)):
            item.asked = price
        else:
            item.state, item.bought = "bought", price
        order.follow_items()

    def drop(self, number: int, which: int) -> None:
        order = self.orders[number]
        item = order.items[which]
        rule(order.stage == "purchasing" and not order.on_hold and item.state == "to_buy")
        rest = [each for each in order.live if each is not item]
        untouched = all(each.state == "to_buy" for each in rest)
        if rest and order.all_or_nothing and not untouched:
            rule(not item.is_sold_out)
            item.asked, item.is_sold_out, item.wanted = None, True, None
            return order.follow_items()
        self._gone(order, item)
        if not order.live or (order.all_or_nothing and untouched):
            return self._end(order, 0)
        return order.follow_items()

    def decide(self, number: int, which: int, accepts: bool) -> None:
        order = self.orders[number]
        item = order.items[which]
        rule(not order.on_hold and item.state == "to_buy")
        rule(item.asked is not None or item.is_sold_out)
        if accepts and not item.is_sold_out:
            assert item.asked is not None
            item.price, item.asked, item.is_agreed = item.asked, None, True
        else:
            self._gone(order, item)
        if not order.live:
            return self._end(order, 0)
        return order.follow_items()

    def _gone(self, _order: Order, item: Item) -> None:
        item.state, item.asked, item.is_sold_out, item.wanted = "gone", None, False, None

    def arrive(self, number: int) -> None:
        order = self.orders[number]
        rule(order.stage in ("purchasing", "awaiting_arrival") and not order.on_hold)
        bought = [item for item in order.live if item.state == "bought"]
        rule(bought)
        for item in bought:
            item.state = "arrived"
        order.follow_items()

    def ship(self, number: int, tracking: str) -> None:
        order = self.orders[number]
        rule(order.stage in ("ready", "shipped") and not order.on_hold)
        rule(tracking not in order.parcels)
        order.parcels.add(tracking)
        order.stage = "shipped"

    def adjust(self, number: int, amount: int) -> None:
        order = self.orders[number]
        rule(order.stage not in (*UNPAID, *ENDED))
        order.adjustment += amount

    def hold(self, number: int) -> None:
        order = self.orders[number]
        rule(order.stage not in ENDED and not order.on_hold)
        order.on_hold = True

    def go_on(self, number: int) -> None:
        order = self.orders[number]
        rule(order.on_hold)
        order.on_hold = False

    # The end of an order ----------------------------------------------------------------------

    def cancel(self, number: int) -> None:
        order = self.orders[number]
        untouched = all(item.state not in ("bought", "arrived") for item in order.live)
        rule(order.stage in UNPAID or order.undecided)
        rule(untouched)
        self._end(order, 0)

    def cancel_by_staff(self, number: int, keep: int, proposed_of: int | None = None) -> None:
        """Once something was bought two decide, about just so much money."""
        order = self.orders[number]
        rule(order.stage in CANCELLABLE and keep <= order.held)
        rule(order.held == proposed_of if order.was_bought else proposed_of is None)
        self._end(order, keep)

    def _end(self, order: Order, keep: int) -> None:
        rule(not self.in_review(order))  # what is looked for comes first
        self.totals["income:orders"] += keep
        order.earned += keep
        self.returned[order.customer] += order.held - keep
        self.give(order.customer, order.held - keep)
        order.held, order.stage, order.on_hold = 0, "cancelled", False
        for item in order.live:
            self._gone(order, item)

    def time_passes(self, number: int) -> None:
        order = self.orders[number]
        rule(not self.in_review(order) and not order.on_hold and not order.undecided)
        rule(order.stage in (*UNPAID, "shipped"))
        if order.stage == "shipped":
            self._settle(order)
        else:
            self._end(order, 0)

    def receive(self, number: int) -> None:
        order = self.orders[number]
        rule(order.stage == "shipped" and not order.on_hold)
        self._settle(order)

    def _settle(self, order: Order) -> None:
        cost, held = order.cost, order.held
        self.totals["income:orders"] += cost
        order.earned += cost
        if held >= cost:
            self.returned[order.customer] += held - cost
            self.give(order.customer, held - cost)
        else:
            self.take(order.customer, cost - held)
        if cost:
            self.used.add(order.customer)
        order.held, order.stage = 0, "completed"

    # Paying in --------------------------------------------------------------------------------

    def report_pay_in(self, customer: int, claimed: int) -> None:
        waiting = [each for each in self.pay_ins if each.customer == customer and each.open]
        rule(len(waiting) < 5 and all(each.claimed != claimed for each in waiting))
        self.pay_ins.append(PayIn(customer, claimed))

    def pay_in(self, number: int | None) -> PayIn:
        return next(each for each in self.pay_ins if each.number == number)

    def confirm_pay_in(self, number: int | None, received: int, reference: str) -> None:
        pay_in = self.pay_in(number)
        rule(pay_in.open)
        self._new_reference(reference)
        self.booked[reference] = Booking(pay_in.customer, received)
        pay_in.open = False
        self.totals["asset:bank"] += received
        self.give(pay_in.customer, received)

    def refuse_pay_in(self, number: int | None) -> None:
        pay_in = self.pay_in(number)
        rule(pay_in.open)
        pay_in.open = False

    def keep_unknown(self, amount: int, reference: str) -> None:
        rule(reference not in self.references and reference not in self.suspense)
        self.suspense[reference] = amount
        self.totals["asset:bank"] += amount

    def match_customer(self, customer: int, reference: str) -> None:
        amount = self._found(reference)
        self.booked[reference] = Booking(customer, amount)
        for each in self.pay_ins:
            if (each.customer, each.claimed, each.open) == (customer, amount, True):
                each.open = False
                break
        self.give(customer, amount)

    def match_order(self, number: int, reference: str) -> None:
        """Into the deposit; from there to the bill, if all of it can be paid."""
        order = self.orders[number]
        amount = self._found(reference)
        self.booked[reference] = Booking(order.customer, amount, number, order.billed)
        order.reported = False
        self._give_and_pay(order, amount)
        order.go_on()

    def _give_and_pay(self, order: Order, amount: int) -> bool:
        owed = self.owed[order.customer]
        self.give(order.customer, amount)
        bill = order.due
        if bill is None or not 0 < bill.remaining <= amount - min(amount, owed):
            return False
        self.deposit[order.customer] -= bill.remaining
        self.fill(order, bill, bill.remaining)
        return True

    def _found(self, reference: str) -> int:
        rule(reference in self.suspense and reference not in self.references)
        self.references.add(reference)
        return self.suspense.pop(reference)

    def correct(self, reference: str, right: int | None) -> None:
        """Nobody's again; or, of the same customer, what arrived in truth, perhaps nothing."""
        if reference in self.suspense:
            rule(right is not None and right != self.suspense[reference])
            assert right is not None
            self.totals["asset:bank"] += right - self.suspense.pop(reference)
            if right:
                self.suspense[reference] = right
            return
        rule(reference in self.booked and right != self.booked[reference].amount)
        was = self.booked.pop(reference)
        gone = was.amount - (right or 0)
        self._refuse_waiting(was.customer, gone)
        self.take(was.customer, was.amount)
        if right is None:
            self.references.remove(reference)
            self.suspense[reference] = was.amount
        elif not right:
            self.references.remove(reference)
            self.totals["asset:bank"] -= was.amount
        else:
            self.totals["asset:bank"] += right - was.amount
            self.booked[reference] = replace(was, amount=right)
            self._given_again(was, right)
        if was.order is not None and gone > 0 and self.owed[was.customer]:
            order = self.orders[was.order]
            order.on_hold = order.on_hold or order.stage in IN_HAND

    def _refuse_waiting(self, customer: int, gone: int) -> None:
        """Pay-outs of what is not there."""
        if gone > self.deposit[customer]:
            for payout in self.payouts:
                if payout.customer == customer and payout.state == "held":
                    self._give_back(payout, "refused")

    def _given_again(self, was: Booking, right: int) -> None:
        """To the bill it was for, if that is still to be paid and nobody looks at a report."""
        order = None if was.order is None else self.orders[was.order]
        if order is None or order.billed != was.bill or self.in_review(order):
            self.give(was.customer, right)
        elif self._give_and_pay(order, right):
            order.go_on()

    # Paying out -------------------------------------------------------------------------------

    def request_payout(self, customer: int, amount: int, method: str) -> None:
        rule(not self.owed[customer] and CHARGE < amount <= self.deposit[customer])
        if customer not in self.used | self.allowed:
            mine = [each for each in self.payouts if each.customer == customer]
            out = sum(each.amount for each in mine if each.state in ("held", "started", "sent"))
            rule(amount <= self.returned[customer] - out)
        self.deposit[customer] -= amount
        self.reserved[customer] += amount
        self.payouts.append(Payout(customer, amount, method))

    def payout(self, number: int | None) -> Payout:
        return next(each for each in self.payouts if each.number == number)

    def start_payout(self, number: int | None) -> None:
        payout = self.payout(number)
        rule(payout.state == "held")
        payout.state = "started"

    def withdraw_payout(self, number: int | None) -> None:
        payout = self.payout(number)
        rule(payout.state == "held")
        self._give_back(payout, "withdrawn")

    def refuse_payout(self, number: int | None) -> None:
        payout = self.payout(number)
        rule(payout.state in ("held", "started"))
        self._give_back(payout, "refused")

    def _give_back(self, payout: Payout, state: str) -> None:
        payout.state = state
        self.reserved[payout.customer] -= payout.amount
        self.give(payout.customer, payout.amount)

    def send_payout(self, number: int | None) -> None:
        payout = self.payout(number)
        rule(payout.state == "started")
        payout.state = "sent"
        self.reserved[payout.customer] -= payout.amount
        self.totals[f"asset:{payout.method}"] -= payout.amount - CHARGE
        self.totals["income:payout_fee"] += CHARGE

    def bounce_payout(self, number: int | None) -> None:
        payout = self.payout(number)
        rule(payout.state == "sent")
        payout.state = "bounced"
        self.totals[f"asset:{payout.method}"] += payout.amount - CHARGE
        self.totals["income:payout_fee"] -= CHARGE
        self.give(payout.customer, payout.amount)

    def agree(self, proposal: int) -> None:
        rule(proposal not in self.agreed)
        self.agreed.add(proposal)

    # What staff give --------------------------------------------------------------------------

    def goodwill(self, customer: int, amount: int) -> None:
        self.totals["expense:goodwill"] += amount
        self.give(customer, amount)

    def write_off(self, customer: int, amount: int) -> None:
        rule(amount <= self.owed[customer])
        self.owed[customer] -= amount
        self.totals["expense:bad_debt"] += amount

    def refund(self, number: int, amount: int) -> None:
        order = self.orders[number]
        rule(amount <= order.held + order.earned)
        from_order = min(amount, order.held)
        if order.stage not in ("completed", "cancelled"):  # or its settlement took it again
            order.adjustment -= amount - min(amount, max(0, order.held - order.cost))
        order.held -= from_order
        order.earned -= amount - from_order
        self.totals["income:orders"] -= amount - from_order
        self.give(order.customer, amount)

    # PayPal -----------------------------------------------------------------------------------

    def start_card(self, number: int) -> None:
        order = self.orders[number]
        bill = self.payable(order)
        rule(not order.on_hold and not self.in_review(order))
        self._page(order.customer, bill.remaining, number, (order.stage, bill.version))

    def start_card_pay_in(self, customer: int, amount: int) -> None:
        self._page(customer, amount, None, None)

    def _page(
        self, customer: int, amount: int, order: int | None, bill: tuple[str, int] | None
    ) -> None:
        """The same page again as long as it is open."""
        wanted = (customer, amount, order, bill, "created")
        for card in self.cards:
            if (card.customer, card.amount, card.order, card.bill, card.state) == wanted:
                return
        self.cards.append(Card(customer, amount, order, bill))

    def card(self, number: int | None) -> Card:
        return next(each for each in self.cards if each.number == number)

    def approve_card(self, number: int | None) -> None:
        """The money may be captured now, or nothing is taken."""
        card = self.card(number)
        if card.state == "captured":
            return
        if card.order is not None and not self._is_wanted(card, self.orders[card.order]):
            card.state = "off"
            return
        card.state = "approved"

    def _is_wanted(self, card: Card, order: Order) -> bool:
        bill = order.due
        if bill is None or (order.stage, bill.version) != card.bill:
            return False
        if bill.remaining != card.amount or order.on_hold or order.reported:
            return False
        return not any(
            other is not card and other.order == order.number and other.state == "approved"
            for other in self.cards
        )

    def capture_card(self, number: int | None) -> None:
        card = self.card(number)
        if card.state == "captured":
            return None
        card.state = "captured"
        fee = card_fee(card.amount)
        self.totals["asset:paypal"] += card.amount - fee
        self.totals["expense:paypal_fee"] += fee
        if card.order is None:
            return self.give(card.customer, card.amount)
        order = self.orders[card.order]
        bill = order.due
        if bill is None or (order.stage, bill.version) != card.bill or not bill.remaining:
            bill = None
        return self._arrive(order, bill, card.amount)

    def refund_card(self, number: int | None, amount: int, refund: str) -> None:
        card = self.card(number)
        if card.state != "captured" or refund in card.refunds:
            return
        card.refunds.add(refund)
        if card.taken + amount <= card.amount:  # more than came in is left to people
            self._take_back(card, amount)

    def charge_back(self, number: int | None, amount: int, fee: int, dispute: str) -> None:
        """A dispute was lost: pay-outs that wait are refused first."""
        card = self.card(number)
        if card.state != "captured" or dispute in card.refunds:
            return
        card.refunds.add(dispute)
        amount = min(amount, card.amount - card.taken)  # of two at once the other one costs a fee
        for payout in self.payouts if amount else ():
            if payout.customer == card.customer and payout.state == "held":
                self._give_back(payout, "refused")
        self._take_back(card, amount)
        self.totals["asset:paypal"] -= fee
        self.totals["expense:dispute_fee"] += fee
        if card.order is not None and self.orders[card.order].stage not in ENDED:
            self.orders[card.order].on_hold = True

    def _take_back(self, card: Card, amount: int) -> None:
        card.taken += amount
        self.totals["asset:paypal"] -= amount
        if card.order is not None:
            order = self.orders[card.order]
            from_order = min(amount, order.held)
            order.held -= from_order
            amount -= from_order
        self.take(card.customer, amount)

    # What must be so --------------------------------------------------------------------------

    def view(self) -> dict[str, int]:
        """Every balance that is not zero, by the name of its account."""
        view = dict(self.totals)
        view["liability:suspense"] = sum(self.suspense.values())
        for name, amounts in (
            ("liability:deposit", self.deposit),
            ("liability:payout_hold", self.reserved),
            ("asset:receivable", self.owed),
        ):
            view |= {f"{name}:{customer}": amount for customer, amount in amounts.items()}
        view |= {f"liability:order:{order.number}": order.held for order in self.orders.values()}
        return {name: amount for name, amount in view.items() if amount}

    def stages(self) -> dict[str, str]:
        """How far everything is, and what the bills come to."""
        stages = {f"order {number}": order.stage for number, order in self.orders.items()}
        for order in self.orders.values():
            if order.on_hold:
                stages[f"hold of {order.number}"] = "on hold"
            for kind, bill in (("first", order.first), ("second", order.second)):
                if bill is not None:
                    stages[f"{kind} bill of {order.number}"] = f"{bill.paid} of {bill.total}"
        stages |= {f"card {card.number}": card.state for card in self.cards}
        return stages | {f"pay-out {each.number}": each.state for each in self.payouts}


def card_fee(amount: int) -> int:
    return amount * 4 // 100
