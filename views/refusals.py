"""Refusals in words: what is wrong, and what to do about it."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from domain import refusals as no
from domain.agency import Agency
from domain.orders import LineState
from domain.refusals import Refused
from views import change_refusals, deeds, moving, payout_refusals, question_refusals, rights, staff
from views import words as terms
from views.lengths import cut, one_line, plain
from views.moments import Deadline
from views.texts import Phrase, Reader, Texts, later

TOAST_MAX: Final = 200  # Telegram refuses longer ones
_TYPED_MAX: Final = 40


def words(refused: Refused, reader: Reader, agency: Agency) -> Markup:
    """The refusal as a message says it."""
    return refusal(refused, reader.say)


def toast(refused: Refused, say: Texts) -> str:
    """The refusal as an alert says it: plain text."""
    return cut(plain(refusal(refused, say)), TOAST_MAX)


def refusal(refused: Refused, say: Texts) -> Markup:
    for family in (
        change_refusals.about,
        question_refusals.about,
        moving.about,
        rights.about,
        _about_people,
        _about_the_order,
        _about_money,
        _about_pay_ins,
        _about_typing,
        payout_refusals.about,
    ):
        said = family(refused, say)
        if said is not None:
            return said
    return say("That is not possible right now. Please open the order and look again.")


_SIMPLE: Final[dict[type[Refused], Phrase]] = {
    no.NotYours: later("I cannot find this order. Your orders are under /orders."),
    no.NotStaff: later("Only members of the staff group can do this."),
    no.NotFinance: later("Only finance members can do this. Please ask one of them."),
    no.OwnOrder: later(
        "This is your own order. Here you can only read; please ask a colleague to work on it."
    ),
    no.AccountErased: later(
        "The customer has deleted their account, so this was not passed on. Should they come "
        "back, they begin anew."
    ),
    no.DepositEmpty: later("Your deposit is empty. Please choose another way to pay."),
    no.PaypalOff: later("PayPal is not available here. Please choose another way to pay."),
    no.CardNumber: later(
        "⚠️ That looks like the number of a payment card. It was taken out of this chat and not "
        "read any further. Please never send card numbers here: cards are paid on PayPal’s page."
    ),
    no.TextWanted: later("Please write it as a text message."),
    no.CannotCarry: later(
        "This kind of message cannot be passed on, and was not sent. Please write it as text, or "
        "send it as a photo, a video, a file or a voice message."
    ),
    no.PhotoWanted: later("Please send a photo."),
    no.ButtonWanted: later("Please press one of the buttons."),
    no.StaleButton: later("This button is outdated. Please use the newest message."),
}


def _about_people(refused: Refused, say: Texts) -> Markup | None:
    simple = _SIMPLE.get(type(refused))
    if simple is not None:
        return say.of(simple)
    match refused:
        case no.CardOutdated():
            return say("This card is outdated: the order has changed. Here it is as it is now.")
        case no.AlreadyDone(who, what):
            return say(
                "{who} was faster: {what}. Your press changed nothing.",
                who=one_line(who, 60),
                what=one_line(deeds.of_deed(what, say), 80),
            )
        case _:
            return None


def _about_the_order(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.NotNow(stage):
            return say(
                "That is not possible at this stage. The order stands at: {stage}.",
                stage=terms.of_stage(stage, say),
            )
        case no.OrderFlagged(flag):
            return say.of(_FLAGGED.get(flag, _FLAGGED_SOMEHOW))
        case no.UnderReview(order):
            return say(
                "A payment for order #{order} is under review. That has to be decided first; a "
                "report of a transfer can also be withdrawn.",
                order=order,
            )
        case no.NoSuchParcel(tracking):
            return say(
                "No parcel of this order has the number {tracking}. Please check it.",
                tracking=one_line(tracking, _TYPED_MAX),
            )
        case no.ParcelKnown(tracking):
            return say(
                "The number {tracking} is on this order already. Nothing was changed.",
                tracking=one_line(tracking, _TYPED_MAX),
            )
        case no.AlreadyPacked(order):
            return say(
                "Order #{order} is packed already, so its method and address stay as they are. If "
                "they are wrong, please write a message about the order at once.",
                order=order,
            )
        case no.NotPacked(order):
            return say("Order #{order} is not packed. Nothing was changed.", order=order)
        case no.ParcelBack(tracking):
            return say(
                "The parcel {tracking} came back to the warehouse already. Nothing was changed.",
                tracking=one_line(tracking, _TYPED_MAX),
            )
        case no.PostponedAlready(due_at):
            return say(
                "You told us so within the last 24 hours, and we are looking where it is. The "
                "order completes by itself on {due}, not before. Please ask again tomorrow.",
                due=Deadline(due_at),
            )
        case no.TooLateForProblem(order, days):
            return say.n(
                "Order #{order} was completed more than {n} day ago, too long for a problem to "
                "be reported here. Please write to us with an inquiry.",
                "Order #{order} was completed more than {n} days ago, too long for a problem to "
                "be reported here. Please write to us with an inquiry.",
                days,
                order=order,
            )
        case no.ThreadClosed(order, days):
            return say.n(
                "Order #{order} ended more than {n} day ago and takes no new messages. "
                "You can still read them on its card.",
                "Order #{order} ended more than {n} days ago and takes no new messages. "
                "You can still read them on its card.",
                days,
                order=order,
            )
        case _:
            return _about_lines(refused, say)


_FLAGGED: Final = {
    "on_hold": later("This order is on hold. It continues when the hold is released."),
    "decision_needed": later("A decision is needed first; see the order’s card."),
    "problem_open": later("A problem with this order is open. It has to be solved first."),
}
_FLAGGED_SOMEHOW: Final = later("Something about this order has to be settled first.")


def _about_lines(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.NoSuchLine(line):
            return say(
                "There is no item {line} in this order. Please check the number.", line=line
            )
        case no.LineNotNow(line, state):
            return say(
                "That is not possible for item {line}: it is {state}.",
                line=line,
                state=say.of(terms.LINES[LineState(state)]),
            )
        case no.BoughtAlready(line):
            return say(
                "Item {line} is bought already. If the shop cancelled it, write /short {line}=0 "
                "reason: the customer is asked. After that /again {line} buys it once more; "
                "/cancel reason ends the order.",
                line=line,
            )
        case no.ReplacementIsFree(order):
            return say(
                "Order #{order} is a replacement: it costs the customer nothing. Its 2nd bill is "
                "0, like /bill EMS=0",
                order=order,
            )
        case no.NotPriced(lines):
            return say.n(
                "Item {lines} has no price yet. Please price it, or reject it first.",
                "Items {lines} have no price yet. Please price them, or reject them first.",
                len(lines),
                lines=one_line(", ".join(map(str, lines)), 100),
            )
        case no.TooMany(line, quantity):
            return say.n(
                "Only {n} piece of item {line} was ordered.",
                "Only {n} pieces of item {line} were ordered.",
                quantity,
                line=line,
            )
        case _:
            return None


def _about_money(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.NothingToPay(order):
            return say(
                "There is nothing to pay for order #{order} right now. Its card shows where it "
                "stands. If you have transferred money already, please write to us about this "
                "order: what arrives goes to your deposit.",
                order=order,
            )
        case no.NoOpenReport(order):
            return say("No payment report of order #{order} is under review.", order=order)
        case no.ReferenceUsed():
            return _reference_used(refused, say)
        case no.Owing(owed):
            return say(
                "You owe {owed}, so the deposit cannot pay right now. Please pay by another way.",
                owed=owed,
            )
        case no.NoMethod(""):
            return say("Please choose how we ship and confirm your address first.")
        case no.NoMethod(method):
            return say(
                "The 2nd bill does not offer {method}. Please choose one of its methods.",
                method=one_line(method, _TYPED_MAX),
            )
        case no.KeepTooMuch(paid):
            return say("Only {paid} was paid for this order; no more can be kept.", paid=paid)
        case _:
            return None


def _about_pay_ins(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.NoSuchPayIn(payment):
            return say("There is no pay-in {number}. Nothing was changed.", number=payment)
        case no.AlreadyReported(_, amount, at):
            return say(
                "You reported this transfer already: {amount}, on {at}. We are looking for it at "
                "our bank. Nothing was sent a second time.",
                amount=amount,
                at=at,
            )
        case no.TooManyReports(count):
            return say.n(
                "You have {n} report that waits already. Please let us look at it first.",
                "You have {n} reports that wait already. Please let us look at them first.",
                count,
            )
        case no.InSuspense(reference, amount, at):
            return say(
                "The reference {reference} was kept on {at} as {amount} of an unknown sender. "
                "Nothing was booked; {line} gives it to its owner.",
                reference=one_line(reference, 64),
                at=at,
                amount=amount,
                line=staff.code(f"/match {reference} CUSTOMER"),
            )
        case no.NotBooked(reference):
            return say(
                "Nothing was booked of a bank line {reference}. Nothing was changed.",
                reference=one_line(reference, 64),
            )
        case no.BookedThroughPaypal(reference, payment):
            return say(
                "{reference} came through PayPal, as payment {number}. Nothing was changed: give "
                "it back at PayPal, and it is booked here by itself.",
                reference=one_line(reference, 64),
                number=payment,
            )
        case no.BookedSo(reference, amount):
            return say(
                "{reference} is booked as {amount} already. Nothing was changed.",
                reference=one_line(reference, 64),
                amount=amount,
            )
        case no.NotInSuspense(reference):
            return say(
                "No money of an unknown sender has the reference {reference}. Nothing was booked.",
                reference=one_line(reference, 64),
            )
        case _:
            return None


def _reference_used(refused: no.ReferenceUsed, say: Texts) -> Markup:
    reference = one_line(refused.reference, 64)
    if refused.order:
        return say(
            "The reference {reference} was used on {at}: {amount} for order #{order}. "
            "Nothing was booked.",
            reference=reference,
            at=refused.at,
            amount=refused.amount,
            order=refused.order,
        )
    return say(
        "The reference {reference} was used on {at}, for {amount}. Nothing was booked.",
        reference=reference,
        at=refused.at,
        amount=refused.amount,
    )


def _about_typing(refused: Refused, say: Texts) -> Markup | None:
    match refused:
        case no.BadAmount():
            return _bad_amount(refused, say)
        case no.BadQuantity(_, least):
            return say(
                "Please send a whole number from {least} to 999, for example 2.", least=least
            )
        case no.BadDate():
            return say.of(_DATES.get(refused.why, _DATES["form"]))
        case no.BadPeriod():
            return say.of(_PERIODS.get(refused.why, _PERIODS["form"]))
        case no.TooLong(limit, length):
            return say(
                "That is too long: {length} characters, and {limit} fit. Please make it shorter.",
                length=length,
                limit=limit,
            )
        case no.TooShort(limit):
            return say.n(
                "That is too short. Please send at least {n} character.",
                "That is too short. Please send at least {n} characters.",
                limit,
            )
        case no.BadTimezone():
            return say(
                "I do not know this time zone. Please send a big city near you, like Tokyo, "
                "or a name like Europe/Berlin."
            )
        case no.BadLine(command, why):
            return staff.usage(command, why, say)
        case _:
            return None


_DATES: Final = {
    "form": later("Please send the date as year-month-day, for example 2026-11-22."),
    "future": later("This date lies in the future. Please send the day you transferred it."),
    "past": later("This date is too long ago. Please send the day you transferred it."),
}
_PERIODS: Final = {
    "form": later("Please send two days, the first and the last: 2026-01-01 2026-03-31."),
    "order": later(
        "The last day comes before the first one. Please send them the other way round."
    ),
    "future": later("This time has not begun yet. Please send days that have passed."),
    "long": later("That is longer than ten years. Please choose a shorter time."),
}
_AMOUNTS: Final = {
    "form": later(
        "I cannot read this amount. Please send just the number, for example {example}."
    ),
    "comma": later(
        "I cannot tell what the comma in this amount stands for. Please write it without one, for "
        "example {example}."
    ),
    "decimals": later("This amount has too many decimals. Please write it like {example}."),
    "sign": later("Please send the amount without a plus or minus, for example {example}."),
    "zero": later("The amount must be more than zero, for example {example}."),
    "size": later("This amount is too large. Please check it."),
    "currency": later(
        "This amount is in another currency. Please send just the number, for example {example}."
    ),
}


def _bad_amount(refused: no.BadAmount, say: Texts) -> Markup:
    return say.of(_AMOUNTS.get(refused.why, _AMOUNTS["form"]), example=refused.example)
