"""Messages on their way to the other side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.views.files import AGENCY, APPLIED, READER, STAFF, a_file
from tests.views.reading import labels, read
from tests.views.test_card import HTML, NASTY, a_note
from views import relay


def test_to_the_customer_it_names_order_and_agency() -> None:
    note = a_note(1, "Is <b>blue</b> fine?", direction="to_customer")
    screen = relay.draw(note, a_file(APPLIED), READER, AGENCY)
    assert screen.text == "💬 #12 · <b>Mikan Proxy</b>\nIs <b>blue</b> fine?"
    assert labels(screen) == [["Open order · #12"]]


def test_to_the_topic_it_names_the_customer() -> None:
    screen = relay.draw(a_note(1, "Yes &amp; please"), a_file(APPLIED), STAFF, AGENCY)
    assert screen.text == "💬 <b>Aki</b>\nYes &amp; please"
    assert screen.keys == ()


def test_a_photo_carries_its_words_as_a_caption() -> None:
    note = a_note(1, "Broken", media="photo", file="file-1")
    screen = relay.draw(note, a_file(APPLIED), STAFF, AGENCY)
    assert (screen.text, screen.photo) == ("💬 <b>Aki</b>\nBroken", "file-1")
    assert (
        relay.draw(replace(note, text=""), a_file(APPLIED), STAFF, AGENCY).text == "💬 <b>Aki</b>"
    )


@pytest.mark.parametrize(("media", "limit"), [("", 4096), ("photo", 1024)])
def test_a_text_that_fills_the_message_goes_whole_and_without_header(
    media: str, limit: int
) -> None:
    note = a_note(1, "x" * limit, media=media, file="f" if media else "")
    assert relay.draw(note, a_file(APPLIED), STAFF, AGENCY).text == "x" * limit


def test_a_caption_that_is_too_long_for_a_bot_says_that_it_is_cut() -> None:
    note = a_note(1, "word " * 300, media="photo", file="f")
    shown = read(relay.draw(note, a_file(APPLIED), STAFF, AGENCY))
    assert shown.endswith("…\n(It was too long for one message and is cut here.)")
    assert 1014 < len(shown) <= 1024


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HTML), NASTY, st.sampled_from(["", "photo"]), st.booleans())
def test_it_fits_whatever_was_typed(html: str, name: str, media: str, to_agency: bool) -> None:
    way = "to_agency" if to_agency else "to_customer"
    note = a_note(1, html, direction=way, media=media, file="f" if media else "")
    file = a_file(APPLIED)
    file = replace(file, customer=replace(file.customer, name=name))
    read(relay.draw(note, file, READER, replace(AGENCY, name=name or "x")))
