"""The order card's messages: what customer and agency wrote, the newest page first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.files import Note, OrderFile
from domain.messages import MUTED, is_thread_open
from views import words
from views.lengths import cut_html, one_line, visible_length
from views.texts import Phrase, Texts, later

NOTES_A_PAGE: Final = 10  # as storage gives them
_BUDGET: Final = 3200  # characters of a page that messages may take
_MEDIA: Final[dict[str, Phrase]] = {
    "photo": later("photo"),
    "video": later("video"),
    "document": later("file"),
    "voice": later("voice message"),
    "audio": later("audio"),
    "sticker": later("sticker"),
    "animation": later("animation"),
    "location": later("location"),
    "venue": later("place"),
    "contact": later("contact"),
    "video_note": later("video message"),
}


def text(file: OrderFile, agency: Agency, now: datetime, say: Texts) -> Markup:
    parts = [of_note(note, agency, limit, say) for note, limit in shares(file.notes)]
    if not file.notes:
        parts.append(say("There are no messages about this order yet."))
    if not is_thread_open(file.order, agency.message_days, now):
        parts.append(
            say.n(
                "This order ended more than {n} day ago, so it takes no new messages.",
                "This order ended more than {n} days ago, so it takes no new messages.",
                agency.message_days,
            )
        )
    else:
        parts.append(say("<i>New message reaches the team that works on this order.</i>"))
    return Markup("\n\n").join(parts)


def of_note(note: Note, agency: Agency, limit: int, say: Texts, customer: str = "") -> Markup:
    """Who, when, and what; what could not be delivered says so."""
    body = cut_html(_words(note), limit) if _words(note) else Markup("")
    if note.media:
        body = Markup("[{}] {}").format(_kind(note, say), body)
    lines = [head_of(note, agency, say, customer), body]
    if note.trouble and note.delivered_at is None:
        held_back = note.trouble == MUTED
        lines.append(say("⚠️ Not delivered yet") if held_back else say("⚠️ Not delivered"))
    return Markup("\n").join(line for line in lines if line)


def head_of(note: Note, agency: Agency, say: Texts, customer: str = "") -> Markup:
    """Who wrote it, and when. `customer` is who that is for staff; to themselves they are you."""
    you = Markup("{}").format(one_line(customer, 60)) if customer else say("You")
    desk = Markup("{}").format(one_line(note.agency or agency.settings.name, 60))
    who = you if note.direction == "to_agency" else desk
    head = say("<b>{who}</b> · {at}", who=who, at=note.at)
    if note.shows:
        head += Markup(" · ") + words.picture(note.shows, say)
    return head + Markup(" · ") + say("✎ edited") if note.is_edited else head


def _words(note: Note) -> str:
    """What was written, under whichever picture of an album."""
    return note.text or "\n".join(part.text for part in note.parts if part.text)


def _kind(note: Note, say: Texts) -> Markup:
    return kind_of(note.media, len(note.parts), say)


def kind_of(media: str, parts: int, say: Texts) -> Markup:
    """`parts` of an album; 0 for what stands by itself."""
    if parts:
        return say.n("album of {n}", "album of {n}", parts)
    return say.of(_MEDIA.get(media, later("attachment")))


def shares(notes: tuple[Note, ...]) -> list[tuple[Note, int]]:
    """How much of each message is shown: the short ones whole, the long ones share the rest."""
    left, limits = _BUDGET, {}
    shortest_first = sorted(notes, key=lambda note: visible_length(_words(note)))
    for no, note in enumerate(shortest_first):
        share = left // (len(notes) - no)
        limits[note.id] = min(share, visible_length(_words(note)) + 1)
        left -= limits[note.id]
    return [(note, limits[note.id]) for note in notes]
