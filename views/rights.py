"""The rights of people in words: privacy, terms, their data, and deleting the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup, escape

from domain import refusals as no
from domain.agency import Agency
from domain.letters import Key, Screen
from domain.refusals import Refused
from domain.rights import Standing
from domain.rights_notices import AccountDeleted, OldTopic
from views.buttons import Go, Place, RightsDeed, RightsDo
from views.lengths import one_line
from views.links import to_topic
from views.pages import Row
from views.texts import Reader, Texts, known_language

_NUMBERS_MAX: Final = 20
_KEYS_A_ROW: Final = 4


# What the agency tells everybody --------------------------------------------------------------


def privacy(reader: Reader, agency: Agency) -> Screen:
    return _told(agency.privacy, reader) or _kept(reader.say, agency)


def terms(reader: Reader, agency: Agency) -> Screen:
    return _told(agency.terms, reader) or _rules(reader.say, agency)


def _told(texts: tuple[tuple[str, str], ...], reader: Reader) -> Screen | None:
    """In the reader's language if there is such a text. Long ones go in several messages."""
    if not texts:
        return None
    by_language = dict(texts)
    text = by_language.get(known_language(reader.language), by_language[""])
    return Screen(str(escape(text)), _to_menu(reader.say))


def _kept(say: Texts, agency: Agency) -> Screen:
    """What is true wherever Daiko runs."""
    parts = [
        say("<b>What is kept about you</b>\n\n{agency}", agency=one_line(agency.name, 60)),
        say(
            "<b>What:</b> your name, username and number on Telegram, your language and time "
            "zone; your orders with their delivery addresses, notes and photos; your messages to "
            "us and ours to you; your bills, payment reports, deposit and pay-outs."
        ),
        say(
            "<b>Who sees it:</b> the members of our staff. Account details of pay-outs are kept "
            "encrypted, are shown to whoever sends the money, and are erased at the end of the "
            "pay-out. Whoever delivers your parcels gets your address. Telegram carries all "
            "messages; PayPal handles your payment if you choose it."
        ),
        say(
            "<b>How long:</b> until you delete your account under /settings. Amounts, dates, "
            "what was bought and your number stay in the books, without your name. Copies of what "
            "was sent are kept for 30 days."
        ),
        say(
            "<b>Your rights:</b> under /settings you can download all of it, and delete your "
            "account. For anything else, ask us: /inquiry."
        ),
    ]
    return Screen(str(Markup("\n\n").join(parts)), _to_menu(say))


def _rules(say: Texts, agency: Agency) -> Screen:
    parts = [
        say("<b>The rules of this service</b>\n\n{agency}", agency=one_line(agency.name, 60)),
        say.n(
            "An order that is not paid is cancelled {n} day after its application or its latest "
            "estimate. Until you have paid you can cancel it yourself at no cost.",
            "An order that is not paid is cancelled {n} days after its application or its latest "
            "estimate. Until you have paid you can cancel it yourself at no cost.",
            agency.first_bill_days,
        ),
        say.n(
            "An order is completed by your reception report, or {n} day after it was shipped. "
            "What you paid too much goes to your deposit then; what you paid too little is taken "
            "from it.",
            "An order is completed by your reception report, or {n} days after it was shipped. "
            "What you paid too much goes to your deposit then; what you paid too little is taken "
            "from it.",
            agency.complete_after_days,
        ),
        say(
            "What is in your deposit is yours. Money that came back from an order can always be "
            "paid out; money you paid in can, once you have used the service."
        ),
        say("What else was agreed between us, our staff will tell you: /inquiry."),
    ]
    return Screen(str(Markup("\n\n").join(parts)), _to_menu(say))


def _to_menu(say: Texts) -> tuple[Row, ...]:
    return ((Go(Place.MENU).key(say.label("Back")),),)


def _to_settings(say: Texts) -> Row:
    return (Go(Place.SETTINGS).key(say.label("Back")),)


# Their data -----------------------------------------------------------------------------------


def data_promised(say: Texts) -> Screen:
    text = say("Your data are being put together. The file comes with the next message.")
    return Screen(str(text), (_to_settings(say),))


# Deleting the account -------------------------------------------------------------------------


def still_open(standing: Standing, say: Texts) -> Screen:
    """All that stands against it, so that it can be seen to in one go."""
    head = say("<b>Delete my account</b>\n\nThat is not possible yet:")
    reasons = Markup("\n").join(Markup("• {}").format(reason) for reason in _open(standing, say))
    tail = say("When that has come to its end, press <i>Delete my account</i> again.")
    text = Markup("\n\n").join([head, reasons, tail])
    ways = (
        Go(Place.ORDERS).key(say.label("My orders")),
        Go(Place.DEPOSIT).key(say.label("Deposit")),
    )
    return Screen(str(text), (ways, _to_settings(say)))


def _open(standing: Standing, say: Texts) -> Iterator[Markup]:
    if standing.orders:
        yield say("under way: {numbers}", numbers=_numbers(standing.orders))
    if standing.problems:
        yield say("a problem is open: {numbers}", numbers=_numbers(standing.problems))
    if standing.payments:
        yield say("a payment of yours is being looked at")
    if standing.payouts:
        yield say("a pay-out has not been sent yet")
    purse = standing.purse
    if purse.deposit.is_positive:
        yield say(
            "there is {amount} in your deposit: spend it, or have it paid out first",
            amount=purse.deposit,
        )
    if purse.reserved.is_positive:
        yield say("{amount} is reserved", amount=purse.reserved)
    if purse.owed.is_positive:
        yield say("you owe {amount}: please pay it in first", amount=purse.owed)


def _numbers(orders: tuple[int, ...]) -> str:
    shown = ", ".join(f"#{number}" for number in orders[:_NUMBERS_MAX])
    return f"{shown}, …" if len(orders) > _NUMBERS_MAX else shown


def explained(now: int, say: Texts) -> Screen:
    """What goes and what stays, before the first question."""
    parts = [
        say("<b>Delete my account</b>"),
        say(
            "<b>Erased at once, for good:</b> your name, username, language and time zone; "
            "delivery addresses; all messages, photos and files of your orders and inquiries; "
            "notes to items; names and receipts of your payment reports; account details."
        ),
        say(
            "<b>What stays:</b> our books, as the law asks of us: orders with what was bought, "
            "amounts and dates, under your number on Telegram, without your name."
        ),
        say(
            "Messages in this chat are yours: delete the chat if you do not want to keep them. "
            "Our staff are told to delete what stands about you in their group."
        ),
        say("Shall I go on?"),
    ]
    go_on = RightsDo(RightsDeed.SURE, now).key(say.label("Go on"))
    return Screen(str(Markup("\n\n").join(parts)), ((go_on,), _to_settings(say)))


def last_question(explained_at: int, say: Texts) -> Screen:
    text = say(
        "<b>Delete my account</b>\n\nAre you sure? This cannot be undone. If you want a copy of "
        "your data, press <i>Back</i> and download it first."
    )
    erase = RightsDo(RightsDeed.ERASE, explained_at).key(say.label("Delete everything", emoji="🗑"))
    return Screen(str(text), ((erase,), _to_settings(say)))


def erased(say: Texts) -> Screen:
    text = say(
        "Your account is deleted. Goodbye, and thank you for your trust.\n\nIf you ever come "
        "back, /start begins anew."
    )
    return Screen(str(text))


def account_deleted(notice: AccountDeleted, agency: Agency, say: Texts) -> Screen:
    """To staff: what is left for people to do."""
    parts = [
        say(
            "🗑 The customer with the number {id} has deleted their account. What names them is "
            "erased here; the books stay.",
            id=notice.customer,
        )
    ]
    if notice.topics:
        names = ", ".join(_name(topic, say) for topic in notice.topics)
        parts.append(
            say(
                "Telegram still has what was said. Please open these topics and delete them: "
                "{names}",
                names=names,
            )
        )
    parts.append(say("Please delete as well what names them in General and in the finance topic."))
    keys = [
        Key(_name(topic, say), url=to_topic(agency.staff_chat, topic.topic))
        for topic in notice.topics
    ]
    rows = [tuple(keys[at : at + _KEYS_A_ROW]) for at in range(0, len(keys), _KEYS_A_ROW)]
    return Screen(str(Markup("\n\n").join(parts)), tuple(rows))


def _name(topic: OldTopic, say: Texts) -> str:
    return say.label("Inquiry") if topic.order is None else f"#{topic.order}"


def about(refused: Refused, say: Texts) -> Markup | None:
    """Refusals about data and accounts."""
    match refused:
        case no.AccountOpen():
            return say(
                "Something is open again, so nothing was deleted. Press “Delete my account” under "
                "/settings to see what it is."
            )
        case no.DataHadLately(again_at):
            return say(
                "You have had your data within the hour. Please ask again after {at}.",
                at=again_at,
            )
        case _:
            return None
