"""All there is to configure. `.env.example` explains each name; a test compares the two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import told
from domain.agency import Agency, CurrencyDisplay
from domain.ids import PersonId
from domain.money import Currency, Money, parse_amount
from domain.paypal import CURRENCIES
from domain.refusals import BadAmount
from storage.vault import Vault

TELEGRAM: Final = "https://api.telegram.org"
PAYPAL: Final = "https://api-m.paypal.com"

EXAMPLES: Final = {
    "bot_token": "BOT_TOKEN=123456789:AAF-from-BotFather",
    "bot_api_url": "BOT_API_URL=http://127.0.0.1:8081",
    "staff_chat_id": "STAFF_CHAT_ID=-1001234567890",
    "database_url": "DATABASE_URL=sqlite:///daiko.db",
    "updates": "UPDATES=polling",
    "webhook_url": "WEBHOOK_URL=https://bot.example.com",
    "webhook_secret": "WEBHOOK_SECRET=a-long-random-word",
    "http_host": "HTTP_HOST=127.0.0.1",
    "http_port": "HTTP_PORT=8443",
    "currency": "CURRENCY=USD",
    "currency_display": "CURRENCY_DISPLAY=code",
    "agency_name": "AGENCY_NAME=Sakura Shopping",
    "agency_language": "AGENCY_LANGUAGE=en",
    "agency_timezone": "AGENCY_TIMEZONE=Asia/Tokyo",
    "agency_holidays": "AGENCY_HOLIDAYS=JP",
    "privacy_file": "PRIVACY_FILE=privacy.txt",
    "terms_file": "TERMS_FILE=terms.txt",
    "bank_account": 'BANK_ACCOUNT="First Bank, 123-456-789, Daiko Ltd."',
    "finance_user_ids": "FINANCE_USER_IDS=1001,1002",
    "four_eyes_above": "FOUR_EYES_ABOVE=500.00",
    "sole_operator": "SOLE_OPERATOR=false",
    "encryption_keys": "ENCRYPTION_KEYS=<what `daiko doctor` prints for you>",
    "first_bill_days": "FIRST_BILL_DAYS=7",
    "complete_after_days": "COMPLETE_AFTER_DAYS=30",
    "message_days": "MESSAGE_DAYS=30",
    "payout_fee": "PAYOUT_FEE=2.00",
    "paypal_client_id": "PAYPAL_CLIENT_ID=AbC-from-PayPal",
    "paypal_client_secret": "PAYPAL_CLIENT_SECRET=EfG-from-PayPal",
    "paypal_webhook_id": "PAYPAL_WEBHOOK_ID=5GP028458E2496506",
    "paypal_api_url": "PAYPAL_API_URL=https://api-m.sandbox.paypal.com",
    "log_format": "LOG_FORMAT=console",
    "log_level": "LOG_LEVEL=INFO",
    "bank_csv_date": "BANK_CSV_DATE=Date",
    "bank_csv_amount": "BANK_CSV_AMOUNT=Amount",
    "bank_csv_sender": "BANK_CSV_SENDER=Sender",
    "bank_csv_reference": "BANK_CSV_REFERENCE=Reference",
    "bank_csv_text": "BANK_CSV_TEXT=Text",
}

EXAMPLES_WHOLE: Final = {
    "four_eyes_above": "FOUR_EYES_ABOVE=75000",
    "payout_fee": "PAYOUT_FEE=300",
}

# What the examples name, only whoever sets it can have.
_NO_EXAMPLE: Final = frozenset({"encryption_keys", "privacy_file", "terms_file"})
_MEANT_EMPTY: Final = frozenset({"four_eyes_above"})  # elsewhere an empty value is no value


# What single values must be -------------------------------------------------------------------


def _matching(pattern: str, wrong: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not re.fullmatch(pattern, text):
            raise ValueError(wrong)
        return value

    return check


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not an address that begins with https:// or http://")
    return value.rstrip("/")


def _public_address(value: str) -> str:
    address = _web_address(value)
    if address.startswith("http://") and not _is_loopback(urlsplit(address).hostname or ""):
        raise ValueError("must begin with https:// (plain http only on this machine)")
    return address


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _database(value: str) -> str:
    if re.match(r"sqlite:///.|postgres(ql)?://.", value):
        return value
    raise ValueError("is neither sqlite:///file.db nor postgresql://user:password@host/name")


def _group(value: int) -> int:
    if value >= 0:
        raise ValueError("is not the number of a group: those are below zero")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise ValueError("is no time zone that this machine knows") from None
    return value


def _language(value: str) -> str:
    from views.texts import languages  # with all of Babel, which a look at the books needs not

    if value not in languages():
        raise ValueError(f"must be one of {', '.join(languages())}")
    return value


def _told_in(value: str) -> str:
    if value:
        told.check(value)
    return value


def _country(value: str) -> str:
    if not value:
        return value
    import holidays  # slow to load, and most need it not

    if value.upper() not in holidays.list_supported_countries(include_aliases=False):
        raise ValueError("is no country code whose holidays are known")
    return value.upper()


def _display(value: str) -> str:
    if value not in set(CurrencyDisplay):
        raise ValueError(f"must be one of {', '.join(CurrencyDisplay)}")
    return value


def _listed(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _fernet_keys(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if not keys:
        return keys
    from cryptography.fernet import Fernet  # 8 MB, for whoever has keys

    for number, key in enumerate(keys, 1):
        try:
            Fernet(key.get_secret_value())
        except ValueError:
            raise ValueError(f"number {number} is not a Fernet key") from None
    return keys


Token = Annotated[
    SecretStr,
    AfterValidator(_matching(r"\d+:\S+", "is not a bot's token; @BotFather gives you one")),
]
Secret = Annotated[
    SecretStr,
    AfterValidator(
        _matching(r"[A-Za-z0-9_-]{1,256}", "may have letters, digits, _ and -, 256 at most")
    ),
]
Days = Annotated[int, Field(ge=1, le=365)]


DatabaseUrl = Annotated[str, AfterValidator(_database)]
Display = Annotated[str, AfterValidator(_display)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(_country)]
Language = Annotated[str, AfterValidator(_language)]
DATABASE_URL: Final = "sqlite:///daiko.db"
_FROM: Final = SettingsConfigDict(
    env_file=".env",
    env_file_encoding="utf-8",
    frozen=True,
    extra="ignore",
    validate_default=False,
)


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if value != "" or name.lower() in _MEANT_EMPTY
    }


class DatabaseSettings(BaseSettings):
    """All that the commands need which only look at the database, or bring it up to date."""

    model_config = _FROM

    database_url: DatabaseUrl = DATABASE_URL

    _only_given = model_validator(mode="before")(_without_empty)


class Settings(BaseSettings):
    """Read once, at the start; nothing else looks at the environment."""

    model_config = _FROM

    bot_token: Token
    bot_api_url: Annotated[str, AfterValidator(_web_address)] = TELEGRAM
    staff_chat_id: Annotated[int, AfterValidator(_group)]
    database_url: DatabaseUrl = DATABASE_URL
    updates: Literal["polling", "webhook"] = "polling"
    webhook_url: Annotated[str, AfterValidator(_public_address)] = ""
    webhook_secret: Secret | None = None
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65_535)] | None = None
    currency: Currency = Currency.USD
    currency_display: Display = CurrencyDisplay.SYMBOL
    agency_name: str = "Daiko"
    agency_language: Language = "en"
    agency_timezone: Zone = "UTC"
    agency_holidays: Country = ""
    privacy_file: Annotated[str, AfterValidator(_told_in)] = ""
    terms_file: Annotated[str, AfterValidator(_told_in)] = ""
    bank_account: str = ""
    finance_user_ids: Annotated[tuple[PersonId, ...], NoDecode, BeforeValidator(_listed)] = ()
    four_eyes_above: str | None = "500.00"
    sole_operator: bool = False
    encryption_keys: Annotated[
        tuple[SecretStr, ...], NoDecode, BeforeValidator(_listed), AfterValidator(_fernet_keys)
    ] = ()
    first_bill_days: Days = 7
    complete_after_days: Days = 30
    message_days: Days = 30
    payout_fee: str = "2.00"
    paypal_client_id: str = ""
    paypal_client_secret: SecretStr | None = None
    paypal_webhook_id: str = ""
    paypal_api_url: Annotated[str, AfterValidator(_web_address)] = PAYPAL
    log_format: Literal["console", "json"] = "console"
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda value: str(value).upper()),
    ] = "INFO"
    bank_csv_date: str = "Date"
    bank_csv_amount: str = "Amount"
    bank_csv_sender: str = "Sender"
    bank_csv_reference: str = "Reference"
    bank_csv_text: str = "Text"

    _only_given = model_validator(mode="before")(_without_empty)

    @model_validator(mode="after")
    def _whole(self) -> Settings:
        wrong = dict((*self._wrong_amounts(), *self._wrong_together()))
        if wrong:
            raise WrongSettings(wrong)
        return self

    def _wrong_amounts(self) -> Iterable[tuple[str, str]]:
        for name in ("four_eyes_above", "payout_fee"):
            try:
                self._amount(name)
            except BadAmount:
                # The defaults have cents, and not every currency has.
                whole = EXAMPLES[name] if self.currency.decimals else EXAMPLES_WHOLE[name]
                yield name, _line(name, f"is not an amount in {self.currency.value}", whole)

    def _wrong_together(self) -> Iterable[tuple[str, str]]:
        for name, wrong in self._contradictions():
            yield name, _line(name, wrong)

    def _contradictions(self) -> Iterable[tuple[str, str]]:
        if self.updates == "webhook":
            for name in ("webhook_url", "webhook_secret", "http_port"):
                if getattr(self, name) in (None, ""):
                    yield name, "is missing, and UPDATES=webhook needs it"
        if self.paypal_client_id and self.paypal_client_secret is None:
            yield "paypal_client_secret", "is missing, and PAYPAL_CLIENT_ID needs it"
        if self.paypal_client_secret is not None and not self.paypal_client_id:
            yield "paypal_client_id", "is missing, and PAYPAL_CLIENT_SECRET needs it"
        if self.paypal_client_id and self.currency not in CURRENCIES:
            yield "currency", "is none that PayPal takes, and PAYPAL_CLIENT_ID is set"

    def _amount(self, name: str) -> Money | None:
        typed: str | None = getattr(self, name)
        return parse_amount(typed, self.currency) if typed else None

    def vault(self) -> Vault:
        """Where account details of pay-outs are kept; without a key it stays shut."""
        return Vault([key.get_secret_value() for key in self.encryption_keys])

    def agency(self) -> Agency:
        """What rules and screens need to know."""
        above, fee = self._amount("four_eyes_above"), self._amount("payout_fee")
        return Agency(
            name=self.agency_name,
            currency=self.currency,
            timezone=ZoneInfo(self.agency_timezone),
            staff_chat=self.staff_chat_id,
            language=self.agency_language,
            bank_account=self.bank_account,
            currency_display=CurrencyDisplay(self.currency_display),
            holidays=self.agency_holidays,
            first_bill_days=self.first_bill_days,
            complete_after_days=self.complete_after_days,
            message_days=self.message_days,
            finance=frozenset(self.finance_user_ids),
            four_eyes_above_minor=None if above is None else above.minor,
            sole_operator=self.sole_operator,
            payout_fee_minor=fee.minor if fee else 0,
            paypal=bool(self.paypal_client_id),
            payouts=bool(self.encryption_keys),
            privacy=told.by_language(self.privacy_file),
            terms=told.by_language(self.terms_file),
        )


# Saying what is wrong -------------------------------------------------------------------------


class WrongSettings(Exception):
    """One line a setting: its name, what is wrong with it, an example."""

    def __init__(self, wrong: dict[str, str]) -> None:
        self.wrong = {name: wrong[name] for name in EXAMPLES if name in wrong}
        self.lines = list(self.wrong.values())
        super().__init__("\n".join(self.lines))


_WORDS: Final = {
    "missing": "is missing",
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "bool_parsing": "is neither true nor false",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "literal_error": "must be one of {expected}",
    "enum": "is not a currency's three letters",
}


def read_settings(**given: Any) -> Settings:
    """The settings of the environment and `.env`, or `WrongSettings` with all that is wrong."""
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = _wrong_by_themselves(error)
    raise WrongSettings(wrong | _wrong_together(given, wrong))


def read_database_url() -> str:
    """Where the database is; the bot's other settings may be missing, or wrong."""
    try:
        return DatabaseSettings().database_url
    except ValidationError as error:
        raise WrongSettings(_wrong_by_themselves(error)) from None


def _wrong_by_themselves(error: ValidationError) -> dict[str, str]:
    said = {str(e["loc"][0]): _said(e) for e in reversed(error.errors()) if e["loc"]}
    return {name: _line(name, words) for name, words in said.items()}


def _wrong_together(given: dict[str, Any], known: Iterable[str]) -> dict[str, str]:
    """What else is wrong, so that it is all said at once: examples stand in for what is known."""
    examples = {name: EXAMPLES[name].partition("=")[2].strip('"') for name in known}
    for name in _NO_EXAMPLE & examples.keys():
        examples[name] = ""
    try:
        Settings(**given | examples)
    except WrongSettings as more:
        return {name: line for name, line in more.wrong.items() if name not in examples}
    return {}


def _said(error: Any) -> str:
    if len(error["loc"]) > 1:
        return "is not a list of whole numbers"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    words = _WORDS.get(error["type"])
    if words is None:
        return str(error["msg"]).lower()
    return words.format(**error.get("ctx", {}))


def _line(name: str, wrong: str, example: str = "") -> str:
    return f"{name.upper()} {wrong}. Example: {example or EXAMPLES[name]}"
