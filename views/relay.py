"""A message on its way to the other side: who speaks, about which order, and what they wrote."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.files import Note, OrderFile
from domain.letters import Screen
from views.buttons import OpenCard
from views.lengths import CAPTION_MAX, TEXT_MAX, cut_html, one_line, visible_length
from views.texts import Reader, Texts

_NAME_MAX: Final = 60


def draw(note: Note, file: OrderFile, reader: Reader, agency: Agency) -> Screen:
    """The text as it was written, below a line that says whose it is."""
    say = reader.say
    is_photo = note.media == "photo" and bool(note.file)
    text = _fitted(_head(note, file, agency), note, CAPTION_MAX if is_photo else TEXT_MAX, say)
    photo = note.file if is_photo else ""
    if note.direction == "to_agency":
        return Screen(str(text), photo=photo)
    label = say.label("Open order", detail=f"#{note.order}")
    return Screen(str(text), ((OpenCard(note.order).key(label),),), photo)


def _head(note: Note, file: OrderFile, agency: Agency) -> Markup:
    if note.direction == "to_customer":
        return Markup("💬 #{} · <b>{}</b>").format(note.order, one_line(agency.name, _NAME_MAX))
    return Markup("💬 <b>{}</b>").format(one_line(file.customer.name, _NAME_MAX))


def _fitted(head: Markup, note: Note, limit: int, say: Texts) -> Markup:
    """Header and text together; where both do not fit, what was written goes before the header."""
    if not note.text:
        return head
    written = visible_length(note.text)
    if visible_length(head) + 1 + written <= limit:
        return head + "\n" + Markup(note.text)
    if written <= limit:
        return Markup(note.text)
    rest = say("(It was too long for one message and is cut here.)")
    left = limit - visible_length(head) - visible_length(rest) - 2
    return Markup("\n").join([head, cut_html(note.text, left), rest])
