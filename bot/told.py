"""What the agency tells everybody, out of files: one for each language, or one for all."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LETTERS_MAX: Final = 40_000  # ten messages


def check(name: str) -> None:
    """ValueError says what is wrong with one of the files."""
    path = Path(name)
    if not path.is_file():
        raise ValueError("names no file; write one, or leave the setting empty")
    for each in (path, *_variants(path).values()):
        try:
            text = each.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"cannot be read as UTF-8 text ({each.name})") from None
        if not text:
            raise ValueError(f"names an empty file ({each.name})")
        if len(text) > LETTERS_MAX:
            raise ValueError(f"names a text above {LETTERS_MAX:,} letters ({each.name})")


def by_language(name: str) -> tuple[tuple[str, str], ...]:
    """(language, text); that of the file itself is for everybody else, and has no language."""
    if not name:
        return ()
    path = Path(name)
    files = {"": path, **_variants(path)}
    return tuple((tag, file.read_text(encoding="utf-8").strip()) for tag, file in files.items())


def _variants(path: Path) -> dict[str, Path]:
    """`privacy.ja.txt` beside `privacy.txt`."""
    found = {}
    for file in sorted(path.parent.glob(f"{path.stem}.*{path.suffix}")):
        tag = file.name.removeprefix(f"{path.stem}.").removesuffix(path.suffix)
        if tag.replace("-", "").isalpha():
            found[tag.lower()] = file
    return found
