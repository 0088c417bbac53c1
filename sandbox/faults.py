"""Trouble that tests arrange: errors, outages, lost answers, slowness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.errors import Declined, bad_request, conflict, forbidden, too_many


@dataclass(slots=True)
class Fault:
    """What will go wrong with the next calls of one method."""

    method: str  # in small letters
    times: int
    chat_id: int | None = None
    error: Declined | None = None
    http_status: int | None = None
    lose_answer: bool = False
    delay: float = 0.0

    def strikes(self, method: str, params: dict[str, Any]) -> bool:
        if self.method not in (method, "*"):
            return False
        return self.chat_id is None or str(params.get("chat_id")) == str(self.chat_id)


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def next_for(self, method: str, params: dict[str, Any]) -> Fault | None:
        """The fault that strikes this call; each strikes as often as it was told to."""
        for fault in self._waiting:
            if fault.strikes(method, params):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


def as_declined(error: str | Declined | BaseException | None) -> Declined | None:
    """`"Forbidden: …"`, `"chat not found"` or a number of seconds to wait, as an answer."""
    if error is None or isinstance(error, Declined):
        return error
    told = str(error)
    for prefix, make in (
        ("Bad Request: ", bad_request),
        ("Forbidden: ", forbidden),
        ("Conflict: ", conflict),
    ):
        if told.startswith(prefix):
            return make(told.removeprefix(prefix))
    if told.startswith("Too Many Requests: retry after "):
        return too_many(int(told.rsplit(" ", 1)[1]))
    if told == "Unauthorized":
        return Declined(401, told)
    return bad_request(told)
