"""The door for PayPal's webhooks: signatures are checked here, without asking PayPal.

What comes through is kept and is only a hint; amounts are always asked for. So the signature keeps
strangers from making us ask, and nothing more hangs on it.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from storage.paypal import Told

log = structlog.get_logger(__name__)

# Where PayPal's certificates lie, by the API that is used.
HOSTS: Final = {
    "api-m.paypal.com": ("api.paypal.com", "api-m.paypal.com"),
    "api.paypal.com": ("api.paypal.com", "api-m.paypal.com"),
    "api-m.sandbox.paypal.com": ("api.sandbox.paypal.com", "api-m.sandbox.paypal.com"),
    "api.sandbox.paypal.com": ("api.sandbox.paypal.com", "api-m.sandbox.paypal.com"),
}
CERTIFICATES: Final = re.compile(r"/v1/notifications/certs/CERT-[A-Za-z0-9-]{1,100}")
SIGNER: Final = ".paypal.com"
ALGORITHM: Final = "SHA256withRSA"
AGE_MAX: Final = timedelta(days=4)  # PayPal repeats an event for three days
AHEAD_MAX: Final = timedelta(minutes=10)
FETCH_SECONDS: Final = 5.0
CERTIFICATE_BYTES_MAX: Final = 64 * 1024
CERTIFICATES_KEPT: Final = 8
NOT_AGAIN_BEFORE: Final = timedelta(minutes=1)  # after a certificate could not be had
NAMES: Final = (
    "transmission-id",
    "transmission-time",
    "transmission-sig",
    "cert-url",
    "auth-algo",
)
EVENT_ID_MAX: Final = 100


class NotAnEvent(Exception):
    """Not what PayPal sends."""


class Forged(Exception):
    """It does not come from PayPal, or not from this webhook."""


class NoCertificate(Exception):
    """PayPal's certificate cannot be had just now: it will repeat the event."""


class Webhooks:
    """Lets in what PayPal signed for this webhook."""

    def __init__(
        self,
        api_url: str,
        webhook_id: str,
        clock: Callable[[], datetime],
        keep: Callable[[Told], Awaitable[None]],
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._addresses = _certificate_addresses(api_url)
        self._webhook_id = webhook_id
        self._clock = clock
        self._keep = keep
        self._known: dict[str, x509.Certificate] = {}
        self._failed: dict[str, datetime] = {}
        self._fetching = asyncio.Lock()
        # No redirect is followed: it could lead anywhere.
        self._http = httpx.AsyncClient(
            transport=transport, timeout=FETCH_SECONDS, follow_redirects=False, trust_env=False
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def receive(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Keep an event, or raise what is wrong with it. What is in it is read afterwards."""
        await self._verify(body, headers)
        try:
            told = json.loads(body)
            event = Told(str(told["id"])[:EVENT_ID_MAX], str(told["event_type"]), body.decode())
        except (ValueError, KeyError, TypeError, RecursionError):
            raise NotAnEvent from None
        await self._keep(event)

    async def _verify(self, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            number, moment, signature, url, algorithm = (headers[f"paypal-{n}"] for n in NAMES)
        except KeyError:
            raise NotAnEvent from None
        if algorithm != ALGORITHM:
            raise Forged("algorithm")
        if not self._is_certificate_address(url):
            raise Forged("certificate's address")
        self._check_age(moment)
        certificate = await self._certificate(url)
        said = f"{number}|{moment}|{self._webhook_id}|{binascii.crc32(body)}".encode()
        _check_signature(certificate, signature, said)

    def _check_age(self, moment: str) -> None:
        try:
            sent_at = datetime.fromisoformat(moment)
            age = self._clock() - sent_at
        except (ValueError, TypeError):  # TypeError: without a time zone
            raise NotAnEvent from None
        if not -AHEAD_MAX < age < AGE_MAX:
            raise Forged("age")

    # The certificate --------------------------------------------------------------------------

    def _is_certificate_address(self, url: str) -> bool:
        """Whether it may be fetched at all: PayPal's own address, to the letter."""
        found = next((each for each in self._addresses if url.startswith(each)), None)
        return found is not None and CERTIFICATES.fullmatch(url.removeprefix(found)) is not None

    async def _certificate(self, url: str) -> x509.Certificate:
        async with self._fetching:
            certificate = self._known.get(url)
            if certificate is None:
                certificate = await self._fetch(url)
                if len(self._known) >= CERTIFICATES_KEPT:
                    self._known.pop(next(iter(self._known)))
                self._known[url] = certificate
        now = self._clock()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise Forged("certificate's dates")
        return certificate

    async def _fetch(self, url: str) -> x509.Certificate:
        """PayPal's address over TLS says whose it is; its PEM need not hold the chain."""
        failed_at = self._failed.get(url)
        if failed_at is not None and self._clock() - failed_at < NOT_AGAIN_BEFORE:
            raise NoCertificate
        try:
            certificate = _read_certificate(await self._download(url))
        except (httpx.HTTPError, NoCertificate) as error:
            if len(self._failed) >= CERTIFICATES_KEPT:
                self._failed.clear()
            self._failed[url] = self._clock()
            log.warning("certificate not fetched", error=type(error).__name__)
            raise NoCertificate from None
        if not any(name.endswith(SIGNER) for name in _names(certificate)):
            raise Forged("certificate's name")
        return certificate

    async def _download(self, url: str) -> bytes:
        async with self._http.stream("GET", url) as response:
            if response.status_code != 200:
                raise NoCertificate
            pem = b""
            async for chunk in response.aiter_bytes():
                pem += chunk
                if len(pem) > CERTIFICATE_BYTES_MAX:
                    raise NoCertificate
            return pem


def _certificate_addresses(api_url: str) -> tuple[str, ...]:
    """What a certificate's address must begin with. Another API than PayPal's has its own."""
    hosts = HOSTS.get(urlsplit(api_url).hostname or "")
    return (api_url,) if hosts is None else tuple(f"https://{host}" for host in hosts)


def _read_certificate(pem: bytes) -> x509.Certificate:
    """The first is the signer's."""
    try:
        return x509.load_pem_x509_certificates(pem)[0]
    except ValueError:
        raise NoCertificate from None


def _names(certificate: x509.Certificate) -> list[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        named = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return [str(name.value).lower() for name in named]
    return [name.lower() for name in found.value.get_values_for_type(x509.DNSName)]


def _check_signature(certificate: x509.Certificate, signature: str, said: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise Forged("kind of key")
    try:
        given = base64.b64decode(signature, validate=True)
        key.verify(given, said, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        raise Forged("signature") from None
