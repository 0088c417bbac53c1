"""Sentences one behind the other."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from views.sentences import together


@pytest.mark.parametrize(
    ("sentences", "shown"),
    [
        ([], ""),
        (["Done."], "Done."),
        (["Done.", "", "Next: <b>ship</b>."], "Done. Next: <b>ship</b>."),
        (["梱包しました。", "次は発送です。"], "梱包しました。次は発送です。"),
        (["届きました！", "ありがとう？", "はい"], "届きました！ありがとう？はい"),
        (["購入します:", "<code>/bought</code>"], "購入します: <code>/bought</code>"),
    ],
)
def test_a_space_stands_between_sentences_except_after_a_wide_stop(
    sentences: list[str], shown: str
) -> None:
    assert together(*map(Markup, sentences)) == Markup(shown)


def test_what_is_no_markup_stays_harmless() -> None:
    assert together(Markup("<b>1</b>."), Markup("{}").format("<b>")) == "<b>1</b>. &lt;b&gt;"
