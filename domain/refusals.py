"""Refusals: polite noes. They carry facts, not words; views put them into words.

`Refused` is a no that the person can do something about. Anything else that is raised is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from domain.ids import OrderId
    from domain.money import Money


class Refused(Exception):
    """Somebody asked for something the rules do not allow."""


class AccountOpen(Refused):
    """An account is not deleted while anything of it is open."""


@dataclass(eq=False)
class DataHadLately(Refused):
    """A customer's data are made into a file once an hour at most."""

    again_at: datetime


# Who and what ---------------------------------------------------------------------------------


class NotYours(Refused):
    """No such order, or somebody else's: one answer for both, so that numbers tell nothing."""


class NotStaff(Refused):
    """Only members of the staff group may do this."""


class NotFinance(Refused):
    """Only finance members may do this."""


class OwnOrder(Refused):
    """A member of staff may not act on an order of their own."""


class AccountErased(Refused):
    """The customer has deleted their account: nobody reads what is written to them."""


@dataclass(eq=False)
class MovedAway(Refused):
    """The order was moved to another agency, and nothing of it happens here any more."""

    order: OrderId
    agency: str


@dataclass(eq=False)
class InChargeAlready(Refused):
    """The order is that agency's as it is."""

    order: OrderId
    agency: str


@dataclass(eq=False)
class NoSuchAgency(Refused):
    """No agency with a group is called so; those that are."""

    typed: str
    known: tuple[str, ...]


@dataclass(eq=False)
class NoOtherAgency(Refused):
    """There is nobody to move an order to."""


@dataclass(eq=False)
class CardOutdated(Refused):
    """The button belongs to a version of the order that has passed."""

    order: OrderId


@dataclass(eq=False)
class AlreadyDone(Refused):
    """Somebody was first: who, and what they did."""

    who: str
    what: str


# The order's life -----------------------------------------------------------------------------


@dataclass(eq=False)
class NotNow(Refused):
    """The order's stage does not allow it."""

    stage: str


@dataclass(eq=False)
class NoSuchLine(Refused):
    line: int


@dataclass(eq=False)
class LineNotNow(Refused):
    """The line's own state does not allow it."""

    line: int
    state: str


@dataclass(eq=False)
class BoughtAlready(Refused):
    """What is bought cannot be not to be had: it may not come, which is another matter."""

    line: int


@dataclass(eq=False)
class ReplacementIsFree(Refused):
    """What makes good another order costs its customer nothing."""

    order: OrderId


@dataclass(eq=False)
class NotPriced(Refused):
    """An estimate must price or reject every line."""

    lines: tuple[int, ...]


@dataclass(eq=False)
class UnderReview(Refused):
    """A payment report waits for staff; it must be withdrawn or decided first."""

    order: OrderId


@dataclass(eq=False)
class DecisionPending(Refused):
    """The customer has been asked to decide about this line."""

    line: int


@dataclass(eq=False)
class TooMany(Refused):
    """More pieces than were ordered."""

    line: int
    quantity: int


@dataclass(eq=False)
class NotShort(Refused):
    """As many are there as were bought: nothing is missing."""

    line: int
    quantity: int


class NothingStays(Refused):
    """An order is split in two: something has to stay in it."""


@dataclass(eq=False)
class OrderFlagged(Refused):
    """A hold, a decision or a problem must be settled first."""

    flag: str


# The customer changes an order ----------------------------------------------------------------


@dataclass(eq=False)
class RequestPending(Refused):
    """The customer's request about this line waits for an answer, and locks the line."""

    line: int


@dataclass(eq=False)
class NoRequest(Refused):
    """Nothing is asked for about this line; 0: about none."""

    line: int


@dataclass(eq=False)
class WhichRequest(Refused):
    """Several requests wait: the line must be named."""

    lines: tuple[int, ...]


@dataclass(eq=False)
class LineBought(CardOutdated):
    """Staff were first: the line is bought and can no longer be changed."""

    line: int


@dataclass(eq=False)
class DecideFirst(Refused):
    """The customer was asked about this line, and answers that question first."""

    line: int


@dataclass(eq=False)
class MoreAfterPayment(Refused):
    """More of a line that is paid for takes a new order."""

    line: int


@dataclass(eq=False)
class SameQuantity(Refused):
    """So many are ordered already."""

    line: int
    quantity: int


# Money ----------------------------------------------------------------------------------------


@dataclass(eq=False)
class NothingToPay(Refused):
    order: OrderId


@dataclass(eq=False)
class NoOpenReport(Refused):
    order: OrderId


@dataclass(eq=False)
class ReferenceUsed(Refused):
    """A bank line counts once."""

    reference: str
    order: int  # 0 when it belongs to no order
    amount: Money
    at: datetime


@dataclass(eq=False)
class NoSuchPayIn(Refused):
    payment: int


@dataclass(eq=False)
class AlreadyReported(Refused):
    """The customer has reported this very transfer, and staff are looking for it."""

    payment: int
    amount: Money
    at: datetime


@dataclass(eq=False)
class TooManyReports(Refused):
    """So many pay-ins of a customer wait already."""

    count: int


@dataclass(eq=False)
class InSuspense(Refused):
    """The bank line was kept as money of an unknown sender; it has to be matched."""

    reference: str
    amount: Money
    at: datetime


@dataclass(eq=False)
class NotInSuspense(Refused):
    """No money of an unknown sender has this reference."""

    reference: str


@dataclass(eq=False)
class NotBooked(Refused):
    """Nothing was booked of a line with this reference."""

    reference: str


@dataclass(eq=False)
class BookedThroughPaypal(Refused):
    """What came through PayPal goes back there."""

    reference: str
    payment: int


@dataclass(eq=False)
class BookedSo(Refused):
    """It is this very amount that was booked."""

    reference: str
    amount: Money


@dataclass(eq=False)
class Owing(Refused):
    """A deposit below zero cannot pay."""

    owed: Money


@dataclass(eq=False)
class DepositEmpty(Refused):
    """There is nothing in the deposit to pay with."""


class PaypalOff(Refused):
    """Nobody can pay through PayPal here."""


@dataclass(eq=False)
class NoMethod(Refused):
    """The 2nd bill has no such shipping method, or none was chosen yet."""

    method: str


# Pay-outs -------------------------------------------------------------------------------------


class PayoutsOff(Refused):
    """There is no key to keep account details with."""


class PayoutsStopped(Refused):
    """The books are not in order: nothing is paid out until they are."""


@dataclass(eq=False)
class PayoutTooSmall(Refused):
    """Nothing would be left of it after the charge."""

    charge: Money


@dataclass(eq=False)
class DepositTooSmall(Refused):
    """More is asked for than there is."""

    deposit: Money


@dataclass(eq=False)
class NotUsedYet(Refused):
    """[R] Who has never used the service pays out what was returned to them, and no more."""

    most: Money


@dataclass(eq=False)
class OwingFirst(Refused):
    """A debt is paid before anything is paid out."""

    owed: Money


class BadEmail(Refused):
    """A PayPal account is named by an e-mail address."""


@dataclass(eq=False)
class NoSuchPayout(Refused):
    payout: int


@dataclass(eq=False)
class PayoutNotNow(Refused):
    """The pay-out's own state does not allow it."""

    payout: int
    state: str


class DetailsLocked(Refused):
    """Account details that no key we have can open."""


# Staff and money ------------------------------------------------------------------------------


class OwnAccount(Refused):
    """A member of staff may not act on their own customer account."""


@dataclass(eq=False)
class NoSuchCustomer(Refused):
    typed: str


@dataclass(eq=False)
class SomebodyElseMust(Refused):
    """Who proposed it cannot be the one who agrees."""

    line: str


@dataclass(eq=False)
class ProposalDiffers(Refused):
    """Something else was proposed."""

    who: str
    line: str


class TwoMustAgree(Refused):
    """So much money takes two people."""


@dataclass(eq=False)
class OwesLess(Refused):
    """More is to be written off than is owed."""

    owed: Money


@dataclass(eq=False)
class PaidLess(Refused):
    """More is to be given back than was paid."""

    paid: Money


# Parcels and problems -------------------------------------------------------------------------


@dataclass(eq=False)
class AlreadyPacked(Refused):
    """Method and address stay: staff have packed it."""

    order: OrderId


@dataclass(eq=False)
class NotPacked(Refused):
    """There is nothing to be undone."""

    order: OrderId


@dataclass(eq=False)
class ParcelBack(Refused):
    """The parcel has come back already."""

    tracking: str


@dataclass(eq=False)
class PostponedAlready(Refused):
    """*Not arrived yet* counts once in 24 hours."""

    due_at: datetime


@dataclass(eq=False)
class TooLateForProblem(Refused):
    """The order was completed too long ago for a problem to be reported."""

    order: OrderId
    days: int


# What people typed ----------------------------------------------------------------------------


@dataclass(eq=False)
class BadAmount(Refused):
    """`why` is one of: form, comma, decimals, sign, zero, size, currency."""

    typed: str
    why: str = "form"
    example: str = "83.20"


class CardNumber(Refused):
    """What was typed looks like the number of a payment card; it must not stay in the chat."""


@dataclass(eq=False)
class BadPeriod(Refused):
    """Days of a statement. `why` is one of: form, order, future, long."""

    typed: str
    why: str = "form"


@dataclass(eq=False)
class BadQuantity(Refused):
    typed: str
    least: int = 1


@dataclass(eq=False)
class BadDate(Refused):
    """`why` is one of: form, future, past."""

    typed: str
    why: str = "form"


@dataclass(eq=False)
class TooLong(Refused):
    limit: int
    length: int


@dataclass(eq=False)
class TooShort(Refused):
    limit: int


class CannotCarry(Refused):
    """A kind of message that cannot be passed on: a poll, a game, …"""


class TextWanted(Refused):
    """A sticker, a voice message or the like where text is asked."""


class PhotoWanted(Refused):
    """Something else where a photo is asked."""


class ButtonWanted(Refused):
    """Something typed where only a button answers."""


class StaleButton(Refused):
    """A button of a step that has passed."""


@dataclass(eq=False)
class BadTimezone(Refused):
    typed: str


@dataclass(eq=False)
class BadLine(Refused):
    """A one-line command that cannot be read: its name, and what is wrong with it."""

    command: str
    why: str = ""


@dataclass(eq=False)
class NoSuchParcel(Refused):
    tracking: str


@dataclass(eq=False)
class ParcelKnown(Refused):
    """This tracking number is on the order already."""

    tracking: str


@dataclass(eq=False)
class KeepTooMuch(Refused):
    """More is to be kept than was paid."""

    paid: Money


@dataclass(eq=False)
class ThreadClosed(Refused):
    """The order ended too long ago to be written about."""

    order: OrderId
    days: int
