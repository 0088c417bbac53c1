"""Promises that the documents and files of the project make, kept by tests."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.settings import Settings

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "storage", "actions", "views", "handlers", "scheduler", "bot", "sandbox")

# Where packages come from, and where somebody's checkout lies, is nobody else's business.
STRANGERS = {
    "the host of a package registry": r"pypi\.(org|io)|pythonhosted\.org|npmjs\.(org|com)",
    "a path of one machine": r"(?<![\w.])/(work|root|home|Users|opt)/\w",
}


@cache
def project_files() -> tuple[Path, ...]:
    """What belongs to the project: what git knows, or would take in."""
    if not (ROOT / ".git").exists():  # an unpacked archive holds nothing else, but for dot-folders
        files = (path for path in ROOT.rglob("*") if path.is_file())
        return tuple(
            f for f in files if not any(p.startswith(".") for p in f.relative_to(ROOT).parts)
        )
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    return tuple(path for name in listed if name and (path := ROOT / name).is_file())


def named(suffix: str) -> list[Path]:
    return [path for path in project_files() if path.suffix == suffix]


def in_rooms() -> list[Path]:
    return [path for path in named(".py") if path.relative_to(ROOT).parts[0] in ROOMS]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_env_example_lists_exactly_the_settings_in_their_order() -> None:
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert listed == [name.upper() for name in Settings.model_fields]


def test_every_make_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text()
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
        assert named, page
        assert named <= targets, page


def test_make_help_tells_of_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == targets


@pytest.mark.parametrize("page", named(".md"), ids=place)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:  # a picture
            continue
        found += [
            f"{place(path)}: {what}"
            for what, pattern in STRANGERS.items()
            if re.search(pattern, text)
        ]
    assert found == []


def test_every_file_of_a_room_opens_with_what_it_is_for() -> None:
    silent = [place(path) for path in in_rooms() if not ast.get_docstring(tree(path))]
    assert silent == []


def test_the_domain_imports_only_the_standard_library() -> None:
    foreign = {
        f"{place(path)}: {name}"
        for path in in_rooms()
        if path.is_relative_to(ROOT / "domain")
        for name in imported(path)
        if name != "domain" and name not in sys.stdlib_module_names
    }
    assert foreign == set()


def imported(path: Path) -> set[str]:
    """The top-level packages a file imports."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def test_every_requirement_is_locked_with_a_hash() -> None:
    for name in ("runtime", "dev", "lock"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pinned = re.findall(r"^[a-z][\w.\[\]-]*==", text, re.MULTILINE)
        entries = re.findall(r"^[^\s#].*\\\n    --hash=sha256:", text, re.MULTILINE)
        assert pinned, name
        assert len(entries) == len(pinned), name


def test_what_runs_is_a_part_of_what_tests() -> None:
    """`make test` after `make demo` changes no version."""
    pins = {
        name: set(
            re.findall(
                r"^[a-z][^\s]*==\S+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("runtime", "dev")
    }
    assert pins["runtime"] - pins["dev"] == set()


def test_the_package_holds_every_file_of_the_rooms(tmp_path: Path) -> None:
    source = tmp_path / "source"
    rooms = {place(path) for path in project_files() if path.relative_to(ROOT).parts[0] in ROOMS}
    for name in (*rooms, "pyproject.toml", "README.md", "LICENSE", "requirements/runtime.in"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    offline = ("--no-deps", "--no-build-isolation", "--no-index", "--quiet")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *offline, "--wheel-dir", tmp_path, source],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == rooms
