"""The order card's messages: what customer and agency wrote, the newest page first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain.agency import Agency
from domain.files import Note, OrderFile
from domain.messages import is_thread_open
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
    "contact": later("contact"),
    "video_note": later("video message"),
}


def text(file: OrderFile, agency: Agency, now: datetime, say: Texts) -> Markup:
    parts = [of_note(note, agency, limit, say) for note, limit in _shares(file.notes)]
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


def of_note(note: Note, agency: Agency, limit: int, say: Texts) -> Markup:
    """Who, when, and what; what could not be delivered says so."""
    who = (
        say("You")
        if note.direction == "to_agency"
        else Markup("{}").format(one_line(agency.name, 60))
    )
    head = say("<b>{who}</b> · {at}", who=who, at=note.at)
    body = cut_html(note.text, limit) if note.text else Markup("")
    if note.media:
        kind = say.of(_MEDIA.get(note.media, later("attachment")))
        body = Markup("[{}] {}").format(kind, body)
    lines = [head, body]
    if note.trouble and note.delivered_at is None:
        lines.append(say("⚠️ Not delivered yet"))
    return Markup("\n").join(line for line in lines if line)


def _shares(notes: tuple[Note, ...]) -> list[tuple[Note, int]]:
    """How much of each message is shown: the short ones whole, the long ones share the rest."""
    left, limits = _BUDGET, {}
    shortest_first = sorted(notes, key=lambda note: visible_length(note.text))
    for no, note in enumerate(shortest_first):
        share = left // (len(notes) - no)
        limits[note.id] = min(share, visible_length(note.text) + 1)
        left -= limits[note.id]
    return [(note, limits[note.id]) for note in notes]
