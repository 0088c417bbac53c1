"""Splitting: staff propose it, and once the customer agrees a part is an order of its own."""

from __future__ import annotations

from collections.abc import Sequence

from actions.work import Work
from domain.ids import LineNo, OrderId
from domain.ledger import order_account
from domain.letters import Urgency
from domain.orders import Change, Order, Question
from domain.payments import split as split_entry
from domain.question_notices import OrderSplit, QuestionAsked
from domain.questions import ask
from domain.splitting import Parts, numbered, offered, separable, split


async def propose(
    work: Work, order_id: OrderId, numbers: Sequence[int], *, seen: int | None = None
) -> Order:
    """Ask the customer whether the rest goes ahead without these lines."""
    order = await work.lock_to_work(order_id, seen=seen)
    lines = separable(order, numbers)
    for line in lines:
        order = ask(order, line, Question.SPLIT, work.now)
    order = await work.save(order, Change(f"split proposed: {_named(numbers)}"))
    await work.tell_customer(order, QuestionAsked(order.id, lines[0].no, Question.SPLIT))
    return order


async def carry_out(work: Work, order: Order) -> Order:
    """The customer agrees, and the order is locked: two orders, and the money with its lines."""
    numbers = tuple(line.no for line in offered(order))
    await work.uow.ledger.lock_customer(order.customer)
    account = order_account(order.id, order.customer)
    held = await work.uow.ledger.balance(account, order.currency)
    parts = split(order, held, work.now)
    new = await _add(work, parts, numbers)
    entry = split_entry(order.customer, order.id, new.id, parts.moved)
    if entry is not None:
        await work.post(entry)
    gone = Change(f"split into #{new.id}: {_named(numbers)}", why=_moved(parts))
    order = await work.save(numbered(parts, new.id), gone)
    await work.tell_customer(order, OrderSplit(order.id, new.id, numbers, "customer"))
    await work.tell_staff(order, OrderSplit(order.id, new.id, numbers, "staff"))
    await work.tell_staff(new, OrderSplit(new.id, order.id, numbers, "staff", is_new=True))
    return order


async def _add(work: Work, parts: Parts, numbers: tuple[LineNo, ...]) -> Order:
    """The new order gets its number, then its bill; its card opens its topic."""
    why = f"{_named(numbers)}; {_moved(parts)}"
    begun = Change(f"split from #{parts.order.id}", after=parts.new.stage, why=why)
    added = await work.add(parts.new, begun)
    await work.lock(added.id)
    new = await work.save(added, Change("1st bill paid"))
    await work.redraw(new, Urgency.NOTICE)
    return new


def _named(numbers: Sequence[int]) -> str:
    return "lines " + ", ".join(map(str, numbers))


def _moved(parts: Parts) -> str:
    return f"{parts.moved.plain()} {parts.moved.currency} moved"
