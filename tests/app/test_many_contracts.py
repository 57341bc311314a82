"""A run that settles several contracts: all together first, then each under its own name."""

import html
import re
import socket
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import openvbc
from app.pages_read import cells
from openvbc.app import server
from openvbc.app.web import make_app
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import InputError
from openvbc.format import show
from openvbc.programs.run_folder import write_run
from openvbc.report.plain_words import together_in_words

BOOK = Path(str(resources.files("openvbc"))) / "book" / "payer_contract"


@pytest.fixture(scope="module")
def settled():
    return openvbc.settle(BOOK / "contract.yaml", BOOK / "totals.csv", program="payer-contract")


@pytest.fixture(scope="module")
def client(settled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "run"
    write_run(settled, folder)
    app = make_app(folder)
    yield TestClient(app)
    app.state.desk.close()


def text_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def results(settled):
    name = settled.presentation.result
    return [settled.main.evaluation.value(name, row) for row in range(len(settled.main.contracts))]


@pytest.mark.parametrize("address", ["/", "/board"])
def test_the_first_page_and_the_board_are_of_all_together(address, client, settled):
    """Before, the board's page was of the first contract, under the title of all."""
    values = results(settled)
    assert len(set(values)) == len(values) == 3
    said = text_of(client, address)
    assert f"together: {show(sum(values), 'USD')}" in said
    first = settled.main.contracts[0].identifier
    assert f"{first} earns" not in said


def test_the_table_has_a_total_of_what_adds_up(client, settled):
    rows = cells(client.get("/").text)
    (total,) = [row for row in rows if row[:1] == ["Total"]]
    label, unit = settled.main.labelled(settled.presentation.result)
    assert total[-1] == show(sum(results(settled)), unit), label


def test_each_contract_says_whose_it_is_and_leads_to_the_others(client, settled):
    for number, contract in enumerate(settled.main.contracts):
        asked = text_of(client, f"/what-if/{number}")
        assert f"What if: {contract.identifier}" in asked
        assert all(other.identifier in asked for other in settled.main.contracts)
        page = client.get(f"/contract/{number}").text
        assert f'href="/board/{number}"' in page
        assert f'href="/what-if/{number}"' in page
    assert client.get("/picture/waterfall").status_code == 200


def test_earned_owed_and_without_a_result_are_counted_apart():
    """300 + 100 earned, 150 owed, one neither, one without: 250 are left."""
    values = [Decimal(300), Decimal(100), Decimal(-150), Decimal(0), None]
    said = together_in_words(values, "Reconciliation", "USD", "hospitals", is_final=True)
    assert said == (
        "Of 5 hospitals 2 earn $400, 1 owes $150, 1 neither, 1 has no result. "
        "Reconciliation, together: $250.",
        "good",
    )
    assert together_in_words(values, "Factor", "factor", "hospitals", is_final=True) is None
    early = together_in_words(values, "Reconciliation", "USD", "hospitals", is_final=False)
    assert early == ("The year is not over: no savings and no payment yet.", "warning")


def test_two_runs_of_many_are_compared_contract_by_contract(client, settled, tmp_path):
    """The second contract of the earlier run came to less: the page names it and no other."""
    totals = (BOOK / "totals.csv").read_text("utf-8").splitlines()
    heads = totals[0].split(",")
    at = heads.index("spending")
    row = totals[2].split(",")
    row[at] = str(Decimal(row[at]) + 1000)
    changed = tmp_path / "totals.csv"
    changed.write_text("\n".join([*totals[:2], ",".join(row), *totals[3:]]) + "\n", "utf-8")
    earlier = openvbc.settle(BOOK / "contract.yaml", changed, program="payer-contract")
    write_run(earlier, tmp_path / "earlier")
    page = client.get("/compare", params={"with": str(tmp_path / "earlier")}).text
    contracts = {row[0] for row in cells(page) if len(row) == 5 and row[1] != "Line"}
    assert contracts == {settled.main.contracts[1].identifier}


def test_a_run_of_another_version_says_so_on_its_first_page_and_the_board(settled, tmp_path):
    write_run(settled, tmp_path / "run")
    manifest = read_sealed(tmp_path / "run" / "manifest.json")
    write_sealed(tmp_path / "run" / "manifest.json", manifest | {"openvbc": "0.0.9"})
    app = make_app(tmp_path / "run")
    for address in ("/", "/board", "/contract/0"):
        assert "openvbc 0.0.9 made this run" in text_of(TestClient(app), address)
    app.state.desk.close()


def test_a_second_app_finds_another_port_and_one_asked_for_is_refused():
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port = taken.getsockname()[1]
    with pytest.raises(InputError, match="something else listens there"):
        server._socket(port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "FIRST_PORT", port)
        listener, moved = server._socket(None)
    assert moved
    assert listener.getsockname()[1] != port
    listener.close()
    taken.close()
