"""The staff's one-line commands: a text in, what it asks for out, or a refusal.

A line moves money and goods at once, so it is read to the letter: single spaces, ASCII digits,
every key known and given once. Whatever could mean something else is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NoReturn, TypeVar

from domain.bills import Method
from domain.estimates import Estimate
from domain.money import (
    Currency,
    Money,
    parse_amount,
    parse_currency,
    parse_rate,
    parse_signed_amount,
)
from domain.orders import Question
from domain.refusals import BadAmount, BadLine

T = TypeVar("T")

REASON_MAX: Final = 500
REFERENCE_MAX: Final = 64
CARRIER_MAX: Final = 40
METHODS_MAX: Final = 8
REPLACEMENT: Final = "replacement"  # the word after `/solve`

# What a line asks for -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EstimateOrder:
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class RejectLine:
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConfirmPayment:
    received: Money
    reference: str
    unreported: bool = False  # nobody reported it, and staff said to book it all the same


@dataclass(frozen=True, slots=True)
class RefusePayment:
    reason: str


@dataclass(frozen=True, slots=True)
class MarkBought:
    prices: Mapping[int, Money] | None  # None: every line at its estimate


@dataclass(frozen=True, slots=True)
class MarkUnavailable:
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class OfferInstead:
    line: int
    words: str
    price: Money | None = None  # of one; None: as estimated


@dataclass(frozen=True, slots=True)
class MarkArrived:
    counts: Mapping[int, int] | None  # of a line in all; None: everything
    photo: str = ""  # that came with the line


@dataclass(frozen=True, slots=True)
class ReportMishap:
    question: Question  # short, wrong or damaged
    line: int
    reason: str
    count: int | None = None  # what there is, where it is short
    photo: str = ""


@dataclass(frozen=True, slots=True)
class BuyAgain:
    line: int


@dataclass(frozen=True, slots=True)
class SplitOrder:
    lines: tuple[int, ...]  # that are not there yet


@dataclass(frozen=True, slots=True)
class SecondBill:
    methods: tuple[Method, ...]
    extra: Money | None = None
    extra_reason: str = ""


@dataclass(frozen=True, slots=True)
class AdjustCost:
    amount: Money  # may be below zero
    reason: str


@dataclass(frozen=True, slots=True)
class ShipParcel:
    carrier: str
    tracking: str
    was: str = ""  # the number this one corrects


@dataclass(frozen=True, slots=True)
class PackOrder:
    pass


@dataclass(frozen=True, slots=True)
class UnpackOrder:
    """It is not packed after all."""


@dataclass(frozen=True, slots=True)
class ReturnParcel:
    """A parcel that came back."""

    tracking: str
    reason: str


@dataclass(frozen=True, slots=True)
class AcceptRequest:
    line: int | None  # None: the only one, or the one about the whole order


@dataclass(frozen=True, slots=True)
class DeclineRequest:
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class SolveProblem:
    words: str
    refund: Money | None = None
    replacement: bool = False  # the goods are sent again
    wanted: Mapping[int, int | None] = field(default_factory=dict)  # only these, so many of each


@dataclass(frozen=True, slots=True)
class HoldOrder:
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    pass


@dataclass(frozen=True, slots=True)
class CancelOrder:
    reason: str
    keep: Money | None = None


@dataclass(frozen=True, slots=True)
class ShowHistory:
    pass


@dataclass(frozen=True, slots=True)
class TakeOrder:
    """Whoever writes it looks after the order."""


@dataclass(frozen=True, slots=True)
class NeedsNoAnswer:
    """What the customer wrote is read, and asks for nothing."""


Command = (
    EstimateOrder
    | RejectLine
    | ConfirmPayment
    | RefusePayment
    | MarkBought
    | MarkUnavailable
    | OfferInstead
    | MarkArrived
    | ReportMishap
    | BuyAgain
    | SplitOrder
    | SecondBill
    | AdjustCost
    | ShipParcel
    | PackOrder
    | UnpackOrder
    | ReturnParcel
    | AcceptRequest
    | DeclineRequest
    | SolveProblem
    | HoldOrder
    | ReleaseOrder
    | CancelOrder
    | ShowHistory
    | TakeOrder
    | NeedsNoAnswer
)

# Is it a line at all? -------------------------------------------------------------------------

_HEAD: Final = re.compile(r"/([^\s@]*)(?:@(\S*))?(.*)", re.DOTALL)
SLASHES: Final = ("/", "／")  # a Japanese keyboard writes the wide one


@dataclass(frozen=True, slots=True)
class Head:
    """A command's first word, the bot it is meant for if it names one, and all that follows."""

    word: str
    bot: str
    rest: str


def is_note(text: str) -> bool:
    """Whether staff write it among themselves: `// no hurry`."""
    return len(text) > 1 and text[0] in SLASHES and text[1] in SLASHES


def head_of(text: str) -> Head | None:
    """Take a command's first word off; None when the text is no command."""
    if is_note(text) or not text.startswith(SLASHES):
        return None
    match = _HEAD.fullmatch("/" + text[1:])
    assert match is not None
    wide = text[0] != "/"  # never read as one of ours, and never taken for a message either
    return Head("" if wide else match[1].lower(), match[2] or "", match[3])


def read(word: str, rest: str, currency: Currency) -> Command:
    """Read what follows a command's word; KeyError when there is no such command."""
    return READERS[word](rest, currency)


# What stands in a line ------------------------------------------------------------------------

_NUMBER: Final = re.compile(r"[1-9][0-9]{0,2}")
_COUNT: Final = re.compile(r"0|[1-9][0-9]{0,2}")
_PIECES: Final = re.compile(r"[0-9]+(?:=.*)?")
_REFERENCE: Final = re.compile(rf"[!-~]{{1,{REFERENCE_MAX}}}")
_TRACKING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_CAPITALS: Final = re.compile(r"[A-Z-]{6,}")
_METHOD: Final = re.compile(r"[^\W\d_][\w.+-]{0,19}")
_KEYED: Final = re.compile(r"[A-Za-z]+=")
_CARRIER: Final = re.compile(r"[^\W_]+(?:[ .&+-]+[^\W_]+)*\.?")
_DIGITS: Final = re.compile(r"[0-9]{3}")


def line_number(command: str, text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        _odd(command, "line")
    return int(text)


def count(command: str, text: str) -> int:
    if _COUNT.fullmatch(text) is None:
        _odd(command, "count")
    return int(text)


def price(command: str, text: str, currency: Currency) -> Money:
    """An amount of zero or more."""
    return _amount(command, text, lambda: parse_amount(text, currency))


def amount(command: str, text: str, currency: Currency) -> Money:
    """An amount above zero."""
    return _amount(command, text, lambda: parse_amount(text, currency, positive=True))


def difference(command: str, text: str, currency: Currency) -> Money:
    """An amount above or below zero."""
    return _amount(command, text, lambda: parse_signed_amount(text, currency))


def reason(command: str, text: str) -> str:
    """One line of words for a person to read; no `key=` hides in it that was meant to count."""
    words = text.strip(" ")
    if any(unicodedata.category(mark) in ("Cc", "Cs", "Zl", "Zp") for mark in words):
        _odd(command, "one line")
    if not any(mark.isprintable() and not mark.isspace() for mark in words):
        _odd(command, "words")
    if len(words) > REASON_MAX:
        _odd(command, "long")
    if any(_KEYED.match(word) for word in words.split()):
        _odd(command, "key late")
    return words


def reference(command: str, text: str) -> str:
    """A bank's reference: one ASCII word, so that nothing only looks like another one."""
    if _REFERENCE.fullmatch(text) is None:
        _odd(command, "reference")
    return text


def tracking(command: str, text: str) -> str:
    """A parcel's number. A short word without a digit is a carrier's name: `Japan Post`."""
    if _TRACKING.fullmatch(text) is None:
        _odd(command, "tracking")
    if not any(mark.isdigit() for mark in text) and _CAPITALS.fullmatch(text) is None:
        _odd(command, "tracking")
    return text


def carrier(command: str, text: str) -> str:
    """A carrier's name; with many digits in it, it is half of a number typed with spaces."""
    if len(text) > CARRIER_MAX or _CARRIER.fullmatch(text) is None:
        _odd(command, "carrier")
    if _DIGITS.search(text) or not any(mark.isalpha() for mark in text):
        _odd(command, "carrier")
    return text


def method(command: str, name: str, text: str, currency: Currency) -> Method:
    """A way of shipping: its name is one word, and none of a line's own keys."""
    if _METHOD.fullmatch(name) is None or name.lower() == "extra":
        _odd(command, "method")
    return Method(name, price(command, text, currency))


def _amount(command: str, text: str, parse: Callable[[], T]) -> T:
    if any(mark.isspace() for mark in text):
        _odd(command, "amount")
    try:
        return parse()
    except BadAmount as bad:
        raise BadLine(command, "amount") from bad


def _odd(command: str, why: str) -> NoReturn:
    raise BadLine(command, why)


# How a line is put together -------------------------------------------------------------------


def _words(command: str, rest: str) -> list[str]:
    """The words after the command: one space before each, and nothing else between them."""
    if not rest:
        return []
    if not rest.startswith(" "):
        _odd(command, "spaces")
    words = rest[1:].split(" ")
    if not all(words):
        _odd(command, "spaces")
    return words


def _first(command: str, rest: str) -> tuple[str, str]:
    """The first word after the command, and the rest as it was written."""
    if rest and not rest.startswith(" "):
        _odd(command, "spaces")
    first, _, more = rest[1:].partition(" ")
    return first, more


def _pair(command: str, word: str) -> tuple[str, str]:
    key, sign, value = word.partition("=")
    if not sign:
        if command in _COUNTED:
            _odd(command, "count pair")
        _odd(command, "pair")
    return key, value


_COUNTED: Final = ("arrived", "short")


def _once(command: str, pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    found: dict[str, T] = {}
    for key, value in pairs:
        if key.lower() in (known.lower() for known in found):
            _odd(command, "twice")
        found[key] = value
    return found


def _by_line(command: str, words: list[str], value: Callable[[str], T]) -> Mapping[int, T]:
    pairs = _once(command, (_pair(command, word) for word in words))
    read = {line_number(command, key): value(text) for key, text in pairs.items()}
    return MappingProxyType(read)


# The commands ---------------------------------------------------------------------------------


def _estimate(rest: str, currency: Currency) -> EstimateOrder:
    words = _words("estimate", rest)
    shop, rate_text = None, ""
    if words and "@" in words[0]:
        shop, rate_text = _shop(words.pop(0), currency)
    pairs = _once("estimate", (_pair("estimate", word) for word in words))
    inside = shop or currency
    charges = {key: price("estimate", pairs.pop(key, "0"), inside) for key in ("shipping", "fee")}
    if not pairs:
        _odd("estimate", "no lines")
    prices = {
        line_number("estimate", key): price("estimate", text, inside)
        for key, text in pairs.items()
    }
    rate = parse_rate(rate_text) if shop else None
    frozen = f"{shop}@{rate_text}" if shop else ""
    return EstimateOrder(
        Estimate(MappingProxyType(prices), charges["shipping"], charges["fee"], shop, rate, frozen)
    )


def _shop(word: str, currency: Currency) -> tuple[Currency, str]:
    """The shop's currency and its rate: `JPY@0.0066`."""
    code, _, rate = word.partition("@")
    if any(mark.isspace() for mark in word) or not code.isupper():
        _odd("estimate", "rate")
    try:
        shop = parse_currency(code)
        parse_rate(rate)
    except BadAmount as bad:
        raise BadLine("estimate", "rate") from bad
    if shop is currency:
        _odd("estimate", "rate")
    return shop, rate


def _reject(rest: str, _: Currency) -> RejectLine:
    number, why = _first("reject", rest)
    return RejectLine(line_number("reject", number), reason("reject", why))


def _confirm(rest: str, currency: Currency) -> ConfirmPayment:
    words = _words("confirm", rest)
    if len(words) != 2:
        _odd("confirm", "two words")
    received = amount("confirm", words[0], currency)
    return ConfirmPayment(received, reference("confirm", words[1]))


def _refuse(rest: str, _: Currency) -> RefusePayment:
    return RefusePayment(_reason_only("refuse", rest))


def _bought(rest: str, currency: Currency) -> MarkBought:
    words = _words("bought", rest)
    if not words:
        return MarkBought(None)
    return MarkBought(_by_line("bought", words, lambda text: price("bought", text, currency)))


def _unavailable(rest: str, _: Currency) -> MarkUnavailable:
    number, why = _first("unavailable", rest)
    return MarkUnavailable(line_number("unavailable", number), reason("unavailable", why))


def _offer(rest: str, currency: Currency) -> OfferInstead:
    first, words = _first("offer", rest)
    number, sign, text = first.partition("=")
    each = price("offer", text, currency) if sign else None
    return OfferInstead(line_number("offer", number), reason("offer", words), each)


def _arrived(rest: str, _: Currency) -> MarkArrived:
    words = _words("arrived", rest)
    if not words:
        return MarkArrived(None)
    return MarkArrived(_by_line("arrived", words, lambda text: count("arrived", text)))


def _short(rest: str, _: Currency) -> ReportMishap:
    first, why = _first("short", rest)
    number, there = _pair("short", first)
    return ReportMishap(
        Question.SHORT, line_number("short", number), reason("short", why), count("short", there)
    )


def _wrong(rest: str, _: Currency) -> ReportMishap:
    number, why = _first("wrong", rest)
    return ReportMishap(Question.WRONG, line_number("wrong", number), reason("wrong", why))


def _damaged(rest: str, _: Currency) -> ReportMishap:
    number, why = _first("damaged", rest)
    return ReportMishap(Question.DAMAGED, line_number("damaged", number), reason("damaged", why))


def _again(rest: str, _: Currency) -> BuyAgain:
    words = _words("again", rest)
    if len(words) != 1:
        _odd("again", "line")
    return BuyAgain(line_number("again", words[0]))


def _split(rest: str, _: Currency) -> SplitOrder:
    numbers = tuple(line_number("split", word) for word in _words("split", rest))
    if not numbers:
        _odd("split", "line")
    if len(set(numbers)) < len(numbers):
        _odd("split", "twice")
    return SplitOrder(numbers)


def _bill(rest: str, currency: Currency) -> SecondBill:
    priced, sign, extra = rest.partition(" extra=")
    pairs = _once("bill", (_pair("bill", word) for word in _words("bill", priced)))
    if not pairs:
        _odd("bill", "no methods")
    if len(pairs) > METHODS_MAX:
        _odd("bill", "many")
    methods = tuple(method("bill", name, text, currency) for name, text in pairs.items())
    if not sign:
        return SecondBill(methods)
    text, _, why = extra.partition(" ")
    return SecondBill(methods, amount("bill", text, currency), reason("bill", why))


def _adjust(rest: str, currency: Currency) -> AdjustCost:
    text, why = _first("adjust", rest)
    return AdjustCost(difference("adjust", text, currency), reason("adjust", why))


def _ship(rest: str, _: Currency) -> ShipParcel:
    words = _words("ship", rest)
    was = ""
    if words and words[-1].startswith("was="):
        was = _former(words.pop().removeprefix("was="))
    if len(words) < 2:
        _odd("ship", "two words")
    number = tracking("ship", words.pop())
    return ShipParcel(carrier("ship", " ".join(words)), number, was)


def _former(text: str) -> str:
    if _TRACKING.fullmatch(text) is None:
        _odd("ship", "tracking")
    return text


def _pack(rest: str, _: Currency) -> PackOrder:
    _alone("pack", rest)
    return PackOrder()


def _unpack(rest: str, _: Currency) -> UnpackOrder:
    _alone("unpack", rest)
    return UnpackOrder()


def _returned(rest: str, _: Currency) -> ReturnParcel:
    number, why = _first("returned", rest)
    return ReturnParcel(tracking("returned", number), reason("returned", why))


def _solve(rest: str, currency: Currency) -> SolveProblem:
    first, more = _first("solve", rest)
    if first == REPLACEMENT:
        return _replacement(more.split(" "))
    if not first.startswith("refund="):
        return SolveProblem(_reason_only("solve", rest))
    refund = amount("solve", first.removeprefix("refund="), currency)
    return SolveProblem(reason("solve", more), refund)


def _replacement(words: list[str]) -> SolveProblem:
    """`2=1 3 text`: so many of a line, or all of it; a text that begins without a number: all."""
    wanted: dict[int, int | None] = {}
    while words and _PIECES.fullmatch(words[0]):
        number, sign, many = words.pop(0).partition("=")
        no = line_number("solve", number)
        if no in wanted:
            _odd("solve", "twice")
        wanted[no] = _many("solve", many) if sign else None
    return SolveProblem(reason("solve", " ".join(words)), None, True, MappingProxyType(wanted))


def _many(command: str, text: str) -> int:
    """A count of at least one."""
    if _NUMBER.fullmatch(text) is None:
        _odd(command, "count")
    return int(text)


def _accept(rest: str, _: Currency) -> AcceptRequest:
    words = _words("accept", rest)
    if len(words) > 1:
        _odd("accept", "two words")
    return AcceptRequest(line_number("accept", words[0]) if words else None)


def _decline(rest: str, _: Currency) -> DeclineRequest:
    first, more = _first("decline", rest)
    if not first[:1].isdigit():
        return DeclineRequest(None, _reason_only("decline", rest))
    return DeclineRequest(line_number("decline", first), reason("decline", more))


def _hold(rest: str, _: Currency) -> HoldOrder:
    return HoldOrder(_reason_only("hold", rest))


def _unhold(rest: str, _: Currency) -> ReleaseOrder:
    _alone("unhold", rest)
    return ReleaseOrder()


def _cancel(rest: str, currency: Currency) -> CancelOrder:
    first, more = _first("cancel", rest)
    if not first.startswith("keep="):
        return CancelOrder(_reason_only("cancel", rest))
    keep = price("cancel", first.removeprefix("keep="), currency)
    return CancelOrder(reason("cancel", more), keep)


def _take(rest: str, _: Currency) -> TakeOrder:
    _alone("take", rest)
    return TakeOrder()


def _answered(rest: str, _: Currency) -> NeedsNoAnswer:
    _alone("answered", rest)
    return NeedsNoAnswer()


def _history(rest: str, _: Currency) -> ShowHistory:
    _alone("history", rest)
    return ShowHistory()


def _reason_only(command: str, rest: str) -> str:
    if rest and not rest.startswith(" "):
        _odd(command, "spaces")
    return reason(command, rest)


def _alone(command: str, rest: str) -> None:
    if rest:
        _odd(command, "alone")


READERS: Final[Mapping[str, Callable[[str, Currency], Command]]] = MappingProxyType(
    {
        "estimate": _estimate,
        "reject": _reject,
        "confirm": _confirm,
        "refuse": _refuse,
        "bought": _bought,
        "unavailable": _unavailable,
        "offer": _offer,
        "arrived": _arrived,
        "short": _short,
        "wrong": _wrong,
        "damaged": _damaged,
        "again": _again,
        "split": _split,
        "bill": _bill,
        "adjust": _adjust,
        "ship": _ship,
        "pack": _pack,
        "unpack": _unpack,
        "returned": _returned,
        "accept": _accept,
        "decline": _decline,
        "solve": _solve,
        "hold": _hold,
        "unhold": _unhold,
        "cancel": _cancel,
        "history": _history,
        "take": _take,
        "answered": _answered,
    }
)
