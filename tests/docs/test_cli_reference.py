"""The reference pages are what the program says of itself; what pages tell to type can be typed.

python scripts/write_reference_docs.py        writes the reference pages anew
"""

from __future__ import annotations

import importlib.util
import re
import shlex
from functools import lru_cache
from pathlib import Path

import pytest

from openvbc.commands import COMMANDS
from openvbc.programs.registry import program_names

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
WRITTEN_BY_HAND = [page for page in PAGES if page.parent.name != "rules"]


@lru_cache(maxsize=1)
def script():  # type: ignore[no-untyped-def]
    path = ROOT / "scripts" / "write_reference_docs.py"
    spec = importlib.util.spec_from_file_location("write_reference_docs", path)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@lru_cache(maxsize=1)
def reference_pages() -> dict[str, str]:
    return script().pages()


@pytest.mark.parametrize(
    "name", ["cli.md", *(f"rules/{folder}.md" for folder in (*script().RULES, *script().MEASURES))]
)
def test_the_page_is_what_the_program_says(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == reference_pages()[name], "run: python scripts/write_reference_docs.py"


def test_every_folder_of_rules_has_a_page() -> None:
    folders = {path.parent.name for path in (ROOT / "src/openvbc/rules").glob("*/*.yaml")}
    assert folders == {*script().RULES, *script().MEASURES}


def names_of(page: Path) -> set[str]:
    """The names under which a page's headings can be linked to."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, heading = target.partition("#")
        leads_to = (page.parent / file).resolve() if file else page
        assert leads_to.exists(), f"{target} does not exist"
        assert not heading or heading in names_of(leads_to), f"{target}: no such heading"


@pytest.mark.parametrize("page", WRITTEN_BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_can_be_typed(page: Path) -> None:
    known = {name: set(re.findall(r"--[\w-]+", text)) for name, text in sections().items()}
    for block in FENCE.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = typed(line)
            if words[:1] != ["vbc"] or len(words) < 2 or words[1].startswith("-"):
                continue
            assert words[1] in known, line
            strange = {w for w in words if w.startswith("--")} - known[words[1]]
            assert not strange or page.name == "cli.md", f"{line}: no option {strange}"


def typed(line: str) -> list[str]:
    """The words of a line as a shell takes them; a line that is no command has none."""
    command = re.sub(r"^\$ ", "", line)
    return shlex.split(command, comments=True) if command.startswith("vbc ") else []


def sections() -> dict[str, str]:
    """The part of docs/cli.md on each command."""
    parts = re.split(r"^## vbc ", reference_pages()["cli.md"], flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: part for part in parts}


def test_every_command_is_described() -> None:
    assert list(sections()) == COMMANDS
    assert all("|  |  |" not in text for text in sections().values()), "an option without help"


@pytest.mark.parametrize("program", [*program_names(), "risk", "readmissions"])
def test_every_program_has_a_page(program: str) -> None:
    page = ROOT / "docs" / "programs" / f"{program}.md"
    text = page.read_text(encoding="utf-8")
    for heading in ("What you give", "What is computed", "Parameters", "Proven", "What is missing"):
        assert re.search(rf"^## {heading}", text, re.MULTILINE), f"{page.name} lacks {heading}"
