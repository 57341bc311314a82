"""A small whole input of every kind that a command reads, and the command that reads it.

An entry makes its files in a folder and gives the words of the command; the fuzzer damages files.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import test_overlay_errors
from programs import results_files, test_hospital_files, test_hvbp_columns, test_mips_lists
from programs import test_medicare_advantage as ma
from programs import test_reach_results as reach
from programs import test_snf_vbp as snf
from programs import test_star_tables as stars

BOOK = Path(str(resources.files("openvbc"))) / "book"


def _settle(program, files, *more):
    words = [word for file in files for word in [str(file)]]
    return ["settle", *words, "--program", program, "--output", "OUT", "--no-reports", *more]


def shared_savings(folder):
    file = results_files.write(folder / "results_2024.csv", results_files.rows())
    return _settle("mssp", [file], "--year", "2024")


def overlay(folder):
    file = results_files.write(folder / "results_2024.csv", results_files.rows())
    (folder / "overlay.yaml").write_text(test_overlay_errors.GOOD)
    more = ["--year", "2024", "--overlay", str(folder / "overlay.yaml")]
    return _settle("mssp", [file], *more)


def direct_contracting(folder):
    return _settle("reach", [reach.write(folder, reach.GOOD, reach.GOOD.replace("D0001", "D0002"))])


def hospital_readmissions(folder):
    rows = [["FY 2025 Final Rule Supplemental File"], test_hospital_files._header(),
            *map(test_hospital_files._hospital, ("010001", "010005"))]  # fmt: skip
    return _settle("hrrp", [test_hospital_files._write(folder / "supplemental.csv", rows)])


def hospital_purchasing(folder):
    heads, row = test_hvbp_columns._totals()
    totals = [heads, [*row[:-1], "42.5"]]  # what these four domains come to
    files = [test_hvbp_columns._write(folder / "t.csv", totals),
             test_hvbp_columns._efficiency(folder / "e.csv")]  # fmt: skip
    return _settle("hvbp", files)


def skilled_nursing(folder):
    file = snf._facility_file(folder / "f.csv", [snf._facility("015009", snf.ALL_FOUR)])
    return _settle("snf-vbp", [file, snf._aggregate_file(folder / "a.csv")])


def star_ratings(folder):
    return _settle("stars", stars._tables(folder))


def rate_book(folder):
    path = folder / "rates2026.csv"
    path.write_text("\n".join([ma.HEADER, ma.ONE, ma.TWO, ma.LIMITED]) + "\n", "utf-8")
    return _settle("medicare-advantage", [path])


def _of_the_book(name):
    def made(folder):
        files = []
        for each in sorted((BOOK / name).iterdir()):
            (folder / each.name).write_bytes(each.read_bytes())
            files.append(folder / each.name)
        return _settle(name.replace("_", "-"), files)

    return made


def clinicians(folder):
    path = folder / "c.csv"
    path.write_text(f"npi,tin,{test_mips_lists.SEGMENTS}\n{test_mips_lists.GOOD}")
    return ["qpp", "eligibility", str(path), "--year", "2025", "--output", "OUT", "--no-reports"]


def clinician_scores(folder):
    path = folder / "s.csv"
    rows = ",,A,,1,0.8,0.6,1,,2.5,100000\n,,B,,1,0.8,0.6,1,0,2.5,100000\n"
    path.write_text(test_mips_lists.HEAD + rows)
    return ["qpp", "score", str(path), "--year", "2024", "--output", "OUT", "--no-reports"]


def risk_scores(folder):
    (folder / "p.csv").write_text(
        "person_id,birth_date,sex,original_reason_entitlement_code,dual_status_code\n"
        "A,1940-01-01,F,0,00\nB,1950-12-31,M,1,02\nC,01/02/1961,F,0,NA\n"
    )
    (folder / "d.csv").write_text("person_id,diagnosis_code\nA,E119\nA,I5022\nB,J449\nC,C50911\n")
    words = ["score", str(folder / "p.csv"), str(folder / "d.csv"), "--model", "V28"]
    return [*words, "--year", "2026", "--raw", "--output", "OUT/scores.csv"]


CORPUS = {
    "shared savings": shared_savings,
    "overlay": overlay,
    "direct contracting": direct_contracting,
    "hospital readmissions": hospital_readmissions,
    "hospital purchasing": hospital_purchasing,
    "skilled nursing": skilled_nursing,
    "star ratings": star_ratings,
    "rate book": rate_book,
    "payer contract": _of_the_book("payer_contract"),
    "pay for performance": _of_the_book("p4p_contract"),
    "clinicians": clinicians,
    "clinician scores": clinician_scores,
    "risk scores": risk_scores,
}
