"""The order's life as a page, drawn from the table of steps: `python -m domain.diagram`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from domain.orders import ENDED, STEPS, Role, Stage, Step

_INTRODUCTION: Final = """\
# An order's life

Drawn from `STEPS` in `domain/orders.py` by `python -m domain.diagram`; a test compares the two.
A step carries who may take it. Whatever is not drawn here is refused.
"""
_FLAGS: Final = """\
Beside its stage an order can carry flags: *on hold*, *decision needed*, *problem open*. A flag
stops every deadline. While a payment report is under review, the clock of its bill stands still.
A paid order follows its least advanced line: it is as far as the item that is furthest behind.
"""


def page() -> str:
    """The whole page: the picture, then the same as a table."""
    picture = "\n".join(["```mermaid", *_picture(), "```"])
    return "\n".join([_INTRODUCTION, picture, "", *_table(), "", _FLAGS])


def _picture() -> Iterator[str]:
    yield "stateDiagram-v2"
    yield f"    [*] --> {STEPS[0].source}: apply (customer)"
    for step in _forward():
        yield f"    {step.source} --> {step.target}: {step.event} ({_who(step)})"
    for source in Stage:
        if ends := [step for step in STEPS if _cancels(step) and step.source is source]:
            events = ", ".join(f"{step.event} ({_who(step)})" for step in ends)
            yield f"    {source} --> {Stage.CANCELLED}: {events}"
    for stage in Stage:
        if stage in ENDED:
            yield f"    {stage} --> [*]"


def _forward() -> list[Step]:
    return [step for step in STEPS if not _cancels(step)]


def _cancels(step: Step) -> bool:
    return step.target is Stage.CANCELLED


def _table() -> Iterator[str]:
    yield "| from | what happens | to | who |"
    yield "| --- | --- | --- | --- |"
    for step in STEPS:
        yield f"| `{step.source}` | {step.event} | `{step.target}` | {_who(step)} |"


def _who(step: Step) -> str:
    return " or ".join(role for role in Role if role in step.by)


if __name__ == "__main__":
    sys.stdout.write(page())
