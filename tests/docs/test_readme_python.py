"""The Python of the README runs as printed, with a user's own names in place of its examples."""

import os
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("OPENVBC_SHARED", ROOT.parent / "shared"))
PUBLISHED = SHARED / "data" / "aco_results" / "mssp_py2022.csv"


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="published results are not here")
def test_the_python_of_the_readme_runs(own_copy, tmp_path, monkeypatch):
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    results = tmp_path / "PerformanceYear2022Results.csv"
    shutil.copyfile(PUBLISHED, results)
    named = {
        "PerformanceYear2024Results.csv": results.name,
        "A1234": "A1070",
        "my-aco/openvbc.yaml": str(own_copy / "openvbc.yaml"),
    }
    for example, own in named.items():
        assert example in block
        block = block.replace(example, own)
    monkeypatch.chdir(tmp_path)
    known: dict[str, object] = {}
    exec(block, known)
    assert len(known["settled"].main.contracts) > 400
    assert known["run"].settlement is not None
