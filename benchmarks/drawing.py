"""What words and a card cost: `python -m benchmarks.drawing`, as ratios to a bare `str.format`.

A text is looked up in its language, and its values are drawn as the reader writes them and made
safe for HTML; a card is some twenty of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from domain.letters import Section
from tests.views.files import AGENCY, DUE, ESTIMATED, NOW, READER, a_file, usd
from views import card
from views.moments import Deadline

COUNT: Final = 2_000


def microseconds(work: Callable[[], object]) -> float:
    """Of CPU, for one of `COUNT`, after a tenth of them to warm up."""
    for _ in range(COUNT // 10):
        work()
    begun = time.process_time()
    for _ in range(COUNT):
        work()
    return 1e6 * (time.process_time() - begun) / COUNT


def main() -> None:
    words, say, file = "Please pay {amount} by {due}.", READER.say, a_file(ESTIMATED)
    bare = microseconds(lambda: words.format(amount="$83.20", due="Mon 30 Nov, 23:59 JST"))
    text = microseconds(lambda: say(words, amount=usd(8320), due=Deadline(DUE)))
    drawn = microseconds(lambda: card.draw(file, Section.PROGRESS, 0, READER, NOW, AGENCY))
    print(f"str.format {bare:8.2f} µs")
    print(f"a text     {text:8.2f} µs  {text / bare:8.0f} times str.format")
    print(f"a card     {drawn:8.2f} µs  {drawn / text:8.1f} texts")


if __name__ == "__main__":
    main()
