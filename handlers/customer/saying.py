"""What a customer wrote, as it is kept and carried; a card's number is neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from domain.messages import Said
from domain.refusals import CannotCarry, CardNumber
from domain.typed import is_card_number
from handlers.hearing import Heard

Words = dict[str, Any]  # what was said, as JSON keeps it


def said(heard: Heard) -> Said:
    if is_card_number(heard.text):
        raise CardNumber
    if heard.said is None:
        raise CannotCarry
    return heard.said


def to_json(heard: Heard) -> Words:
    return asdict(said(heard))


def from_json(words: Iterable[Words]) -> list[Said]:
    return [Said(**each) for each in words]
