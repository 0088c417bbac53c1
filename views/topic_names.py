"""A topic's name and icon: the order's number, the stage it is at, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.files import OrderFile
from domain.ids import OrderId
from domain.orders import Flag, Stage
from views.desk_words import STAGES
from views.lengths import cut, one_line, plain
from views.texts import Phrase, Texts, later

NAME_MAX: Final = 128  # Telegram's

# Only Telegram's own topic icons can be had (getForumTopicIconStickers), by these numbers.
_MEMO: Final = "5373251851074415873"  # 📝
_MONEY: Final = "5350452584119279096"  # 💰
_CART: Final = "5431492767249342908"  # 🛒
_TRAIN: Final = "5350497316203668441"  # 🚂
_HOUSE: Final = "5312486108309757006"  # 🏠
_SUITCASE: Final = "5357120306097956843"  # 🧳
_PLANE: Final = "5348436127038579546"  # ✈️
_TICK: Final = "5237699328843200968"  # ✅
_FLAG: Final = "5408906741125490282"  # 🏁
_QUESTION: Final = "5377316857231450742"  # ❓
_ALARM: Final = "5379748062124056162"  # ❗️
_EYES: Final = "5357121491508928442"  # 👀

ICONS: Final[Mapping[Stage, str]] = {
    Stage.APPLIED: _MEMO,
    Stage.AWAITING_FIRST_PAYMENT: _MONEY,
    Stage.PURCHASING: _CART,
    Stage.AWAITING_ARRIVAL: _TRAIN,
    Stage.AT_WAREHOUSE: _HOUSE,
    Stage.AWAITING_SECOND_PAYMENT: _MONEY,
    Stage.READY_TO_SHIP: _SUITCASE,
    Stage.SHIPPED: _PLANE,
    Stage.COMPLETED: _TICK,
    Stage.CANCELLED: _FLAG,
}
# What is more urgent than the stage, the most urgent first.
FLAGS: Final[Mapping[Flag, tuple[str, Phrase]]] = {
    Flag.PROBLEM_OPEN: (_ALARM, later("Problem")),
    Flag.ON_HOLD: (_EYES, later("On hold")),
    Flag.DECISION_NEEDED: (_QUESTION, later("Customer decides")),
}
ALL_ICONS: Final = frozenset([*ICONS.values(), *(icon for icon, _ in FLAGS.values())])


@dataclass(frozen=True, slots=True)
class Title:
    name: str
    icon: str  # the number of a custom emoji


def title(file: OrderFile, say: Texts) -> Title:
    """`#12 · To buy · Blue mug`"""
    order = file.order
    icon, stage = ICONS[order.stage], STAGES[order.stage]
    for flag, (of_flag, called) in FLAGS.items():
        if flag in order.flags:
            icon, stage = of_flag, called
            break
    else:
        if file.report is not None:
            stage = _REPORTED
    first = one_line(order.first_item.split("://", 1)[-1], 80)
    parts = [f"#{order.id}", plain(say.of(stage)), first]
    return Title(cut(" · ".join(part for part in parts if part), NAME_MAX), icon)


def left(order: OrderId, agency: str) -> Title:
    """`#12 → Osaka`: the order was moved there."""
    return Title(cut(f"#{order} → {one_line(agency, 60)}", NAME_MAX), _FLAG)


_REPORTED: Final = later("Payment to confirm")
