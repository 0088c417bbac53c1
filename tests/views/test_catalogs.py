"""The catalogs fit the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from views import catalogs
from views.catalogs import check, check_language, extract, template, update

CODE = """
def draw(say, reader):
    say("Hello {name}", name=1)
    reader.say("Bye")
    say.n("{n} item", "{n} items", 3)
    say.label("Open " "order", detail=1)
    later("Later")
    self._say("Page {n}", n=1)
    other("Not ours")
    say.of(PHRASE)
    say.show(5)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for room in catalogs.ROOMS:
        (tmp_path / room).mkdir()
    (tmp_path / "views" / "a.py").write_text(CODE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "locale"


def test_every_text_of_this_project_can_be_translated() -> None:
    assert extract()[1] == []  # `make check` compares the catalogs themselves


def test_every_way_of_saying_is_found(root: Path) -> None:
    found, wrong = extract(root)
    assert [each.id for each in found] == [
        "Hello {name}",
        "Bye",
        ("{n} item", "{n} items"),
        "Open order",
        "Later",
        "Page {n}",
    ]
    assert wrong == []


def test_a_text_that_is_not_written_where_it_is_said_is_reported(root: Path) -> None:
    code = "say(f'Hello {name}')\nsay(words)\nsay.n('One', many, 2)"
    (root / "bot" / "b.py").write_text(code, encoding="utf-8")
    assert extract(root)[1] == [
        "bot/b.py:1: say(…) without a text of its own",
        "bot/b.py:2: say(…) without a text of its own",
        "bot/b.py:3: n(…) without a text of its own",
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("def draw(texts: Texts): texts('Hidden')", "texts"),
        ("tell = reader.say", "tell"),
        ("label = say.label", "label"),
        ("many = reader.say.n", "many"),
        ("words = texts_for(reader)", "words"),
        ("self.words = say", "self.words"),
    ],
)
def test_words_that_go_by_another_name_are_reported(root: Path, code: str, name: str) -> None:
    (root / "bot" / "b.py").write_text(code, encoding="utf-8")
    assert extract(root)[1] == [f"bot/b.py:1: {name} is to be called say"]


def test_a_template_behind_the_code_is_reported(root: Path, folder: Path) -> None:
    assert check(root, folder) == ["daiko.pot is missing; --update writes it"]
    update(root, folder)
    assert check(root, folder) == []
    (root / "views" / "a.py").write_text('say("Bye")\nsay("New")', encoding="utf-8")
    assert "daiko.pot lacks 'New'" in check(root, folder)
    assert "daiko.pot has 'Open order', which is said nowhere" in check(root, folder)


def test_the_same_code_gives_the_same_template(root: Path, folder: Path) -> None:
    update(root, folder)
    before = (folder / "daiko.pot").read_bytes()
    update(root, folder)
    assert (folder / "daiko.pot").read_bytes() == before


def _language(folder: Path, text: str) -> None:
    path = folder / "ru" / "LC_MESSAGES" / "daiko.po"
    path.parent.mkdir(parents=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(header + text, encoding="utf-8")


WHOLE = """
msgid "Hello {name}"
msgstr "Привет, {name}"

msgid "Bye"
msgstr "Пока"

msgid "{n} item"
msgid_plural "{n} items"
msgstr[0] "{n} предмет"
msgstr[1] "{n} предмета"
msgstr[2] "{n} предметов"

msgid "Open order"
msgstr "Открыть"

msgid "Later"
msgstr "Позже"

msgid "Page {n}"
msgstr "Страница {n}"
"""


def test_a_whole_translation_passes(root: Path, folder: Path) -> None:
    _language(folder, WHOLE)
    update(root, folder)
    assert check(root, folder) == []


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ('msgstr "Пока"', 'msgstr ""', "ru: 'Bye' is not translated"),
        ("Привет, {name}", "Привет", "ru: 'Hello {name}' lacks {name}"),
        ("Привет, {name}", "{nam}, {name}", "ru: 'Hello {name}' has the unknown {nam}"),
        ("Привет, {name}", "{name.x} {name}", "ru: 'Hello {name}': {name.x} is not a plain name"),
        ("Пока", "<b>Пока</b>", "ru: 'Bye' has other tags than the English"),
        ('msgid "Bye"', '#, fuzzy\nmsgid "Bye"', "ru: 'Bye' is marked as doubtful (fuzzy)"),
        ('msgid "Later"', 'msgid "Latest"', "ru: 'Later' is not translated"),
        ("{n} предметов", "", "ru: '{n} item' is not translated"),
    ],
)
def test_a_broken_translation_is_reported(
    root: Path, folder: Path, was: str, becomes: str, fault: str
) -> None:
    _language(folder, WHOLE.replace(was, becomes))
    catalogs._write(folder / "daiko.pot", template(extract(root)[0]))
    assert fault in check(root, folder)


def test_update_keeps_what_was_translated(root: Path, folder: Path) -> None:
    _language(folder, WHOLE)
    update(root, folder)
    (root / "views" / "b.py").write_text('say("New")', encoding="utf-8")
    update(root, folder)
    assert check(root, folder) == ["ru: 'New' is not translated"]


def test_the_command_says_what_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogs.main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert check_language("ru", template([]), template([])) == []
