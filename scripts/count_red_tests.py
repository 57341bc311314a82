"""Edit one value of law at a time, in a copy, and count the tests that turn red.

Every edit at once tells which tests may turn red; those are run with each edit alone.

    python scripts/count_red_tests.py          every edit below
    python scripts/count_red_tests.py reach    the edits whose file or parameter is so named

Fewer than ten shall turn red: those that hold the value against the law's text, a published file or
a worked contract. More means that tests about something else carry amounts that law decides
(docs/testing.md). Exits with 1 where an edit reaches its limit, or where it reddens nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("src", "tests", "docs", "scripts", "pyproject.toml", "Makefile", "constraints.txt")
LIMIT = 10
TRIED = (
    "tests/test_worksheet_cases.py", "tests/programs", "tests/laws/test_settlement_laws.py",
    "tests/oracles/test_published_*.py", "tests/oracles/test_*_examples.py", "tests/policy",
    "tests/contract_book", "tests/worksheets", "tests/commands", "tests/report", "tests/episodes",
)  # fmt: skip
"""What settles contracts. Readers of claims, engines and the app compare no settled dollars."""


@dataclass(frozen=True)
class Edit:
    """Another value of a parameter, in the words of its file."""

    file: str
    parameter: str
    before: str
    after: str
    where: str
    """A text that stands before the value, after the parameter's name: which of its values."""


EDITS = (
    Edit("mssp/tracks", "maximum_sharing_rate", "0.75", "0.74", "2019.., track: ENHANCED"),
    Edit("mssp/minimum_savings_rate", "minimum_savings_rate_table", "0.034", "0.0341",
         "first: 7000"),
    Edit("hrrp/payment", "maximum_payment_reduction", "0.03", "0.029", "2015..2027"),
    Edit("hac/payment", "payment_reduction_rate", "0.01", "0.011", "2024"),
    Edit("hvbp/scoring", "withhold", "0.02", "0.021", "2017..2027"),
    Edit("snf_vbp/scoring", "withhold", "0.02", "0.021", "2019..2027"),
    Edit("stars/reward_thresholds", "reward_thresholds", "3.932432", "3.95", "overall"),
    Edit("reach/discount", "discount", "0.03", "0.031", "2023"),
    Edit("bpci_advanced/price", "discount", "0.03", "0.031", "1..3"),
    Edit("team/price", "discount", "0.02", "0.021", "lower extremity"),
    Edit("mips/payment_adjustment", "performance_threshold", "75", "76", "2022..2025"),
)  # fmt: skip


def edited(text: str, edit: Edit) -> str:
    """The rule file with the value changed."""
    start = re.search(rf"^{edit.parameter}:", text, re.MULTILINE)
    assert start, f"{edit.file} has no {edit.parameter}"
    place = text.index(edit.before, text.index(edit.where, start.end()))
    return text[:place] + edit.after + text[place + len(edit.before) :]


def red(copy: Path, edits: Sequence[Edit], tests: Sequence[str]) -> list[str]:
    """Names of the tests that fail in the copy, with the values changed and put back."""
    texts = {}
    for edit in edits:
        file = copy / "src" / "openvbc" / "rules" / f"{edit.file}.yaml"
        text = file.read_text(encoding="utf-8")
        texts.setdefault(file, text)
        file.write_text(edited(text, edit), encoding="utf-8")
    words = ["-q", "-p", "no:cacheprovider", "--tb=no", "-rfE", *tests]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        env={
            "OPENVBC_SHARED": str(ROOT.parent / "shared"),
            **os.environ,
            "PYTHONPATH": str(copy / "src"),
        },
        cwd=copy, capture_output=True, text=True, check=False,
    )  # fmt: skip
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    if done.returncode not in (0, 1):
        sys.exit(done.stdout + done.stderr)
    return re.findall(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", done.stdout, re.MULTILINE)


def main(words: list[str]) -> int:
    """Count, print, and say whether each edit is within its limit."""
    chosen = [e for e in EDITS if not words or any(w in f"{e.file} {e.parameter}" for w in words)]
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        tried = [str(path.relative_to(copy)) for name in TRIED for path in copy.glob(name)]
        reached = red(copy, chosen, tried)
        red_anyway = set(red(copy, (), reached)) if reached else set()
        reached = [name for name in reached if name not in red_anyway]
        for edit in chosen:
            names = red(copy, [edit], reached) if reached else []
            what = f"{edit.file}.yaml {edit.parameter}, {edit.where}"
            print(f"{len(names):3} {what}: {edit.before} to {edit.after}")
            print("".join(f"      {name}\n" for name in names), end="", flush=True)
            if not 0 < len(names) < LIMIT:
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
