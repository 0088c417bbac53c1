"""The main menu, help and settings."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from domain.files import Person
from domain.ids import PersonId
from tests.views.files import AGENCY, NOW, READER
from tests.views.reading import all_keys, flat, labels, read
from tests.views.test_card import NASTY
from views import menu
from views.buttons import ChooseTimezone, Go, Place
from views.texts import Reader

AKI = Person(PersonId(7), "Aki", timezone="Asia/Tokyo")


def test_the_menu_shows_what_works() -> None:
    screen = menu.main(READER, AGENCY, "Aki")
    assert read(screen).startswith("Hello, Aki! Welcome to Mikan Proxy. We buy for you in shops")
    assert labels(screen) == [
        ["New order", "My orders"],
        ["Deposit", "Inquiry"],
        ["Settings", "Help"],
    ]
    assert [Go.unpack(key.data) for key in all_keys(screen)] == [
        Go(Place.NEW),
        Go(Place.ORDERS),
        Go(Place.DEPOSIT),
        Go(Place.INQUIRY),
        Go(Place.SETTINGS),
        Go(Place.HELP),
    ]


def test_help_names_every_command_and_the_days() -> None:
    shown = read(menu.help_text(READER, replace(AGENCY, first_bill_days=5)))
    assert "cancelled 5 days after its application" in shown
    for command in ("/new", "/orders", "/deposit", "/settings", "/help", "/cancel"):
        assert f"\n{command} " in shown


def test_settings_show_the_time_zone() -> None:
    screen = menu.settings(AKI, READER)
    assert read(screen) == (
        "Settings\n\nTime zone: Tokyo (Asia/Tokyo)\nAll dates and times are shown in this zone."
        "\n\nLanguage: English"
    )
    assert labels(screen) == [
        ["🌐 Language", "🕒 Time zone"],
        ["📥 Download my data"],
        ["🗑 Delete my account"],
        ["Back"],
    ]


def test_time_zones_are_offered_with_the_time_there() -> None:
    screen = menu.timezones(READER, NOW)
    assert "New York · 04:00" in flat(labels(screen))
    keys = {key.label: key.data for key in all_keys(screen)}
    assert ChooseTimezone.unpack(keys["Tokyo · 18:00"]) == ChooseTimezone("Asia/Tokyo")
    assert labels(screen)[-1] == ["Back"]


def test_a_chosen_time_zone_is_confirmed_with_the_time_there() -> None:
    berlin = replace(AKI, timezone="Europe/Berlin")
    screen = menu.timezone_set(berlin, Reader("en", "Europe/Berlin"), NOW)
    assert read(screen) == (
        "Done. Your time zone is Berlin, where it is Mon 23 Nov, 10:00 CET now."
    )


@settings(max_examples=30, deadline=None)
@given(NASTY)
def test_the_menu_fits_any_name(typed: str) -> None:
    read(menu.main(READER, replace(AGENCY, name=typed), typed))
