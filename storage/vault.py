"""The vault: account details are written only encrypted, and erased when they have served."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from domain.ids import PayoutId, PersonId
from domain.refusals import DetailsLocked, PayoutsOff

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

DRAFT: Final = PayoutId(0)  # of a pay-out that is not asked for yet


class Vault:
    """Seals with the newest key, opens with any. Without a key it refuses."""

    def __init__(self, keys: Sequence[str] = ()) -> None:
        self._fernet = _fernet(keys) if keys else None

    def __repr__(self) -> str:
        return f"<vault, {'in use' if self.has_key else 'without a key'}>"

    @property
    def has_key(self) -> bool:
        return self._fernet is not None

    def seal(self, payout: PayoutId, customer: PersonId, details: str) -> bytes:
        """Encrypt, with whose it is inside: a row that is put elsewhere does not open there."""
        plain = json.dumps([payout, customer, details], ensure_ascii=False)
        return self._keys.encrypt(plain.encode())

    def open(self, payout: PayoutId, customer: PersonId, sealed: bytes) -> str:
        """Decrypt what was sealed for this pay-out of this customer; `DetailsLocked` if not."""
        whose, of, details = json.loads(self._try(self._keys.decrypt, sealed))
        if (whose, of) != (payout, customer):
            raise DetailsLocked
        return str(details)

    def seal_draft(self, customer: PersonId, details: str) -> str:
        """For a form that is being filled in: its answers are kept as text."""
        return base64.b64encode(self.seal(DRAFT, customer, details)).decode()

    def open_draft(self, customer: PersonId, sealed: str) -> str:
        return self.open(DRAFT, customer, base64.b64decode(sealed))

    def renew(self, sealed: bytes) -> bytes:
        """The same under the newest key."""
        return self._try(self._keys.rotate, sealed)

    @staticmethod
    def _try(work: Callable[[bytes], bytes], sealed: bytes) -> bytes:
        from cryptography.fernet import InvalidToken

        try:
            return work(sealed)
        except InvalidToken:
            raise DetailsLocked from None

    @property
    def _keys(self) -> MultiFernet:
        if self._fernet is None:
            raise PayoutsOff
        return self._fernet


def _fernet(keys: Sequence[str]) -> MultiFernet:
    from cryptography.fernet import Fernet, MultiFernet  # 8 MB, for whoever has keys

    return MultiFernet([Fernet(key) for key in keys])
