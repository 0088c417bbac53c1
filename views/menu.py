"""Where everything begins: the main menu, help, and the settings with the time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.files import Person
from domain.letters import Key, Screen
from views import languages
from views.buttons import ChooseTimezone, Go, Place, RightsDeed, RightsDo
from views.lengths import one_line
from views.moments import zone
from views.pages import Row
from views.texts import Reader, Texts

# Where most people live; whoever lives elsewhere writes a city.
ZONES: Final = (
    "America/Los_Angeles",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
)


def main(reader: Reader, agency: Agency, name: str = "") -> Screen:
    say = reader.say
    hello = say("Hello, {name}!", name=one_line(name, 60)) if name else say("Hello!")
    text = say(
        "{hello} Welcome to <b>{agency}</b>. We buy for you in shops you cannot use yourself, "
        "collect everything in our warehouse and ship it to you.\n\n"
        "Tell us what you want with <i>New order</i>. You pay nothing before you have seen our "
        "estimate.",
        hello=hello,
        agency=one_line(agency.name, 60),
    )
    return Screen(str(text), _menu_keys(say))


def _menu_keys(say: Texts) -> tuple[Row, ...]:
    return (
        (_go(Place.NEW, say.label("New order")), _go(Place.ORDERS, say.label("My orders"))),
        (_go(Place.DEPOSIT, say.label("Deposit")), _go(Place.INQUIRY, say.label("Inquiry"))),
        (_go(Place.SETTINGS, say.label("Settings")), _go(Place.HELP, say.label("Help"))),
    )


def _go(place: Place, label: str) -> Key:
    return Go(place).key(label)


def help_text(reader: Reader, agency: Agency) -> Screen:
    say = reader.say
    parts = [
        say("<b>How it works</b>"),
        say(
            "1. Apply: send us links or descriptions of what you want.\n"
            "2. We answer with an estimate. It is your 1st bill.\n"
            "3. Pay it, and we buy your items and collect them in our warehouse.\n"
            "4. The 2nd bill is for the shipping to you. Pay it, and we ship.\n"
            "5. When everything has arrived, send us the reception report."
        ),
        say.n(
            "An order that is not paid is cancelled {n} day after its application or its latest "
            "estimate. Until then you can cancel it yourself at no cost.",
            "An order that is not paid is cancelled {n} days after its application or its latest "
            "estimate. Until then you can cancel it yourself at no cost.",
            agency.first_bill_days,
        ),
        say("<b>Commands</b>\n{list}", list=_commands(say)),
        say("A question about an order? Open it under /orders and press <i>Messages</i>."),
    ]
    return Screen(str(Markup("\n\n").join(parts)), _back_to_menu(say))


def _commands(say: Texts) -> Markup:
    return Markup("\n").join(
        Markup("/{} {}").format(command, meaning) for command, meaning in commands(say)
    )


def commands(say: Texts) -> tuple[tuple[str, str], ...]:
    """The customers' commands, as Telegram shows them beside the field one writes in."""
    return (
        ("new", say("start a new order")),
        ("orders", say("see your orders")),
        ("deposit", say("see your deposit, pay in, pay out")),
        ("inquiry", say("ask our front desk something that belongs to no order")),
        ("settings", say("language, time zone, your data")),
        ("help", say("how it works")),
        ("terms", say("read our terms")),
        ("privacy", say("read what is kept about you")),
        ("cancel", say("leave what you are in the middle of")),
    )


def _back_to_menu(say: Texts) -> tuple[Row, ...]:
    return ((_go(Place.MENU, say.label("Back")),),)


# Settings -------------------------------------------------------------------------------------


def settings(person: Person, reader: Reader) -> Screen:
    say = reader.say
    text = say(
        "<b>Settings</b>\n\n<b>Time zone:</b> {zone} ({name})\n"
        "All dates and times are shown in this zone.",
        zone=_city(person.timezone),
        name=person.timezone,
    )
    language = languages.name_of(person.language)
    text = Markup("\n\n").join([text, say("<b>Language:</b> {language}", language=language)])
    rows = (
        (
            _go(Place.LANGUAGE, say.label("Language", emoji="🌐")),
            _go(Place.TIMEZONE, say.label("Time zone", emoji="🕒")),
        ),
        (RightsDo(RightsDeed.DOWNLOAD).key(say.label("Download my data", emoji="📥")),),
        (RightsDo(RightsDeed.DELETE).key(say.label("Delete my account", emoji="🗑")),),
        (_go(Place.MENU, say.label("Back")),),
    )
    return Screen(str(text), rows)


def timezones(reader: Reader, now: datetime) -> Screen:
    """The zones to choose from; another one can be written."""
    say = reader.say
    text = say(
        "<b>Time zone</b>\n\nChoose yours, or send me the name of a big city near you, "
        "like <i>Lisbon</i>."
    )
    keys = [
        ChooseTimezone(name).key(say.label("{city}", city=_city(name), detail=_clock(name, now)))
        for name in ZONES
    ]
    rows = [tuple(keys[n : n + 2]) for n in range(0, len(keys), 2)]
    return Screen(str(text), (*rows, (_go(Place.SETTINGS, say.label("Back")),)))


def timezone_set(person: Person, reader: Reader, now: datetime) -> Screen:
    """Said when it was chosen, with the time there to be sure."""
    say = reader.say
    text = say(
        "Done. Your time zone is <b>{zone}</b>, where it is {at} now.",
        zone=_city(person.timezone),
        at=now,
    )
    return Screen(str(text), ((_go(Place.SETTINGS, say.label("Back")),),))


def _city(timezone: str) -> str:
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def _clock(timezone: str, at: datetime) -> str:
    return f"{at.astimezone(zone(timezone)):%H:%M}"
