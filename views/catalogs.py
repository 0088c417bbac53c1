"""Catalogs: what is said in the code against what translators were given and gave back.

`python -m views.catalogs --check` compares and ends with 1 where something differs;
`--update` writes the template anew and brings every language's catalog up to it.
"""

from __future__ import annotations

import ast
import string
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from views.texts import DOMAIN, FOLDER, SOURCE, languages

ROOT: Final = Path(__file__).parent.parent
ROOMS: Final = ("views", "handlers", "bot")  # where sentences may stand
TEMPLATE: Final = FOLDER / f"{DOMAIN}.pot"

Id = str | tuple[str, str]  # one text, or one and many


@dataclass(frozen=True, slots=True)
class Found:
    """A text in the code."""

    id: Id
    file: str
    line: int


# What is said in the code ---------------------------------------------------------------------


def extract(root: Path = ROOT, rooms: Iterable[str] = ROOMS) -> tuple[list[Found], list[str]]:
    """Every text, and what could not be read: `say` wants its text as it stands."""
    found: list[Found] = []
    wrong: list[str] = []
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for call, what in _calls(tree):
                read = _id(call, what)
                if read is not None:
                    found.append(Found(read, name, call.lineno))
                elif what in ("say", "n"):
                    wrong.append(f"{name}:{call.lineno}: {what}(…) without a text of its own")
            wrong += [
                f"{name}:{line}: {what} is to be called say" for line, what in _aliases(tree)
            ]
    return found, wrong


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """`say(…)`, `say.n(…)`, `say.label(…)`, `later(…)`; also `reader.say(…)`, `self._say(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (what := _what(node.func)):
            yield node, what


def _what(function: ast.expr) -> str:
    match function:
        case ast.Name("later"):
            return "later"
        case ast.Attribute(words, "n" | "label" as name) if _is_say(words):
            return name
        case _:
            return "say" if _is_say(function) else ""


def _is_say(words: ast.expr | None) -> bool:
    match words:
        case ast.Name("say") | ast.Attribute(attr="say" | "_say"):
            return True
        case _:
            return False


def _aliases(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a reader's words go by another name: what they say there would not be found."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(name, ast.Name("Texts") | ast.Constant("Texts")) if name != "say":
                yield node.lineno, name
            case ast.Assign(targets, words) if _is_words(words):
                yield from (
                    (node.lineno, ast.unparse(each)) for each in targets if not _is_say(each)
                )
            case _:
                pass


def _is_words(value: ast.expr) -> bool:
    """`reader.say`, `say.label`, `texts_for(reader)`"""
    match value:
        case ast.Attribute(words, "n" | "label"):
            return _is_say(words)
        case ast.Call(ast.Name("texts_for")):
            return True
        case _:
            return _is_say(value)


def _id(call: ast.Call, what: str) -> Id | None:
    texts = [_text(argument) for argument in call.args[: 2 if what == "n" else 1]]
    match texts:
        case [str(one), str(many)]:
            return (one, many)
        case [str(one)] if what != "n":
            return one
        case _:
            return None


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def template(found: Iterable[Found]) -> Catalog:
    """All texts once, in their order, without moving parts: the same code, the same bytes."""
    catalog = Catalog(domain=DOMAIN, project="Daiko", header_comment="# Daiko, every text in it.")
    plurals = {each.id[0]: each.id for each in found if isinstance(each.id, tuple)}
    for each in found:
        first = each.id if isinstance(each.id, str) else each.id[0]
        catalog.add(plurals.get(first, first), locations=[(each.file, 0)])
    return catalog


def ids(catalog: Catalog) -> set[Id]:
    return {_message_id(message) for message in catalog if message.id}


def _message_id(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


# What is checked ------------------------------------------------------------------------------


def check(root: Path = ROOT, folder: Path = FOLDER) -> list[str]:
    """What is wrong, one line each; nothing when all is well."""
    found, wrong = extract(root)
    wanted = template(found)
    if not (folder / TEMPLATE.name).exists():
        return [*wrong, f"{TEMPLATE.name} is missing; --update writes it"]
    committed = _read(folder / TEMPLATE.name, None)
    wrong += [
        f"{TEMPLATE.name} lacks {_shown(id)}" for id in _sorted(ids(wanted) - ids(committed))
    ]
    wrong += [
        f"{TEMPLATE.name} has {_shown(id)}, which is said nowhere"
        for id in _sorted(ids(committed) - ids(wanted))
    ]
    for language in _languages(folder):
        wrong += check_language(language, _read(_catalog_path(folder, language), language), wanted)
    return wrong


def _languages(folder: Path) -> tuple[str, ...]:
    if folder == FOLDER:
        return tuple(language for language in languages() if language != SOURCE)
    return tuple(sorted(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def check_language(language: str, catalog: Catalog, wanted: Catalog) -> list[str]:
    """Complete, nothing doubtful, every placeholder and tag where the English has it."""
    wrong: list[str] = []
    for message in wanted:
        if not message.id:
            continue
        given = catalog.get(_message_id(message)[0] if message.pluralizable else message.id)
        wrong += [f"{language}: {what}" for what in _faults(message, given, catalog.num_plurals)]
    extra = ids(catalog) - ids(wanted)
    return wrong + [f"{language}: {_shown(id)} is said nowhere" for id in _sorted(extra)]


def _faults(message: Message, given: Message | None, plurals: int) -> Iterator[str]:
    name = _shown(_message_id(message))
    if given is None or not given.string:
        yield f"{name} is not translated"
        return
    if given.fuzzy:
        yield f"{name} is marked as doubtful (fuzzy)"
    forms = [given.string] if isinstance(given.string, str) else list(given.string)
    if message.pluralizable and len(forms) != plurals:
        yield f"{name} has {len(forms)} forms instead of {plurals}"
    for form in forms:
        if not form:
            yield f"{name} is not translated"
        else:
            yield from _differences(message, form, name)


def _differences(message: Message, form: str, name: str) -> Iterator[str]:
    english = message.id if isinstance(message.id, str) else message.id[-1]
    try:
        names = placeholders(form)
    except ValueError as error:
        yield f"{name}: {error}"
        return
    # A form for one thing may leave the number out.
    missing = placeholders(english) - names - ({"n"} if message.pluralizable else set())
    unknown = names - placeholders(english) - ({"n"} if message.pluralizable else set())
    if missing:
        yield f"{name} lacks {{{', '.join(sorted(missing))}}}"
    if unknown:
        yield f"{name} has the unknown {{{', '.join(sorted(unknown))}}}"
    if tags(form) != tags(english):
        yield f"{name} has other tags than the English"


def placeholders(text: str) -> set[str]:
    """The names in `{…}`; ValueError when they are more than names."""
    names = set()
    for _, field, spec, conversion in string.Formatter().parse(text):
        if field is None:
            continue
        if not field.isidentifier() or spec or conversion:
            raise ValueError(f"{{{field}}} is not a plain name")
        names.add(field)
    return names


def tags(text: str) -> list[str]:
    """The markup in a text, in any order."""
    return sorted(part.split(">")[0] for part in text.split("<")[1:])


def _sorted(some: Iterable[Id]) -> list[Id]:
    return sorted(some, key=str)


def _shown(id: Id) -> str:
    text = id if isinstance(id, str) else id[0]
    return repr(text if len(text) <= 60 else text[:59] + "…")


# Reading and writing --------------------------------------------------------------------------


def _catalog_path(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _read(path: Path, language: str | None) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def _write(path: Path, catalog: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalog,
            width=99,
            omit_header=catalog.locale is None,
            include_lineno=False,
            ignore_obsolete=True,
        )


def update(root: Path = ROOT, folder: Path = FOLDER) -> None:
    """Write the template anew, and bring every catalog up to it; what is new waits for words."""
    found, _ = extract(root)
    wanted = template(found)
    _write(folder / TEMPLATE.name, wanted)
    for language in _languages(folder):
        catalog = _read(_catalog_path(folder, language), language)
        catalog.update(wanted, no_fuzzy_matching=True)
        _write(_catalog_path(folder, language), catalog)


def main(arguments: list[str]) -> int:
    if arguments == ["--update"]:
        update()
        return 0
    if arguments != ["--check"]:
        sys.stderr.write("usage: python -m views.catalogs --check | --update\n")
        return 2
    wrong = check()
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    if wrong:
        sys.stderr.write("`python -m views.catalogs --update` brings the catalogs up to date.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
