"""A stored run explains a number as the computed run does, into the rows that it adds up."""

from decimal import Decimal

from openvbc.programs.mssp.results import PROGRAM
from openvbc.programs.run_folder import write_run
from openvbc.programs.settlement import ContractYear, Presentation, Settlement, Sheet
from openvbc.programs.stored_run import StoredRun
from openvbc.rules.load import load_rules
from openvbc.worksheets.kernel.detail import Detail
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet
from programs import results_files


def outline(trace):
    value = trace.value
    if isinstance(value, Decimal):
        value = round(value, 6)
    elif isinstance(value, tuple | list):
        value = len(value)
    return (trace.name, trace.kind, trace.label, value, trace.cite, trace.status,
            [outline(child) for child in trace.children])  # fmt: skip


def test_a_stored_trace_is_the_computed_one(tmp_path):
    file = results_files.write(tmp_path / "py2024.csv", results_files.rows())
    settlement = PROGRAM.settle([file])
    write_run(settlement, tmp_path / "run")
    stored = StoredRun(tmp_path / "run")
    for row, contract in enumerate(settlement.main.contracts):
        (kept,) = stored.rows("settlement", contract.identifier, 2024)
        for name in settlement.main.evaluation.worksheet.lines:
            computed = settlement.main.evaluation.trace(name, row)
            assert outline(stored.trace(kept, name)) == outline(computed)


@line(unit="points", cite="an example")
def points(rate, weight):
    """Rate times weight."""
    return rate * weight


@line(unit="USD", cite="an example")
def bonus(total_points):
    """One hundred dollars a point."""
    return total_points * 100


MEASURES = Worksheet(
    "measures",
    "Measures",
    [Input("rate", "ratio", "Rate"), Input("weight", "points", "Weight")],
    [],
    [points],
)
PRACTICES = Worksheet(
    "practices", "Practices", [Input("total_points", "points", "Total points")], [], [bonus]
)


def linked(shown):
    # Practice one: 0.5 x 4 + 0.25 x 8 = 4; practice two: 1 x 3 = 3.
    rules = load_rules("mssp")
    rows = MEASURES.evaluate({"rate": ["0.5", "0.25", "1"], "weight": [4, 8, 3]}, rules)
    detail = Detail.of(rows, [0, 0, 1], ["A", "B", "A"], 2)
    main = PRACTICES.evaluate({"total_points": detail.total("points")}, rules)
    detail.link(main, "total_points", "points")
    contracts = [ContractYear("one", 2024), ContractYear("two", 2024)]
    owners = [contracts[owner] for owner in detail.owner]
    details = {"measures": Sheet(owners, rows, list(detail.items))} if shown else {}
    return Settlement(
        "example", "Example", Sheet(contracts, main), Presentation(("bonus",), "bonus"), 2, (),
        details,
    )  # fmt: skip


def test_a_sum_is_explained_by_its_rows(tmp_path):
    for shown in (True, False):
        settlement = linked(shown)
        folder = tmp_path / str(shown)
        write_run(settlement, folder)
        stored = StoredRun(folder)
        for row, name in enumerate(("one", "two")):
            (kept,) = stored.rows("settlement", name, None)
            trace = stored.trace(kept, "bonus")
            assert outline(trace) == outline(settlement.main.evaluation.trace("bonus", row))
        assert [node.name for node in trace.walk()] == [
            "bonus", "total_points", "points[A]", "rate[A]", "weight[A]",
        ]  # fmt: skip
