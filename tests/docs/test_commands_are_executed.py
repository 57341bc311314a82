"""Every command of the tutorial and of the README is executed, and prints what is shown below it.

Lines are compared where they stand whole, or piece by piece around ``...``. Data that CMS publishes
come from ``OPENVBC_SHARED``; a command that needs what is not there is passed by, and said.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("OPENVBC_SHARED", ROOT.parent / "shared"))
PUBLISHED = {
    "PerformanceYear2022Results.csv": "aco_results/mssp_py2022*.csv",
    "PerformanceYear2024Results.csv": "aco_results/mssp_py2024*.csv",
    "FY2025_SUPPLEMENTAL.csv": "p4p/hrrp/hrrp_supplemental_fy2025*.csv",
    "FY2025_HOSPITAL.csv": "p4p/hrrp/hrrp_hospital_fy2025*.csv",
}
NOT_RUN = {
    "app": "runs until it is stopped; see tests/app",
    "demo": "test_demo.py",
    "quality-score": "needs a project of its own",
    "quality": "needs value sets that are licensed",
    "handover": "tests/programs/quality/test_handover.py",
    **dict.fromkeys(("contract", "book", "distribute"), "tests/contract_book"),
    **dict.fromkeys(("care", "billing", "equity", "effect"), "tests/care"),
}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tutorial")
    for name, pattern in PUBLISHED.items():
        sources = sorted(SHARED.glob(f"data/{pattern}"))
        if sources:
            shutil.copy(sources[0], made / name)
    for file in ("contract.yaml", "results.csv"):
        sources = sorted((ROOT / "src/openvbc/book/p4p_contract").glob(f"*{Path(file).suffix}"))
        shutil.copy(sources[0], made / file)
    return made


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Language, text, and the file named just before the block."""
    text, page_blocks = page.read_text("utf-8"), []
    for block in BLOCK.finditer(text):
        named = re.search(r"`([\w.-]+\.csv)`:\s*$", text[: block.start()])
        page_blocks.append((block.group(1), block.group(2), named.group(1) if named else ""))
    return page_blocks


def lines_of(text: str) -> list[str]:
    return text.replace("\\\n", " ").splitlines()


def vbc(folder: Path, words: list[str]) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "openvbc", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COLUMNS": "250"},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 3), (words, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout + done.stderr


def plain(text: str) -> str:
    return re.sub(r"[\s│┃]+", " ", text).strip()


def missing(shown: str, printed: str) -> list[str]:
    """The shown pieces that were not printed."""
    whole = plain(printed)
    pieces = [plain(p) for line in shown.splitlines() for p in re.split(r"\.\.\.|│", line)]
    return [p for p in pieces if len(p) > 2 and p not in whole and not re.search(r"\d s$", p)]


def test_the_tutorial_prints_what_it_shows(folder):
    printed, wrong = "", []
    for language, text, named in blocks(ROOT / "docs" / "tutorial.md"):
        if language == "csv":
            (folder / named).write_text(text, "utf-8")
            continue
        if language == "python":
            path = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
            command = [sys.executable, "-c", text]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=path)
            assert done.returncode == 0, (text, done.stderr[-1500:])
            continue
        commands = [shlex.split(line, comments=True) for line in lines_of(text)
                    if line.startswith("vbc ")]  # fmt: skip
        if not commands:
            wrong += [(p, "not printed") for p in missing(text, printed)] if printed else []
            continue
        printed = ""
        for words in commands:
            if words[1] == "compare":
                make_the_other(folder)
            needs = [w for w in words if w in PUBLISHED and not (folder / w).exists()]
            gone = any(w.startswith("run-") and not (folder / w).exists() for w in words[2:3])
            if needs or gone or words[1] in NOT_RUN:
                printed = ""
                break
            printed += vbc(folder, words[1:])
    assert wrong == []


def make_the_other(folder: Path) -> None:
    """What the tutorial tells to do before the comparison."""
    other = folder / "other"
    if other.exists():
        return
    shutil.copytree(folder / "aco", other, ignore=shutil.ignore_patterns("run"))
    path = other / "openvbc.yaml"
    text = path.read_text("utf-8")
    changed = re.sub(r"score: 0\.\d+", "score: 0.70", text)
    rate = "minimum_savings_rate_election"
    changed = re.sub(rf"{rate}: \S+", f"{rate}: 0.02", changed)
    assert changed != text
    path.write_text(changed, "utf-8")
    vbc(folder, ["run", "other"])


def test_the_commands_of_the_readme_can_be_executed(finished, folder):
    """On a small project, each that does not need licensed or unpublished data."""
    small = folder / "my-aco"
    shutil.copytree(finished, small)
    traps = (small / "truth" / "traps.csv").read_text("utf-8").splitlines()
    person = traps[1].split(",")[1]
    done = []
    for _, text, _ in blocks(ROOT / "README.md"):
        for line in lines_of(text):
            words = shlex.split(line, comments=True)
            if words[:1] != ["vbc"] or words[1] in (*NOT_RUN, "init", "score", "settle", "verify"):
                continue
            if words[1:3] == ["explain", "quality"]:  # of a run that is not made here
                continue
            if any(w.startswith(("run-", "other")) for w in words):
                continue
            vbc(folder, [person if w == "1S00A00AA00" else w for w in words[1:]])
            done.append(words[1])
    assert {"check", "run", "report", "explain", "track", "risk"} <= set(done)
