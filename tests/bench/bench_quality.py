"""Speed of the clinical measures and of loading charts, beside a bare scan of the same codes.

    python tests/bench/bench_quality.py 100000 300      people, 50 events each; megabytes of NDJSON

Figures are CPU seconds of this process. Codes are invented; a share of them is of the value sets.
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from openvbc.clinical.load import build_clinical_store
from openvbc.clinical.model import TABLES
from openvbc.clinical.store import ClinicalStore, clinical_store_folder
from openvbc.clinical.value_sets import ValueSets
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.quoting import literal
from openvbc.programs.quality.measuring import measure
from openvbc.steps.quality.definition import shipped_measures

EVENTS = {
    "encounter": 12,
    "condition": 10,
    "observation": 14,
    "procedure": 6,
    "request": 4,
    "medication": 4,
}
BUCKETS = 4
SYSTEM = "http://example.org/codes"
FIELDS = {
    "encounter": "encounter_type", "condition": "condition_code", "observation": "observation_code",
    "procedure": "procedure_code", "request": "request_code", "medication": "medication_code",
}  # fmt: skip


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def sets():
    """Every value set holds one code: its place among all of them."""
    oids = sorted({oid for each in shipped_measures() for oid in each.value_sets.values()})
    return ValueSets({oid: [(SYSTEM, str(place))] for place, oid in enumerate(oids)}), len(oids)


DAY = "date '2022-01-01' + cast(({seed} * 7919 + {n} * 104729) % 1826 as int)"
IN_YEAR = "date '2026-01-01' + cast((p * 37 + n // 2 * 61) % 350 as int)"
EVERYBODY, SOME, FEW = "true", "p % 10 < 4", "p % 10 = 5"
OWN = {
    "encounter": [("Office Visit", EVERYBODY), ("Encounter to Screen for Depression", EVERYBODY)],
    "condition": [("Essential Hypertension", SOME), ("Diabetes", FEW)],
    "observation": [
        ("Blood Pressure", EVERYBODY), ("Adult Depression Screening", EVERYBODY),
        ("Blood Pressure", SOME), ("Blood Pressure", FEW), ("HbA1c Laboratory Test", SOME),
        ("HbA1c Laboratory Test", FEW), ("Mammography", SOME), ("Fecal Occult Blood Test (FOBT)", FEW),
        ("Housing Status", FEW),
    ],
    "procedure": [("Colonoscopy", SOME), ("Follow Up for Adult Depression", FEW)],
}  # fmt: skip
"""What people have of the value sets by the order of their events, so that all measures count some;
a visit and a screening for depression fall on one day. Other codes are invented, one in twenty of
some value set."""
READINGS = {"Systolic": "110 + (seed % 50)", "Diastolic": "65 + (seed % 40)"}
ANSWERS = "Depression Screening Negative", "Depression Screening Positive"
COLUMNS = {
    "status": "case when kind = 'condition' then null when kind in ('request', 'medication') "
    "then 'active' when kind = 'encounter' then 'finished' when kind = 'procedure' then 'completed' "
    "else 'final' end",
    "class_code": "'AMB'", "clinical_status": "'active'", "intent": "'order'",
    "is_encounter_diagnosis": "true", "is_problem": "true", "is_laboratory": "true",
    "is_survey": "true", "is_not_to_be_done": "false", "value_kind": "'quantity'",
    "value_number": "5 + (seed % 70) / 10", "value_unit": "'%'", "kind": "'service'",
    "start_time": "36000000", "end_time": "37800000", "onset_time": "36000000",
}  # fmt: skip


def concepts(codes):
    """Number of a code of each value set and of each code that measures name themselves; those."""
    oids = sorted({oid for each in shipped_measures() for oid in each.value_sets.values()})
    number = {
        name: 1 + oids.index(oid)
        for each in shipped_measures() for name, oid in each.value_sets.items()
    }  # fmt: skip
    own = {
        n: c for each in shipped_measures() for n, listed in each.codes.items() for c in listed[:1]
    }
    number |= {name: codes * 20 + 1 + place for place, name in enumerate(own)}
    return number, [(number[name], *code) for name, code in own.items()]


def store_of(people, folder, codes):
    """Write the tables of a store straight from SQL."""
    number, own = concepts(codes)
    clinical_store_folder(folder)
    for name in TABLES:
        (folder / name).mkdir(exist_ok=True)
    per = sum(EVENTS.values())
    with DuckDBEngine(threads=2) as engine:
        for bucket in range(BUCKETS):
            who = f"select p, 'p' || lpad(p::varchar, 9, '0') as person_id from range({people}) t(p) where p % {BUCKETS} = {bucket}"
            write(
                engine,
                f"select person_id, '111111111' as practice, person_id as patient_id, date '1935-01-01' + cast((p * 7919) % 25000 as int) as birth_date, null::date as death_date, 'female' as gender, '248152002' as sex_code, null::varchar as race_code, null::varchar as ethnicity_code, 'f' as source_file, p as source_line from ({who}) order by person_id",
                folder / "patient" / f"bucket_{bucket:03d}.parquet",
            )
            first = 0
            codings = []
            for kind, count in EVENTS.items():
                base = f"select person_id, p, p * {per} + {first} + n as event_id, p * 31 + n * 17 as seed, n, '{kind}' as kind from ({who}) cross join range({count}) t(n)"
                mine = OWN.get(kind, [])
                named = " ".join(
                    f"when n = {n} and {who_has} then {number[name]}"
                    for n, (name, who_has) in enumerate(mine)
                )
                noise = f"1 + (seed * 7 + n * 13) % {codes * 20}"
                concept = f"case {named} else {noise} end" if named else noise
                day = f"case when n < {len(mine)} then {IN_YEAR} else {DAY.format(seed='seed', n='n')} end"
                readings = " or ".join(
                    f"n = {n} and {who_has}"
                    for n, (name, who_has) in enumerate(mine) if name == "Blood Pressure"
                )  # fmt: skip
                chosen = []
                for column in TABLES[kind].columns:
                    name = column.name
                    if name in ("person_id", "event_id"):
                        value = name
                    elif name == "resource_id":
                        value = "'r' || event_id"
                    elif name == "practice":
                        value = "'111111111'"
                    elif name in ("end_date",) or (
                        name.endswith("_date") and name not in ("abatement_date", "supply_end_date")
                    ):
                        value = day
                    else:
                        value = COLUMNS.get(name, "null")
                    kind_of = "varchar" if column.type == "string" else column.type
                    chosen.append(f"cast({value} as {kind_of}) as {name}")
                write(
                    engine,
                    f"select {', '.join(chosen)} from ({base}) order by person_id, event_id",
                    folder / kind / f"bucket_{bucket:03d}.parquet",
                )
                codings.append(
                    f"select person_id, event_id, '{FIELDS[kind]}' as field, 0 as position, cast({concept} as int) as concept_id from ({base})"
                )
                if readings:
                    for place, name in enumerate(READINGS, start=1):
                        codings.append(
                            f"select person_id, event_id, 'component_code', {place}, {number[name]} from ({base}) where {readings}"
                        )
                    negative, positive = (number[name] for name in ANSWERS)
                    codings.append(
                        f"select person_id, event_id, 'observation_value', 0, case when p % 10 = 5 then {positive} else {negative} end from ({base}) where n = 1"
                    )
                    parts = " union all ".join(
                        f"select person_id, event_id, {place} as position, cast({value} as decimal(18,6)) as value_number, 'mm[Hg]' as value_unit from ({base}) where {readings}"
                        for place, value in enumerate(READINGS.values(), start=1)
                    )
                first += count
            write(
                engine,
                " union all ".join(codings) + " order by 1, 2",
                folder / "coding" / f"bucket_{bucket:03d}.parquet",
            )
            write(
                engine,
                parts + " order by 1, 2",
                folder / "component" / f"bucket_{bucket:03d}.parquet",
            )
        named = "".join(
            f" union all select {place}, {literal(system)}, {literal(code)}"
            for place, system, code in own
        )
        write(
            engine,
            f"select cast(1 + n as int) as concept_id, '{SYSTEM}' as system, n::varchar as code from range({codes * 20}) t(n){named}",
            folder / "concept" / "bucket_000.parquet",
        )
    return ClinicalStore(folder, BUCKETS)


def write(engine, sql, path):
    engine.rows(
        f"copy ({sql}) to {literal(path)} (format parquet, compression zstd, parquet_version v2)"
    )


def coded(code, system="http://loinc.org"):
    text = "an invented code with a name of usual length"
    return {"coding": [{"system": system, "code": str(code), "display": text}], "text": text}


def record(kind, p, n):
    """One of a person's records, of the size they have in US Core."""
    day = f"2026-{1 + n % 12:02d}-{1 + n % 28:02d}T10:00:00Z"
    base = {
        "resourceType": kind, "id": f"{kind[:4]}-{p}-{n}",
        "meta": {"versionId": "1", "lastUpdated": day,
                 "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-" + kind]},
        "status": "final", "subject": {"reference": f"Patient/p{p}"},
        "encounter": {"reference": f"Encounter/Enco-{p}-{n}"}, "code": coded(n),
    }  # fmt: skip
    more = {
        "Encounter": {"status": "finished", "class": {"code": "AMB"}, "type": [coded(n)],
                      "period": {"start": day, "end": day}},
        "Condition": {"clinicalStatus": coded("active"), "verificationStatus": coded("confirmed"),
                      "category": [coded("encounter-diagnosis")], "onsetDateTime": day[:10]},
        "Observation": {"category": [coded("laboratory")], "effectiveDateTime": day, "issued": day,
                        "valueQuantity": {"value": 5 + n / 10, "unit": "%", "code": "%"}},
        "Procedure": {"status": "completed", "performedPeriod": {"start": day, "end": day}},
        "ServiceRequest": {"status": "active", "intent": "order", "authoredOn": day},
        "MedicationRequest": {"status": "active", "intent": "order", "authoredOn": day,
                              "medicationCodeableConcept": coded(n)},
    }  # fmt: skip
    return {**base, **more[kind]}


MIX = {
    "Encounter": 12, "Condition": 10, "Observation": 14, "Procedure": 6, "ServiceRequest": 4,
    "MedicationRequest": 4,
}  # fmt: skip


def lines_of(megabytes, path):
    """A file of invented resources of a stated size, 50 a person in the usual mix."""
    kinds = [kind for kind, count in MIX.items() for _ in range(count)]
    with path.open("w") as file:
        p = written = 0
        while written < megabytes * 1e6:
            person = {"resourceType": "Patient", "id": f"p{p}", "birthDate": "1960-01-01"}
            lines = [person, *(record(kind, p, n) for n, kind in enumerate(kinds))]
            text = "".join(json.dumps(line) + "\n" for line in lines)
            file.write(text)
            written += len(text)
            p += 1


def main():
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    value_sets, count = sets()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        store = store_of(people, folder / "store", count)
        with DuckDBEngine(threads=2) as engine:
            for table in store.tables(("coding",)):
                engine.register(table.name, table.parts)
            began, wall = cpu(), time.perf_counter()
            engine.rows(
                "select count(*), max(concept_id), max(event_id), max(person_id) from coding"
            )
            scan = cpu() - began
            print(
                f"{people:,} people x {sum(EVENTS.values())} events; bare scan of the codes {scan:.2f} CPU s"
            )
            measures = shipped_measures()
            for name, chosen in (("one measure (236)", measures[4:]), ("five measures", measures)):
                began, wall = cpu(), time.perf_counter()
                report = measure(store, chosen, 2026, value_sets, folder / name[:4], engine)
                used = cpu() - began
                said = ", ".join(
                    f"{r.measure.number}: {r.counts.denominator:,} ({r.counts.rate:.2f})"
                    for r in report.rates
                )
                assert all(r.counts.denominator and r.counts.numerator for r in report.rates), said
                print(
                    f"{name}: {used:.1f} CPU s, {time.perf_counter() - wall:.1f} s; {used / scan:.0f} x scan; denominators (rates) {said}"
                )
                for step, result in sorted(report.results.items(), key=lambda x: -x[1].seconds)[:5]:
                    print(f"    {step} {result.seconds:.1f} s, {result.rows:,} rows")
        lines = folder / "charts.ndjson"
        lines_of(megabytes, lines)
        size = lines.stat().st_size / 1e6
        began, wall = cpu(), time.perf_counter()
        build_clinical_store({"a": [lines]}, folder / "loaded")
        used = cpu() - began
        print(
            f"loading {size:.0f} MB of NDJSON: {used:.1f} CPU s, {time.perf_counter() - wall:.1f} s; "
            f"1 GB {1000 * used / size:.0f} CPU s"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.1f} GB")


main()
