"""Submissions of one clinician or more, written by a test; benchmarks of tens or of our own."""

import json

from openvbc.programs.mips.submissions.settle import SubmittedFiles, settle_submissions

NPI = "1234567893"
HEAD = (
    "npi,entity,measure,collection_type,numerator,denominator,performance_rate,cases,"
    "reported_share,answer,end_to_end\n"
)
_QUALITY_HEAD = (
    "year,measure_id,measure_type,high_priority,inverse,metric_type,collection_types,first_year,"
    "seven_point_cap_removed\n"
)
TENS = list(range(10, 100, 10))


def quality_row(measure, kind="registry", rate=55, cases=100, share="", who=NPI, end_to_end=""):
    """A line of the submission; 55 is 6.5 points by benchmarks of tens."""
    return f"{who},,{measure},{kind},,,{rate},{cases},{share},,{end_to_end}\n"


def answered(measure, answer="yes", who=NPI):
    return f"{who},,{measure},,,,,,,{answer},\n"


def shared(measure, numerator, denominator=100, who=NPI):
    return f"{who},,{measure},,{numerator},{denominator},,,,,\n"


def settled(
    folder, year, rows, measures, *, people="", mvps=None, unscored=(), topped_out=(), cost=(),
    pi=(), boundaries=None, more=(),
):  # fmt: skip
    """Settle rows of measures `{name: (type, high priority, collection types)}`.

    Benchmarks stand at 10, 20 ... 90 for every measure and collection type but `unscored`, or at
    `boundaries` of a measure.
    """
    quality = folder / "quality.csv"
    lines = [
        f"{year},{name},{kind},{int(high)},0,"
        f"{'costScore' if 'administrativeClaims' in types else 'singlePerformanceRate'},{types},"
        f"{year - 10},\n"
        for name, (kind, high, types) in measures.items()
    ]
    quality.write_text(_QUALITY_HEAD + "".join(lines), encoding="utf-8")
    inventory = [quality]
    for name, head, known in (
        ("cost.csv", "year,measure_id,first_year,last_year,allowed_programs\n", cost),
        ("pi.csv", "year,measure_id,objective\n", pi),
    ):
        if known:
            path = folder / name
            end = ",,,\n" if name == "cost.csv" else ",x\n"
            path.write_text(head + "".join(f"{year},{k}{end}" for k in known), encoding="utf-8")
            inventory.append(path)
    inventory += more
    given = boundaries or {}
    with_types = [(n, t) for n, (_, _, types) in measures.items() for t in types.split("|")]
    path = folder / "benchmarks.json"
    path.write_text(json.dumps([
        {"measureId": name, "benchmarkYear": year, "performanceYear": year,
         "submissionMethod": kind, "isInverse": name in given, "metricType": "x",
         "isToppedOut": name in topped_out, "isToppedOutByProgram": name in topped_out,
         **_numbers(given.get(name), year)}
        for name, kind in [*with_types, *((name, "administrativeClaims") for name in cost)]
        if name not in unscored]), encoding="utf-8")  # fmt: skip
    submitted = folder / "measures.csv"
    submitted.write_text(HEAD + rows, encoding="utf-8")
    participants = None
    if people:
        participants = folder / "people.csv"
        participants.write_text(people, encoding="utf-8")
    pathways = None
    if mvps is not None:
        pathways = folder / "mvp.json"
        pathways.write_text(json.dumps(mvps), encoding="utf-8")
    files = SubmittedFiles(submitted, path, inventory, participants, pathways)
    return settle_submissions(files, year)


def _numbers(own, year):
    """Falling boundaries of our own, or rising ones of ten."""
    if year < 2023:
        return {"deciles": own or TENS}
    values = own[::-1] if own else TENS
    ends = {"1": values[0] / 2, "99": values[-1] * 1.1}
    return {"percentiles": {**{str(10 * n): v for n, v in enumerate(values, 1)}, **ends}}
