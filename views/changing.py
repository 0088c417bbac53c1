"""Another quantity of a line, or none: what it leads to, before it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from domain import changes
from domain.changes import Effect
from domain.files import OrderFile
from domain.letters import Key, Screen, Section
from domain.orders import Line, Order, Stage
from domain.refusals import Refused
from views import words
from views.buttons import Deed, Do, ItemDeed, ItemDo, LineButton, Tab
from views.forms import Prompt
from views.lengths import one_line
from views.moments import Deadline
from views.pages import Row
from views.texts import Texts

# On the line's own page -----------------------------------------------------------------------


def keys(order: Order, line: Line, say: Texts) -> tuple[Row, ...]:
    """What the customer can do about a line just now."""
    if line.is_live and line.wanted is not None:
        return ((_item(order, line, ItemDeed.WITHDRAW, say.label("Withdraw", emoji="↩️")),),)
    try:
        changes.changeable(order, line.no)
    except Refused:
        return ()
    return (
        (_item(order, line, ItemDeed.ASK, say.label("Change quantity", emoji="✏️")),),
        (_item(order, line, ItemDeed.SHOW, say.label("Cancel item", emoji="✖️")),),
    )


def _item(order: Order, line: Line, deed: ItemDeed, label: str, quantity: int = 0) -> Key:
    return ItemDo(order.id, order.version, line.no, deed, quantity).key(label)


def brief(line: Line, say: Texts) -> Markup:
    """An open request, beside its line."""
    if line.wanted == 0:
        return say("You asked to cancel it. We buy nothing of it before we have answered.")
    return say(
        "You asked for {n} instead. We buy nothing of it before we have answered.", n=line.wanted
    )


def withdraw_key(order: Order, say: Texts) -> Key:
    """On the card: all that was asked for."""
    button = ItemDo(order.id, order.version, 0, ItemDeed.WITHDRAW)
    return button.key(say.label("Withdraw", detail=say("request"), emoji="↩️"))


# How many? ------------------------------------------------------------------------------------


def ask_quantity(order: Order, line: Line, say: Texts) -> Prompt:
    parts = [
        say("<b>Order #{no}, item {line}: how many?</b>", no=order.id, line=line.no),
        one_line(line.description, 200),
        say.n(
            "You have {n} piece now. Please send a number from 0 to 999; 0 cancels the item.",
            "You have {n} pieces now. Please send a number from 0 to 999; 0 cancels the item.",
            line.quantity,
        ),
    ]
    if order.stage is not Stage.APPLIED:
        parts.append(_beforehand(order, say))
    return Prompt(str(Markup("\n\n").join(parts)))


def _beforehand(order: Order, say: Texts) -> Markup:
    if order.bill_due is not None:
        return say("Fewer lowers the 1st bill at once; more needs a new estimate.")
    return say("The order is paid: fewer is a request that we accept or decline.")


def left(order: Order, say: Texts) -> Screen:
    text = say("Nothing was changed about order #{no}.", no=order.id)
    return Screen(str(text), (_back_to_items(order, say),))


def _back_to_items(order: Order, say: Texts) -> Row:
    back = say.label("Back", emoji="⬅️")
    return (Tab(order.id, order.version, Section.ITEMS).key(back),)


# What it leads to -----------------------------------------------------------------------------


def preview(file: OrderFile, line: Line, quantity: int, effect: Effect, say: Texts) -> Screen:
    order = file.order
    parts = [
        _title(order, line, quantity, effect, say),
        one_line(line.description, 200),
        *_leads_to(file, line, quantity, effect, say),
    ]
    label = say.label("Confirm", emoji="✅")
    confirm = _item(order, line, ItemDeed.CONFIRM, label, quantity)
    return Screen(str(Markup("\n\n").join(parts)), ((confirm,), _back(order, line, say)))


def _back(order: Order, line: Line, say: Texts) -> Row:
    back = say.label("Back", emoji="⬅️")
    return (LineButton(order.id, order.version, line.no).key(back),)


def _title(order: Order, line: Line, quantity: int, effect: Effect, say: Texts) -> Markup:
    if effect is Effect.ENDS:
        return say("<b>Cancel order #{no}?</b>", no=order.id)
    if quantity == 0:
        return say("<b>Order #{no}: cancel item {line}?</b>", no=order.id, line=line.no)
    return say(
        "<b>Order #{no}: change the quantity of item {line} from {before} to {after}?</b>",
        no=order.id,
        line=line.no,
        before=line.quantity,
        after=quantity,
    )


def _leads_to(
    file: OrderFile, line: Line, quantity: int, effect: Effect, say: Texts
) -> Iterator[Markup]:
    match effect:
        case Effect.FREE:
            yield say("It is not priced yet, so nothing else changes.")
        case Effect.LOWER:
            yield from _lower(file, line, quantity, say)
        case Effect.ANEW:
            yield from _anew(file.order, say)
        case Effect.ENDS:
            yield from _ends(file.order, say)
        case Effect.ASKS:
            yield from _asks(file.order, line, quantity, say)


def _lower(file: OrderFile, line: Line, quantity: int, say: Texts) -> Iterator[Markup]:
    """`$83.20 → $70.70, −$12.50`"""
    order = file.order
    now = order.first_bill
    then = changes.changed(order, line.no, quantity).first_bill
    assert now is not None
    assert then is not None
    yield say(
        "The 1st bill: <b>{now} → {then}</b>, −{less}.",
        now=now.total,
        then=then.total,
        less=now.total - then.total,
    )
    if then.paid > then.total:
        yield say(
            "You have paid {paid} of it already: it is paid then, and we begin to buy. The {over} "
            "too much comes back with the settlement at the end.",
            paid=then.paid,
            over=then.paid - then.total,
        )
    elif then.is_covered:
        yield say("With what you have paid it is paid then, and we begin to buy.")
    elif order.due_at is not None:
        yield say("It is still to be paid by {due}.", due=Deadline(order.due_at))


def _anew(order: Order, say: Texts) -> Iterator[Markup]:
    bill = order.first_bill
    assert bill is not None
    yield say(
        "More than we have priced needs <b>a new estimate</b>: the 1st bill of {total} is void "
        "then, and the order goes back to us until we have priced it anew.",
        total=bill.total,
    )
    if bill.paid.is_positive:
        yield say("The {paid} you have paid counts towards the new bill.", paid=bill.paid)
    if order.due_at is not None:
        yield say(
            "The order stays open until {due}; our new estimate sets a new date.",
            due=Deadline(order.due_at),
        )


def _ends(order: Order, say: Texts) -> Iterator[Markup]:
    yield say("This is the last item: <b>the order will be cancelled</b>. It cannot be undone.")
    paid = None if order.first_bill is None else order.first_bill.paid
    if paid is not None and paid.is_positive:
        yield say("The {paid} you paid goes to your deposit at once.", paid=paid)
    else:
        yield say("You have paid nothing for it, so no money is lost.")


def _asks(order: Order, line: Line, quantity: int, say: Texts) -> Iterator[Markup]:
    yield say(
        "The order is paid, so this is a <b>request</b>: we accept or decline it, and do not buy "
        "the item before."
    )
    if quantity == 0 and changes.ends_with(order, line.no):
        yield _all_back(say)
    else:
        yield say("If we accept, what you paid for it comes back with the settlement at the end.")


def _all_back(say: Texts) -> Markup:
    return say(
        "If we accept, nothing is left: the order is cancelled, and everything you paid goes to "
        "your deposit at once."
    )


def under_review(file: OrderFile, line: Line, say: Texts) -> Screen:
    """While somebody looks for the money, what it pays for does not change."""
    order, review = file.order, file.review
    assert review is not None
    if file.report is None:
        said = say(
            "PayPal is checking your payment of {amount}. Until it has decided, the items of "
            "order #{no} stay as they are. Nothing was changed.",
            amount=review.claimed,
            no=order.id,
        )
        return Screen(str(said), (_back(order, line, say),))
    said = say(
        "Your report of {amount} for order #{no} is under review. Please withdraw it first, then "
        "change the item. Nothing was changed.",
        amount=review.claimed,
        no=order.id,
    )
    withdraw = Do(order.id, order.version, Deed.WITHDRAW).key(say.label("Withdraw", emoji="↩️"))
    return Screen(str(said), ((withdraw,), _back(order, line, say)))


def ask_all(order: Order, say: Texts) -> Screen:
    """*Cancel order*, once it is paid."""
    parts = [
        say.n(
            "<b>Ask us to cancel order #{no} with its {n} item?</b>",
            "<b>Ask us to cancel order #{no} with its {n} items?</b>",
            len(order.live_lines),
            no=order.id,
        ),
        say(
            "The order is paid, so this is a <b>request</b>: we accept or decline it, and buy "
            "nothing before."
        ),
        _all_back(say),
    ]
    confirm = Do(order.id, order.version, Deed.CANCEL_REQUEST).key(
        say.label("Confirm", emoji="✅")
    )
    back = Tab(order.id, order.version, Section.PROGRESS).key(say.label("Back", emoji="⬅️"))
    return Screen(str(Markup("\n\n").join(parts)), ((confirm,), (back,)))


def withdraw(order: Order, lines: tuple[Line, ...], say: Texts) -> Screen:
    """One request, or all that wait."""
    parts = [
        say("<b>Order #{no}: withdraw your request?</b>", no=order.id),
        *(words.item(order, line.no) for line in lines[:_LISTED_MAX]),
        say.n("Then we buy it as ordered.", "Then we buy them as ordered.", len(lines)),
    ]
    number = lines[0].no if len(lines) == 1 else 0
    button = ItemDo(order.id, order.version, number, ItemDeed.WITHDRAW_CONFIRM)
    confirm = button.key(say.label("Confirm", emoji="✅"))
    return Screen(str(Markup("\n\n").join(parts)), ((confirm,), _back_to_items(order, say)))


_LISTED_MAX = 8

# Done: toasts ---------------------------------------------------------------------------------


def done(order: Order, no: int, say: Texts) -> str:
    return str(_done(order, order.line(no), say).unescape())


def _done(order: Order, line: Line, say: Texts) -> Markup:
    if order.is_ended:
        return say("Order #{no} is cancelled.", no=order.id)
    if line.wanted is not None:
        return say("Thank you! We have your request and will answer it.")
    if order.stage is Stage.APPLIED and order.first_bill is not None:
        return say("Done. We are working out a new estimate.")
    if order.bill_due is not None:
        return say("Done. The 1st bill is {total} now.", total=order.bill_due.total)
    if not line.is_live:
        return say("Item {line} is cancelled.", line=line.no)
    return say("Done: the quantity of item {line} is {n} now.", line=line.no, n=line.quantity)


def asked(say: Texts) -> str:
    return str(say("Thank you! We have your request and will answer it.").unescape())


def withdrawn(say: Texts) -> str:
    return str(say("Your request is withdrawn.").unescape())
