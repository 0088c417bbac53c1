"""Confirming what arrived for an order: at once, or, if it is much, by two people."""

from __future__ import annotations

from actions import agreeing, payments
from actions.bank_references import refuse_used
from actions.payments import Confirmed
from actions.work import Work
from domain.ids import OrderId
from domain.money import Money
from domain.payments import reference_key
from domain.proposals import Consent, Proposal, Wish
from domain.refusals import NoOpenReport


async def confirm(
    work: Work,
    order_id: OrderId,
    received: Money,
    reference: str,
    *,
    without_report: bool = False,
) -> Confirmed | Proposal:
    """Book what arrived, or keep it as a proposal that another finance member carries out."""
    work.reach_all()
    consent: Consent | None = None
    if agreeing.takes_two(work, received):
        agreed = await _agree(work, order_id, received, reference, without_report=without_report)
        if isinstance(agreed, Proposal):
            return agreed
        consent = agreed
    else:
        work.require_finance()
        await work.lock(order_id)
        await agreeing.forget(work, _subject(order_id))
    return await payments.confirm_transfer(
        work, order_id, received, reference, without_report=without_report, consent=consent
    )


async def _agree(
    work: Work, order_id: OrderId, received: Money, reference: str, *, without_report: bool
) -> Consent | Proposal:
    """Nothing is proposed that could not be done."""
    work.require_finance()
    await work.lock(order_id)
    await refuse_used(work, reference)
    if not without_report and await work.uow.payments.open_report(order_id) is None:
        raise NoOpenReport(order_id)
    line = f"/confirm {received.plain()} {reference}"
    essence = f"{received.plain()} {reference_key(reference)}"
    return await agreeing.agree(work, Wish(_subject(order_id), essence, line, order_id))


def _subject(order_id: OrderId) -> str:
    return f"confirm:{order_id}"
