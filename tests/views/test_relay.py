"""Messages on their way to the other side."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.files import Part, Person
from domain.ids import InquiryId, PersonId
from domain.letters import Carried, Medium, Screen
from tests.views.files import AGENCY, READER, STAFF
from tests.views.reading import labels, read
from tests.views.test_card import HTML, NASTY, a_note
from views import relay

AKI = Person(PersonId(7), "Aki")
ALBUM = (Part(1, 5, "Broken <b>here</b>", "photo", "f1"), Part(2, 6, "", "video", "f2"))


def words(carried: Carried) -> Screen:
    return Screen(carried.text, carried.keys)


def test_to_the_customer_it_names_order_and_agency() -> None:
    note = a_note(1, "Is <b>blue</b> fine?", direction="to_customer")
    carried = relay.draw(note, AKI, READER, AGENCY)
    assert carried.text == "💬 #12 · <b>Mikan Proxy</b>\nIs <b>blue</b> fine?"
    assert labels(words(carried)) == [["Open order · #12"]]


def test_to_the_topic_it_names_the_customer() -> None:
    carried = relay.draw(a_note(1, "Yes &amp; please"), AKI, STAFF, AGENCY)
    assert carried == Carried("💬 <b>Aki</b>\nYes &amp; please")


def test_an_answer_of_the_front_desk_says_so_and_leads_back_there() -> None:
    note = a_note(1, "We do.", direction="to_customer", order=None, inquiry=InquiryId(3))
    carried = relay.draw(note, AKI, READER, AGENCY)
    assert carried.text == "💬 Front desk · <b>Mikan Proxy</b>\nWe do."
    assert labels(words(carried)) == [["✍️ Inquiry"]]


def test_a_photo_carries_its_words_as_a_caption() -> None:
    note = a_note(1, "Broken", media="photo", file="file-1")
    carried = relay.draw(note, AKI, STAFF, AGENCY)
    assert carried == Carried("💬 <b>Aki</b>\nBroken", media=(Medium("photo", "file-1"),))
    assert relay.draw(replace(note, text=""), AKI, STAFF, AGENCY).text == "💬 <b>Aki</b>"


@pytest.mark.parametrize("media", ["sticker", "video_note", "location", "venue", "contact"])
def test_what_takes_no_words_goes_alone_with_the_way_to_the_order(media: str) -> None:
    note = a_note(1, "", media=media, file="f", data="{}", direction="to_customer")
    carried = relay.draw(note, AKI, READER, AGENCY)
    assert (carried.text, carried.media) == ("", (Medium(media, "f", "{}"),))
    assert labels(words(carried)) == [["Open order · #12"]]


def test_an_album_is_one_with_the_speaker_under_its_first_picture() -> None:
    carried = relay.draw(a_note(1, "", media="album", parts=ALBUM), AKI, STAFF, AGENCY)
    assert carried == Carried(
        media=(
            Medium("photo", "f1", text="💬 <b>Aki</b>\nBroken <b>here</b>", part=1),
            Medium("video", "f2", part=2),
        )
    )


def test_of_an_album_only_what_was_not_carried_yet_goes() -> None:
    parts = (replace(ALBUM[0], delivered_as=9), ALBUM[1])
    carried = relay.draw(a_note(1, "", media="album", parts=parts), AKI, STAFF, AGENCY)
    assert [medium.part for medium in carried.media] == [2]
    done = tuple(replace(part, delivered_as=9) for part in ALBUM)
    assert relay.draw(a_note(1, "", media="album", parts=done), AKI, STAFF, AGENCY) == Carried()


def test_an_edit_is_marked_and_stands_in_the_place_of_what_it_changes() -> None:
    note = a_note(1, "Yes, two", version=2, delivered_as=77)
    carried = relay.draw_edit(note, 0, AKI, STAFF, AGENCY, new_file=False)
    assert carried == Carried("💬 <b>Aki</b> · ✎ edited\nYes, two", edits=77)


@pytest.mark.parametrize("length", [4096, 4090])
def test_a_text_that_fills_the_message_goes_whole_and_without_header(length: int) -> None:
    note = a_note(1, "x" * length)
    assert relay.draw(note, AKI, STAFF, AGENCY).text == "x" * length


def test_words_too_long_for_a_caption_are_kept_whole_for_a_message_behind_it() -> None:
    note = a_note(1, "word " * 300, media="photo", file="f")
    carried = relay.draw(note, AKI, STAFF, AGENCY)
    assert carried.text == "💬 <b>Aki</b>\n" + "word " * 300


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HTML), NASTY, st.booleans(), st.booleans())
def test_it_fits_whatever_was_typed(html: str, name: str, to_agency: bool, again: bool) -> None:
    way = "to_agency" if to_agency else "to_customer"
    note = a_note(1, html, direction=way, version=2 if again else 1)
    agency = replace(AGENCY, name=name or "x")
    read(words(relay.draw(note, replace(AKI, name=name), READER, agency)))
    read(words(relay.draw_edit(note, 0, AKI, READER, agency, new_file=False)))
