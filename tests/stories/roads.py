"""How an order gets so far, as people bring it there."""

from __future__ import annotations

from tests.stories.shop import Somebody

ADDRESS = "Aki Mori\n1-2-3 Chuo\nKyoto 600-0000\nJapan"


async def applies(customer: Somebody, *items: tuple[str, int], tolerance: str = "5 %") -> None:
    """An application, confirmed; by default two blue mugs."""
    await customer.writes("/new")
    for no, (description, quantity) in enumerate(items or (("Blue mug", 2),)):
        if no:
            await customer.presses("Add another item")
        await customer.writes(description, str(quantity))
        await customer.presses("Skip")
    await customer.presses("Done")
    await customer.writes(ADDRESS)
    await customer.presses("Cheapest", "Buy the rest", tolerance, "Confirm")


async def estimated(
    customer: Somebody, boss: Somebody, line: str = "/estimate 1=10 shipping=5 fee=3"
) -> None:
    """Order #1: $28.00 to pay."""
    await applies(customer)
    await boss.says_in_topic(line, 1)


async def reports(customer: Somebody, amount: str = "28.00") -> None:
    """From the ways to pay to the report, confirmed."""
    await customer.presses("Bank transfer", "I have transferred it")
    await customer.writes(amount)
    await customer.presses("Today")
    await customer.writes("Aki Mori")
    await customer.presses("Skip", "Confirm")


async def opens(customer: Somebody, number: int = 1) -> None:
    """The order's card, fresh."""
    await customer.starts(f"order_{number}")


async def asks(customer: Somebody, text: str, number: int = 1) -> None:
    """*New message* on the order's card."""
    await opens(customer, number)
    await customer.presses("Messages", "New message")
    await customer.writes(text)


async def paid(customer: Somebody, boss: Somebody) -> None:
    await estimated(customer, boss)
    await opens(customer)
    await customer.presses("Pay 1st bill")
    await reports(customer)
    await boss.says_in_topic("/confirm 28.00 REF1", 1)


async def at_warehouse(customer: Somebody, boss: Somebody) -> None:
    await paid(customer, boss)
    await boss.says_in_topic("/bought", 1)
    await boss.says_in_topic("/arrived", 1)


async def ready_to_ship(customer: Somebody, boss: Somebody) -> None:
    await at_warehouse(customer, boss)
    await boss.says_in_topic("/bill EMS=0", 1)
    await opens(customer)
    await customer.presses("Request shipping", "EMS", "Confirm", "Request shipping")


async def shipped(customer: Somebody, boss: Somebody) -> None:
    await ready_to_ship(customer, boss)
    await boss.says_in_topic("/ship EMS EE123456785JP", 1)
