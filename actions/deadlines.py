"""What happens when time runs out."""

from __future__ import annotations

from actions.cancellations import cancel_because
from actions.receptions import complete
from actions.work import Work
from domain.deadlines import is_overdue
from domain.ids import OrderId
from domain.orders import Stage


async def close(work: Work, order_id: OrderId) -> bool:
    """Close an order past its deadline; False when it was dealt with a moment ago.

    The sweep's list is stale by now: what counts is the order as it is under the lock.
    """
    order = await work.lock(order_id)
    if not is_overdue(order, work.now):
        return False
    if await work.uow.payments.in_review(order_id) is not None:
        return False  # never while a payment is under review
    if order.stage is Stage.SHIPPED:
        await complete(work, order, "clock")
    else:
        await cancel_because(work, order, "unpaid")
    return True
