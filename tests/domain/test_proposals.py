"""A proposal waits for a week, for somebody else who wants the very same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import ProposalId
from domain.proposals import Proposal, Wish
from domain.refusals import AlreadyDone, ProposalDiffers

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WISH = Wish("payout:5", "28.00 OUT77", "/payout 5 sent OUT77")
PROPOSAL = Proposal(ProposalId(1), WISH, "staff:42", "Mina", AT)


@pytest.mark.parametrize(
    ("after", "lapsed"),
    [
        (timedelta(0), False),
        (timedelta(days=7, seconds=-1), False),
        (timedelta(days=7), True),
        (timedelta(days=7, seconds=1), True),
    ],
)
def test_a_proposal_counts_for_seven_days(after: timedelta, lapsed: bool) -> None:
    assert PROPOSAL.has_lapsed(AT + after) is lapsed


def test_another_amount_or_reference_is_refused_with_what_was_proposed() -> None:
    PROPOSAL.require_same(replace(WISH, line="/payout 5 sent OUT77 as agreed"))
    with pytest.raises(ProposalDiffers) as no:
        PROPOSAL.require_same(replace(WISH, essence="28.00 OUT78"))
    assert (no.value.who, no.value.line) == ("Mina", "/payout 5 sent OUT77")


def test_what_was_decided_is_not_decided_again() -> None:
    PROPOSAL.require_open()
    with pytest.raises(AlreadyDone) as no:
        replace(PROPOSAL, closed_at=AT, closed_by="Tom").require_open()
    assert (no.value.who, no.value.what) == ("Tom", "/payout 5 sent OUT77")
