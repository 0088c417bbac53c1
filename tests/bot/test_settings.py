"""Settings are read once; a wrong one is said in one line with its name and an example."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.fernet import Fernet

from bot.settings import EXAMPLES, Settings, WrongSettings, read_settings
from domain.money import Currency

REQUIRED: Final = {"BOT_TOKEN": "123456:AAF-token", "STAFF_CHAT_ID": "-1001"}
ROOT: Final = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those a test makes."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in {**REQUIRED, **values}.items():
        monkeypatch.setenv(name, value)
    return read_settings()


def wrong(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    with pytest.raises(WrongSettings) as error:
        read(monkeypatch, **values)
    return error.value.lines


def test_two_settings_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch)
    assert settings.database_url == "sqlite:///daiko.db"
    assert settings.updates == "polling"
    assert settings.http_port is None
    agency = settings.agency()
    assert (agency.staff_chat, agency.currency) == (-1001, Currency.USD)
    assert (agency.four_eyes_above_minor, agency.payout_fee_minor) == (50_000, 200)
    assert (agency.first_bill_days, agency.complete_after_days, agency.message_days) == (7, 30, 30)


def test_each_missing_setting_is_a_line() -> None:
    with pytest.raises(WrongSettings) as error:
        read_settings()
    assert error.value.lines == [
        "BOT_TOKEN is missing. Example: BOT_TOKEN=123456789:AAF-from-BotFather",
        "STAFF_CHAT_ID is missing. Example: STAFF_CHAT_ID=-1001234567890",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BOT_TOKEN", "hello", "is not a bot's token; @BotFather gives you one"),
        ("BOT_API_URL", "localhost:8081", "is not an address that begins with"),
        ("STAFF_CHAT_ID", "staff", "is not a whole number"),
        ("STAFF_CHAT_ID", "1001", "is not the number of a group"),
        ("DATABASE_URL", "mysql://x", "is neither sqlite:///file.db nor postgresql://"),
        ("DATABASE_URL", "sqlite:///", "is neither sqlite:///file.db nor postgresql://"),
        ("UPDATES", "pigeons", "must be one of 'polling' or 'webhook'"),
        ("WEBHOOK_URL", "http://bot.example.com", "must begin with https://"),
        ("WEBHOOK_SECRET", "two words", "may have letters, digits, _ and -"),
        ("HTTP_PORT", "70000", "must be 65535 or less"),
        ("HTTP_PORT", "http", "is not a whole number"),
        ("CURRENCY", "XYZ", "is not a currency's three letters"),
        ("AGENCY_LANGUAGE", "tlh", "must be one of en"),
        ("AGENCY_TIMEZONE", "Mars/North", "is no time zone that this machine knows"),
        ("AGENCY_HOLIDAYS", "Narnia", "is no country code whose holidays are known"),
        ("FINANCE_USER_IDS", "1,two", "is not a list of whole numbers"),
        ("FOUR_EYES_ABOVE", "lots", "is not an amount in USD"),
        ("FOUR_EYES_ABOVE", "-1", "is not an amount in USD"),
        ("SOLE_OPERATOR", "perhaps", "is neither true nor false"),
        ("ENCRYPTION_KEYS", "secret", "number 1 is not a Fernet key"),
        ("FIRST_BILL_DAYS", "0", "must be 1 or more"),
        ("COMPLETE_AFTER_DAYS", "366", "must be 365 or less"),
        ("PAYOUT_FEE", "2.005", "is not an amount in USD"),
        ("PAYPAL_CLIENT_ID", "abc", "PAYPAL_CLIENT_SECRET is missing"),
        ("PAYPAL_CLIENT_SECRET", "abc", "PAYPAL_CLIENT_ID is missing"),
        ("LOG_FORMAT", "xml", "must be one of 'console' or 'json'"),
        ("LOG_LEVEL", "loud", "must be one of"),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    (line,) = wrong(monkeypatch, **{name: value})
    assert said in line
    assert "\n" not in line
    assert re.search(r"Example: [A-Z_]+=\S", line)
    assert len(line) < 200


def test_a_secret_is_never_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = wrong(monkeypatch, BOT_TOKEN="12345AAHsecret", ENCRYPTION_KEYS="my-secret-key")
    assert not any("secret" in line for line in lines)
    settings = read(monkeypatch, BOT_TOKEN="1:AAH", ENCRYPTION_KEYS=Fernet.generate_key().decode())
    assert "AAH" not in repr(settings)


def test_all_that_is_wrong_is_said_at_once_in_the_settings_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = wrong(monkeypatch, LOG_LEVEL="loud", BOT_TOKEN="x", HTTP_PORT="x")
    assert [line.split()[0] for line in lines] == ["BOT_TOKEN", "HTTP_PORT", "LOG_LEVEL"]


def test_what_is_wrong_by_itself_and_together_is_said_in_one_round(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = wrong(
        monkeypatch,
        BOT_TOKEN="x",
        UPDATES="webhook",
        HTTP_PORT="x",
        CURRENCY="XYZ",
        FOUR_EYES_ABOVE="lots",
        ENCRYPTION_KEYS="secret",
        PAYPAL_CLIENT_ID="abc",
    )
    assert [line.split()[0] for line in lines] == [
        "BOT_TOKEN",
        "WEBHOOK_URL",
        "WEBHOOK_SECRET",
        "HTTP_PORT",
        "CURRENCY",
        "FOUR_EYES_ABOVE",
        "ENCRYPTION_KEYS",
        "PAYPAL_CLIENT_SECRET",
    ]
    assert "is not a whole number" in lines[3]  # it is there, if wrong: not "is missing"


def test_a_webhook_needs_its_address_its_secret_and_a_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = wrong(monkeypatch, UPDATES="webhook")
    assert [line.split()[0] for line in lines] == ["WEBHOOK_URL", "WEBHOOK_SECRET", "HTTP_PORT"]
    settings = read(
        monkeypatch,
        UPDATES="webhook",
        WEBHOOK_URL="http://127.0.0.1:9000/",
        WEBHOOK_SECRET="a-b_1",
        HTTP_PORT="0",
    )
    assert settings.webhook_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            {"PAYPAL_CLIENT_ID": "AbC"},
            "PAYPAL_CLIENT_SECRET is missing, and PAYPAL_CLIENT_ID needs it.",
        ),
        (
            {"PAYPAL_CLIENT_SECRET": "EfG"},
            "PAYPAL_CLIENT_ID is missing, and PAYPAL_CLIENT_SECRET needs it.",
        ),
        (
            {"PAYPAL_CLIENT_ID": "AbC", "PAYPAL_CLIENT_SECRET": "EfG", "CURRENCY": "HUF"},
            "CURRENCY is none that PayPal takes, and PAYPAL_CLIENT_ID is set.",
        ),
    ],
)
def test_paypal_needs_both_of_its_secrets_and_a_currency_it_takes(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], line: str
) -> None:
    (said,) = wrong(monkeypatch, **given)
    assert said.startswith(line)


def test_paypal_is_on_when_it_has_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read(monkeypatch).agency().paypal
    on = read(monkeypatch, PAYPAL_CLIENT_ID="AbC", PAYPAL_CLIENT_SECRET="EfG")
    assert on.agency().paypal


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {name.upper(): "" for name in Settings.model_fields}
    settings = read(monkeypatch, **{**values, **REQUIRED})
    assert settings.http_port is None
    assert settings.agency_name == "Daiko"
    # Here an empty value says something: only where the rules always ask.
    assert settings.agency().four_eyes_above_minor is None


def test_a_currency_without_cents_needs_amounts_without_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert wrong(monkeypatch, CURRENCY="JPY") == [
        "FOUR_EYES_ABOVE is not an amount in JPY. Example: FOUR_EYES_ABOVE=75000",
        "PAYOUT_FEE is not an amount in JPY. Example: PAYOUT_FEE=300",
    ]
    settings = read(monkeypatch, CURRENCY="JPY", FOUR_EYES_ABOVE="", PAYOUT_FEE="300")
    assert settings.agency().payout_fee_minor == 300


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [Fernet.generate_key().decode() for _ in range(2)]
    settings = read(monkeypatch, FINANCE_USER_IDS="1, 2,", ENCRYPTION_KEYS=",".join(keys))
    assert settings.agency().finance == {1, 2}
    assert [key.get_secret_value() for key in settings.encryption_keys] == keys


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.joinpath(".env").write_text(
        'AGENCY_NAME=From the file\nCURRENCY=EUR\nBANK_ACCOUNT="First Bank\nIBAN 1"\nOTHER=1\n'
    )
    settings = read(monkeypatch, AGENCY_NAME="From the environment")
    assert settings.agency_name == "From the environment"
    assert settings.currency is Currency.EUR
    assert settings.bank_account == "First Bank\nIBAN 1"


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Any = read(monkeypatch)
    with pytest.raises(ValueError, match="frozen"):
        settings.updates = "webhook"


def test_every_setting_has_an_example_and_every_example_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert list(EXAMPLES) == list(Settings.model_fields)
    values = dict(line.split("=", 1) for line in EXAMPLES.values())
    values["ENCRYPTION_KEYS"] = Fernet.generate_key().decode()
    for name in ("PRIVACY_FILE", "TERMS_FILE"):
        Path(values[name]).write_text("What is so.")  # in a folder of the test's own
    read(monkeypatch, **values)


def test_the_example_file_can_be_used_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = (ROOT / ".env.example").read_text()
    tmp_path.joinpath(".env").write_text(text)
    settings = read(monkeypatch)
    shown = re.findall(r"^#([A-Z_]+)=(.*)$", text, re.MULTILINE)
    defaults = Settings(_env_file=None, **_required()).model_dump()
    for name, value in shown:
        if value:
            default = defaults[name.lower()]
            assert str(getattr(default, "value", default)).lower() == value.lower(), name
    assert settings.updates == "polling"


def _required() -> dict[str, Any]:
    return {"bot_token": REQUIRED["BOT_TOKEN"], "staff_chat_id": -1001}
