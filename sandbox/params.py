"""What a request asks for: values that came as JSON, as a form or in the query, read alike."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.errors import bad_request

LEADING_INTEGER = re.compile(r"\s*([+-]?\d+)")
TRUE_WORDS = frozenset(("true", "yes", "1"))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the request."""

    name: str
    content: bytes
    mime_type: str = ""


class Params:
    """The parameters of one call; a missing one reads as empty, zero, false or None."""

    __slots__ = ("files", "values")

    def __init__(self, values: dict[str, Any], files: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.files = files or {}

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None or name in self.files

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    def number(self, name: str, default: int = 0) -> int:
        """Telegram reads the digits at the beginning and ignores the rest."""
        value = self.values.get(name)
        if isinstance(value, int):
            return int(value)
        found = LEADING_INTEGER.match(self.text(name))
        return int(found[1]) if found else default

    def decimal(self, name: str) -> float | None:
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def flag(self, name: str) -> bool:
        value = self.values.get(name)
        if value is None or value is False:
            return False
        return value is True or str(value).lower() in TRUE_WORDS

    def required(self, name: str) -> str:
        text = self.text(name)
        if not text:
            raise bad_request(f'parameter "{name}" is required')
        return text

    def parsed(self, name: str, what: str) -> Any:
        """A JSON-serialised object, or None when it was left out."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None
