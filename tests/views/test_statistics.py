"""The figures as a sheet."""

from __future__ import annotations

from datetime import date

import pytest

from domain.orders import Stage
from domain.statistics import Figures, Flow
from tests.views.files import AGENCY, usd
from views import statistics
from views.texts import Reader

DAY = date(2026, 11, 2)
FIGURES = Figures(
    since=DAY,
    until=DAY,
    applied=6,
    completed=3,
    cancelled=1,
    stages=((Stage.APPLIED, 2),),
    flows=(Flow(DAY, usd(8320), usd(2800)),),
    medians=(),
    waiting=(),
)


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        (
            "en",
            (
                ("applications", "6"),
                ("completed", "3"),
                ("money in", "$83.20"),
                ("money out", "$28.00"),
            ),
        ),
        (
            "ru",
            (
                ("заявки", "6"),
                ("завершено", "3"),
                ("приход", "83,20\xa0$"),
                ("расход", "28,00\xa0$"),
            ),
        ),
    ],
)
def test_a_number_stands_with_what_it_counts(
    language: str, numbers: tuple[tuple[str, str], ...]
) -> None:
    assert statistics.sheet(FIGURES, AGENCY, Reader(language).say).numbers == numbers
