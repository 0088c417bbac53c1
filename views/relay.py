"""A message on its way to the other side: who speaks, about which order, and what they wrote."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.files import Note, Part, Person
from domain.letters import Carried, Key, Medium
from domain.messages import WORDLESS
from views import words
from views.buttons import Go, OpenCard, Place
from views.history import head_of
from views.lengths import CAPTION_MAX, TEXT_MAX, cut_html, one_line, visible_length
from views.texts import Reader, Texts

_NAME_MAX: Final = 60


def draw(note: Note, customer: Person, reader: Reader, agency: Agency) -> Carried:
    """As it was written, below a line that says whose it is."""
    say = reader.say
    keys = _keys(note, say) if note.direction == "to_customer" else ()
    head = _head(note, customer, agency, say)
    if note.parts:
        waiting = [part for part in note.parts if part.delivered_as is None]
        return _album(waiting, head, keys, say)
    if not note.media:
        return Carried(str(_fitted(head, note.text, TEXT_MAX, say)), keys)
    medium = Medium(note.media, note.file, note.data)
    if note.media in WORDLESS:
        return Carried(keys=keys, media=(medium,))
    return _with_caption(medium, head, note.text, keys, say)


def draw_edit(
    note: Note, part: int, customer: Person, reader: Reader, agency: Agency, *, new_file: bool
) -> Carried:
    """What takes the place of a message that was carried before."""
    say = reader.say
    head = _head(note, customer, agency, say)
    keys = _keys(note, say) if note.direction == "to_customer" and not part else ()
    of: Note | Part = next((p for p in note.parts if p.no == part), note)
    edits, there = of.delivered_as or 0, of.delivered_in
    if not of.media:
        text = str(_fitted(head, of.text, TEXT_MAX, say))
        return Carried(text, keys, edits=edits, edits_in=there)
    words = str(_fitted(head, of.text, CAPTION_MAX, say))
    medium = Medium(of.media, of.file, text=words, part=part)
    return Carried(words, keys, (medium,), edits=edits, edits_in=there, new_file=new_file)


def draw_again(note: Note, reader: Reader, agency: Agency, customer: str = "") -> Carried:
    """What a stored message shows, for whoever reads the history; staff read their customer's."""
    head = head_of(note, agency, reader.say, customer)
    if note.parts:
        return _album(list(note.parts), head, (), reader.say)
    medium = Medium(note.media, note.file, note.data)
    if note.media in WORDLESS:
        return Carried(media=(medium,))
    return _with_caption(medium, head, note.text, (), reader.say)


def _album(
    parts: list[Part], head: Markup, keys: tuple[tuple[Key, ...], ...], say: Texts
) -> Carried:
    """One album; who speaks stands under its first picture, for an album has no keys."""
    if not parts:
        return Carried()
    media = [Medium(p.media, p.file, text=p.text, part=p.no) for p in parts]
    first = _fitted(head, parts[0].text, CAPTION_MAX, say)
    media[0] = Medium(parts[0].media, parts[0].file, text=str(first), part=parts[0].no)
    is_alone = len(parts) == 1
    return Carried(str(first) if is_alone else "", keys if is_alone else (), tuple(media))


def _with_caption(
    medium: Medium, head: Markup, text: str, keys: tuple[tuple[Key, ...], ...], say: Texts
) -> Carried:
    """Words that do not fit under a picture come behind it, whole."""
    both = head + "\n" + Markup(text) if text else head
    if visible_length(both) <= CAPTION_MAX:
        return Carried(str(both), keys, (medium,))
    return Carried(str(_fitted(head, text, TEXT_MAX, say)), keys, (medium,))


def _keys(note: Note, say: Texts) -> tuple[tuple[Key, ...], ...]:
    if note.order is None:
        return ((Go(Place.INQUIRY).key(say.label("Inquiry", emoji="✍️")),),)
    label = say.label("Open order", detail=f"#{note.order}")
    return ((OpenCard(note.order).key(label),),)


def _head(note: Note, customer: Person, agency: Agency, say: Texts) -> Markup:
    if note.direction == "to_agency":
        head = Markup("💬 <b>{}</b>").format(one_line(customer.name, _NAME_MAX))
        head += Markup(" · ") + words.picture(note.shows, say) if note.shows else Markup()
    elif note.order is None:
        name = one_line(agency.name, _NAME_MAX)
        head = Markup("💬 ") + say("Front desk · <b>{agency}</b>", agency=name)
    else:
        name = one_line(note.agency or agency.settings.name, _NAME_MAX)
        head = Markup("💬 #{} · <b>{}</b>").format(note.order, name)
    return head + Markup(" · ") + say("✎ edited") if note.is_edited else head


def _fitted(head: Markup, text: str, limit: int, say: Texts) -> Markup:
    """Header and text together; where both do not fit, what was written goes before the header."""
    if not text:
        return head
    written = visible_length(text)
    if visible_length(head) + 1 + written <= limit:
        return head + "\n" + Markup(text)
    if written <= limit:
        return Markup(text)
    rest = say("(It was too long for one message and is cut here.)")
    left = limit - visible_length(head) - visible_length(rest) - 2
    return Markup("\n").join([head, cut_html(text, left), rest])
