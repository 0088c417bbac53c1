"""Everything customer and staff can do to an order, as they might, and now and then might not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from actions import (
    adjustments,
    applications,
    cancellations,
    changes,
    estimates,
    gifts,
    holds,
    payments,
    problems,
    purchases,
    questions,
    receptions,
    second_bills,
    shipping,
    splitting,
    warehouse,
)
from actions.gifts import Given
from actions.work import Work
from domain.actors import Actor
from domain.bills import Method
from domain.changes import requests
from domain.estimates import Estimate
from domain.ids import OrderId
from domain.orders import Line, LineState, Order, Question, SoldOut
from domain.problems import is_replacement
from domain.questions import ANSWERS, Answer, open_questions
from tests.actions.conftest import ADDRESS, MINA, TOM, application, replace, report, usd
from tests.actions.lives_model import Paper, Sight

RIKU: Final = replace(MINA, id=type(MINA.id)(44), name="Riku")
FINANCE: Final = (MINA, RIKU)

Act = Callable[[Work, int | None], Awaitable[object]]
Learn = Callable[[Paper, object], None]


def nothing(_paper: Paper, _result: object) -> None:
    """Not every deed is about what the paper keeps."""


@dataclass(frozen=True)
class Deed:
    name: str
    by: Actor
    act: Act
    about: OrderId | None = None
    learn: Learn = nothing
    for_two: bool = False  # somebody of finance proposes, another one agrees


METHODS: Final = (("EMS", 4_210), ("SAL", 1_500), ("DHL", 6_500))


class Hands:
    """A deed of each name, with the details drawn."""

    def __init__(self, customer: Actor, sight: Sight, chance: Random, number: int) -> None:
        self._customer = customer
        self._sight = sight
        self._chance = chance
        self._number = number  # never the same twice: for references and tracking numbers

    def deed(self, name: str, order: Order) -> Deed:
        deed: Deed = getattr(self, name)(order)
        return replace(deed, name=name)

    # Who ----------------------------------------------------------------------------------------

    def _own(self, order: Order, act: Act, learn: Learn = nothing) -> Deed:
        return Deed("", self._customer, act, order.id, learn)

    def _staff(self, order: Order, act: Act, learn: Learn = nothing) -> Deed:
        return Deed("", self._chance.choice((TOM, TOM, MINA)), act, order.id, learn)

    def _finance(self, order: Order, act: Act, learn: Learn = nothing) -> Deed:
        by = TOM if self._chance.random() < 0.05 else MINA
        return Deed("", by, act, order.id, learn)

    def _two(self, order: Order, act: Act, learn: Learn = nothing) -> Deed:
        return Deed("", self._chance.choice(FINANCE), act, order.id, learn, for_two=True)

    # What about ---------------------------------------------------------------------------------

    def _line(self, order: Order, *states: LineState) -> Line:
        fitting = [line for line in order.live_lines if line.state in states]
        return self._chance.choice(fitting or list(order.lines))

    def _tracking(self, order: Order) -> str:
        return self._chance.choice([*(x.tracking for x in order.parcels), "EE0"])

    # Before payment -----------------------------------------------------------------------------

    def application(self) -> Deed:
        chance = self._chance
        asked = application(
            *(chance.randint(1, 3) for _ in range(chance.randint(1, 3))),
            sold_out=chance.choice(list(SoldOut)),
            tolerance_percent=chance.choice((0, 5, 10)),
        )
        return Deed("apply", self._customer, lambda work, _seen: applications.apply(work, asked))

    def estimate(self, order: Order) -> Deed:
        chance = self._chance
        prices = {
            line.no: chance.choice((0, 1, 100, 999, 999, 2_500)) for line in order.live_lines
        }
        extra = usd(chance.choice((0, 0, 500)))
        estimate = Estimate({no: usd(price) for no, price in prices.items()}, extra, extra)

        def learn(paper: Paper, _result: object) -> None:
            paper.approved.update({(order.id, no): price for no, price in prices.items()})

        return self._staff(
            order, lambda work, seen: estimates.issue(work, order.id, estimate, seen=seen), learn
        )

    def reject(self, order: Order) -> Deed:
        no = self._line(order).no
        return self._staff(
            order, lambda work, seen: estimates.reject_line(work, order.id, no, "no", seen=seen)
        )

    def change(self, order: Order) -> Deed:
        no, count = self._line(order, LineState.TO_BUY).no, self._chance.randint(0, 4)
        return self._own(
            order, lambda work, seen: changes.change(work, order.id, no, count, seen=seen)
        )

    def request_all(self, order: Order) -> Deed:
        return self._own(order, lambda work, seen: changes.request_all(work, order.id, seen=seen))

    def _asked_no(self, order: Order) -> int | None:
        waiting = [line.no for line in requests(order)]
        return self._chance.choice([None, *waiting])

    def withdraw_request(self, order: Order) -> Deed:
        no = self._asked_no(order)
        return self._own(order, lambda work, seen: changes.withdraw(work, order.id, no, seen=seen))

    def accept(self, order: Order) -> Deed:
        no = self._asked_no(order)
        return self._staff(order, lambda work, seen: changes.accept(work, order.id, no, seen=seen))

    def decline(self, order: Order) -> Deed:
        return self.declined(order, self._asked_no(order))

    def declined(self, order: Order, no: int | None) -> Deed:
        return self._staff(
            order, lambda work, seen: changes.decline(work, order.id, no, "too late", seen=seen)
        )

    def cancel(self, order: Order) -> Deed:
        return self._own(order, lambda work, seen: cancellations.cancel(work, order.id, seen=seen))

    def decide(self, order: Order) -> Deed:
        waiting = list(open_questions(order))
        line = self._chance.choice(waiting or list(order.lines))
        answers = ANSWERS[line.question] if line.question else tuple(Answer)
        return self._decided(order, line, self._chance.choice(answers))

    def _decided(self, order: Order, line: Line, answer: Answer) -> Deed:
        price, accepts = line.asked_price, answer is Answer.ACCEPT

        def learn(paper: Paper, _result: object) -> None:
            if accepts and price is not None:
                paper.approved[order.id, line.no] = price.minor
                paper.agreed.add((order.id, line.no))

        return self._own(
            order,
            lambda work, seen: questions.decide(work, order.id, line.no, answer, seen=seen),
            learn,
        )

    # Paying -------------------------------------------------------------------------------------

    def report(self, order: Order) -> Deed:
        amount = order.bill_due.remaining.minor if order.bill_due else 100
        return self._own(
            order,
            lambda work, seen: payments.report_transfer(
                work, order.id, report(max(amount, 1)), seen=seen
            ),
        )

    def withdraw_report(self, order: Order) -> Deed:
        return self._own(
            order, lambda work, seen: payments.withdraw_report(work, order.id, seen=seen)
        )

    def confirm(self, order: Order) -> Deed:
        due = order.bill_due.remaining.minor if order.bill_due else 700
        received = max(1, due + self._chance.choice((0, 0, 0, -1, -300, 1, 5_000)))
        return self._finance(order, *self._confirmed(order, received))

    def confirmed(self, order: Order, received: int) -> Deed:
        """By somebody who may."""
        act, learn = self._confirmed(order, received)
        return Deed("confirm", MINA, act, order.id, learn)

    def _confirmed(self, order: Order, received: int) -> tuple[Act, Learn]:
        def learn(paper: Paper, _result: object) -> None:
            paper.received += received

        def act(work: Work, seen: int | None) -> Awaitable[object]:
            reference = f"BANK-{self._number}"
            return payments.confirm_transfer(
                work, order.id, usd(received), reference, without_report=True, seen=seen
            )

        return act, learn

    def refuse(self, order: Order) -> Deed:
        return self._finance(
            order, lambda work, seen: payments.refuse_report(work, order.id, "no", seen=seen)
        )

    def pay_from_deposit(self, order: Order) -> Deed:
        return self._own(
            order, lambda work, seen: payments.pay_from_deposit(work, order.id, seen=seen)
        )

    # Buying, and the warehouse ------------------------------------------------------------------

    def buy(self, order: Order) -> Deed:
        line = self._line(order, LineState.TO_BUY)
        agreed = line.unit_price.minor if line.unit_price else 100
        price = usd(agreed * self._chance.choice((100, 100, 100, 90, 105, 106, 110, 111)) // 100)
        return self._staff(
            order,
            lambda work, seen: purchases.mark_bought(work, order.id, {line.no: price}, seen=seen),
        )

    def buy_all(self, order: Order) -> Deed:
        return self._staff(
            order, lambda work, seen: purchases.mark_bought(work, order.id, None, seen=seen)
        )

    def unavailable(self, order: Order) -> Deed:
        no = self._line(order, LineState.TO_BUY).no
        return self._staff(
            order,
            lambda work, seen: purchases.mark_unavailable(work, order.id, no, "gone", seen=seen),
        )

    def offer(self, order: Order) -> Deed:
        no, price = self._line(order, LineState.TO_BUY).no, self._chance.choice((None, 900, 3_000))
        wanted = None if price is None else usd(price)
        return self._staff(
            order,
            lambda work, seen: purchases.offer(work, order.id, no, "blue", wanted, seen=seen),
        )

    def arrive(self, order: Order) -> Deed:
        line = self._line(order, LineState.BOUGHT)
        counts = {int(line.no): self._chance.randint(0, line.quantity)}
        return self._staff(
            order, lambda work, seen: warehouse.mark_arrived(work, order.id, counts, seen=seen)
        )

    def arrive_all(self, order: Order) -> Deed:
        return self._staff(
            order, lambda work, seen: warehouse.mark_arrived(work, order.id, None, seen=seen)
        )

    def short(self, order: Order) -> Deed:
        line = self._line(order, LineState.BOUGHT, LineState.ARRIVED)
        return self._mishap(order, line, Question.SHORT, self._chance.randint(0, line.quantity))

    def spoilt(self, order: Order) -> Deed:
        line = self._line(order, LineState.BOUGHT, LineState.ARRIVED)
        return self._mishap(order, line, self._chance.choice((Question.WRONG, Question.DAMAGED)))

    def _mishap(
        self, order: Order, line: Line, question: Question, count: int | None = None
    ) -> Deed:
        return self._staff(
            order,
            lambda work, seen: warehouse.report_mishap(
                work, order.id, line.no, question, "see the photo", count, seen=seen
            ),
        )

    def again(self, order: Order) -> Deed:
        line = self._chance.choice(list(open_questions(order)) or list(order.lines))

        def learn(paper: Paper, _result: object) -> None:
            paper.again[order.id, line.no] += 1

        return self._staff(
            order,
            lambda work, seen: warehouse.buy_again(work, order.id, line.no, seen=seen),
            learn,
        )

    def split(self, order: Order) -> Deed:
        away = self._line(order, LineState.TO_BUY, LineState.BOUGHT).no
        numbers = {away, self._line(order, LineState.TO_BUY, LineState.BOUGHT).no}
        return self._staff(
            order, lambda work, seen: splitting.propose(work, order.id, sorted(numbers), seen=seen)
        )

    def adjust(self, order: Order) -> Deed:
        amount = usd(self._chance.choice((-4_000, -100, 150)))
        return self._finance(
            order, lambda work, seen: adjustments.adjust(work, order.id, amount, "so", seen=seen)
        )

    # Shipping, and after it ---------------------------------------------------------------------

    def bill(self, order: Order) -> Deed:
        offered = self._chance.sample(METHODS, self._chance.randint(1, 3))
        makes_good = is_replacement(order)  # and costs nothing: anything else is refused
        is_free = self._chance.random() < 0.2 or makes_good
        methods = tuple(Method(name, usd(0 if is_free else price)) for name, price in offered)
        extra = None if makes_good else self._chance.choice((None, None, usd(300)))
        return self._staff(
            order,
            lambda work, seen: second_bills.issue(
                work, order.id, methods, extra, "a box" if extra else "", seen=seen
            ),
        )

    def choose(self, order: Order) -> Deed:
        bill = order.second_bill
        names = [method.name for method in bill.methods] if bill else ["EMS"]
        name = self._chance.choice(names)
        return self._own(
            order,
            lambda work, seen: second_bills.choose_shipping(
                work, order.id, name, ADDRESS, seen=seen
            ),
        )

    def request_shipping(self, order: Order) -> Deed:
        return self._own(
            order, lambda work, seen: second_bills.request_shipping(work, order.id, seen=seen)
        )

    def pack(self, order: Order) -> Deed:
        return self._staff(order, lambda work, seen: second_bills.pack(work, order.id, seen=seen))

    def unpack(self, order: Order) -> Deed:
        return self._staff(
            order, lambda work, seen: second_bills.unpack(work, order.id, seen=seen)
        )

    def ship(self, order: Order) -> Deed:
        number = f"EE{self._number}"
        return self._staff(
            order, lambda work, seen: shipping.ship(work, order.id, "EMS", number, seen=seen)
        )

    def correct(self, order: Order) -> Deed:
        was, number = self._tracking(order), f"EE{self._number}"
        return self._staff(
            order,
            lambda work, seen: shipping.correct_tracking(
                work, order.id, "EMS", number, was, seen=seen
            ),
        )

    def send_back(self, order: Order) -> Deed:
        number = self._tracking(order)
        return self._staff(
            order,
            lambda work, seen: shipping.take_back(work, order.id, number, "unknown", seen=seen),
        )

    def tick(self, order: Order) -> Deed:
        number = self._chance.randint(1, 2)
        return self._own(
            order, lambda work, seen: receptions.tick_parcel(work, order.id, number, seen=seen)
        )

    def not_arrived(self, order: Order) -> Deed:
        return self._own(
            order, lambda work, seen: receptions.not_arrived_yet(work, order.id, seen=seen)
        )

    def received(self, order: Order) -> Deed:
        return self._own(
            order, lambda work, seen: receptions.report_reception(work, order.id, seen=seen)
        )

    def problem(self, order: Order) -> Deed:
        return self._own(
            order, lambda work, seen: problems.open_problem(work, order.id, "broken", seen=seen)
        )

    def withdraw_problem(self, order: Order) -> Deed:
        return self._own(order, lambda work, seen: problems.withdraw(work, order.id, seen=seen))

    def solve(self, order: Order) -> Deed:
        return self._staff(
            order, lambda work, seen: problems.solve(work, order.id, "sorry", seen=seen)
        )

    def solve_by_replacement(self, order: Order) -> Deed:
        return self._staff(
            order,
            lambda work, seen: problems.solve_by_replacement(work, order.id, "again", seen=seen),
        )

    def solve_by_refund(self, order: Order) -> Deed:
        amount = self._chance.choice((1, 100, 1_000))
        return self._two(
            order,
            lambda work, seen: problems.solve_by_refund(
                work, order.id, usd(amount), "sorry", seen=seen
            ),
            self._gave_back(order, amount),
        )

    def refund(self, order: Order) -> Deed:
        amount = self._chance.choice((1, 100, 1_000))
        return self._two(
            order,
            lambda work, _seen: gifts.refund(work, order.id, usd(amount), "sorry"),
            self._gave_back(order, amount),
        )

    def _gave_back(self, order: Order, amount: int) -> Learn:
        """Out of what waits in the order's account first, then out of what was earned."""
        held = self._sight.held[order.id]

        def learn(paper: Paper, result: object) -> None:
            assert isinstance(result, Order | Given)
            paper.earned[order.id] -= amount - min(amount, held)

        return learn

    # Stopping it --------------------------------------------------------------------------------

    def hold(self, order: Order) -> Deed:
        return self._staff(
            order, lambda work, seen: holds.hold(work, order.id, "customs", seen=seen)
        )

    def release(self, order: Order) -> Deed:
        return self._staff(order, lambda work, seen: holds.release(work, order.id, seen=seen))

    def cancel_by_staff(self, order: Order) -> Deed:
        held = self._sight.held[order.id]
        kept = self._chance.choice((None, None, held, held // 2, held + 1))
        keep = None if kept is None else usd(kept)

        def learn(paper: Paper, _result: object) -> None:
            paper.earned[order.id] += kept or 0

        return self._two(
            order,
            lambda work, seen: cancellations.cancel_by_staff(
                work, order.id, "impossible", keep, seen=seen
            ),
            learn,
        )
