"""What the agency tells everybody comes from files; a wrong one stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import told
from bot.settings import Settings, WrongSettings, read_settings


def settings(**given: str) -> Settings:
    return read_settings(
        _env_file=None, bot_token="1:AAF", staff_chat_id=-1001, database_url="sqlite:///x", **given
    )


def test_a_file_and_its_languages(tmp_path: Path) -> None:
    tmp_path.joinpath("terms.txt").write_text("Be kind.\n", encoding="utf-8")
    tmp_path.joinpath("terms.ja.txt").write_text("親切に。", encoding="utf-8")
    tmp_path.joinpath("terms.2025.txt").write_text("Old.", encoding="utf-8")
    tmp_path.joinpath("other.ru.txt").write_text("Другое.", encoding="utf-8")
    agency = settings(terms_file=str(tmp_path / "terms.txt")).agency()
    assert agency.terms == (("", "Be kind."), ("ja", "親切に。"))
    assert agency.privacy == ()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (None, "names no file; write one, or leave the setting empty"),
        (b" \n", "names an empty file (privacy.txt)"),
        (b"\xff\xfe", "cannot be read as UTF-8 text (privacy.txt)"),
        (b"a" * (told.LETTERS_MAX + 1), "names a text above 40,000 letters (privacy.txt)"),
    ],
)
def test_a_wrong_file_is_a_wrong_setting(
    tmp_path: Path, content: bytes | None, wrong: str
) -> None:
    path = tmp_path / "privacy.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WrongSettings) as error:
        settings(privacy_file=str(path))
    assert error.value.lines == [f"PRIVACY_FILE {wrong}. Example: PRIVACY_FILE=privacy.txt"]


def test_a_wrong_language_is_found_at_the_start_too(tmp_path: Path) -> None:
    tmp_path.joinpath("terms.txt").write_text("Be kind.", encoding="utf-8")
    tmp_path.joinpath("terms.ru.txt").write_text("", encoding="utf-8")
    with pytest.raises(WrongSettings, match=r"names an empty file \(terms.ru.txt\)"):
        settings(terms_file=str(tmp_path / "terms.txt"))
