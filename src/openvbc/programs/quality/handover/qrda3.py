"""A quality run as QRDA category III: one document of counts, for a submitter and a year.

Structure by the HL7 implementation guide and CMS's yearly one for eligible clinicians, whose
template versions are dated rules (``rules/quality/qrda3.yaml``). CMS's own schematron of 2024 to
2026 is held against what is written (``tests/oracles/test_qrda3.py``).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from openvbc.errors import InputError
from openvbc.programs.quality.handover.cda import (
    ACT_CODE,
    LOINC,
    SNOMED,
    TEMPLATES,
    Element,
    add,
    code_of,
    count_in,
    document,
    external_in,
    observation_in,
    template,
    value_of,
    written,
    year_in,
)
from openvbc.programs.quality.handover.qrda3_header import header
from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.programs.quality.quality_run import StoredRate
from openvbc.rules.load import RuleSet
from openvbc.steps.quality.definition import POPULATIONS

MEASURE_VERSION = "2.16.840.1.113883.4.738"
POPULATION_CODES = {
    "initial_population": "IPOP",
    "denominator": "DENOM",
    "denominator_exclusion": "DENEX",
    "numerator": "NUMER",
    "denominator_exception": "DENEXCEP",
}
_RATE_PLACES = Decimal("0.000001")
_RACE = "2.16.840.1.113883.6.238"
_SEX_CODES = {"F": "248152002", "M": "248153007"}
"""SNOMED CT of the two sexes the federal value set has."""


@dataclass(frozen=True)
class Templates:
    """Versions of CMS's templates in a year."""

    report: str
    section: str
    results: str
    measure_data: str
    sex: str
    """Of CMS's own sex element; empty where the year has none."""
    pathways: Sequence[str]
    """Under which a report can be handed over."""

    @classmethod
    def of(cls, rules: RuleSet, year: int) -> Templates:
        """The versions of a year.

        Raises:
            ParameterMissing: CMS's guide of the year was not read.
        """

        def version(name: str) -> str:
            return str(rules.get(name, measurement_year=year).value)

        sex = version("qrda3_sex_version")
        return cls(
            version("qrda3_report_version"),
            version("qrda3_section_version"),
            version("qrda3_results_version"),
            version("qrda3_measure_data_version"),
            "" if sex == "none" else sex,
            str(rules.get("qrda3_pathways", measurement_year=year).value).split(),
        )


@dataclass(frozen=True)
class Qrda3:
    """What a document is made from."""

    rates: Sequence[StoredRate]
    year: int
    submitter: Submitter
    templates: Templates
    written: dt.datetime
    population_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(measure, population) to the identifier the published measure gives it."""


def qrda3(given: Qrda3) -> bytes:
    """The document, UTF-8.

    Raises:
        InputError: there is no certification identifier, or the year has no such pathway.
    """
    if given.submitter.pathway not in given.templates.pathways:
        raise InputError(
            f"results of {given.year} are not handed over under {given.submitter.pathway}",
            rule=f"in {given.year}: {', '.join(given.templates.pathways)}",
            action="name another: --pathway",
            code="VBC-19241",
        )
    root = document("ClinicalDocument")
    header(root, given.year, given.submitter, given.templates.report, given.written)
    body = add(add(root, "component"), "structuredBody")
    section = add(add(body, "component"), "section")
    template(section, "24.2.2")
    template(section, "27.2.1", "2020-12-01")
    template(section, "27.2.3", given.templates.section)
    code_of(section, "55186-1", LOINC)
    add(section, "title").text = "Measure Section"
    listed = add(add(section, "text"), "list")
    for rate in given.rates:
        add(listed, "item").text = f"{rate.cms_id} {rate.title}"
    for rate in given.rates:
        _results(add(section, "entry"), rate, given)
    _period(add(section, "entry", typeCode="DRIV"), given.year)
    return written(root)


def population_id(rate: StoredRate, population: str, given: Qrda3) -> str:
    """The identifier a population has: the one given, else one of our own from the measure's."""
    known = given.population_ids.get((rate.number, population))
    return (
        known
        or str(uuid.uuid5(uuid.NAMESPACE_OID, f"{rate.version_specific_id}/{population}")).upper()
    )


def _results(entry: Element, rate: StoredRate, given: Qrda3) -> None:
    organizer = add(entry, "organizer", classCode="CLUSTER", moodCode="EVN")
    template(organizer, "24.3.98")
    template(organizer, "27.3.1", "2020-12-01")
    template(organizer, "27.3.17", given.templates.results)
    add(organizer, "id", root=str(uuid.uuid4()))
    add(organizer, "statusCode", code="completed")
    reference = add(organizer, "reference", typeCode="REFR")
    external = add(reference, "externalDocument", classCode="DOC", moodCode="EVN")
    add(external, "id", root=MEASURE_VERSION, extension=rate.version_specific_id)
    code_of(external, "57024-2", LOINC)
    add(external, "text").text = rate.title
    _performance_rate(add(organizer, "component"), rate, given)
    for population in POPULATIONS:
        if population in rate.populations:
            _measure_data(add(organizer, "component"), rate, population, given)


def _performance_rate(component: Element, rate: StoredRate, given: Qrda3) -> None:
    observation = observation_in(component)
    template(observation, "27.3.30", "2016-09-01")
    template(observation, "27.3.14", "2020-12-01")
    template(observation, "27.3.25", "2022-05-01")
    code_of(observation, "72510-1", LOINC)
    add(observation, "statusCode", code="completed")
    value = rate.counts.rate
    if value is None:
        value_of(observation, "REAL", nullFlavor="NA")
    else:
        shown = value.quantize(_RATE_PLACES, ROUND_HALF_UP)
        value_of(observation, "REAL", value=str(shown))
    external = external_in(observation, population_id(rate, "numerator", given))
    code_of(external, "NUMER", ACT_CODE)


def _measure_data(component: Element, rate: StoredRate, population: str, given: Qrda3) -> None:
    observation = observation_in(component)
    template(observation, "27.3.5", "2016-09-01")
    template(observation, "27.3.16", given.templates.measure_data)
    code_of(observation, "ASSERTION", ACT_CODE)
    add(observation, "statusCode", code="completed")
    value_of(observation, "CD", code=POPULATION_CODES[population], codeSystem=ACT_CODE)
    count_in(observation, int(getattr(rate.counts, population)))
    for element, codes in rate.supplement.items():
        for code, counts in (codes or {"": {}}).items():
            entry = add(observation, "entryRelationship", typeCode="COMP")
            _element(observation_in(entry), element, code, counts.get(population, 0), given)
    external_in(observation, population_id(rate, population, given))


def _element(observation: Element, element: str, code: str, people: int, given: Qrda3) -> None:
    loinc = {
        "sex": "76689-9", "race": "72826-1", "ethnicity": "69490-1", "payer": "48768-6",
    }[element]  # fmt: skip
    if element == "sex" and given.templates.sex:
        template(observation, "27.3.21", given.templates.sex)
        loinc = "46098-0"
    elif element == "payer":
        template(observation, "27.3.9", "2016-02-01")
        template(observation, "27.3.18", "2018-05-01")
    else:
        number = {"sex": "6", "ethnicity": "7", "race": "8"}[element]
        template(observation, f"27.3.{number}", "2016-09-01")
    add(observation, "id", nullFlavor="NA")
    code_of(observation, loinc, LOINC)
    add(observation, "statusCode", code="completed")
    if element == "payer":
        other = value_of(observation, "CD", nullFlavor="OTH")
        add(other, "translation", code=code or "D", codeSystem="2.16.840.1.113883.3.249.12")
    elif element == "sex" and given.templates.sex:
        other = value_of(observation, "CD", nullFlavor="OTH")
        if code in _SEX_CODES:
            add(other, "translation", code=_SEX_CODES[code], codeSystem=SNOMED)
        else:
            add(other, "translation", code="asked-unknown", codeSystem=_UNKNOWN)
    elif code:
        system = "2.16.840.1.113883.5.1" if element == "sex" else _RACE
        value_of(observation, "CD", code=code, codeSystem=system)
    else:
        value_of(observation, "CD", nullFlavor="UNK")
    count_in(observation, people)


_UNKNOWN = "2.16.840.1.113883.4.642.4.1048"
"""Data absent reasons: the federal sex value set has two sexes and what is not known."""


def _period(entry: Element, year: int) -> None:
    act = add(entry, "act", classCode="ACT", moodCode="EVN")
    add(act, "templateId", root=f"{TEMPLATES}.17.3.8", extension="2020-12-01")
    add(act, "id", root=str(uuid.uuid4()))
    code_of(act, "252116004", SNOMED)
    year_in(add(act, "effectiveTime"), year)
