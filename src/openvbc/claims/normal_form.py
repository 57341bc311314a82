"""Codes in their normal form, whatever the feed: leading zeros restored, dots and case gone.

Applied to every feed alike as its rows are written into the store, so that no step has to know how
a feed writes a code. What is certain is repaired; what is not understood is counted and said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from openvbc.claims.column_tally import FEWEST
from openvbc.claims.report import MUCH_LOST, Finding, StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.quoting import literal

_WIDTHS = {
    "revenue_center_code": (1, 4),
    "discharge_disposition_code": (1, 2),
    "admit_source_code": (1, 1),
    "place_of_service_code": (1, 2),
    "specialty_code": (1, 2),
    "drg_code": (1, 3),
    "facility_ccn": (4, 6),
    "rendering_tin": (5, 9),
    "rendering_npi": (10, 10),
    "facility_npi": (10, 10),
}
"""Digits a code has: fewest that still are one, and all."""
DOTTED = ("diagnosis_code", "diagnosis_code_1", "primary_diagnosis_code", "procedure_code")
"""Codes that some write with a dot."""

BILL_TYPE = r"^[1-9][0-9][0-9A-Z]?$"


def normal(column: str) -> str:
    """SQL of a staged column in its normal form."""
    if column in _WIDTHS:
        least, width = _WIDTHS[column]
        return digits(column, least, width)
    if column in DOTTED:
        return f"replace(upper({column}), '.', '')"
    if column == "hcpcs_code":
        return f"upper({column})"
    if column == "bill_type_code":
        return bill_type(column)
    return column


def digits(column: str, least: int, width: int) -> str:
    """SQL that pads digits with zeros; a code of letters, or of the full width, stays."""
    number = f"regexp_replace({column}, '\\.0+$', '')"
    return (
        f"case when length({column}) <> {width} "
        f"and regexp_full_match({column}, '0*[0-9]{{{least},{width}}}(\\.0+)?') "
        f"then right(lpad({number}, {width + 12}, '0'), {width}) else {column} end"
    )


def bill_type(column: str) -> str:
    """SQL of the type of bill without the leading zero of the paper form (0111 is 111)."""
    return f"regexp_replace(regexp_replace(upper({column}), '\\.0+$', ''), '^0([0-9][0-9])', '\\1')"


_NO_SPECIALTY = "professional lines without a specialty"
_NO_VERSION = "diagnoses without a code version"
_NO_BILL_TYPE = "type of bill missing or not understood"
_NO_REDUCTION = "payment details without a reduction for what was paid ahead"
_DETAILS = "payment details"
_TWO_BIRTH_DATES = "an identifier with two birth dates or sexes"
_TWO_PEOPLE = "an identifier of two people"
_STRANGERS = "people of a list who are in no other file"
_LISTS = ("risk_score", "voluntary_alignment", "non_claims_payment")
_LISTED = " union ".join(
    f"select {literal(table)} as list, person_id from staged_{table}" for table in _LISTS
)
_SEEN = " union ".join(
    (
        *(
            f"select person_id from staged_{table}"
            for table in ("coverage_span", "demographics", "person")
        ),
        "select person_id from claimant "
        "where source_table in ('institutional_claim', 'professional_line')",
    )
)
_TOLD = """
  select person_id, birth_date, case sex when '1' then 'male' when '2' then 'female' end as sex
  from staged_demographics
  union all
  select person_id, birth_date, nullif(sex, 'unknown') as sex from staged_person"""


_LINES, _CLAIMS = "physicians' lines", "claims"
_PHYSICIANS = "claim_type_code in ('71', '72')"
NOT_SETTLED: Mapping[str, Mapping[str, str]] = {
    "professional_line": {
        _NO_SPECIALTY: f"{_PHYSICIANS} and specialty_code is null",
        _LINES: _PHYSICIANS,
    },
    "diagnosis": {_NO_VERSION: "code_version is null or code_version not in ('0', '9')"},
    "institutional_claim": {
        _NO_BILL_TYPE: "bill_type_code is null "
        f"or not regexp_matches({bill_type('bill_type_code')}, '{BILL_TYPE}')",
        _CLAIMS: "true",
    },
}
"""Conditions on staged claims that no normal form can settle, and how many rows could meet them."""


class NotUnderstood:
    """Counts, cell by cell and bucket by bucket, what no normal form can settle."""

    def __init__(self, engine: Engine, report: StoreReport) -> None:
        self._engine, self._report = engine, report
        self._counts: Counter[str] = Counter()

    def add(self, counts: Mapping[str, int]) -> None:
        """Add what was found among the claims of a cell."""
        self._counts.update(counts)

    def count_people(self) -> None:
        """Look at the people of the bucket whose staged rows are registered."""
        counts = self._engine.rows(
            "select count(*) filter (births and sexes) as people, "
            "count(*) filter (births <> sexes) as births from ("
            "select count(distinct birth_date) > 1 as births, count(distinct sex) > 1 as sexes "
            f"from ({_TOLD}) group by person_id)"
        )[0]
        self._counts[_TWO_PEOPLE] += int(counts["people"])
        self._counts[_TWO_BIRTH_DATES] += int(counts["births"])
        # The claims are gone through once for all lists.
        for row in self._engine.rows(
            f"select list, count(*) as n from ({_LISTED}) where person_id not in ({_SEEN}) "
            "group by list"
        ):
            self._counts[f"{_STRANGERS}: {row['list']}"] += int(row["n"])

    def count_payment_details(self) -> None:
        """Count the payment details of the bucket, and those without a reduction."""
        for row in self._engine.rows(
            "select case when claim_line_number is null then 'claims' else 'lines' end as part, "
            "count(*) as details, count(population_based_payment_reduction_amount) as told "
            "from staged_payment_detail group by part"
        ):
            self._counts[f"{_DETAILS} of {row['part']}"] += int(row["details"])
            self._counts[f"{_NO_REDUCTION} of {row['part']}"] += int(row["details"] - row["told"])

    def tell(self) -> None:
        """What was found everywhere, into the report."""
        every = (
            "no line names one"
            if self._counts[_NO_SPECIALTY] == self._counts[_LINES]
            else "of some"
        )
        details = {
            _NO_SPECIALTY: f"{every}; such a line counts for no step of assignment unless "
            "provider_specialty.csv gives the specialty of its NPI",
            _NO_VERSION: "told by the date: ICD-9 before 1 October 2015, ICD-10 since",
            _NO_BILL_TYPE: "the kind of service is not certain; without a claim type the claim "
            "counts as outpatient",
            _TWO_BIRTH_DATES: "deliveries differ; the newest governs",
            _TWO_PEOPLE: "deliveries differ in both birth date and sex of one number; it counts as "
            "one person, with what the newest says",
        }
        for table in _LISTS:
            count = self._counts[f"{_STRANGERS}: {table}"]
            if count:
                detail = f"{table}: what the list says of them counts for nobody"
                self._report.findings.append(Finding(_STRANGERS, "warning", detail, count))
        for part in ("claims", "lines"):
            count = self._counts[f"{_DETAILS} of {part}"]
            if count and count == self._counts[f"{_NO_REDUCTION} of {part}"]:
                detail = (
                    f"no payment detail of {part} gives one (CLM_PBP_RDCTN_AMT); the spending of "
                    "an entity that is paid ahead counts without it"
                )
                self._report.findings.append(Finding(_NO_REDUCTION, "note", detail, count))
        for name, detail in details.items():
            if self._counts[name]:
                subject = self._subject(name)
                severity = "error" if subject else "warning"
                self._report.findings.append(
                    Finding(name, severity, detail, self._counts[name], subject)
                )

    def _subject(self, name: str) -> str:
        """What the project file accepts it by, of what makes the result not to be relied on."""
        if name == _TWO_PEOPLE:
            return "identifiers of two people"
        much = self._counts[name] > max(MUCH_LOST * self._counts[_CLAIMS], FEWEST - 1)
        return "types of bill" if name == _NO_BILL_TYPE and much else ""
