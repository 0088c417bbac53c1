"""Every button there is. Views put them on screens, handlers answer them.

A button is a typed sentence, packed into at most 64 bytes of callback data: `code:value:value`,
whole numbers in base 62. Anybody can send any bytes as callback data, so `unpack` reads hostile
input: what it gives back is never authority, and owner, state and version are checked in the
database every time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Final, Self, get_type_hints

from domain.bills import BillKind
from domain.ids import BankLineId, InquiryId, OrderId, PaymentId, PayoutId, PersonId, ProposalId
from domain.letters import Key, Section

DATA_MAX: Final = 64  # bytes, Telegram's limit
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {digit: value for value, digit in enumerate(_DIGITS)}
_NUMBER_MAX: Final = 11  # digits: enough for 64 bits
_LARGEST: Final = 2**63 - 1


def pack_number(number: int) -> str:
    if number == 0:
        return "0"
    digits, rest = "", abs(number)
    while rest:
        rest, digit = divmod(rest, 62)
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if number < 0 else digits


def unpack_number(packed: str) -> int:
    """Read a base-62 number; ValueError or KeyError when it is none of ours."""
    digits = packed.removeprefix("-")
    if not 1 <= len(digits) <= _NUMBER_MAX:
        raise ValueError(packed)
    number = 0
    for digit in digits:
        number = number * 62 + _VALUES[digit]
    if number > _LARGEST:  # no database could hold it
        raise ValueError(packed)
    return -number if packed.startswith("-") else number


class Button:
    """What a press says. Subclasses are frozen dataclasses of int, str and StrEnum fields."""

    code: ClassVar[str]
    kinds: ClassVar[dict[str, type[Button]]] = {}
    __dataclass_fields__: ClassVar[dict[str, Any]]

    def __init_subclass__(cls, *, code: str) -> None:
        if code in Button.kinds:
            raise TypeError(f"two buttons with the code {code!r}")
        cls.code = code
        Button.kinds[code] = cls

    def pack(self) -> str:
        kind: Any = type(self)
        values = [_packed(getattr(self, name)) for name in _names(kind)]
        data = ":".join([self.code, *values])
        if len(data.encode()) > DATA_MAX:
            raise ValueError(f"{data!r} is too long for a button")
        return data

    @classmethod
    def unpack(cls, data: str) -> Self | None:
        """Read a press back; None when it was not one of ours."""
        code, *values = data.split(":")
        kind: Any = cls
        readers = _readers(kind)
        if code != cls.code or len(values) != len(readers):
            return None
        try:
            read = [reader(value) for reader, value in zip(readers, values, strict=True)]
        except (ValueError, KeyError):
            return None
        return cls(*read)

    def key(self, label: str) -> Key:
        return Key(label, data=self.pack())


def _packed(value: object) -> str:
    if isinstance(value, int):
        return pack_number(value)
    text = str(value)
    if ":" in text:
        raise ValueError(f"{text!r} has a colon in it")
    return text


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _readers(kind: type[Any]) -> tuple[Callable[[str], Any], ...]:
    hints = get_type_hints(kind)
    return tuple(_reader(hints[field.name]) for field in fields(kind))


def _reader(hint: Any) -> Callable[[str], Any]:
    hint = getattr(hint, "__supertype__", hint)
    return unpack_number if hint is int else hint


# Without an order -----------------------------------------------------------------------------


class Place(StrEnum):
    """Where a customer can go from anywhere."""

    MENU = "m"
    NEW = "n"
    ORDERS = "o"
    DEPOSIT = "d"
    INQUIRY = "i"
    SETTINGS = "s"
    HELP = "h"
    TIMEZONE = "z"
    LANGUAGE = "l"


@dataclass(frozen=True)
class Go(Button, code="go"):
    place: Place


@dataclass(frozen=True)
class OrdersPage(Button, code="op"):
    page: int


@dataclass(frozen=True)
class ChooseTimezone(Button, code="tz"):
    zone: str


@dataclass(frozen=True)
class ChooseLanguage(Button, code="lg"):
    language: str


class RightsDeed(StrEnum):
    """What people may do with their own data and account."""

    DOWNLOAD = "d"
    DELETE = "x"
    SURE = "s"
    ERASE = "e"


@dataclass(frozen=True)
class RightsDo(Button, code="rt"):
    deed: RightsDeed
    explained_at: int = 0  # when it was said what is erased: seconds since 1970


class FormStep(StrEnum):
    """What a key of a form does; ANSWER carries a value."""

    ANSWER = "a"
    SKIP = "s"
    BACK = "b"
    CANCEL = "c"


@dataclass(frozen=True)
class FormKey(Button, code="f"):
    """A key under a question. `turn` counts the questions, so that an old key is known as old."""

    turn: int
    step: FormStep
    value: str = ""


@dataclass(frozen=True)
class WriteTo(Button, code="wt"):
    """Which order a text without a context belongs to; order 0: none of these."""

    order: OrderId
    message: int


# The deposit ----------------------------------------------------------------------------------


class PurseDeed(StrEnum):
    """What a customer can set going from their deposit's page."""

    PAY_IN = "pi"
    TRANSFER = "bt"
    TRANSFERRED = "tr"
    PAYPAL = "pp"
    STATEMENT = "st"


@dataclass(frozen=True)
class PurseDo(Button, code="pd"):
    deed: PurseDeed


@dataclass(frozen=True)
class PayOut(Button, code="po"):
    """Ask for a pay-out, from the deposit's page."""


class PayoutDeed(StrEnum):
    """What a customer can set going about a pay-out."""

    WITHDRAW = "w"
    WITHDRAW_CONFIRM = "wk"
    CONTACT = "c"


@dataclass(frozen=True)
class PayoutAsk(Button, code="pa"):
    payout: PayoutId  # 0 where there is none yet
    deed: PayoutDeed


@dataclass(frozen=True)
class HavePaid(Button, code="ip"):
    """The customer says that they have paid on PayPal's page."""

    payment: PaymentId


@dataclass(frozen=True)
class HistoryPage(Button, code="hp"):
    """A page of the deposit's usage history."""

    page: int


# On an order's card (customer) ----------------------------------------------------------------


class Deed(StrEnum):
    """What a customer can set going from a card or a notice."""

    PAY_FIRST = "p1"
    PAY_SECOND = "p2"
    FROM_DEPOSIT = "fd"
    FROM_DEPOSIT_CONFIRM = "fk"
    TRANSFER = "bt"
    PAYPAL = "pp"
    TRANSFERRED = "tr"
    WITHDRAW = "wd"
    WITHDRAW_CONFIRM = "wk"
    CANCEL_ORDER = "co"
    CANCEL_CONFIRM = "ck"
    CANCEL_REQUEST = "cr"
    CHOOSE_SHIPPING = "cs"
    REQUEST_SHIPPING = "rs"
    REQUEST_CONFIRM = "rk"
    RECEPTION = "rr"
    ARRIVED = "ea"
    ARRIVED_CONFIRM = "ek"
    PROBLEM = "pb"
    PROBLEM_WITHDRAW = "pw"
    PROBLEM_WITHDRAW_CONFIRM = "px"
    NOT_ARRIVED = "na"
    NOT_ARRIVED_CONFIRM = "nk"
    NEW_MESSAGE = "nm"
    APPLY_AGAIN = "aa"


@dataclass(frozen=True)
class OpenCard(Button, code="oc"):
    """Open an order: a new card, from a list or a notice."""

    order: OrderId


@dataclass(frozen=True)
class GetPaper(Button, code="gp"):
    """A bill, or the receipt for it, as a file."""

    order: OrderId
    bill: BillKind


@dataclass(frozen=True)
class Tab(Button, code="tb"):
    """Another section of the same card."""

    order: OrderId
    seen: int  # the version of the order under the finger
    section: Section
    page: int = 0


@dataclass(frozen=True)
class Do(Button, code="do"):
    order: OrderId
    seen: int
    deed: Deed


@dataclass(frozen=True)
class LineButton(Button, code="ln"):
    """A line of the Items section."""

    order: OrderId
    seen: int
    line: int


@dataclass(frozen=True)
class ShowAgain(Button, code="sa"):
    """The pictures and files of a page of the order's messages."""

    order: OrderId
    page: int


@dataclass(frozen=True)
class ParcelTick(Button, code="pt"):
    """One of several parcels is there, or is not after all."""

    order: OrderId
    seen: int
    number: int


class ItemDeed(StrEnum):
    """What a customer can set going about a line."""

    ASK = "q"  # how many instead?
    SHOW = "s"  # what it leads to
    CONFIRM = "k"
    WITHDRAW = "w"
    WITHDRAW_CONFIRM = "wk"


@dataclass(frozen=True)
class ItemDo(Button, code="it"):
    """So many of a line instead, 0 for none. Line 0: every line that was asked for."""

    order: OrderId
    seen: int
    line: int
    deed: ItemDeed
    quantity: int = 0


class Choice(StrEnum):
    ACCEPT = "a"
    ACCEPT_CONFIRM = "ak"
    DROP = "d"
    DROP_CONFIRM = "dk"
    WAIT = "w"
    WAIT_CONFIRM = "wk"
    CANCEL = "c"
    CANCEL_CONFIRM = "ck"


@dataclass(frozen=True)
class Decide(Button, code="dc"):
    """The customer's decision about a line."""

    order: OrderId
    seen: int
    line: int
    choice: Choice


# In an order's topic (staff) ------------------------------------------------------------------


class Duty(StrEnum):
    """What staff can set going from a topic's card or a notice in it."""

    ESTIMATE = "es"
    REJECT = "rj"
    CONFIRM = "cf"
    REFUSE = "rf"
    BOUGHT = "bo"
    UNAVAILABLE = "un"
    OFFER = "of"
    ARRIVED = "ar"
    MISHAP = "mi"
    AGAIN = "bu"
    SPLIT = "pa"
    BILL = "bi"
    PACK = "pk"
    UNPACK = "up"
    SHIP = "sh"
    RETURNED = "rt"
    ADJUST = "ad"
    ACCEPT = "ac"
    DECLINE = "de"
    SOLVE = "so"
    REFUND = "sr"
    REPLACE = "sp"
    HOLD = "ho"
    RELEASE = "re"
    CANCEL = "ca"
    HISTORY = "hi"
    TAKE = "ta"
    ANSWERED = "an"


@dataclass(frozen=True)
class StaffDo(Button, code="sd"):
    order: OrderId
    seen: int
    duty: Duty


@dataclass(frozen=True)
class InquiryDo(Button, code="iq"):
    inquiry: InquiryId
    duty: Duty


@dataclass(frozen=True)
class StaffLine(Button, code="sl"):
    """A duty on one line of the order."""

    order: OrderId
    seen: int
    duty: Duty
    line: int


@dataclass(frozen=True)
class Agree(Button, code="ag"):
    """Carry out what was previewed, for the person who asked for it."""

    who: PersonId
    turn: int


@dataclass(frozen=True)
class StaffKey(Button, code="sk"):
    """A key under a question in a topic, for the person who is asked. `turn` as in `FormKey`."""

    who: PersonId
    turn: int
    step: FormStep
    value: str = ""


@dataclass(frozen=True)
class OrderHistory(Button, code="oh"):
    """A page of an order's history, from the newest, 0."""

    order: OrderId
    page: int


class MoveStep(StrEnum):
    ASK = "a"
    CONFIRM = "y"
    LEAVE = "n"


@dataclass(frozen=True)
class MoveTo(Button, code="mv"):
    """Give an order to another agency; 0 is that of the settings."""

    order: OrderId
    seen: int
    agency: int
    step: MoveStep


class SaidStep(StrEnum):
    OPEN = "o"  # below what is there
    TURN = "t"  # in its place
    SHOW = "s"  # the pictures and files of the page


@dataclass(frozen=True)
class SaidPage(Button, code="sm"):
    """A page of an order's messages, from the newest, 0, as staff read it."""

    order: OrderId
    page: int
    step: SaidStep


# At the desk (staff) --------------------------------------------------------------------------


@dataclass(frozen=True)
class QueueTurn(Button, code="qu"):
    """A page of what waits: of one kind, or of all where none is named."""

    of: str  # a `queue.Kind`, or empty
    page: int


class CannedStep(StrEnum):
    SHOW = "s"
    SEND = "y"
    CANCEL = "n"


@dataclass(frozen=True)
class CannedDo(Button, code="cn"):
    """A canned reply in an order's topic. `check` is of the text under the finger."""

    order: OrderId
    reply: int
    step: CannedStep
    check: int = 0


@dataclass(frozen=True)
class ShowSpan(Button, code="st"):
    """The statistics of so many days."""

    days: int


# In the finance topic (staff) -----------------------------------------------------------------


class PayInDuty(StrEnum):
    CONFIRM = "c"
    REFUSE = "r"


@dataclass(frozen=True)
class PayInDo(Button, code="pn"):
    """A duty on a reported pay-in."""

    payment: PaymentId
    duty: PayInDuty


class PayoutDuty(StrEnum):
    START = "s"
    SENT = "t"
    REFUSE = "r"
    BOUNCED = "b"


@dataclass(frozen=True)
class PayoutDo(Button, code="py"):
    """A duty on a pay-out."""

    payout: PayoutId
    duty: PayoutDuty


@dataclass(frozen=True)
class AgreeTo(Button, code="at"):
    """Carry out what a colleague has proposed."""

    proposal: ProposalId


@dataclass(frozen=True)
class BookLine(Button, code="bl"):
    """Book a line of the bank's file as it was suggested."""

    line: BankLineId
