"""Wiring it up, and speaking with Telegram."""

import sys

# The library imports cryptography wherever it finds it, for Telegram Passport, which nobody here
# uses. It is 8 MB: whoever has keys or PayPal's webhooks imports it when they need it.
_CRYPTOGRAPHY = "cryptography.hazmat.backends"

if "telegram" not in sys.modules and _CRYPTOGRAPHY not in sys.modules:
    sys.modules[_CRYPTOGRAPHY] = None  # type: ignore[assignment]  # "it is not installed"
    import telegram  # noqa: F401

    del sys.modules[_CRYPTOGRAPHY]
