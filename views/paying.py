"""Paying a bill: how, from the deposit, by bank transfer, and the report of a transfer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.bills import Bill, BillKind, Method
from domain.files import OrderFile
from domain.ids import OrderId
from domain.letters import Key, Screen, Section
from domain.money import Money
from domain.orders import Order
from domain.payments import Payment
from domain.reports import TransferReport, payment_code
from domain.typed import ADDRESS_MIN
from views import words
from views.buttons import Deed, Do, OpenCard, Tab
from views.forms import Answer, Prompt, column
from views.lengths import block, one_line
from views.moments import Deadline
from views.texts import Texts

DUE: Final = "due"
CONFIRM: Final = "ok"


def do(order: Order, deed: Deed, label: str) -> tuple[Key, ...]:
    return (Do(order.id, order.version, deed).key(label),)


def back_to_card(order: Order, say: Texts) -> tuple[Key, ...]:
    back = say.label("Back", emoji="⬅️")
    return (Tab(order.id, order.version, Section.PROGRESS).key(back),)


def open_order(order: OrderId, say: Texts) -> tuple[Key, ...]:
    return (OpenCard(order).key(say.label("Open order", emoji="📋", detail=f"#{order}")),)


# How ------------------------------------------------------------------------------------------


def ways(file: OrderFile, bill: Bill, agency: Agency, say: Texts) -> Screen:
    """What is to be paid, by when, and the ways to pay it."""
    order, rows = file.order, []
    if file.purse.deposit.is_positive and file.purse.owed.is_zero:
        label = say.label("From deposit", emoji="💰", detail=file.purse.deposit)
        rows.append(do(order, Deed.FROM_DEPOSIT, label))
    rows.append(do(order, Deed.TRANSFER, say.label("Bank transfer", emoji="🏦")))
    if agency.paypal:
        rows.append(do(order, Deed.PAYPAL, say.label("PayPal", emoji="💳")))
    if bill.kind is BillKind.SECOND:
        label = say.label("Shipping", emoji="✏️", detail=bill.method)
        rows.append(do(order, Deed.CHOOSE_SHIPPING, label))
    rows.append(back_to_card(order, say))
    return Screen(Markup("\n\n").join(_to_pay(order, bill, say)), tuple(rows))


def _to_pay(order: Order, bill: Bill, say: Texts) -> Iterator[Markup]:
    yield say(
        "<b>Order #{no}, {bill}: {amount} to pay</b>",
        no=order.id,
        bill=words.of_bill(bill, say),
        amount=bill.remaining,
    )
    if bill.paid.is_positive:
        yield say("Of {total}, {paid} is paid already.", total=bill.total, paid=bill.paid)
    if bill.kind is BillKind.SECOND:
        yield from _made_of(bill, say)
        yield _destination(bill, order.address, say)
    if order.due_at is not None and order.frozen_at is None:
        yield say("Please pay by {due}.", due=Deadline(order.due_at))
    yield say("How would you like to pay?")


def _made_of(bill: Bill, say: Texts) -> Iterator[Markup]:
    """What the price of the shipping alone does not say."""
    if bill.extra is None:
        return
    shipping = say("{method}: {price}", method=bill.method, price=bill.total - bill.extra)
    yield shipping + Markup("\n") + _extra(bill, bill.extra, say)


def _extra(bill: Bill, extra: Money, say: Texts) -> Markup:
    return say("{reason}: {amount}", reason=one_line(bill.extra_reason, 200), amount=extra)


def _destination(bill: Bill, address: str, say: Texts) -> Markup:
    return say(
        "We ship by <b>{method}</b> to:\n{address}",
        method=bill.method,
        address=block(address, 500),
    )


# From the deposit -----------------------------------------------------------------------------


def from_deposit(file: OrderFile, bill: Bill, say: Texts) -> Screen:
    """What would be taken, and what would remain; nothing has moved yet."""
    order, deposit = file.order, file.purse.deposit
    taken = min(deposit, bill.remaining)
    remains = bill.remaining - taken
    said = [
        say("<b>Order #{no}: pay from your deposit</b>", no=order.id),
        say(
            "Your deposit has {deposit}. Of it, <b>{taken}</b> goes to the {bill}.",
            deposit=deposit,
            taken=taken,
            bill=words.of_bill(bill, say),
        ),
    ]
    if remains.is_positive:
        said.append(
            say(
                "<b>{remains}</b> of the bill remains, to be paid another way. The part comes "
                "back to your deposit if the order ends unpaid.",
                remains=remains,
            )
        )
    else:
        said.append(say("The bill is paid with it. {left} stays.", left=deposit - taken))
    confirm = say.label("Confirm", emoji="✅", detail=taken)
    again = Deed.PAY_FIRST if bill.kind is BillKind.FIRST else Deed.PAY_SECOND
    return Screen(
        Markup("\n\n").join(said),
        (
            do(order, Deed.FROM_DEPOSIT_CONFIRM, confirm),
            do(order, again, say.label("Back", emoji="⬅️")),
        ),
    )


def part_paid(
    order: Order, applied: Money, remaining: Money, agency: Agency, say: Texts
) -> Screen:
    """The deposit was too small: what is still to be paid, and how."""
    rows = [do(order, Deed.TRANSFER, say.label("Bank transfer", emoji="🏦", detail=remaining))]
    if agency.paypal:
        rows.append(do(order, Deed.PAYPAL, say.label("PayPal", emoji="💳", detail=remaining)))
    said = [
        say(
            "✅ <b>Order #{no}:</b> {applied} was taken from your deposit.",
            no=order.id,
            applied=applied,
        ),
        say(
            "<b>{remaining}</b> of the bill remains. Please pay it another way.",
            remaining=remaining,
        ),
    ]
    return Screen(Markup("\n\n").join(said), (*rows, open_order(order.id, say)))


def paid_in_full(applied: Money, say: Texts) -> str:
    """For a toast."""
    return str(say("{applied} was paid from your deposit. Thank you!", applied=applied).unescape())


# Bank transfer --------------------------------------------------------------------------------


def transfer(file: OrderFile, bill: Bill, agency: Agency, say: Texts) -> Screen:
    """Where to pay to, how much, and the code by which we know it."""
    order, code = file.order, payment_code(file.order.id)
    said = [
        say("<b>Order #{no}: pay by bank transfer</b>", no=order.id),
        say("<b>Amount:</b> {amount}", amount=bill.remaining),
        _account(agency, say),
        say(
            "<b>Payment code:</b> <code>{code}</code>\nPlease write it on the transfer, so that "
            "we know what it is for.",
            code=code,
        ),
        say("<b>Next:</b> when you have transferred it, tell us with the button below."),
    ]
    again = Deed.PAY_FIRST if bill.kind is BillKind.FIRST else Deed.PAY_SECOND
    return Screen(
        Markup("\n\n").join(said),
        (
            (Key(say.label("Copy code", emoji="📋", detail=code), copy=code),),
            do(order, Deed.TRANSFERRED, say.label("I have transferred it", emoji="✅")),
            do(order, again, say.label("Back", emoji="⬅️")),
        ),
    )


def _account(agency: Agency, say: Texts) -> Markup:
    if not agency.bank_account:
        return say(
            "<b>Account:</b> please ask us for it, with <i>New message</i> in the order’s "
            "messages."
        )
    return say("<b>Account:</b>\n<code>{account}</code>", account=block(agency.bank_account, 600))


# The report -----------------------------------------------------------------------------------


def ask_amount(order: OrderId, due: Money, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>Payment report for order #{no}.</b>\n\nHow much did you transfer? Press the "
            "amount due, or type another one, such as <code>{example}</code>.",
            no=order,
            example=due.plain(),
        ),
        ((Answer(say.show(due), DUE),),),
    )


def ask_date(order: OrderId, today: date, say: Texts) -> Prompt:
    yesterday = today - timedelta(days=1)
    row = (
        Answer(say.label("Today"), today.isoformat()),
        Answer(say.label("Yesterday"), yesterday.isoformat()),
    )
    return Prompt(
        say(
            "<b>#{no} · When</b> did you transfer it? Press the day, or type the date, such as "
            "<code>{example}</code>.",
            no=order,
            example=(today - timedelta(days=2)).isoformat(),
        ),
        (row,),
    )


def ask_sender(order: OrderId, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>#{no} · Whose name</b> is on the transfer? Please type the sender’s name.",
            no=order,
        )
    )


def ask_receipt(order: OrderId, say: Texts) -> Prompt:
    return Prompt(
        say(
            "<b>#{no} · Do you have a photo of the receipt?</b> Send it here; it helps. If not, "
            "skip.",
            no=order,
        )
    )


def review_report(
    order: OrderId, report: TransferReport, due: Money, code: str, say: Texts
) -> Prompt:
    said = [
        say("<b>Please check your payment report for order #{no}.</b>", no=order),
        Markup("\n").join(
            [
                say("<b>Amount:</b> {amount}", amount=report.amount),
                say("<b>Date:</b> {day}", day=report.transferred_on),
                say("<b>Sender:</b> {name}", name=one_line(report.sender, 100)),
                say("<b>Receipt:</b> {is_there}", is_there=_receipt(report, say)),
                say("<b>Payment code:</b> <code>{code}</code>", code=code),
            ]
        ),
    ]
    if report.amount != due:
        said.append(
            say("Please note: the bill asks for {due}. What arrives is what counts.", due=due)
        )
    said.append(say("With <b>Confirm</b> it goes to us. While we check it, no deadline runs."))
    return Prompt(
        Markup("\n\n").join(said), ((Answer(say.label("Confirm", emoji="✅"), CONFIRM),),)
    )


def _receipt(report: TransferReport, say: Texts) -> Markup:
    return say("with a photo") if report.receipt else say("none")


def reported(order: OrderId, amount: Money, say: Texts) -> Screen:
    return Screen(
        say(
            "✅ <b>Order #{no}:</b> thank you, we have your report of {amount}.\n\n"
            "<b>Next:</b> we look for it at our bank and tell you here. You need not do anything, "
            "and no deadline runs meanwhile.",
            no=order,
            amount=amount,
        ),
        (open_order(order, say),),
    )


def report_left(order: OrderId, say: Texts) -> Screen:
    return Screen(
        say("The payment report for order #{no} was left; nothing was sent.", no=order),
        (open_order(order, say),),
    )


def withdraw(order: Order, report: Payment, say: Texts) -> Screen:
    return Screen(
        say(
            "<b>Order #{no}: withdraw your payment report of {amount}?</b>\n\n"
            "We stop looking for the transfer, the bill is open again, and its deadline goes on "
            "where it stood. You can report again at any time.",
            no=order.id,
            amount=report.claimed,
        ),
        (
            do(order, Deed.WITHDRAW_CONFIRM, say.label("Confirm", emoji="✅")),
            back_to_card(order, say),
        ),
    )


# The 2nd bill: how and where to ---------------------------------------------------------------


def ask_method(order: OrderId, methods: Sequence[Method], bill: Bill, say: Texts) -> Prompt:
    said = [
        say("<b>Order #{no}: how shall we ship it to you?</b> Prices are for all of it.", no=order)
    ]
    if bill.extra is not None:
        said += [say("To each of them belongs:"), _extra(bill, bill.extra, say)]
    return Prompt(
        Markup("\n").join(said),
        column(
            (say.label("{name}", name=m.name, detail=m.price), str(no))
            for no, m in enumerate(methods)
        ),
    )


def ask_address(
    order: OrderId,
    method: Method,
    address: str,
    bill: Bill,
    say: Texts,
    *,
    is_new: bool,
    after_payment: tuple[Money, Money] | None = None,
) -> Prompt:
    """Confirm the address on file, or the one just typed; or type another one."""
    if is_new:
        head = say("<b>Is this the new address for order #{no}?</b>", no=order)
    else:
        head = say("<b>Is this still the right address for order #{no}?</b>", no=order)
    said = [
        head,
        Markup("<blockquote>{}</blockquote>").format(block(address, 500)),
        Markup("\n").join(_would_ship(method, bill, say)),
        *_what_it_changes(after_payment, say),
        say(
            "Press <b>Confirm</b>, or type another address in one message, at least {least} "
            "characters.",
            least=ADDRESS_MIN,
        ),
    ]
    return Prompt(
        Markup("\n\n").join(said), ((Answer(say.label("Confirm", emoji="✅"), CONFIRM),),)
    )


def _would_ship(method: Method, bill: Bill, say: Texts) -> Iterator[Markup]:
    yield say("We would ship by {method}, for {price}.", method=method.name, price=method.price)
    if bill.extra is not None:
        yield _extra(bill, bill.extra, say)
        yield say("Together: <b>{amount}</b>", amount=method.price + bill.extra)


def _what_it_changes(after_payment: tuple[Money, Money] | None, say: Texts) -> Iterator[Markup]:
    """After payment: what a dearer method asks for first, or a cheaper one leaves."""
    if after_payment is None:
        return
    more, less = after_payment
    if more.is_positive:
        yield say(
            "⚠️ That is <b>{more}</b> more than you paid. With <b>Confirm</b> the 2nd bill is "
            "open again, and we ship when the difference is paid.",
            more=more,
        )
    elif less.is_positive:
        yield say(
            "That is <b>{less}</b> less. What you paid above it goes to your deposit when the "
            "order completes.",
            less=less,
        )
    else:
        yield say("There is nothing more to pay.")


def shipping_changed(order: Order, say: Texts) -> Screen:
    """After payment, with nothing more to pay."""
    bill = order.second_bill
    assert bill is not None
    return Screen(
        Markup("\n\n").join(
            [
                say("✅ <b>Order #{no}: the shipping is changed.</b>", no=order.id),
                _destination(bill, order.address, say),
                say("<b>Next:</b> we pack it. Until then you can still change it."),
            ]
        ),
        (open_order(order.id, say),),
    )


def request(order: Order, bill: Bill, say: Texts) -> Screen:
    """Nothing to pay: only the customer's word is wanted."""
    return Screen(
        Markup("\n\n").join(
            [
                say("<b>Order #{no}: there is nothing to pay for the shipping.</b>", no=order.id),
                _destination(bill, order.address, say),
                say("With <b>Request shipping</b> we pack it and send it off."),
            ]
        ),
        (
            do(order, Deed.REQUEST_CONFIRM, say.label("Request shipping", emoji="🟢")),
            do(
                order,
                Deed.CHOOSE_SHIPPING,
                say.label("Shipping", emoji="✏️", detail=bill.method),
            ),
            back_to_card(order, say),
        ),
    )


def choice_left(order: OrderId, say: Texts) -> Screen:
    return Screen(
        say("Nothing was changed about the shipping of order #{no}.", no=order),
        (open_order(order, say),),
    )


def withdrawn(say: Texts) -> str:
    """For a toast."""
    return str(say("The report is withdrawn. The bill is open again.").unescape())


def requested(say: Texts) -> str:
    """For a toast."""
    return str(say("Thank you! We pack it and send you the tracking number.").unescape())
