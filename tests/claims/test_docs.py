"""The pages on the store and on input files say what the program does; their examples are read."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from openvbc.claims.csv_table import read_csv
from openvbc.claims.factors import FACTOR_FILES
from openvbc.claims.lists import PROVIDER_LISTS
from openvbc.claims.own_files import OWN_FILES

ROOT = Path(__file__).parents[2]


def script():  # type: ignore[no-untyped-def]
    path = ROOT / "scripts" / "write_claim_docs.py"
    spec = importlib.util.spec_from_file_location("write_claim_docs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["claim-store.md", "input-files.md"])
def test_the_page_is_the_one_the_tables_give(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == script().PAGES[name](), "run: python scripts/write_claim_docs.py"


def test_every_example_of_the_page_is_a_file_the_program_reads() -> None:
    page = (ROOT / "docs" / "input-files.md").read_text(encoding="utf-8")
    examples = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    forms = [*OWN_FILES, *PROVIDER_LISTS, *FACTOR_FILES]
    assert len(examples) == len(forms)
    for text, form in zip(examples, forms, strict=True):
        rows = read_csv(form.name, text.encode(), form.columns, form.table)
        assert (rows.entry.records, rows.entry.used) == (1, 1), (form.name, rows.entry.set_aside)
