"""How staff's lines are written: usages, the list of commands, and what is wrong with a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markupsafe import Markup

from views.lengths import one_line
from views.sentences import together
from views.texts import Phrase, Texts, later

WORD_SHOWN: Final = 32

USAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "estimate": (
        "/estimate 1=12.50 2=8 shipping=5 fee=3",
        "/estimate JPY@0.0066 1=1200 shipping=500",
    ),
    "reject": ("/reject 2 sold out",),
    "confirm": ("/confirm 83.20 BANKREF",),
    "refuse": ("/refuse reason",),
    "bought": ("/bought", "/bought 1=12.00"),
    "unavailable": ("/unavailable 2 reason",),
    "offer": ("/offer 2 blue instead of red", "/offer 2=12.00 blue instead of red"),
    "arrived": ("/arrived", "/arrived 1=2"),
    "short": ("/short 2=1 reason",),
    "wrong": ("/wrong 2 reason",),
    "damaged": ("/damaged 2 reason",),
    "again": ("/again 2",),
    "split": ("/split 2",),
    "bill": ("/bill EMS=42.10 SAL=20", "/bill EMS=0", "/bill EMS=42.10 extra=5 reason"),
    "adjust": ("/adjust 5.00 reason", "/adjust -5.00 reason"),
    "ship": ("/ship EMS EE123456785JP", "/ship EMS NEWNUMBER was=OLD"),
    "pack": ("/pack",),
    "unpack": ("/unpack",),
    "returned": ("/returned EE123456785JP reason",),
    "solve": (
        "/solve text",
        "/solve refund=10.00 text",
        "/solve replacement text",
        "/solve replacement 2=1 text",
    ),
    "accept": ("/accept 2", "/accept"),
    "decline": ("/decline 2 reason", "/decline reason"),
    "hold": ("/hold reason",),
    "unhold": ("/unhold",),
    "cancel": ("/cancel reason", "/cancel keep=8.50 reason"),
    "history": ("/history",),
    "take": ("/take",),
    "answered": ("/answered",),
}

# In an order’s topic too; no button asks for these.
MOVING_USAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "messages": ("/messages",),
    "move": ("/move", "/move Osaka"),
}
_MOVING_MEANINGS: Final[Mapping[str, Phrase]] = {
    "messages": later("what was said about this order, with its pictures, files and receipts"),
    "move": later("gives the order to another agency, after a question"),
}

# Anywhere in the group.
DESK_USAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "queue": ("/queue",),
    "find": ("/find 12", "/find @name", "/find EE123456785JP", "/find blue mug"),
    "stats": ("/stats",),
    "canned": (
        "/canned",
        "/canned name",
        "/canned add name text",
        "/canned change name:ja text",
        "/canned delete name",
    ),
}
_DESK_MEANINGS: Final[Mapping[str, Phrase]] = {
    "queue": later("what waits for staff, the oldest deadline first"),
    "find": later("an order, a customer, a payment code, a parcel, or words"),
    "stats": later("what went on, as a picture"),
    "canned": later("what is said often, with the order’s values filled in"),
}

# In General and in the finance topic.
MONEY_USAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "payins": ("/payins",),
    "payin": ("/payin 17 100.00 BANKREF", "/payin 17 refuse reason"),
    "suspense": ("/suspense 87.40 BANKREF",),
    "match": ("/match BANKREF 1001", "/match BANKREF @name", "/match BANKREF #12"),
    "correct": ("/correct BANKREF reason", "/correct BANKREF amount=87.40 reason"),
    "payouts": ("/payouts",),
    "payout": (
        "/payout 5 start",
        "/payout 5 sent REFERENCE",
        "/payout 5 refuse reason",
        "/payout 5 bounced",
    ),
    "allow_payout": ("/allow_payout 1001", "/allow_payout @name"),
    "goodwill": ("/goodwill 1001 5.00 reason", "/goodwill @name 5.00 reason"),
    "writeoff": ("/writeoff 1001 2.00 reason", "/writeoff @name 2.00 reason"),
    "refund": ("/refund 12 20.00 reason",),
}
TALK_USAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "mute": ("/mute 1001", "/mute @name"),
    "unmute": ("/unmute 1001", "/unmute @name"),
}
_TALK_MEANINGS: Final[Mapping[str, Phrase]] = {
    "mute": later("a customer’s messages are kept, and not carried to staff"),
    "unmute": later("they are carried again"),
}
MONEY_MEANINGS: Final[Mapping[str, Phrase]] = {
    "payins": later("the pay-ins that wait"),
    "payin": later("what arrived of a pay-in, and the bank’s reference; or why it is refused"),
    "suspense": later("money that arrived, whose owner nobody knows yet"),
    "match": later("gives such money to a customer, or to an order"),
    "correct": later(
        "takes a transfer back that was booked for the wrong one; or amount= is what arrived in "
        "truth, perhaps 0"
    ),
    "payouts": later("the pay-outs that wait"),
    "payout": later("begin a pay-out, which shows the account once; sent; refused; came back"),
    "allow_payout": later("lets a customer pay out who has not used the service yet"),
    "goodwill": later("a present into a customer’s deposit"),
    "writeoff": later("a debt, or a part of it, that nobody will pay"),
    "refund": later("something paid for an order goes back to the deposit"),
}

_MEANINGS: Final[Mapping[str, Phrase]] = {
    "estimate": later(
        "the unit price of every item; shipping and fee may be left out. With "
        "the shop’s currency and rate first, amounts are in that currency"
    ),
    "reject": later("before payment: an item that cannot be bought"),
    "confirm": later("what arrived, and the bank’s reference"),
    "refuse": later("the open payment report, with the reason"),
    "bought": later("all items at the estimate, or one at its real unit price"),
    "unavailable": later("a paid item that is not to be had"),
    "offer": later("an item is to be had only differently: the customer decides"),
    "arrived": later("everything, or so many of an item in all; a photo may carry this command"),
    "short": later("so few of an item came: the customer decides"),
    "wrong": later("something else came for an item; a photo may carry this command"),
    "damaged": later("an item came damaged; a photo may carry this command"),
    "again": later("an item that came wrong, damaged or short is bought once more"),
    "split": later("one or more items that are not there yet become an order of their own"),
    "bill": later("the 2nd bill: one or more methods of shipping, perhaps an extra charge"),
    "adjust": later("changes what the order costs, for the settlement"),
    "ship": later("a parcel: carrier, then number; was= corrects a number"),
    "pack": later("it is packed: method and address stay"),
    "unpack": later("it is not packed after all, as long as nothing is shipped"),
    "returned": later("a parcel came back: it needs a new 2nd bill"),
    "solve": later(
        "closes the open problem; refund= goes to the deposit, and replacement sends again: "
        "everything, or these lines"
    ),
    "accept": later("the customer’s request about an item, or the only one there is"),
    "decline": later("such a request, with the reason: the item is bought as it was ordered"),
    "hold": later("stops the order and its deadlines"),
    "unhold": later("lets it go on"),
    "cancel": later("cancels the order; keep= is the cost that is not returned"),
    "history": later("who did what, and when"),
    "take": later("you look after this order"),
    "answered": later("the customer’s message needs no answer"),
}

_ALL_USAGES: Final = (USAGES, MOVING_USAGES, MONEY_USAGES, DESK_USAGES, TALK_USAGES)

_WHYS: Final[Mapping[str, Phrase]] = {
    "alone": later("Nothing follows this command."),
    "amount": later("An amount is written like 83.20."),
    "carrier": later("A carrier’s name is a word or a few, like Japan Post."),
    "language": later("There is no such language. It is two or three letters, like name:ja."),
    "long text": later("That is too long: 3000 characters at most."),
    "long words": later("That is too long: 100 characters at most."),
    "name": later("A reply’s name is one word of letters and digits."),
    "place": later(
        "In braces there can only be {order}, {customer}, {total} and {due}, and no brace stands"
        " alone."
    ),
    "choice": later("Please press one of the buttons."),
    "count": later("A count is a whole number, like 2."),
    "customer": later("A customer is named by their Telegram number, or by @name."),
    "key late": later("A word with “=” stands where only the reason belongs."),
    "line": later("An item is named by its number, as the card shows it."),
    "long": later("That is too long: 500 characters at most."),
    "many": later("There can be 8 methods at most."),
    "method": later("A method is one word with its price, like EMS=42.10."),
    "no lines": later("No item has a price."),
    "no methods": later("No method has a price."),
    "no such line": later("There is no item with that number in this order."),
    "number": later("A number is written in plain digits, like 17."),
    "one line": later("It all goes into one line."),
    "photo": later("Please send a photo, or press Skip."),
    "count pair": later("Each part is written like 1=2, without spaces in it."),
    "pair": later("Each part is written like 1=12.50, without spaces in it."),
    "rate": later("The shop’s currency and its rate are written like JPY@0.0066."),
    "reference": later("A bank reference is one word of plain letters and digits."),
    "spaces": later("One space stands between the words, and all in one line."),
    "text": later("Please write it as a text."),
    "too much": later("There is not as much as that."),
    "tracking": later("A tracking number is one word, like EE123456785JP."),
    "twice": later("Something stands there twice."),
    "two words": later("Something is missing, or there is too much."),
    "words": later("The words are missing."),
}


def code(text: str) -> Markup:
    """Text that a tap copies."""
    return Markup("<code>{}</code>").format(text)


def why_not(why: str, say: Texts) -> Markup:
    """What is wrong with what was typed; empty for a reason we have no words for."""
    phrase = _WHYS.get(why)
    return say.of(phrase) if phrase else Markup()


def usage(command: str, why: str, say: Texts) -> Markup:
    """What is wrong with a line, and how it is written."""
    wrong = together(why_not(why, say), say("Nothing was changed."))
    known = (usages.get(command, ()) for usages in _ALL_USAGES)
    examples = (code(example) for examples in known for example in examples)
    return Markup("\n").join([Markup("⚠️ ") + wrong, say("It is written like this:"), *examples])


def command_list(say: Texts) -> Markup:
    """All commands of an order's topic, each with an example and its meaning."""
    return _rows(USAGES, _MEANINGS, say)


def desk_list(say: Texts) -> Markup:
    """The commands that are understood anywhere in the group."""
    return _rows(DESK_USAGES, _DESK_MEANINGS, say)


def money_list(say: Texts) -> Markup:
    """The commands about money that belong to no topic of an order."""
    return _rows(MONEY_USAGES, MONEY_MEANINGS, say)


def _rows(
    usages: Mapping[str, tuple[str, ...]], meanings: Mapping[str, Phrase], say: Texts
) -> Markup:
    rows = (
        Markup("{}\n{}").format(code(examples[0]), say.of(meanings[command]))
        for command, examples in usages.items()
    )
    return Markup("\n").join(rows)


def menu(say: Texts) -> list[tuple[str, str]]:
    """What Telegram offers staff when they type a slash: plain texts."""
    topic = {**_MEANINGS, **_MOVING_MEANINGS}
    meanings = {**_DESK_MEANINGS, **topic, **MONEY_MEANINGS, **_TALK_MEANINGS}
    return [(command, say.of(meaning).unescape()) for command, meaning in meanings.items()]


def unknown_command(word: str, say: Texts, *, front_desk: bool = True) -> Markup:
    if word:
        first = say("There is no /{word}. Nothing was changed or sent.", word=_shown(word))
    else:
        first = say("That is no command. Nothing was changed or sent.")
    return Markup("\n\n").join([first, help_text(say, front_desk=front_desk)])


def help_text(say: Texts, *, front_desk: bool = True) -> Markup:
    """What is about customers of all agencies is written at the front desk only."""
    where = say("In an order’s topic these do at once what the buttons ask for:")
    notes = say("What begins with // stays among staff; anything else goes to the customer.")
    money = say("In General and in the finance topic, about money:")
    anywhere = say("Anywhere in the group:")
    topic = [where, command_list(say), _rows(MOVING_USAGES, _MOVING_MEANINGS, say)]
    if not front_desk:
        own = {word: how for word, how in DESK_USAGES.items() if word != "stats"}
        return Markup("\n\n").join([*topic, anywhere, _rows(own, _DESK_MEANINGS, say), notes])
    desk = [anywhere, desk_list(say), _rows(TALK_USAGES, _TALK_MEANINGS, say)]
    return Markup("\n\n").join([*topic, *desk, money, money_list(say), notes])


def belongs_in_topic(word: str, say: Texts, *, inquiries: bool = False) -> Markup:
    """Some of the lines are understood in the topic of an inquiry, too."""
    if inquiries:
        return say(
            "/{word} belongs in the topic of an order or of an inquiry; the topic’s name begins"
            " with #number or with Inquiry. Nothing was changed.",
            word=_shown(word),
        )
    return say(
        "/{word} belongs in the order’s topic; the topic’s name begins with #number."
        " Nothing was changed.",
        word=_shown(word),
    )


def command_with_picture(say: Texts) -> Markup:
    return say(
        "A command goes without a picture: nothing was done, and the customer was sent nothing."
        " Please write it again as a text."
    )


def anonymous(say: Texts) -> Markup:
    return say(
        "I cannot see who wrote this, so nothing was done with it. Please write as yourself:"
        " not as a channel, and with “Remain anonymous” turned off in your admin rights."
    )


def _shown(word: str) -> str:
    return one_line(word, WORD_SHOWN)
