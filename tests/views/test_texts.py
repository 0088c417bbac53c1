"""Words, money and moments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from markupsafe import Markup

from domain.agency import CurrencyDisplay
from domain.money import Currency, Money
from tests.views.files import DUE, READER, usd
from views import texts
from views.moments import Dated, Deadline, ShortDay
from views.texts import Reader, known_language, languages, later


def test_what_people_typed_is_never_markup() -> None:
    say = READER.say
    assert say("<b>{name}</b>", name="<i>A & B</i>") == "<b>&lt;i&gt;A &amp; B&lt;/i&gt;</b>"
    assert say("<b>{name}</b>", name=Markup("<i>A</i>")) == "<b><i>A</i></b>"


def test_braces_that_people_typed_are_not_filled_in() -> None:
    assert READER.say("Note: {note}", note="{price}") == "Note: {price}"


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (usd(8320), "$83.20"),
        (usd(-200), "-$2.00"),
        (usd(0), "$0.00"),
        (usd(123456789), "$1,234,567.89"),
        (Money(1200, Currency.JPY), "¥1,200"),
        (Money(1234, Currency.KWD), "KWD\u00a01.234"),
    ],
)
def test_money_is_shown_in_its_currency(money: Money, shown: str) -> None:
    assert READER.say.show(money) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", ("USD\u00a083.20", "-USD\u00a02.00", "JPY\u00a01,200")),
        ("ja", ("USD\u00a083.20", "-USD\u00a02.00", "JPY\u00a01,200")),
        ("es", ("83,20\u00a0USD", "-2,00\u00a0USD", "1.200\u00a0JPY")),
        ("ru", ("83,20\u00a0USD", "-2,00\u00a0USD", "1\u00a0200\u00a0JPY")),
    ],
)
def test_money_is_shown_by_its_code_where_that_is_wished(
    language: str, shown: tuple[str, str, str]
) -> None:
    say = Reader(language, display=CurrencyDisplay.CODE).say
    amounts = (Money(8_320, Currency.USD), Money(-200, Currency.USD), Money(1_200, Currency.JPY))
    assert tuple(say.show(each) for each in amounts) == shown


@pytest.mark.parametrize("currency", Currency)
def test_no_currency_loses_or_gains_a_decimal(currency: Currency) -> None:
    shown = READER.say.show(Money(1234567, currency))
    number = "".join(c for c in shown.split("\u00a0")[-1] if c.isdigit() or c == ".")
    assert number.lstrip(".") == Money(1234567, currency).plain()


@pytest.mark.parametrize(
    ("timezone", "shown"),
    [
        ("Asia/Tokyo", "Mon 30 Nov, 23:59 JST"),
        ("UTC", "Mon 30 Nov, 14:59 UTC"),
        ("Europe/Berlin", "Mon 30 Nov, 15:59 CET"),
        ("Asia/Kathmandu", "Mon 30 Nov, 20:44 UTC+5:45"),
        ("America/Sao_Paulo", "Mon 30 Nov, 11:59 UTC-3"),
        ("Pacific/Kiritimati", "Tue 1 Dec, 04:59 UTC+14"),
        ("No/Where", "Mon 30 Nov, 14:59 UTC"),
    ],
)
def test_a_deadline_is_shown_as_the_minute_before_in_the_readers_zone(
    timezone: str, shown: str
) -> None:
    assert Reader("en", timezone).say.show(Deadline(DUE)) == shown


def test_moments_and_days() -> None:
    say = READER.say
    at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert say.show(at) == "Mon 2 Nov, 18:00 JST"
    assert say.show(Dated(at)) == "Mon 2 Nov 2026, 18:00 JST"
    assert say.show(date(2026, 11, 2)) == "2 Nov 2026"
    assert say.show(ShortDay(DUE)) == "30 Nov"


@pytest.mark.parametrize("timezone", ["America/New_York", "Europe/Berlin"])
def test_the_hour_that_comes_twice_names_its_zone(timezone: str) -> None:
    say = Reader("en", timezone).say
    summer = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    winter = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
    assert say.show(summer).rsplit(" ", 1)[-1] != say.show(winter).rsplit(" ", 1)[-1]


def test_a_number_chooses_its_words() -> None:
    say = READER.say
    assert say.n("{n} item", "{n} items", 1) == "1 item"
    assert say.n("{n} item", "{n} items", 0) == "0 items"
    assert say.n("{n} of {what}", "{n} of {what}s", 2, what="<cup>") == "2 of &lt;cup&gt;s"


def test_a_button_reads_emoji_label_detail() -> None:
    say = READER.say
    assert say.label("Pay 1st bill") == "Pay 1st bill"
    assert say.label("Pay 1st bill", detail=usd(8320)) == "Pay 1st bill · $83.20"
    assert say.label("Pay 1st bill", detail=usd(0), emoji="🟢") == "🟢 Pay 1st bill · $0.00"


def test_a_button_is_plain_text() -> None:
    assert READER.say.label("{no}", no=1, detail="<Tom & Co>") == "1 · <Tom & Co>"


def test_a_button_is_cut_to_what_a_phone_shows() -> None:
    label = READER.say.label("{no}", no=1, detail="x" * 500)
    assert label == "1 · " + "x" * 55 + "…"


def test_a_marked_text_is_said_later() -> None:
    assert READER.say.of(later("Hello {name}"), name="Aki") == "Hello Aki"


@pytest.mark.parametrize("tag", ["", "xx", "zh-hans", "en-GB", "../../etc/passwd", "EN"])
def test_an_unknown_language_is_english(tag: str) -> None:
    assert known_language(tag) == "en"
    assert Reader(tag).say("Back") == "Back"


# Other languages: a folder with a catalog is all that is needed --------------------------------

RUSSIAN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Back"
msgstr "Назад"

msgid "Pay by {due}."
msgstr "Оплатите до {due}."

msgid "{n} item"
msgid_plural "{n} items"
msgstr[0] "{n} предмет"
msgstr[1] "{n} предмета"
msgstr[2] "{n} предметов"
"""


@pytest.fixture
def russian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "daiko.po").write_text(RUSSIAN, encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    caches = (languages, known_language, texts.texts_for, texts._translations)
    for cache in caches:
        cache.cache_clear()
    yield Reader("ru-RU", "Europe/Moscow")
    for cache in caches:
        cache.cache_clear()


def test_a_language_is_found_by_its_folder(russian: Reader) -> None:
    say = russian.say
    assert say("Back") == "Назад"
    assert say.label("Back") == "Назад"
    assert say("Not translated") == "Not translated"
    assert say("Pay by {due}.", due=Deadline(DUE)) == "Оплатите до пн, 30 нояб., 17:59 MSK."
    assert say.show(usd(120000)) == "1\u00a0200,00\u00a0$"


@pytest.mark.parametrize(
    ("n", "shown"), [(1, "1 предмет"), (3, "3 предмета"), (11, "11 предметов"), (21, "21 предмет")]
)
def test_a_language_has_its_own_plurals(russian: Reader, n: int, shown: str) -> None:
    assert russian.say.n("{n} item", "{n} items", n) == shown
