"""What happened before the curtain rises: six days at two agencies, in four languages.

It was made as everything is: by people who wrote and pressed, and by the bot's own actions, while
time passed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot import agencies
from bot.app import Daiko
from sandbox.passing import let_pass
from sandbox.people import Forum, Person, TopicView
from sandbox.telegram import Telegram
from sandbox.world import Json
from views.texts import Reader

DAYS: Final = 6
SAMPLES: Final = Path(__file__).parent / "page" / "samples"
ADDRESSES: Final = {
    "Aki": "Aki Tanaka\nTorstraße 12\n10119 Berlin\nGermany",
    "さくら": "佐藤さくら\n12 Rue Oberkampf\n75011 Paris\nFrance",
    "Lucía": "Lucía Romero\nCalle de Atocha 40\n28012 Madrid\nEspaña",
    "Катя": "Екатерина Орлова\nAbovyan 8\n0001 Yerevan\nArmenia",
}
THANKS: Final = {
    "": "Dear {customer}, thank you! Order {order} is in good hands.",
    ":ja": "{customer}様、ありがとうございます。ご注文{order}は大切にお預かりしています。",
    ":es": "{customer}, ¡gracias! Cuidamos bien de su pedido {order}.",
    ":ru": "{customer}, спасибо! Заказ {order} в надёжных руках.",
}
OSAKA_BANK: Final = "Daiko Osaka\nSecond Demo Bank\nIBAN DE00 2109 8765 4321 0987 65"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is on stage."""

    aki: Person
    sakura: Person
    lucia: Person
    katya: Person
    mina: Person
    tom: Person
    yui: Person
    group: Forum
    osaka: Forum


def cast(telegram: Telegram) -> Cast:
    aki = telegram.person("Aki")
    sakura = telegram.person("さくら", language_code="ja")
    lucia = telegram.person("Lucía", language_code="es")
    katya = telegram.person("Катя", language_code="ru")
    mina, tom, yui = (telegram.person(name) for name in ("Mina", "Tom", "Yui"))
    group = telegram.forum("Daiko staff", creator=mina, members=[tom])
    mina.promotes(tom, group)  # two who may handle money, so that four eyes can be seen
    osaka = telegram.forum("Osaka staff", creator=yui)
    return Cast(aki, sakura, lucia, katya, mina, tom, yui, group, osaka)


async def perform(daiko: Daiko, cast: Cast, turn_to: Callable[[datetime], None]) -> None:
    """Play it all, and end at the present."""
    play = _Play(daiko, cast, turn_to)
    for scene in (_settle_in, _finish_one, _buy_in_osaka, _ask_for_less, _have_money, _talk):
        await scene(play, cast)
    await play.until()
    cast.mina.writes("/stats", cast.group)  # the picture takes a moment: it comes to an open page


# The scenes -----------------------------------------------------------------------------------


async def _settle_in(play: _Play, cast: Cast) -> None:
    """Osaka's group is registered, what is said often is kept, and the first order comes."""
    await play.registers("Osaka", cast.yui, cast.osaka)
    for language, text in THANKS.items():
        await play.says(cast.mina, f"/canned add thanks{language} {text}", cast.group)
    await play.applies(cast.aki, ("https://shop.example/kyusu-teapot", 1))
    await play.until(days=5, hours=22)
    await play.staff_write("/estimate 1=64.00 shipping=8.00 fee=6.50")
    await play.until(days=5, hours=19)
    await play.pays(cast.aki, "78.50", "Aki Tanaka")
    await play.until(days=5, hours=18)
    await play.staff_write("/confirm 78.50 DEMO-0001")
    await play.until(days=5, hours=15)
    await play.staff_write("/bought")


async def _finish_one(play: _Play, cast: Cast) -> None:
    """Lucía's pens, from the application to the parcel."""
    await play.until(days=5, hours=2)
    await play.applies(cast.lucia, ("https://shop.example/fountain-pen", 2))
    await play.until(days=5, hours=1)
    await play.staff_write("/estimate 1=21.30 shipping=5.00 fee=4.00")
    await play.pays(cast.lucia, "51.60", "Lucía Romero")
    await play.until(days=4, hours=22)
    await play.staff_write("/confirm 51.60 DEMO-0002")
    await play.until(days=4, hours=16)
    await play.staff_write("/bought")
    await play.until(days=2, hours=12)
    await play.staff_write("/arrived")
    await play.until(days=2, hours=11)
    await play.staff_write("/bill EMS=14.80")
    await play.presses(cast.lucia, "Pay 2nd bill", "EMS", "Confirm")
    await play.reports(cast.lucia, "14.80", "Lucía Romero")
    await play.until(days=2, hours=8)
    await play.staff_write("/confirm 14.80 DEMO-0003", "/ship EMS EE123456785JP")


async def _buy_in_osaka(play: _Play, cast: Cast) -> None:
    """Sakura chose the other agency; they speak of it, and a canned reply is in her language."""
    await play.until(days=2)
    await play.applies(cast.sakura, ("抹茶茶碗、黒楽", 1), agency="Osaka")
    await play.until(days=1, hours=22)
    await play.staff_write("/estimate 1=38.00 shipping=6.00 fee=5.00")
    await play.pays(cast.sakura, "49.00", "SATO SAKURA")
    await play.until(days=1, hours=20)
    await play.staff_write("/confirm 49.00 DEMO-0004", "/canned thanks")
    await play.presses_in_topic("Send")
    thanked = cast.sakura.last
    await play.says(cast.sakura, "よろしくお願いします。", reply_to=thanked)
    await play.staff_write("かしこまりました。届きましたら写真をお送りします。")
    cast.sakura.sends_sticker(reply_to=cast.sakura.last)
    await play.rest()
    await play.staff_write("/answered")


async def _ask_for_less(play: _Play, cast: Cast) -> None:
    """Katya's two books are paid, and she would rather have one: a request that waits."""
    await play.until(days=1, hours=2)
    books = (("Картины Хокусая, альбом", 1), ("Атлас оригами", 1))
    await play.applies(cast.katya, *books)
    await play.staff_write("/estimate 1=30.00 2=18.50 shipping=5.00 fee=5.00")
    await play.pays(cast.katya, "58.50", "E. Orlova")
    await play.until(hours=20)
    await play.staff_write("/confirm 58.50 DEMO-0005")
    await play.until(hours=3)
    cast.katya.start(f"order_{play.orders}")
    await play.rest()
    await play.presses(cast.katya, "Items", "2", "Cancel item", "Confirm")


async def _have_money(play: _Play, cast: Cast) -> None:
    """A pay-in and a pay-out wait, a question came to the front desk, and two more orders."""
    await play.pays_in(cast.aki, "50.00", "Aki Tanaka")
    await play.finance_writes("/payin {newest} 50.00 DEMO-0006", f"/allow_payout {cast.aki.id}")
    await play.asks_for(cast.aki, "20.00", "Aki Tanaka, Spree Bank, account 123 456 7890")
    await play.until(hours=2)
    await play.pays_in(cast.lucia, "40.00", "Lucía Romero")
    await _inquire(play, cast)
    await play.until(hours=1)
    await play.applies(cast.aki, ("Indigo noren curtain, 85 × 150 cm", 1))
    await play.staff_write("/estimate 1=45.00 shipping=6.00 fee=5.00")
    await play.applies(cast.aki, ("https://shop.example/matcha-30g", 3))


async def _inquire(play: _Play, cast: Cast) -> None:
    """What belongs to no order: words, a place, a voice."""
    await play.says(cast.lucia, "/inquiry")
    await play.says(cast.lucia, "¿Compran también en mercadillos? Vi uno muy bonito en Kioto.")
    inquiry = cast.group.topic("Inquiry")
    await play.says(cast.mina, "Sí, con gusto. ¿Dónde está?", cast.group, topic=inquiry)
    answer = cast.lucia.last
    cast.lucia.sends_location(latitude=35.0310, longitude=135.7324, reply_to=answer)
    await play.rest()
    voice = (SAMPLES / "voice.wav").read_bytes()
    cast.lucia.sends_voice(name="voice.wav", content=voice, reply_to=answer)
    await play.rest()
    await play.says(cast.mina, "¡Lo conocemos! Vamos el día 25.", cast.group, topic=inquiry)


async def _talk(play: _Play, cast: Cast) -> None:
    """Aki's teapot is there: an album, a reply, an answer that is corrected, a thank-you."""
    aki, mina, group = cast.aki, cast.mina, cast.group
    topic = group.topic("#1 ")
    await play.until(minutes=30)
    for line in ("/arrived", "/bill EMS=32.40 SAL=18.20"):
        await play.says(mina, line, group, topic=topic)
    await play.until(minutes=25)
    text = "Your teapot is here, with its lid and its box."
    mina.sends_album(group, contents=_photos(), caption=text, topic=topic)
    await play.rest()
    await play.until(minutes=20)
    shown = next(message for message in aki.sees if "media_group_id" in message)
    asked = "How beautiful! Is that a scratch on the lid, or only the light?"
    await play.says(aki, asked, reply_to=shown)
    relayed = next(one for one in reversed(topic.messages) if asked in one.get("text", ""))
    await play.until(minutes=15)
    said = await play.says(mina, "Only the light.", group, topic=topic, reply_to=relayed)
    mina.edits(said, "Only the light: I ran a finger over it.")
    await play.rest()
    aki.reacts(aki.last, "❤")


def _photos() -> list[bytes]:
    return [(SAMPLES / f"{name}.jpg").read_bytes() for name in ("teapot", "lid", "box")]


# How it is played -----------------------------------------------------------------------------


class _Play:
    """People on stage take their turns; the bot answers before the next one."""

    def __init__(self, daiko: Daiko, cast: Cast, turn_to: Callable[[datetime], None]) -> None:
        self._daiko = daiko
        self._cast = cast
        self._turn_to = turn_to
        self._end = daiko.clock() + timedelta(days=DAYS)
        self._staff = (cast.mina, cast.group)  # who looks after the newest order, and where
        self.orders = 0

    async def rest(self) -> None:
        await self._daiko.settle_down()

    async def until(self, *, days: int = 0, hours: int = 0, minutes: int = 0) -> None:
        """Let time pass until so long before the end."""
        moment = self._end - timedelta(days=days, hours=hours, minutes=minutes)
        span = moment - self._daiko.clock()
        await let_pass(self._daiko, span, self._turn_to, self.rest)

    async def says(
        self,
        who: Person,
        text: str,
        to: Forum | None = None,
        *,
        topic: TopicView | None = None,
        reply_to: Json | None = None,
    ) -> Json:
        said = who.writes(text, to, topic=topic, reply_to=reply_to)
        await self.rest()
        return said

    async def writes(self, who: Person, *texts: str) -> None:
        for text in texts:
            await self.says(who, text)

    async def presses(self, who: Person, *labels: str) -> None:
        """By what the labels are in English; on the screen they are in the person's language."""
        say = Reader(who.user.language_code or "en").say
        for label in labels:
            who.presses(say("{n} %", n=5) if label == "5 %" else say(label))
            await self.rest()

    async def registers(self, name: str, who: Person, group: Forum) -> None:
        words = {"timezone": "Asia/Tokyo", "bank_account": OSAKA_BANK}
        told = await agencies.add(
            self._daiko.database, self._daiko.settings, name, words, self._daiko.clock()
        )
        await self.says(who, told.splitlines()[-1], group)

    # Staff

    async def staff_write(self, *lines: str) -> None:
        """In the newest order's topic."""
        who, group = self._staff
        for line in lines:
            await self.says(who, line, group, topic=group.topic(f"#{self.orders} "))

    async def presses_in_topic(self, label: str) -> None:
        who, group = self._staff
        who.presses(label, group, topic=group.topic(f"#{self.orders} "))
        await self.rest()

    async def finance_writes(self, *lines: str) -> None:
        """In the finance topic, about the newest pay-in there."""
        topic = self._cast.group.topic("Finance")
        newest = re.findall(r"/payin (\d+)", "".join(topic.texts))[-1]
        for line in lines:
            text = line.format(newest=newest)
            await self.says(self._cast.mina, text, self._cast.group, topic=topic)

    # Customers

    async def applies(self, who: Person, *items: tuple[str, int], agency: str = "Daiko") -> None:
        if not who.sees:
            await self.writes(who, "/start")
        await self.writes(who, "/new")
        await self.presses(who, agency)
        for number, (item, quantity) in enumerate(items):
            if number:
                await self.presses(who, "Add another item")
            await self.writes(who, item, str(quantity))
            await self.presses(who, "Skip")
        await self.presses(who, "Done")
        await self.writes(who, ADDRESSES[who.user.first_name])
        await self.presses(who, "Cheapest", "Buy the rest", "5 %", "Confirm")
        self.orders += 1
        osaka = agency == "Osaka"
        self._staff = (
            (self._cast.yui, self._cast.osaka) if osaka else (self._cast.mina, self._cast.group)
        )

    async def pays(self, who: Person, amount: str, sender: str) -> None:
        await self.presses(who, "Pay 1st bill")
        await self.reports(who, amount, sender)

    async def pays_in(self, who: Person, amount: str, sender: str) -> None:
        await self.writes(who, "/deposit")
        await self.presses(who, "Pay in")
        await self.reports(who, amount, sender)

    async def reports(self, who: Person, amount: str, sender: str) -> None:
        await self.presses(who, "Bank transfer", "I have transferred it")
        await self.writes(who, amount)
        await self.presses(who, "Today")
        await self.writes(who, sender)
        await self.presses(who, "Skip", "Confirm")

    async def asks_for(self, who: Person, amount: str, account: str) -> None:
        """Some of the deposit back."""
        await self.writes(who, "/deposit")
        await self.presses(who, "Pay out")
        await self.writes(who, amount)
        await self.presses(who, "Bank")
        await self.writes(who, account)
        await self.presses(who, "Confirm")
