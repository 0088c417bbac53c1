"""What people are told about what they say to each other, in words."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from domain.files import Note, Person
from domain.letters import Key, Screen
from domain.messages import Inquiry
from domain.talk_notices import InquiryUnanswered
from views import desk_words
from views.buttons import Duty, InquiryDo
from views.lengths import cut_html, one_line, plain
from views.links import to_topic
from views.texts import Phrase, Texts, later

_QUOTED: Final = 120

_WHYS: Final[dict[str, Phrase]] = {
    "blocked": later(
        "they have blocked the bot. When they are back, you hear so here; please write it again "
        "then"
    ),
    "missed": later("they had blocked the bot. Please write it again"),
    "deactivated": later("their Telegram account was deleted"),
    "not_started": later("they have not opened the chat with the bot"),
    "chat_not_found": later("Telegram no longer knows their chat"),
    "unreachable": later("Telegram could not be reached for days"),
    "too_large": later("the file is too large for Telegram’s bots: 50 MB at most"),
    "voice_forbidden": later("they take no voice or video messages: please write it"),
    "file_refused": later("Telegram did not take the file: please send it anew"),
}


def not_carried(note: Note, why: str, say: Texts) -> Screen:
    """Whoever wrote it hears it once, where they wrote it."""
    reason = say.of(_WHYS.get(why, later("Telegram did not take it")))
    if note.direction == "to_customer":
        head = say("⚠️ The customer did not get this: {why}.", why=reason)
    elif why in ("blocked", "deactivated", "not_started", "chat_not_found", "unreachable"):
        head = say("⚠️ Your message could not be passed on. It is kept in the messages.")
    else:
        head = say("⚠️ Your message could not be passed on: {why}.", why=reason)
    return Screen(str(Markup("\n").join([head, _quote(note)])))


def back_again(missed: int, say: Texts) -> Screen:
    return Screen(
        say.n(
            "👋 The customer no longer blocks the bot. {n} message from here did not reach them: "
            "please write it again.",
            "👋 The customer no longer blocks the bot. {n} messages from here did not reach them: "
            "please write them again.",
            missed,
        )
    )


def held_up(note: Note, say: Texts) -> Screen:
    """By the time it is read, the message may have gone on."""
    if note.delivered_at is not None:
        head = say("🕒 Your message of {at} was held up, and has been delivered now.", at=note.at)
    else:
        head = say(
            "🕒 Your message of {at} is kept, and waits: it cannot be delivered just now. It goes "
            "on by itself as soon as that is possible; you need not send it again.",
            at=note.at,
        )
    return Screen(str(Markup("\n").join([head, _quote(note)])))


def _quote(note: Note) -> Markup:
    words = note.text or next((part.text for part in note.parts if part.text), "")
    if not words:
        return Markup("")
    return Markup("<blockquote>{}</blockquote>").format(
        Markup(_unquoted(str(cut_html(words, _QUOTED))))
    )


def _unquoted(html: str) -> str:
    """Telegram has no quotation within a quotation."""
    for tag in ("<blockquote>", "<blockquote expandable>", "</blockquote>"):
        html = html.replace(tag, "")
    return html


def inquiry_opened(inquiry: Inquiry, customer: Person, say: Texts) -> Screen:
    lines = [
        say(
            "❔ <b>Inquiry {no}</b> from {name}",
            no=inquiry.id,
            name=one_line(customer.name, 60),
        ),
        Markup("<code>{}</code>{}").format(
            customer.id, f" · @{customer.username}" if customer.username else ""
        ),
    ]
    if inquiry.order is not None:
        lines.append(say("About order #{no}, which has ended.", no=inquiry.order))
    lines.append(
        say("What is written here goes to the customer, except notes that begin with //.")
    )
    take = InquiryDo(inquiry.id, Duty.TAKE).key(say.label("Take"))
    return Screen(str(Markup("\n").join(lines)), ((take,),))


def unanswered(
    notice: InquiryUnanswered, inquiry: Inquiry, customer: Person, chat: int, say: Texts
) -> Screen:
    """`chat` is the staff group, whose topic the button opens."""
    lines = [
        say(
            "⏰ Inquiry {no} · {name} has been waiting for an answer since {at}.",
            no=inquiry.id,
            name=one_line(customer.name, 60),
            at=notice.since,
        )
    ]
    if inquiry.taken_by:
        lines.append(
            say("{name} looks after this inquiry.", name=desk_words.name_of(inquiry.taken_by))
        )
    if not notice.again:
        lines.append(say("Write the answer here; if none is needed, press the button."))
        key = InquiryDo(inquiry.id, Duty.ANSWERED).key(say.label("No answer needed"))
        return Screen(str(Markup("\n").join(lines)), ((key,),))
    text = str(Markup("\n").join(lines))
    if not notice.topic:
        return Screen(text)
    label = say.label("Open topic", detail=desk_words.inquiry(inquiry.id, say))
    return Screen(text, ((Key(label, url=to_topic(chat, notice.topic)),),))


def topic_name(inquiry: Inquiry, customer: Person, say: Texts) -> str:
    return plain(f"{desk_words.inquiry(inquiry.id, say)} · ") + one_line(customer.name, 60)


def muted(say: Texts) -> Screen:
    return Screen(
        say(
            "🔇 Your messages are kept with your orders, but the agency does not read them just "
            "now. Your orders and payments go on as usual."
        )
    )


def slowed(say: Texts) -> Screen:
    return Screen(
        say(
            "🐢 That is a lot at once. Everything is kept and goes on in order, only more slowly; "
            "you need not send anything twice."
        )
    )


def picture_missing(say: Texts) -> Markup:
    """Below a text whose picture, or file, Telegram did not take."""
    return say("⚠️ There was a picture or a file with this, which Telegram could not send.")
