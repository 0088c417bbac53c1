"""Money in words: `$83.20`, `-$2.00`, `USD 83.20`, as the reader's language writes it."""

from __future__ import annotations

import re
from copy import copy
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import NumberPattern, parse_pattern

from domain.money import Currency, Money

_SIGN_OF_LETTERS: Final = re.compile(r"(?<=[^\W\d_])(?=\d)")  # `KWD 1.234`, by CLDR's rule


def amount(money: Money, locale: str, *, by_code: bool = False) -> str:
    return _amount(money.minor, money.currency, locale, by_code)


@lru_cache(maxsize=8192)
def _amount(minor: int, currency: Currency, locale: str, by_code: bool) -> str:
    value = Decimal(minor).scaleb(-currency.decimals)
    pattern = _pattern(currency, locale, by_code)
    shown = pattern.apply(value, locale, currency=currency.value, currency_digits=False)
    return _SIGN_OF_LETTERS.sub("\u00a0", shown)


@lru_cache(maxsize=256)
def _pattern(currency: Currency, locale: str, by_code: bool) -> NumberPattern:
    """The language’s pattern with our decimals; Babel’s own differ from ISO 4217 now and then."""
    pattern: NumberPattern = copy(Locale.parse(locale).currency_formats["standard"])
    if by_code:  # CLDR's sign for the code is the sign for the symbol, twice
        pattern = parse_pattern(pattern.pattern.replace("¤", "¤¤"))
    pattern.frac_prec = (currency.decimals, currency.decimals)
    return pattern
