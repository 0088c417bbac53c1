"""The commands Telegram offers while somebody types: only those that work."""

from __future__ import annotations

from html import unescape
from typing import Final

from views import menu, staff
from views.texts import Reader

_ENGLISH: Final = Reader().say

PRIVATE: Final = tuple((name, unescape(meaning)) for name, meaning in menu.commands(_ENGLISH))
STAFF: Final = tuple(staff.menu(_ENGLISH))
