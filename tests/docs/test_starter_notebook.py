"""The starter notebook that ``vbc init`` writes, executed cell by cell on a finished project."""

import ast
import contextlib
import io
import json

import pytest
from typer.testing import CliRunner

from openvbc.cli import app

pytest.importorskip("pandas", reason="the extra 'dataframe' is not installed")
pytest.importorskip("pyarrow", reason="the extra 'arrow' is not installed")


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("init") / "mine"
    assert CliRunner().invoke(app, ["init", str(folder)]).exit_code == 0
    return json.loads((folder / "starter.ipynb").read_text(encoding="utf-8"))


def test_every_cell_runs_and_shows_something(notebook, finished, monkeypatch):
    monkeypatch.chdir(finished)
    names, shown = {}, []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(tree, cell["id"], "exec"), names)
            value = None
            if last is not None:
                value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)
        html = getattr(value, "_repr_html_", None)
        shown.append(html() if html else said.getvalue() or repr(value))
    assert len(shown) > 8
    assert all(len(text) > 20 for text in shown)
    assert "AGED_NON_DUAL" in "".join(shown)
    assert "Contribution to savings" in "".join(shown)


def test_it_is_a_notebook_of_the_current_form_without_outputs(notebook):
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert not any(cell.get("outputs") for cell in notebook["cells"])
