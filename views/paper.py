"""A page of paper: A4 with one font for all our languages, and its number at the foot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from noto_cjk_sans_jp_regular import FONT_PATH

from views.lengths import plain
from views.texts import Texts

FONT: Final = "Noto"
GREY: Final = (105, 105, 105)
SHADE: Final = (238, 240, 243)
# Signs that the font lacks: the code says the same.
_CODES: Final = {"₪": "ILS", "₹": "INR", "₱": "PHP", "฿": "THB", "₽": "RUB", "₴": "UAH"}
_SIGN: Final = re.compile(f"([{''.join(_CODES)}])(?=([0-9]?))")


def printable(text: str) -> str:
    """What we write, in the letters of the font."""
    text = text.replace("\u202f", "\u00a0")
    return _SIGN.sub(lambda sign: _CODES[sign[1]] + ("\u00a0" if sign[2] else ""), text)


class Paper(FPDF):
    """A page of A4 with its number at the foot."""

    def __init__(self, say: Texts) -> None:
        super().__init__(format="A4")
        self._say = say
        self.set_margins(15, 15)
        self.set_line_width(0.1)
        self.set_draw_color(*GREY)
        self.set_auto_page_break(True, margin=20)
        self.add_font(FONT, fname=str(FONT_PATH))
        self.set_font(FONT, size=9)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(FONT, size=8)
        self.set_text_color(*GREY)
        words = self._say("Page {page} of {pages}", page=self.page_no(), pages="{nb}")
        self.cell(text=printable(plain(str(words))), w=0, align="R")
        self.set_text_color(0)

    def line_of(self, text: str, size: float = 9, *, grey: bool = False) -> None:
        self.set_font(FONT, size=size)
        self.set_text_color(*(GREY if grey else (0, 0, 0)))
        shown = printable(text)
        self.multi_cell(0, size * 0.55, shown, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        self.set_text_color(0)


def row(table: object, cells: Sequence[str]) -> None:
    of_table = table.row()  # type: ignore[attr-defined]
    for text in cells:
        of_table.cell(printable(text))
