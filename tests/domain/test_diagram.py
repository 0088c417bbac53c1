"""The picture of an order's life."""

from __future__ import annotations

from pathlib import Path

from domain.diagram import page
from domain.orders import STEPS

PAGE = Path(__file__).parents[2] / "docs" / "order-life.md"


def test_the_page_in_docs_is_drawn_from_the_table_of_steps() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "python -m domain.diagram > docs/order-life.md"
    )


def test_every_step_is_in_the_table() -> None:
    for step in STEPS:
        assert f"| `{step.source}` | {step.event} | `{step.target}` |" in page()
