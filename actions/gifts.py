"""Money that staff give or forgive: goodwill, write-offs and refunds, each by two people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from actions import agreeing
from actions.work import Work
from domain import payments as postings
from domain.history import written
from domain.ids import OrderId, PersonId
from domain.ledger import order_account
from domain.money import Money
from domain.orders import Change, Order
from domain.payout_notices import DebtWrittenOff, GoodwillGiven, MoneyGivenBack
from domain.proposals import Consent, Proposal, Wish
from domain.refusals import OwesLess, PaidLess
from domain.settlement import settle


@dataclass(frozen=True, slots=True)
class Given:
    """What was given, and what of it went into a debt."""

    amount: Money
    repaid: Money


async def give_goodwill(
    work: Work, customer: PersonId, amount: Money, reason: str
) -> Given | Proposal:
    """A present, into the deposit."""
    await _lock(work, customer)
    wish = _wish("goodwill", customer, amount, reason)
    consent = await agreeing.agree(work, wish)
    if isinstance(consent, Proposal):
        return consent
    purse = await work.uow.ledger.purse(customer, amount.currency)
    number = str(consent.number)
    entry = postings.goodwill(customer, number, amount, reason, owed=purse.owed)
    await work.post(entry, consent)
    repaid = min(amount, purse.owed)
    await work.tell_person(customer, GoodwillGiven(amount, reason, repaid))
    return Given(amount, repaid)


async def write_off(
    work: Work, customer: PersonId, amount: Money, reason: str
) -> Given | Proposal:
    """A debt, or a part of it, that nobody will pay."""
    await _lock(work, customer)
    purse = await work.uow.ledger.purse(customer, amount.currency)
    if amount > purse.owed:
        raise OwesLess(purse.owed)
    consent = await agreeing.agree(work, _wish("writeoff", customer, amount, reason))
    if isinstance(consent, Proposal):
        return consent
    await work.post(postings.write_off(customer, str(consent.number), amount, reason), consent)
    await work.tell_person(customer, DebtWrittenOff(amount, reason, purse.owed - amount))
    return Given(amount, amount)


async def refund(work: Work, order_id: OrderId, amount: Money, reason: str) -> Given | Proposal:
    """Something that was paid for an order goes back to the deposit."""
    work.require_finance()
    work.reach_all()
    order = await work.lock(order_id)
    await require_paid(work, order, amount)
    consent = await agreeing.agree(work, _wish("refund", order_id, amount, reason))
    if isinstance(consent, Proposal):
        return consent
    over = settle(order, await _held(work, order)).over
    cheaper = amount - min(amount, over)  # giving back what was paid too much changes no cost
    order, given = await give_back(work, order, amount, reason, consent, cheaper=cheaper)
    await work.tell_customer(order, MoneyGivenBack(order.id, amount, reason, given.repaid))
    return given


async def require_paid(work: Work, order: Order, amount: Money) -> None:
    """No more goes back than was paid for a locked order; its customer's money is locked, too."""
    await work.uow.ledger.lock_customer(order.customer)
    most = await _held(work, order) + await work.uow.ledger.earned(order.id, order.currency)
    if amount > most:
        raise PaidLess(most)


async def give_back(
    work: Work, order: Order, amount: Money, reason: str, consent: Consent, *, cheaper: Money
) -> tuple[Order, Given]:
    """Post a refund that two people want; an order under way costs less by `cheaper`."""
    customer, held = order.customer, await _held(work, order)
    purse = await work.uow.ledger.purse(customer, order.currency)
    number = str(consent.number)
    entry = postings.refund(customer, order.id, number, amount, reason, held=held, owed=purse.owed)
    await work.post(entry, consent)
    order = _cheaper(order, cheaper)
    order = await work.save(order, Change("refunded", after=written(amount), why=reason))
    return order, Given(amount, min(amount, purse.owed))


async def _held(work: Work, order: Order) -> Money:
    account = order_account(order.id, order.customer)
    return await work.uow.ledger.balance(account, order.currency)


def _cheaper(order: Order, amount: Money) -> Order:
    """Its settlement would take back what was given, if the order still cost as much."""
    if order.is_ended:
        return order
    was = amount.nothing if order.adjustment is None else order.adjustment
    return replace(order, adjustment=was - amount)


async def _lock(work: Work, customer: PersonId) -> None:
    work.require_finance()
    work.require_others(customer)
    await work.uow.ledger.lock_customer(customer)


def _wish(what: str, whose: PersonId | OrderId, amount: Money, reason: str) -> Wish:
    line = f"/{what} {whose} {amount.plain()} {reason}"
    return Wish(f"{what}:{whose}", amount.plain(), line)
