"""Write docs/claim-store.md and docs/input-files.md from the tables the program itself uses.

    python scripts/write_claim_docs.py

A test fails when the files and the tables differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from openvbc.claims.factors import FACTOR_FILES  # noqa: E402
from openvbc.claims.lists import PROVIDER_LISTS  # noqa: E402
from openvbc.claims.model import TABLES  # noqa: E402
from openvbc.claims.own_files import OWN_FILES, OwnFile  # noqa: E402

STORE_HEAD = """\
# The claim store

Every feed is brought into one set of tables, written as Parquet: one folder a table, one file a
bucket of people (`bucket_000.parquet`, ...); tables of claims have a folder a bucket with one file
a quarter of service (`bucket_000/2024-Q2.parquet`; `apart.parquet` holds claims without a date, and
those whose records lie in several files). A bucket of fewer than a million claims (each counted in
every delivery that names it; four years of some 4,000 people) is cut by year (`2024.parquet`), one
of fewer than 400,000 is one file, `apart.parquet`. Any tool that reads Parquet can use them:

```sql
select claim_type_code, sum(paid_amount)
from 'store/institutional_claim/**/*.parquet'
group by claim_type_code
```

- **People** are read under their current identifier. Old identifiers lead there through
  `person_identifier`; chains are followed over all deliveries. In the files of claims (the tables cut
  by time) a person stands under the first identifier, so that a new one changes no claim: the
  program puts the current one in its place (`bucket_000/_renamed.person_id` has both), and a tool of
  your own joins `person_identifier` on `member_id = person_id`. Every other table has the current one.
- **Money** is exact (`decimal`), signed: a cancellation is a row of its own with negative amounts,
  so that spending is a plain sum over rows known by a date. Which claims remain for counting
  services is the step `withdrawn_claim`.
- **Repeats** count once: a record is the same when person, claim, line and adjustment type agree;
  the latest delivery governs. Claim type 61 (Medicare Advantage) is set aside; denied rows stay and
  are marked.
- **Months** are bit masks: bit 0 is January, bit 11 December. One feed gives all months of a
  calendar year: `eligibility.csv`, else the assignment list reports, else another claim feed, else
  CCLF8 snapshots. `report.json` says which.
- **Order**: rows of a file are sorted by person, then date. The bucket of a person is the FNV-1a
  hash (64 bit) of the first identifier the person had, modulo the number of buckets.
- **A new delivery** is taken in alone. The rows of every CCLF file stay in `taken`, beside the
  tables (about a third of the unzipped deliveries), so that a file is read once; only the parts of
  the store that new rows lie in are made again, and the result is byte for byte the store that all
  deliveries together give. `vbc run` says how many files were taken in and how many parts were made.
  A late, corrected, overlapping or repeated delivery does what it would do in a store made at once;
  a file that was removed is forgotten; parts and kept rows that are damaged are noticed by their
  SHA-256 and made again. A person's new identifier makes no part anew. A bucket that has grown enough
  to be cut finer has its parts made anew, once, from the rows kept.
  Other feeds (lists, reports, Tuva, FHIR, SynPUF) are read each time. A store of another
  version of the program, or of another number of buckets, is made anew, and that is said.
- **Derived tables** (`derived`, beside the tables) follow from the store and the code sets alone: cancelled claims,
  bills of stays, what a claim's diagnoses tell of. `vbc care` and `vbc billing` make them once and take them from there, on every
  later day too, each known by a key of what it was made from. They may be deleted at any time; where the folder cannot be
  written to, each run makes its own.
- `report.json` beside the tables holds rows in = used + set aside for every file, control totals
  against CCLF0, and the named gaps.

"""

INPUT_HEAD = """\
# Input files

What `openvbc.yaml` may name under `inputs`. CMS's own deliveries are read as they come; the CSV
files are ours. `vbc check` says what is wrong with any of them.

## Deliveries from CMS

| input | what is read | what is not |
|---|---|---|
| `cclf` | CCLF0 to 9, A and B of packet versions 25 to 42, told by record length; zips or unpacked; monthly (`ZCY`), weekly (`ZCWY`) and run-out (`ZCR`) deliveries in any mix | names, addresses |
| `assignment_reports` | table 1-1 of quarterly (`QALR`) and annual (`AALR`) assignment list reports: months, county, voluntary alignment, risk scores | tables 1-2 to 1-9, condition flags |
| `exclusions` | BNEX files: how many people declined data sharing, by reason | anything that names them |
| `tuva` | `medical_claim`, `pharmacy_claim`, `eligibility` of the Tuva input layer, as CSV (also `.csv.gz`), Parquet or a DuckDB file | other tables |
| `synpuf` | CMS DE-SynPUF beneficiary summaries and inpatient claims | outpatient, carrier, drug files |

Of several assignment list reports one governs each calendar year: of the earliest performance year
that covers it, the last of initial, quarters 1 to 4, annual; a person absent from it is not
enrolled in that year. `STATE_COUNTY_CD` is taken as a FIPS code (not confirmed).

## What must be there, and what is accepted

A CCLF file is known by CMS's name, through what copying or a browser adds to it, in zips (also in
zips) and `.gz`; without such a name by the length of its records. Any other file in these folders is
an error. Every measured year of the contract needs

- the monthly deliveries that other years have, from the first one held (which brings the history),
  and the run-out of the year (`ZCR`, due from February to April of the next);
- in every month about as many lines as usual, and claims loaded in every month;
- months of coverage, about as many people in each; where assignment reports give months, scores or
  alignment, the report of the fourth quarter or of the year;
- in the lists: electing teaching hospitals of the performance year, factors of every year, prior
  savings of the three benchmark years.

What is missing is a `DATA ERROR` of the run, which ends with exit status 4. Where it is right that
it is missing, the project file says so by the name that `vbc check` gives, and why:

```yaml
accepted:
  run-out 2022: the contract began in 2023, CMS sends none
```

The reason stands beside every result. A delivery whose records are not as many as its CCLF0 says,
or a file of which no record can be used, stops the settlement (VBC-188) until it is accepted.

## What is the same in all CSV files

- The first line names the columns, in any order and case; more columns are allowed.
- Comma, semicolon, tab or bar separate; UTF-8 (with or without mark), UTF-16 with mark, and
  Windows-1252 are read.
- Dates are `2024-01-31`, `2024/1/31`, `1/31/2024` or `20240131`. Yes and no are `1`/`0`, `Y`/`N`, `true`/`false`.
- Leading zeros that a spreadsheet removed from taxpayer numbers (nine digits), certification
  numbers (six characters) and counties (five digits) are put back. A number in scientific notation
  (`1.23E+08`) cannot be repaired: its row is set aside.
- A column of your own list (next-generation, kidney-care, primary-care, global-budget, capitation,
  plan contracts, accounts of bundles, MIPS category scores and participants) that moves nothing of a
  contract that gives it is named in the notes: "Given, and of no effect". It is tried by leaving it
  out and by other values, while every other number is varied.
- A row that cannot be used is set aside with its line and reason, and counted. Factor files and the
  lists of providers are refused whole instead: with a row missing they would be wrong.
- `member_id` may be any identifier the person ever had. Words that stand for nobody (`N/A`, `0000`),
  numbers with decimals and what begins with a dash are none: their rows are set aside.

"""


def store_page() -> str:
    """docs/claim-store.md."""
    parts = [STORE_HEAD]
    for table in TABLES.values():
        bucketed = "" if table.bucketed else " One file, not bucketed."
        parts.append(f"## {table.name}\n\n{_sentence(table.grain)}{bucketed}\n\n")
        parts.append("| column | type | meaning | CCLF or ALR field |\n|---|---|---|---|\n")
        for column in table.columns:
            kind = column.type
            parts.append(f"| `{column.name}` | {kind} | {column.meaning} | {column.source} |\n")
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def input_page() -> str:
    """docs/input-files.md."""
    parts = [INPUT_HEAD]
    for form in (*OWN_FILES, *PROVIDER_LISTS):
        parts.append(_file(form, form.name))
    for form in FACTOR_FILES:
        parts.append(_file(form, f"factors/{form.name}"))
    return "".join(parts).rstrip() + "\n"


def _file(form: OwnFile, title: str) -> str:
    lines = [
        f"## {title}\n\n{form.purpose}\n\n",
        "| column | meaning | must be filled |\n|---|---|---|\n",
    ]
    for column in form.columns:
        must = "yes" if column.filled else "no" if column.required else "no; column may be absent"
        lines.append(f"| `{column.name}` | {column.meaning} | {must} |\n")
    header = ",".join(column.name for column in form.columns)
    row = ",".join(column.example for column in form.columns)
    lines.append(f"\n```csv\n{header}\n{row}\n```\n\n")
    return "".join(lines)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


PAGES = {"claim-store.md": store_page, "input-files.md": input_page}


def main() -> None:
    """Write both pages."""
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
