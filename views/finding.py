"""What `/find` found: people, then orders with a button to the topic of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from markupsafe import Markup

from domain.finding import FOUND_MAX, Findings, FoundInquiry, FoundOrder, FoundPerson
from domain.letters import Key, Screen
from domain.orders import Stage
from views import words as terms
from views.desk_words import inquiry
from views.lengths import one_line, plain
from views.links import to_topic
from views.staff import code
from views.texts import Texts

_WORDS_SHOWN: Final = 60
_KEYS_A_ROW: Final = 4


def draw(words: str, found: Findings, chat: int, say: Texts) -> Screen:
    """`chat` is the staff group, whose topics the buttons open."""
    shown, people = one_line(words, _WORDS_SHOWN), _people(found)
    orders = found.orders[:FOUND_MAX]
    if not (orders or people or found.inquiries):
        nothing = say("🔎 Nothing found for “{words}”.", words=shown)
        return Screen(str(Markup("\n\n").join([nothing, _what(say)])))
    parts = [say("🔎 Found for “{words}”:", words=shown)]
    if people:
        parts.append(Markup("\n").join(_person(each, say) for each in people))
    if orders:
        parts.append(Markup("\n").join(_order(each, found, say) for each in orders))
    if found.inquiries:
        parts.append(Markup("\n").join(_inquiry(each, say) for each in found.inquiries))
    if FOUND_MAX in (len(orders), len(found.inquiries)):
        parts.append(say("There may be more: these are the newest. More words find fewer."))
    return Screen(str(Markup("\n\n").join(parts)), tuple(_ways(orders, found, chat, say)))


def _people(found: Findings) -> tuple[FoundPerson, ...]:
    everybody = {each.person: each for each in (*found.payers, *found.people)}
    return tuple(everybody.values())[:FOUND_MAX]


def _person(each: FoundPerson, say: Texts) -> Markup:
    line = Markup('👤 <a href="tg://user?id={}">{}</a> · {}').format(
        each.person, one_line(each.name, 60) or each.person, code(str(each.person))
    )
    if each.username:
        line += Markup(" · @{}").format(one_line(each.username, 40))
    return line


def _order(each: FoundOrder, found: Findings, say: Texts) -> Markup:
    line = say(
        "{emoji} <b>#{number}</b> · {stage} · {name} · {what}",
        emoji=terms.EMOJI[Stage(each.stage)],
        number=each.order,
        stage=terms.of_stage(each.stage, say),
        name=one_line(each.customer, 40),
        what=one_line(each.what.split("://", 1)[-1], 40),
    )
    if each in found.by_code:
        line += say(" · payment code")
    elif each in found.by_tracking:
        line += say(" · tracking number")
    return line


def _inquiry(each: FoundInquiry, say: Texts) -> Markup:
    head = Markup("❔ <b>{}</b> · {}").format(
        inquiry(each.inquiry, say), one_line(each.customer, 40)
    )
    words = plain(each.said).strip()
    return head + Markup(" · “{}”").format(one_line(words, 60)) if words else head


def _ways(
    orders: tuple[FoundOrder, ...], found: Findings, chat: int, say: Texts
) -> Iterator[tuple[Key, ...]]:
    keys = [
        Key(f"#{each.order}", url=to_topic(chat, each.topic))
        for each in orders
        if each.topic is not None
    ]
    keys += [
        Key(say.label(str(inquiry(each.inquiry, say)), emoji="❔"), url=to_topic(chat, each.topic))
        for each in found.inquiries
        if each.topic is not None
    ]
    for at in range(0, len(keys), _KEYS_A_ROW):
        yield tuple(keys[at : at + _KEYS_A_ROW])


def what_can_be_found(say: Texts) -> Screen:
    return Screen(str(_what(say)))


def _what(say: Texts) -> Markup:
    examples = ("/find 12", "/find Aki", "/find @aki", "/find 1001", "/find EE123456785JP")
    lines = [
        say(
            "You can look for an order’s number, a customer (name, @name or number), a payment "
            "code, a tracking number, or words of an item or a message:"
        ),
        Markup(" · ").join(code(each) for each in (*examples, "/find blue mug")),
    ]
    return Markup("\n").join(lines)
