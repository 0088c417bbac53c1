"""The page of the clocks."""

from __future__ import annotations

from pathlib import Path

from domain.clock_page import page

PAGE = Path(__file__).parents[2] / "docs" / "clocks.md"


def test_the_page_in_docs_is_drawn_from_the_table_of_clocks() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "python -m domain.clock_page > docs/clocks.md"
    )
