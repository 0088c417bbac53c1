"""An order's bill, or the receipt for it, as a PDF to keep and to hand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fpdf import FontFace
from fpdf.enums import TableBordersLayout
from markupsafe import Markup

from domain.agency import Agency
from domain.bills import Bill, BillKind, BillState
from domain.files import OrderFile
from domain.letters import Document
from domain.orders import UNPAID
from domain.reports import payment_code
from views import words
from views.bills import billed
from views.lengths import one_line, plain
from views.moments import Dated, Deadline
from views.paper import SHADE, Paper, row
from views.texts import Reader, Texts

NAME_MAX: Final = 80
ITEM_MAX: Final = 160
COLUMNS: Final = (10, 92, 18, 30, 30)  # of 180 mm
SUMS: Final = (60, 35)


@dataclass(frozen=True, slots=True)
class BillOf:
    """Which bill of which order, by whom, and when the paper was made."""

    file: OrderFile
    bill: Bill
    agency: Agency
    made_at: datetime

    @property
    def is_paid(self) -> bool:
        return self.bill.state is BillState.PAID


def draw(of: BillOf, reader: Reader) -> Document:
    """The file, in the customer's language and time zone."""
    say = reader.say
    number, kind = of.file.order.id, words.of_bill(of.bill, say)
    if of.is_paid:
        caption = say("🧾 Receipt for the {bill} of #{number}", bill=kind, number=number)
    else:
        caption = say("🧾 {bill} of #{number}", bill=kind, number=number)
    name = f"{'receipt' if of.is_paid else 'bill'}-{number}-{of.bill.kind}.pdf"
    return Document(name, "application/pdf", pdf_of(of, reader), str(caption))


def pdf_of(of: BillOf, reader: Reader) -> bytes:
    say = reader.say
    paper = Paper(say)
    paper.set_creation_date(of.made_at)
    paper.set_title(_words(_title(of, say)))
    paper.set_author(of.agency.name)
    paper.add_page()
    _head(paper, of, say)
    if of.bill.kind is BillKind.FIRST:
        _items(paper, of, say)
    _sums(paper, of, say)
    _foot(paper, of, say)
    return bytes(paper.output())


def _words(text: str) -> str:
    return plain(str(text))


def _title(of: BillOf, say: Texts) -> Markup:
    return say("Receipt") if of.is_paid else say("Bill")


def _head(paper: Paper, of: BillOf, say: Texts) -> None:
    order, customer = of.file.order, of.file.customer
    paper.line_of(one_line(of.agency.name, NAME_MAX), 11, grey=True)
    paper.line_of(_words(_title(of, say)), 20)
    paper.ln(2)
    which = say("Order #{number} · {bill}", number=order.id, bill=words.of_bill(of.bill, say))
    if of.bill.version > 1:
        which = say(
            "Order #{number} · {bill} · version {version}",
            number=order.id,
            bill=words.of_bill(of.bill, say),
            version=of.bill.version,
        )
    name = one_line(customer.name, NAME_MAX)
    lines = (
        which,
        say("Customer: {name} (number {id})", name=name, id=customer.id),
        say("Issued: {at}", at=Dated(of.bill.issued_at)),
        say("State: {state}", state=say.of(words.BILL_STATES[of.bill.state])),
    )
    for said in lines:
        paper.line_of(_words(said))
    paper.ln(2)
    paper.line_of(_words(say("Delivery address")), grey=True)
    for line in order.address.splitlines()[:10]:
        paper.line_of(one_line(line, NAME_MAX))
    paper.ln(4)


def _items(paper: Paper, of: BillOf, say: Texts) -> None:
    head = (say("No."), say("Item"), say("Quantity"), say("Unit price"), say("Amount"))
    with paper.table(
        col_widths=COLUMNS,
        text_align=("LEFT", "LEFT", "RIGHT", "RIGHT", "RIGHT"),
        headings_style=FontFace(emphasis="", fill_color=SHADE),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=5.5,
    ) as table:
        row(table, [_words(text) for text in head])
        for line in billed(of.file.order):
            if line.unit_price is not None:
                amount = line.unit_price.times(line.quantity)
                what = one_line(line.description, ITEM_MAX)
                price = say.show(line.unit_price)
                row(table, (str(line.no), what, str(line.quantity), price, say.show(amount)))
    paper.ln(5)


def _sums(paper: Paper, of: BillOf, say: Texts) -> None:
    with paper.table(
        width=sum(SUMS),
        align="RIGHT",
        col_widths=SUMS,
        text_align=("LEFT", "RIGHT"),
        first_row_as_headings=False,
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        line_height=6,
    ) as table:
        for called, amount in _amounts(of, say):
            row(table, (_words(called), amount))
    paper.ln(6)


def _amounts(of: BillOf, say: Texts) -> Iterator[tuple[Markup, str]]:
    bill = of.bill
    if bill.kind is BillKind.FIRST:
        zero = bill.total.nothing
        shipping, fee = bill.shipping or zero, bill.fee or zero
        yield say("Items"), say.show(bill.total - shipping - fee)
        yield say("Domestic shipping"), say.show(shipping)
        yield say("Service fee"), say.show(fee)
    else:
        for method in bill.methods:
            if bill.method in ("", method.name):
                called = say("International shipping, {method}", method=method.name)
                yield called, say.show(method.price)
        if bill.extra is not None:
            yield Markup("{}").format(one_line(bill.extra_reason, 60)), say.show(bill.extra)
    yield say("Total"), say.show(bill.total)
    yield say("Paid"), say.show(bill.paid)
    if bill.state is BillState.OPEN:
        yield say("Remaining"), say.show(bill.remaining)


def _foot(paper: Paper, of: BillOf, say: Texts) -> None:
    order, bill = of.file.order, of.bill
    if bill.rate:
        shop, _, rate = bill.rate.partition("@")
        fixed = say(
            "Exchange rate: 1 {shop} = {rate} {currency}, fixed for this bill",
            shop=shop,
            rate=rate,
            currency=bill.total.currency.value,
        )
        paper.line_of(_words(fixed), grey=True)
    if bill.state is BillState.OPEN and bill.remaining.is_positive:
        if order.due_at and order.stage in UNPAID:
            paper.line_of(_words(say("Due: {due}", due=Deadline(order.due_at))))
        _bank(paper, of, say)
    for said in corrected(of, say):
        paper.line_of(_words(said))
    made = say("Made on {at}; times are in this zone.", at=Dated(of.made_at))
    paper.ln(3)
    paper.line_of(_words(made), 8, grey=True)


def corrected(of: BillOf, say: Texts) -> Iterator[Markup]:
    """Transfers that were booked for this order by mistake: no paper says that they paid it."""
    wrong = [p for p in of.file.payments if p.is_corrected]
    for payment in wrong:
        yield say(
            "A transfer of {amount} was booked for this order by mistake, and corrected on {at}.",
            amount=payment.received,
            at=payment.decided_at,
        )
    owed = of.file.purse.owed
    if wrong and owed.is_positive:
        yield say("{owed} of the customer’s account is still to be paid.", owed=owed)


def _bank(paper: Paper, of: BillOf, say: Texts) -> None:
    if not of.agency.bank_account:
        return
    paper.ln(3)
    paper.line_of(_words(say("To pay by bank transfer")), grey=True)
    for line in of.agency.bank_account.splitlines():
        paper.line_of(one_line(line, NAME_MAX))
    code = payment_code(of.file.order.id)
    paper.line_of(_words(say("Payment code, to be written on the transfer: {code}", code=code)))
