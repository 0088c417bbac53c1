"""The deposit's page: what is there, what happened to it, and its statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from markupsafe import Markup

from domain.files import DepositLine, Purse
from domain.ledger import Kind
from domain.letters import Key, Screen
from domain.money import Money
from domain.payouts import Payout
from views import payouts
from views.buttons import Go, HistoryPage, OpenCard, Place, PurseDeed, PurseDo
from views.forms import Answer, Prompt, column
from views.moments import Dated
from views.pages import Row
from views.texts import Phrase, Texts, later

ENTRIES_A_PAGE: Final = 8
PAYOUTS_MAX: Final = 10

# What an event means to the customer whose deposit it changed.
WHAT: Final[dict[Kind, Phrase]] = {
    Kind.PAY_IN: later("Pay-in"),
    Kind.BILL_PAYMENT: later("Payment, what a bill did not need"),
    Kind.LATE_PAYMENT: later("Payment while nothing was due"),
    Kind.FROM_DEPOSIT: later("Bill paid from the deposit"),
    Kind.SETTLEMENT: later("Settlement"),
    Kind.CANCELLATION: later("Returned from a cancelled order"),
    Kind.SPLIT: later("Moved to another order"),
    Kind.SUSPENSE_IN: later("Pay-in"),
    Kind.SUSPENSE_OUT: later("Pay-in"),
    Kind.PAYOUT_HOLD: later("Pay-out requested"),
    Kind.PAYOUT_SENT: later("Pay-out sent"),
    Kind.PAYOUT_REFUSED: later("Pay-out returned"),
    Kind.PAYOUT_BOUNCED: later("Pay-out that came back"),
    Kind.PAYPAL_REFUND: later("Given back by PayPal"),
    Kind.PAYPAL_REVERSAL: later("Payment reversed by PayPal"),
    Kind.REFUND: later("Refund"),
    Kind.GOODWILL: later("Goodwill"),
    Kind.WRITE_OFF: later("Debt forgiven"),
    Kind.CORRECTION: later("Correction"),
}


def what(line: DepositLine, say: Texts) -> Markup:
    if line.is_short:
        return say("Payment, too little for the bill")
    return say.of(WHAT[line.kind])


# The page -------------------------------------------------------------------------------------


def page(purse: Purse, today: date, say: Texts, waiting: Sequence[Payout] = ()) -> Screen:
    """What a customer has. The first lines are read by other programs too: they stay alike."""
    lines = [say("Balance: {amount}", amount=purse.balance)]
    if purse.reserved.is_positive:
        lines.append(say("Reserved: {amount}", amount=purse.reserved))
    if purse.owed.is_positive:
        lines.append(say("Owed: {amount}", amount=purse.owed))
    said = [
        Markup("\n").join(lines),
        say("This is your <b>deposit</b>. Bills can be paid from it."),
    ]
    if purse.reserved.is_positive:
        said.append(say("What is reserved waits for a pay-out and is not in the balance."))
    if waiting:
        said.append(Markup("\n").join(payouts.waiting(waiting[:PAYOUTS_MAX], today, say)))
    if purse.owed.is_positive:
        said.append(say("What is owed is taken from your next pay-in first."))
    rows = payouts.withdraw_rows(waiting[:PAYOUTS_MAX], say)
    return Screen(str(Markup("\n\n").join(said)), (*rows, *_page_keys(say)))


def _page_keys(say: Texts) -> tuple[Row, ...]:
    return (
        (do(PurseDeed.PAY_IN, say.label("Pay in", emoji="💰")), payouts.pay_out_key(say)),
        (
            HistoryPage(0).key(say.label("History", emoji="📜")),
            do(PurseDeed.STATEMENT, say.label("Statement", emoji="🧾")),
        ),
        (Go(Place.MENU).key(say.label("Back", emoji="⬅️")),),
    )


def do(deed: PurseDeed, label: str) -> Key:
    return PurseDo(deed).key(label)


def back(say: Texts) -> Row:
    return (Go(Place.DEPOSIT).key(say.label("Back", emoji="⬅️")),)


def open_deposit(say: Texts) -> Row:
    return (Go(Place.DEPOSIT).key(say.label("Deposit", emoji="💰")),)


# The usage history ----------------------------------------------------------------------------


def history(
    purse: Purse, lines: Sequence[DepositLine], number: int, count: int, say: Texts
) -> Screen:
    """A page of the history (from 0, of `count`), the newest first, with its running balance."""
    if not lines:
        text = say("<b>Usage history</b>\n\nNothing has happened to your deposit yet.")
        return Screen(str(text), (back(say),))
    title = say("<b>Usage history</b>")
    if count > 1:
        title = say("<b>Usage history</b> · page {page} of {pages}", page=number + 1, pages=count)
    said = [
        title,
        say("Balance: {amount}", amount=purse.balance),
        *(_entry(x, say) for x in lines),
    ]
    rows = (*_orders(lines, say), *_turning(number, count, say), back(say))
    return Screen(str(Markup("\n\n").join(said)), rows)


def _entry(line: DepositLine, say: Texts) -> Markup:
    head = say("<b>{change}</b> · {what}", change=signed(line.change, say), what=what(line, say))
    if line.order is not None:
        head = say("{entry} · #{order}", entry=head, order=line.order)
    then = say("{at} · balance {amount}", at=Dated(line.at), amount=line.balance)
    return head + Markup("\n") + then


def signed(change: Money, say: Texts) -> str:
    return f"+{say.show(change)}" if change.is_positive else say.show(change)


def _orders(lines: Sequence[DepositLine], say: Texts) -> list[Row]:
    """A button for each order on the page, two in a row."""
    found = dict.fromkeys(line.order for line in lines if line.order is not None)
    keys = [
        OpenCard(order).key(say.label("Open order", emoji="📋", detail=f"#{order}"))
        for order in found
    ]
    return [tuple(keys[n : n + 2]) for n in range(0, len(keys), 2)]


def _turning(number: int, count: int, say: Texts) -> list[Row]:
    row = []
    if number > 0:
        label = say.label("Previous", emoji="⬅️", detail=f"{number}/{count}")
        row.append(HistoryPage(number - 1).key(label))
    if number + 1 < count:
        label = say.label("Next", emoji="➡️", detail=f"{number + 2}/{count}")
        row.append(HistoryPage(number + 1).key(label))
    return [tuple(row)] if row else []


# The statement --------------------------------------------------------------------------------

PDF: Final = "pdf"
CSV: Final = "csv"


def ask_period(today: date, say: Texts) -> Prompt:
    """The value of a key is its first and its last day."""
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    periods = (
        (say.label("This month"), first, today),
        (say.label("Last month"), last_month.replace(day=1), last_month),
        (say.label("This year"), today.replace(month=1, day=1), today),
    )
    text = say(
        "<b>Statement of your deposit</b>\n\nOf which time? Or type the first and the last day, "
        "such as <code>{since} {until}</code>.",
        since=last_month.replace(day=1).isoformat(),
        until=today.isoformat(),
    )
    return Prompt(text, column((label, f"{since} {until}") for label, since, until in periods))


def ask_form(since: date, until: date, say: Texts) -> Prompt:
    text = say(
        "<b>Statement from {since} to {until}</b>\n\nA PDF to hand on, or a CSV for a "
        "spreadsheet?",
        since=since,
        until=until,
    )
    return Prompt(text, ((Answer(say.label("PDF"), PDF), Answer(say.label("CSV"), CSV)),))


def statement_promised(since: date, until: date, say: Texts) -> Screen:
    text = say(
        "🧾 Your statement from {since} to {until} is being made; it comes in a moment.",
        since=since,
        until=until,
    )
    return Screen(str(text), (open_deposit(say),))


def statement_left(say: Texts) -> Screen:
    return Screen(str(say("No statement was made.")), (open_deposit(say),))
