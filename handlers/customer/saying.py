"""What a customer wrote, as it is kept and carried; a card's number is neither."""

from __future__ import annotations

from domain.messages import Said
from domain.refusals import CardNumber
from domain.typed import is_card_number
from handlers.hearing import Heard, Kind


def said(heard: Heard) -> Said:
    if is_card_number(heard.text):
        raise CardNumber
    media = "photo" if heard.kind is Kind.PHOTO else ""
    return Said(heard.chat, heard.message, heard.html, media, heard.photo)
