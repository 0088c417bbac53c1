"""Nothing that is read stays English in another language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from domain.letters import Screen, Section
from domain.notices import Notice
from domain.orders import Order
from domain.refusals import Refused
from tests.greek import LANGUAGE, english_in, write_catalog
from tests.languages import forget_languages
from tests.views.files import AGENCY, EVERY_STAGE, NOW, REPORT, a_file
from tests.views.samples import NOTICES, REFUSALS, in_file
from views import card, notices, papers, refusals, texts, topic
from views.texts import Reader

GREEK = Reader(LANGUAGE, "Asia/Tokyo")
# Names, what people typed, and what is written so in every language.
DATA = english_in(
    "Aki Tanaka, Long Street, Berlin; shop example mug; book about tea; the blue one; EMS SAL; "
    "JST JP EE; Mina; Mikan Proxy; PDF; Daiko Osaka; the shop has closed; the blue one instead"
)


@pytest.fixture(scope="module", autouse=True)
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("locale")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "FOLDER", folder)
        write_catalog(folder)
        yield
    forget_languages()


def left_in(screen: Screen, *typed: str) -> set[str]:
    labels = " ".join(key.label for row in screen.keys for key in row)
    shown = f"{screen.text} {labels.replace('&', '+').replace('<', ' ')}"
    return english_in(shown) - DATA - {word for text in typed for word in english_in(text)}


def typed_in(facts: object) -> Iterator[str]:
    """What somebody typed of a notice or a refusal; the names of our own states are no words."""
    if not is_dataclass(facts):
        return
    for field in fields(facts):
        value = getattr(facts, field.name)
        if type(value) is str and "Literal" not in str(field.type):
            yield value.replace("<", " ").replace("&", " ")


@pytest.mark.parametrize(("notice", "order"), NOTICES, ids=lambda x: type(x).__name__)
def test_no_notice_stays_english(notice: Notice, order: Order) -> None:
    file = a_file(in_file(order, notice))
    screen = notices.draw(notice, file, GREEK, AGENCY, NOW)
    assert left_in(screen, *typed_in(notice)) == set()


@pytest.mark.parametrize("refused", REFUSALS, ids=lambda x: type(x).__name__)
def test_no_refusal_stays_english(refused: Refused) -> None:
    words = refusals.words(refused, GREEK, AGENCY)
    kept = () if type(refused).__name__ == "AlreadyDone" else typed_in(refused)
    assert left_in(Screen(words), *kept) == set()


@pytest.mark.parametrize("order", EVERY_STAGE, ids=lambda order: order.stage)
def test_no_card_stays_english(order: Order) -> None:
    file = a_file(order, REPORT)
    for section in Section:
        assert left_in(card.draw(file, section, 0, GREEK, NOW, AGENCY)) == set()
    assert left_in(topic.card(file, GREEK, NOW, AGENCY)) == set()
    for bill in (order.first_bill, order.second_bill):
        if bill is not None:
            paper = papers.draw(papers.BillOf(file, bill, AGENCY, NOW), GREEK)
            assert english_in(paper.caption) == set()
