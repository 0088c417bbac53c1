"""Paying a bill: the ways to pay, the deposit, and what is shown for a bank transfer."""

from __future__ import annotations

from actions import payments
from domain.bills import BillKind
from domain.files import OrderFile
from domain.letters import Card
from domain.refusals import DepositEmpty, NoOpenReport, Owing
from handlers.customer import shipping
from handlers.customer.cards import bill_to_pay, file_under
from handlers.desk import Desk
from handlers.forms import State, show
from views import paying as view
from views.buttons import Do


async def pay(desk: Desk, press: Do) -> State:
    """The ways to pay; the 2nd bill first asks how and where to ship."""
    file = await file_under(desk, press)
    bill = bill_to_pay(file)
    if bill.kind is BillKind.SECOND and not bill.method:
        return await shipping.choose(desk, file, bill)
    await shipping.show_next(desk, file)
    return None


# From the deposit -----------------------------------------------------------------------------


async def from_deposit(desk: Desk, press: Do) -> State:
    """What would be taken; nothing moves before it is confirmed."""
    file = await file_under(desk, press)
    bill = bill_to_pay(file)
    _require_spendable(file)
    await show(desk, view.from_deposit(file, bill, desk.say))
    return None


def _require_spendable(file: OrderFile) -> None:
    if file.purse.owed.is_positive:
        raise Owing(file.purse.owed)
    if not file.purse.deposit.is_positive:
        raise DepositEmpty


async def pay_from_deposit(desk: Desk, press: Do) -> State:
    paid = await payments.pay_from_deposit(desk.work, press.order, seen=press.seen)
    if paid.remaining.is_positive:
        agency = await desk.agency_of(press.order)
        screen = view.part_paid(paid.order, paid.applied, paid.remaining, agency, desk.say)
        await show(desk, screen)
    else:
        desk.toast(view.paid_in_full(paid.applied, desk.say))
        await show(desk, Card(press.order))
    return None


# By bank transfer -----------------------------------------------------------------------------


async def transfer(desk: Desk, press: Do) -> State:
    """Where to pay to, how much, and the code."""
    file = await file_under(desk, press)
    bill = bill_to_pay(file)
    if bill.kind is BillKind.SECOND and not bill.method:
        return await shipping.choose(desk, file, bill)
    await show(desk, view.transfer(file, bill, await desk.agency_of(press.order), desk.say))
    return None


async def withdraw(desk: Desk, press: Do) -> State:
    """What withdrawing the report means."""
    file = await file_under(desk, press)
    if file.report is None:
        raise NoOpenReport(press.order)
    await show(desk, view.withdraw(file.order, file.report, desk.say))
    return None


async def withdraw_confirmed(desk: Desk, press: Do) -> State:
    await payments.withdraw_report(desk.work, press.order, seen=press.seen)
    desk.toast(view.withdrawn(desk.say))
    await show(desk, Card(press.order))
    return None
