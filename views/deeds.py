"""What was done to an order, in the reader's words: history keeps it in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from domain.history import LABEL
from domain.questions import Answer
from views import words
from views.lengths import plain
from views.texts import SOURCE, Phrase, Texts, later

_NUMBERS: Final = r"lines? (?P<numbers>[0-9, ]+)"
_NO: Final = r"line (?P<no>[0-9]+)"
_REST: Final = r"(?P<rest>.+)"

_DEEDS: Final[tuple[tuple[str, Phrase], ...]] = (
    ("applied", later("applied")),
    ("estimate", later("estimate")),
    ("1st bill paid", later("1st bill paid")),
    ("2nd bill", later("2nd bill")),
    ("2nd bill paid", later("2nd bill paid")),
    ("packed", later("packed")),
    ("unpacked", later("unpacked")),
    ("on hold", later("on hold")),
    ("released", later("released")),
    ("taken", later("taken")),
    ("refunded", later("refunded")),
    ("deadline moved", later("deadline moved")),
    ("moved", later("moved to another agency")),
    ("cost adjusted", later("cost adjusted")),
    ("payment reported", later("payment reported")),
    ("payment report withdrawn", later("payment report withdrawn")),
    ("payment refused", later("payment refused")),
    ("payment confirmed", later("payment confirmed")),
    ("payment corrected", later("payment corrected")),
    ("paid from deposit", later("paid from deposit")),
    ("PayPal payment approved", later("PayPal payment approved")),
    ("PayPal reviews a payment", later("PayPal reviews a payment")),
    ("PayPal payment failed", later("PayPal payment failed")),
    ("problem reported", later("problem reported")),
    ("problem withdrawn", later("problem withdrawn")),
    ("problem solved", later("problem solved")),
    ("problem open again", later("problem open again")),
    ("nothing to pay", later("nothing to pay")),
    ("reception report", later("reception report")),
    ("30 days", later("30 days")),
    ("not arrived yet", later("not arrived yet")),
    ("reminder", later("reminder")),
    ("question", later("question")),
    ("alarm", later("alarm")),
    ("tracking corrected", later("tracking corrected")),
    ("split declined", later("split declined")),
    (rf"split proposed: {_NUMBERS}", later("split proposed: {numbers}")),
    (rf"split into #(?P<no>[0-9]+): {_NUMBERS}", later("split into #{no}: {numbers}")),
    (r"split from #(?P<no>[0-9]+)", later("split from #{no}")),
    (r"sent again for #(?P<no>[0-9]+)", later("sent again for #{no}")),
    (rf"shipping by {_REST}", later("shipping by {rest}")),
    (rf"asked: {_NUMBERS}, cancel", later("asked: cancel {numbers}")),
    (rf"asked: {_NUMBERS}, (?P<n>[0-9]+) instead", later("asked: {n} instead of {numbers}")),
    (rf"request withdrawn: {_NUMBERS}", later("request withdrawn: {numbers}")),
    (rf"request accepted: {_NUMBERS}", later("request accepted: {numbers}")),
    (rf"request declined: {_NUMBERS}", later("request declined: {numbers}")),
    (r"cancelled \(\w+\)", later("cancelled")),
    (r"cancelled \(\w+\), (?P<rest>.+) kept", later("cancelled, {rest} kept")),
    (rf"{_NO} rejected", later("line {no} rejected")),
    (rf"{_NO} not available(: asked)?", later("line {no} not available")),
    (rf"{_NO}: offered instead", later("line {no}: offered instead")),
    (rf"{_NO}: buy again", later("line {no}: buy again")),
    (
        rf"{_NO}: (?P<n>[0-9]+) of (?P<all>[0-9]+) arrived",
        later("line {no}: {n} of {all} arrived"),
    ),
    (rf"{_NO}: (?P<rest>[0-9]+ → [0-9]+)", later("line {no}: {rest}")),
    (rf"{_NO} bought at {_REST}", later("line {no} bought at {rest}")),
    (rf"{_NO} asked at {_REST}", later("line {no} asked at {rest}")),
    (r"pay-in (?P<no>[0-9]+) confirmed", later("pay-in {no} confirmed")),
    (r"pay-in (?P<no>[0-9]+) \S+", later("pay-in {no} closed")),
    (r"pay-out (?P<no>[0-9]+) started", later("pay-out {no} started")),
    (r"pay-out (?P<no>[0-9]+) sent", later("pay-out {no} sent")),
    (r"pay-out (?P<no>[0-9]+) \S+", later("pay-out {no} closed")),
    (r"parcel (?P<no>\S+) returned", later("parcel {no} came back")),
    (r"parcel (?P<no>[0-9]+) arrived", later("parcel {no} arrived")),
    (r"parcel (?P<no>[0-9]+) not arrived after all", later("parcel {no} not arrived after all")),
    (r"parcel (?P<no>[0-9]+)", later("parcel {no}")),
)
_LABELS: Final[tuple[tuple[str, Phrase], ...]] = (
    ("on hold", later("on hold")),
    ("decision needed", later("decision needed")),
    ("problem open", later("problem open")),
    (rf"{_NO}", later("line {no}")),
    (rf"{_NO} quantity", later("line {no}, quantity")),
    (rf"{_NO} price", later("line {no}, price")),
    (rf"{_NO} question", later("line {no}, question")),
    (rf"{_NO} asked price", later("line {no}, price asked for")),
    (rf"{_NO} wanted", later("line {no}, wanted")),
    (rf"{_NO} arrived", later("line {no}, arrived")),
    ("1st bill", later("1st bill")),
    ("2nd bill", later("2nd bill")),
    ("1st bill paid", later("1st bill, paid")),
    ("2nd bill paid", later("2nd bill, paid")),
    ("2nd bill offers", later("2nd bill, methods")),
    ("2nd bill by", later("2nd bill, method")),
    ("2nd bill extra", later("2nd bill, extra")),
    ("cost adjusted by", later("cost adjusted by")),
    ("address", later("address")),
    ("taken by", later("taken by")),
    ("agency", later("agency")),
    ("packed", later("packed")),
    (r"parcel (?P<no>[0-9]+)", later("parcel {no}")),
    ("linked to", later("linked to")),
    ("due", later("due")),
    ("clock", later("clock")),
)
_WORDS: Final[dict[str, Phrase]] = {
    **{str(question): phrase for question, phrase in words.QUESTIONS.items()},
    Answer.ACCEPT: later("accepted"),
    Answer.DROP: later("dropped"),
    Answer.WAIT: later("waits"),
    Answer.CANCEL: later("asks to cancel"),
    "no answer within 72 hours": later("no answer within 72 hours"),
    "replacement": later("replacement"),
}
_LINE: Final = re.compile(rf"{_NO}{LABEL}{_REST}")


def of_deed(what: str, say: Texts) -> str:
    """`payment confirmed: 28.00 USD`; several deeds at once stand behind each other."""
    if say.locale == SOURCE:
        return what
    parts = what.split(", ") if _MANY.fullmatch(what) else [what]
    return ", ".join(_deed(part, say) for part in parts)


_MANY: Final = re.compile(r"line [0-9]+\b.*(, line [0-9]+\b.*)+")


def _deed(what: str, say: Texts) -> str:
    if (said := _found(what, _DEEDS, say)) is not None:
        return said
    if (line := _LINE.fullmatch(what)) is not None:
        rest = LABEL.join(_word(word, say) for word in line["rest"].split(LABEL))
        return plain(say("line {no}: {rest}", no=line["no"], rest=rest))
    head, colon, tail = what.partition(LABEL)
    known = _found(head, _DEEDS, say) if colon else None
    return what if known is None else f"{known}{LABEL}{_word(tail, say)}"


def _word(word: str, say: Texts) -> str:
    known = _WORDS.get(word)
    return word if known is None else plain(say.of(known))


def of_label(label: str, say: Texts) -> str:
    """What a part of an entry is about: `line 1 price`."""
    if say.locale == SOURCE:
        return label
    return _found(label, _LABELS, say) or label


def _found(text: str, known: Iterable[tuple[str, Phrase]], say: Texts) -> str | None:
    for pattern, phrase in known:
        if (match := re.fullmatch(pattern, text)) is not None:
            return plain(say.of(phrase, **match.groupdict()))
    return None
