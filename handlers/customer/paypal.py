"""Paying through PayPal: its page for a bill, and the customer's word that they have paid."""

from __future__ import annotations

from actions import paypal
from domain.bills import BillKind
from domain.ids import OrderId, PaymentId
from domain.letters import Drawn
from domain.payments import Payment, PaymentState
from handlers.customer import shipping
from handlers.customer.cards import bill_to_pay, file_under
from handlers.desk import Desk
from handlers.forms import State, show
from views import paypal as view
from views.buttons import Do, HavePaid


async def pay_bill(desk: Desk, press: Do) -> State:
    """PayPal's page for what remains of the bill; the 2nd one's shipping comes first."""
    file = await file_under(desk, press)
    bill = bill_to_pay(file)
    if bill.kind is BillKind.SECOND and not bill.method:
        return await shipping.choose(desk, file, bill)
    started = await paypal.start_bill(desk.work, OrderId(press.order), seen=press.seen)
    await show_started(desk, started)
    return None


async def show_started(desk: Desk, started: paypal.Started) -> None:
    """The page, or that it is being made: the link comes as soon as PayPal has given it."""
    payment = started.payment
    file = await desk.uow.files.load(payment.order) if payment.order is not None else None
    if started.link:
        await show(desk, view.page(payment, started.link, file, desk.say))
    else:
        await show(desk, view.asking(payment, file, desk.say))


async def have_paid(desk: Desk, press: HavePaid) -> State:
    payment = await paypal.have_paid(desk.work, press.payment)
    desk.toast(view.arrived(desk.say) if _is_there(payment) else view.looking(desk.say))
    return None


async def come_back(desk: Desk, number: int) -> None:
    """From PayPal's page by its link, whatever was done there."""
    payment = await paypal.have_paid(desk.work, PaymentId(number))
    await desk.put(Drawn(view.welcome_back(desk.say, is_there=_is_there(payment))))


def _is_there(payment: Payment) -> bool:
    return payment.state in (PaymentState.CONFIRMED, PaymentState.REVERSED)
