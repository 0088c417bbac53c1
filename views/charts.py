"""A picture of figures, drawn by a process of its own: what draws it is large, and needed rarely.

`python -m views.charts` reads a `Sheet` as JSON and writes a PNG.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any, Final

WIDTH, HEIGHT, DPI = 1080, 1640, 100  # pixels: read on a phone without zooming
INK, GREY, LINE = "#1f2933", "#66737f", "#e3e8ec"
BLUE, GREEN, RED = "#2f6fde", "#2a9d6a", "#d64545"
AROUND: Final = {"left": 0.045, "right": 0.955, "top": 0.79, "bottom": 0.025, "hspace": 0.42}
AMOUNTS: Final = 0.075  # of the width, for what stands beside the line of money
PALE: Final = "#bcd0f5"
SMALL, NORMAL, LARGE, TITLE = 16, 19, 22, 27  # points


@dataclass(frozen=True, slots=True)
class Bars:
    """Rows of a panel: a name, how much, the part of it that is too much, and what is written."""

    title: str
    rows: tuple[tuple[str, float, float, str], ...]
    nothing: str  # what is written when there is none


@dataclass(frozen=True, slots=True)
class Flows:
    """Money in and out over time, above and below a line."""

    title: str
    days: tuple[str, ...]  # empty where there is no room for one
    came: tuple[float, ...]
    went: tuple[float, ...]
    names: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on the picture, in words."""

    title: str
    subtitle: str
    numbers: tuple[tuple[str, str], ...]  # what it is called, and how much
    stages: Bars
    money: Flows
    times: Bars
    late: Bars

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def main() -> None:
    sheet = json.load(sys.stdin)
    sys.stdout.buffer.write(draw(sheet))


def draw(sheet: dict[str, Any]) -> bytes:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import font_manager
    from matplotlib.figure import Figure
    from noto_cjk_sans_jp_regular import FONT_PATH

    font_manager.fontManager.addfont(str(FONT_PATH))
    name = font_manager.FontProperties(fname=str(FONT_PATH)).get_name()
    with matplotlib.rc_context(
        {"font.family": [name, "DejaVu Sans"], "text.parse_math": False, "text.color": INK}
    ):
        figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
        _head(figure, sheet)
        lists = (sheet["stages"], sheet["times"], sheet["late"])
        first, second, third = (max(2, len(each["rows"])) for each in lists)
        grid = figure.add_gridspec(4, 1, height_ratios=[first, 6, second, third], **AROUND)
        _bars(figure.add_subplot(grid[0]), sheet["stages"])
        _money(figure.add_subplot(grid[1]), sheet["money"])
        _bars(figure.add_subplot(grid[2]), sheet["times"])
        _bars(figure.add_subplot(grid[3]), sheet["late"])
        written = BytesIO()
        figure.savefig(written, format="png", dpi=DPI)
    return written.getvalue()


def _head(figure: Any, sheet: dict[str, Any]) -> None:
    figure.text(0.045, 0.962, sheet["title"], fontsize=TITLE, va="center")
    figure.text(0.045, 0.932, sheet["subtitle"], fontsize=NORMAL, color=GREY, va="center")
    for at, (called, much) in enumerate(sheet["numbers"]):
        left = 0.045 + at * 0.91 / len(sheet["numbers"])
        figure.text(left, 0.885, much, fontsize=LARGE, va="center")
        figure.text(left, 0.859, called, fontsize=SMALL, color=GREY, va="center")


def _panel(axes: Any, title: str, left: float = 0) -> None:
    axes.set_title(title, fontsize=LARGE, loc="left", pad=12, color=INK, x=left)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, colors=GREY)


def _bars(axes: Any, bars: dict[str, Any]) -> None:
    """A row each: its name on the left, its bar, and how much at the bar's end."""
    _panel(axes, bars["title"])
    axes.set_xticks([])
    axes.set_yticks([])
    rows = bars["rows"]
    if not rows:
        axes.text(0, 0.5, bars["nothing"], fontsize=NORMAL, color=GREY, va="center")
        axes.set_xlim(0, 1)
        return
    longest = max(row[1] for row in rows) or 1
    # The names have the left part, the bars the right one, what is written fits behind them.
    axes.set_xlim(-0.72, 1.34)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    for at, (called, much, bad, written) in enumerate(rows):
        axes.text(-0.72, at, called, fontsize=NORMAL, va="center")
        axes.barh(at, much / longest, height=0.62, color=PALE if bad else BLUE, left=0)
        if bad:
            axes.barh(at, bad / longest, height=0.62, color=RED, left=0)
        axes.text(much / longest + 0.02, at, written, fontsize=NORMAL, va="center")


def _money(axes: Any, flows: dict[str, Any]) -> None:
    box = axes.get_position()
    width = box.width - AMOUNTS
    axes.set_position([box.x0 + AMOUNTS, box.y0, width, box.height])
    _panel(axes, flows["title"], left=-AMOUNTS / width)
    places = range(len(flows["days"]))
    axes.bar(places, flows["came"], width=0.68, color=GREEN, label=flows["names"][0])
    axes.bar(places, [-x for x in flows["went"]], width=0.68, color=RED, label=flows["names"][1])
    axes.axhline(0, color=GREY, linewidth=1)
    axes.set_xlim(-0.6, len(flows["days"]) - 0.4)
    axes.set_xticks([at for at, day in enumerate(flows["days"]) if day])
    axes.set_xticklabels([day for day in flows["days"] if day], fontsize=SMALL)
    axes.locator_params(axis="y", nbins=4, integer=True)
    axes.grid(axis="y", color=LINE, linewidth=1)
    axes.set_axisbelow(True)
    top = max([*flows["came"], 1.0])
    axes.set_ylim(-max([*flows["went"], top * 0.08]) * 1.15, top * 1.15)
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    axes.legend(
        loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, frameon=False, fontsize=SMALL,
        handlelength=0.9, handleheight=0.9, columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip


if __name__ == "__main__":
    main()
