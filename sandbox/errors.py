"""How Telegram says no: a status, a description, and sometimes what to do about it."""

from __future__ import annotations

from typing import Any


class Declined(Exception):
    """A request that Telegram answers with `"ok": false`."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        answer = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class ConnectionCut(Exception):
    """The answer never reaches the bot."""


def bad_request(why: str) -> Declined:
    return Declined(400, f"Bad Request: {why}")


def forbidden(why: str) -> Declined:
    return Declined(403, f"Forbidden: {why}")


def conflict(why: str) -> Declined:
    return Declined(409, f"Conflict: {why}")


def too_many(seconds: int) -> Declined:
    return Declined(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def not_enough_rights(to_do: str) -> Declined:
    return bad_request(f"not enough rights to {to_do}")
