"""How a PayPal signs what it tells: a key, its certificate, and the headers of a webhook."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

NAME: Final = "messageverificationcerts.sandbox.paypal.com"
ISSUED: Final = datetime(2026, 1, 1, tzinfo=UTC)  # whatever clock is turned, it is valid
LASTS: Final = timedelta(days=3650)


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Seal:
    """One key for the whole program: making one takes a while."""

    def __init__(self, webhook_id: str, clock: Callable[[], datetime]) -> None:
        self._webhook_id = webhook_id
        self._clock = clock

    @property
    def certificate(self) -> bytes:
        return _certificate(NAME, ISSUED, ISSUED + LASTS)

    def sign(self, body: bytes, certificate_url: str) -> dict[str, str]:
        """The headers PayPal sends with an event."""
        number, at = str(uuid.uuid4()), self._clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        said = f"{number}|{at}|{self._webhook_id}|{binascii.crc32(body)}".encode()
        signature = _key().sign(said, padding.PKCS1v15(), hashes.SHA256())
        return {
            "paypal-transmission-id": number,
            "paypal-transmission-time": at,
            "paypal-transmission-sig": base64.b64encode(signature).decode(),
            "paypal-cert-url": certificate_url,
            "paypal-auth-algo": "SHA256withRSA",
            "content-type": "application/json",
        }


@cache
def _certificate(name: str, begins: datetime, ends: datetime) -> bytes:
    """Signed by itself: whoever trusts the address it lies at trusts it."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(_key(), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)
