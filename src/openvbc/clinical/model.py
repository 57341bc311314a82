"""The tables of the clinical store, column by column.

A moment is a calendar day and a time of day, both UTC. A time of day that is not known is null, so
that a comparison to the second is unknown where the days are equal. A day that is not known (a
date to the month or year) stands for every day it can be: the last one where it is a start, the
first one where it is an end, so that it counts only where each of them would.
"""

from __future__ import annotations

from openvbc.claims.model_columns import SOURCE, Column, StoreTable

PERSON = Column("person_id", "string", "the person, after patients of practices are joined")
EVENT = (
    PERSON,
    Column("event_id", "bigint", "number of the record in the store"),
    Column("resource_id", "string", "identifier of the resource in its source", "id"),
    Column("practice", "string", "whose record it is: the folder's name, a tax number as a rule"),
)


def _moment(name: str, meaning: str, source: str) -> tuple[Column, Column]:
    return (
        Column(f"{name}_date", "date", f"day of {meaning}", source),
        Column(f"{name}_time", "int", f"time of day of {meaning} (milliseconds), if known", source),
    )


_ENCOUNTER = Column("encounter", "string", "identifier of the encounter it belongs to", "encounter")
_STATUS = Column("status", "string", "status as given", "status")

TABLES: dict[str, StoreTable] = {
    table.name: table
    for table in (
        StoreTable(
            "patient",
            "one row a patient of a practice",
            (
                PERSON,
                Column("practice", "string", "whose record it is"),
                Column("patient_id", "string", "identifier of the patient in its source", "id"),
                Column("birth_date", "date", "birth date", "birthDate"),
                Column("death_date", "date", "death date", "deceasedDateTime"),
                Column("gender", "string", "administrative gender", "gender"),
                Column("sex_code", "string", "sex, by the US Core extension", "us-core-sex"),
                Column("race_code", "string", "first category of race", "us-core-race"),
                Column("ethnicity_code", "string", "category of ethnicity", "us-core-ethnicity"),
                *SOURCE,
            ),
        ),
        StoreTable(
            "encounter",
            "one row an encounter",
            (
                *EVENT,
                _STATUS,
                Column("class_code", "string", "class, for example AMB or IMP", "class"),
                *_moment("start", "the start", "period.start"),
                *_moment("end", "the end; null while it is open", "period.end"),
            ),
        ),
        StoreTable(
            "condition",
            "one row a diagnosis or problem",
            (
                *EVENT,
                Column("clinical_status", "string", "active, resolved ...", "clinicalStatus"),
                Column("verification_status", "string", "confirmed ...", "verificationStatus"),
                Column("is_encounter_diagnosis", "boolean", "category encounter-diagnosis"),
                Column("is_problem", "boolean", "category problem-list-item or health-concern"),
                *_moment("onset", "onset", "onset[x]"),
                *_moment("abatement", "abatement", "abatement[x]"),
                _ENCOUNTER,
            ),
        ),
        StoreTable(
            "observation",
            "one row an observation",
            (
                *EVENT,
                _STATUS,
                Column("is_laboratory", "boolean", "category laboratory"),
                Column("is_survey", "boolean", "category survey"),
                *_moment("start", "the start of what is observed", "effective[x]"),
                *_moment("end", "its end; null while it is open", "effective[x]"),
                *_moment("issued", "issue", "issued"),
                Column("value_kind", "string", "quantity, coded, text, other; null: no value"),
                Column("value_number", "decimal(18,6)", "the quantity", "valueQuantity"),
                Column("value_unit", "string", "its unit (UCUM code if given)", "valueQuantity"),
                _ENCOUNTER,
            ),
        ),
        StoreTable(
            "component",
            "one row a component of an observation",
            (
                PERSON,
                Column("event_id", "bigint", "number of the observation"),
                Column("position", "int", "place among the components, from 1"),
                Column("value_number", "decimal(18,6)", "the quantity", "valueQuantity"),
                Column("value_unit", "string", "its unit (UCUM code if given)", "valueQuantity"),
            ),
        ),
        StoreTable(
            "procedure",
            "one row a procedure",
            (
                *EVENT,
                _STATUS,
                *_moment("start", "the start", "performed[x]"),
                *_moment("end", "the end; null while it is open", "performed[x]"),
                _ENCOUNTER,
            ),
        ),
        StoreTable(
            "request",
            "one row an order of a service or device",
            (
                *EVENT,
                Column("kind", "string", "service or device"),
                _STATUS,
                Column("intent", "string", "order, plan ...", "intent"),
                Column("is_not_to_be_done", "boolean", "it says not to do it", "doNotPerform"),
                *_moment("authored", "the order", "authoredOn"),
            ),
        ),
        StoreTable(
            "medication",
            "one row a medication order",
            (
                *EVENT,
                _STATUS,
                Column("intent", "string", "order, plan ...", "intent"),
                Column("is_not_to_be_done", "boolean", "it says not to give it", "doNotPerform"),
                *_moment("authored", "the order", "authoredOn"),
                Column("supply_start_date", "date", "first day the supply covers"),
                Column("supply_end_date", "date", "last day the supply covers"),
            ),
        ),
        StoreTable(
            "coding",
            "one row a code of a record",
            (
                PERSON,
                Column("event_id", "bigint", "number of the record"),
                Column("field", "string", "where in the record, for example encounter_type"),
                Column("position", "int", "place of the component it codes; 0: the record itself"),
                Column("concept_id", "int", "the code, by its number in the table concept"),
            ),
        ),
        StoreTable(
            "concept",
            "one row a code that stands anywhere in the store",
            (
                Column("concept_id", "int", "number of the code in this store"),
                Column("system", "string", "code system"),
                Column("code", "string", "code"),
            ),
            bucketed=False,
        ),
    )
}
"""Every table of the clinical store, by name."""

EVENTS = ("encounter", "condition", "observation", "procedure", "request", "medication")
"""Tables with a row a record."""
