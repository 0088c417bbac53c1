"""The vault: sealed for one pay-out of one customer, opened by any key that is known."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from domain.ids import PayoutId, PersonId
from domain.refusals import DetailsLocked, PayoutsOff
from storage.vault import Vault

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
AKI, BEN, FIVE, SIX = PersonId(7), PersonId(8), PayoutId(5), PayoutId(6)
ACCOUNT = "DE89 3704 0044 0532 0130 00\nErste Bank «Köln» 🏦"


def test_what_is_sealed_opens_as_it_was() -> None:
    vault = Vault([NEW])
    sealed = vault.seal(FIVE, AKI, ACCOUNT)
    assert b"3704" not in sealed
    assert vault.open(FIVE, AKI, sealed) == ACCOUNT


@pytest.mark.parametrize(("payout", "customer"), [(SIX, AKI), (FIVE, BEN)])
def test_it_opens_for_no_other_pay_out_and_no_other_customer(
    payout: PayoutId, customer: PersonId
) -> None:
    vault = Vault([NEW])
    with pytest.raises(DetailsLocked):
        vault.open(payout, customer, vault.seal(FIVE, AKI, ACCOUNT))


def test_a_draft_is_no_pay_outs() -> None:
    vault = Vault([NEW])
    draft = vault.seal_draft(AKI, ACCOUNT)
    assert vault.open_draft(AKI, draft) == ACCOUNT
    with pytest.raises(DetailsLocked):
        vault.open_draft(BEN, draft)


def test_an_older_key_still_opens_and_another_does_not() -> None:
    sealed = Vault([OLD]).seal(FIVE, AKI, ACCOUNT)
    assert Vault([NEW, OLD]).open(FIVE, AKI, sealed) == ACCOUNT
    with pytest.raises(DetailsLocked):
        Vault([NEW]).open(FIVE, AKI, sealed)


def test_renewed_it_needs_the_newest_key_only() -> None:
    renewed = Vault([NEW, OLD]).renew(Vault([OLD]).seal(FIVE, AKI, ACCOUNT))
    assert Vault([NEW]).open(FIVE, AKI, renewed) == ACCOUNT
    with pytest.raises(DetailsLocked):
        Vault([OLD]).renew(renewed)


def test_what_was_tampered_with_does_not_open() -> None:
    vault = Vault([NEW])
    sealed = bytearray(vault.seal(FIVE, AKI, ACCOUNT))
    sealed[-5] ^= 1
    with pytest.raises(DetailsLocked):
        vault.open(FIVE, AKI, bytes(sealed))


def test_without_a_key_nothing_is_sealed_or_opened() -> None:
    sealed = Vault([NEW]).seal(FIVE, AKI, ACCOUNT)
    assert not Vault().has_key
    with pytest.raises(PayoutsOff):
        Vault().seal(FIVE, AKI, ACCOUNT)
    with pytest.raises(PayoutsOff):
        Vault().open(FIVE, AKI, sealed)


def test_a_vault_does_not_show_its_keys() -> None:
    assert NEW not in repr(Vault([NEW]))
