"""The staff's side of a story: who works in the group, and what they write and press there."""

from __future__ import annotations

from dataclasses import dataclass

from domain.orders import Stage
from sandbox.people import Person, buttons_of
from tests.stories.shop import Json, Shop, Somebody


@dataclass
class Colleague:
    """Somebody of the staff group whose deeds are waited for."""

    shop: Shop
    person: Person

    async def writes(self, text: str, number: int) -> str:
        """Write in an order's topic; what the bot replies to it."""
        written = self.person.writes(text, self.shop.group, topic=self.shop.topic(number))
        await self.shop.rest()
        for message in self.shop.topic(number).messages:
            if message.get("reply_to_message", {}).get("message_id") == written["message_id"]:
                return str(message["text"])
        return ""

    async def presses(self, number: int, *labels: str, on: Json | None = None) -> str:
        """Press keys of an order's topic; what stands in it last, afterwards."""
        for label in labels:
            topic = self.shop.topic(number)
            if on is None:
                self.person.presses(label, self.shop.group, topic=topic)
            else:
                self.person.presses(label, message=on)
            await self.shop.rest()
        return self.shop.topic(number).texts[-1]

    @property
    def toasts(self) -> list[str]:
        return [text for text, _ in self.person.toasts]


def card_keys(shop: Shop, number: int) -> list[str]:
    """The keys of the card that is pinned in an order's topic."""
    (card,) = shop.topic(number).pinned
    return [key["text"] for key in buttons_of(card)]


async def stage(shop: Shop, number: int = 1) -> Stage:
    return (await shop.file(number)).order.stage


async def applies(aki: Somebody, *items: str) -> None:
    """Send an application of one piece each; with two items the second is two pieces."""
    await aki.starts()
    await aki.presses("New order")
    for place, item in enumerate(items, 1):
        if place > 1:
            await aki.presses("Add another item")
        await aki.writes(item, str(place))
        await aki.presses("Skip")
    await aki.presses("Done")
    await aki.writes("Aki Mori\n1-2 Chuo\nKyoto 600-8001")
    await aki.presses("Cheapest", "Buy the rest", "5 %", "Confirm")


async def pays(aki: Somebody, bill: str) -> None:
    """Report a transfer of what is due for a bill, made today."""
    await aki.presses("Open order", f"Pay {bill}", "Bank transfer", "I have transferred it")
    await aki.presses("$")
    await aki.presses("Today")
    await aki.writes("Aki Mori")
    await aki.presses("Skip", "Confirm")
