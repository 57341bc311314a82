"""A chart in FHIR written as a QRDA category I document, apart from the reader of the program.

What an electronic record does not export is left out: what was entered in error, planned, refuted.
"""

import datetime as dt
from xml.sax.saxutils import escape, quoteattr

from openvbc.clinical.supply import supply_days

QRDA = "2.16.840.1.113883.10.20.24"
OIDS = {
    "http://snomed.info/sct": "2.16.840.1.113883.6.96", "http://loinc.org": "2.16.840.1.113883.6.1",
    "http://hl7.org/fhir/sid/icd-10-cm": "2.16.840.1.113883.6.90",
    "http://www.cms.gov/Medicare/Coding/ICD10": "2.16.840.1.113883.6.4",
    "http://www.ama-assn.org/go/cpt": "2.16.840.1.113883.6.12",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "2.16.840.1.113883.6.285",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "2.16.840.1.113883.6.88",
    "https://nahdo.org/sopt": "2.16.840.1.113883.3.221.5",
}  # fmt: skip
REAL = (None, "confirmed", "unconfirmed", "provisional", "differential")
ORDERED = ("order", "original-order", "reflex-order", "filler-order", "instance-order")


def stamp(text):
    """2026-01-02T08:00:00.000Z as 20260102080000+0000."""
    if not text or "T" not in text:
        return (text or "").replace("-", "")
    day, clock = text.split("T")
    zone = "+0000" if clock.endswith("Z") else clock[-6:].replace(":", "")
    return day.replace("-", "") + clock[:8].replace(":", "") + zone


def coding(concept, tag, more=""):
    codes = (concept or {}).get("coding") or []
    if not codes:
        return f'<{tag} nullFlavor="UNK"/>'

    def attributes(each):
        system = OIDS.get(each.get("system"), "2.16.840.1.113883.3.9999")
        return f'code={quoteattr(each["code"])} codeSystem="{system}"'

    rest = "".join(f"<translation {attributes(each)}/>" for each in codes[1:])
    return f"<{tag} {attributes(codes[0])}{more}>{rest}</{tag}>"


def span(start, end):
    def edge(tag, text):
        return f'<{tag} value="{stamp(text)}"/>' if text else f'<{tag} nullFlavor="UNK"/>'

    return f"<effectiveTime>{edge('low', start)}{edge('high', end)}</effectiveTime>"


def when(resource, name):
    if at := resource.get(f"{name}DateTime"):
        return f'<effectiveTime value="{stamp(at)}"/>'
    period = resource.get(f"{name}Period") or {}
    return span(period.get("start"), period.get("end"))


def author(at):
    return f'<author><time value="{stamp(at)}"/></author>' if at else ""


def statement(tag, number, resource, inside, mood="EVN", negated=False):
    said = ' negationInd="true"' if negated else ""
    return (
        f'<{tag} moodCode="{mood}"{said}><templateId root="{QRDA}.3.{number}" '
        f'extension="2021-08-01"/><id root="1.2.3" extension={quoteattr(resource["id"])}/>'
        f"{inside}</{tag}>"
    )


def within(act, inner):
    return (
        f'<act><templateId root="{QRDA}.3.{act}"/>'
        f'<entryRelationship typeCode="SUBJ">{inner}</entryRelationship></act>'
    )


def value(resource):
    if (quantity := resource.get("valueQuantity")) is not None:
        if quantity.get("value") is None:
            return '<value xsi:type="ST">unreadable</value>'
        unit = quantity.get("code") or quantity.get("unit") or "1"
        return f'<value xsi:type="PQ" value="{quantity["value"]}" unit={quoteattr(unit)}/>'
    if "valueCodeableConcept" in resource:
        return coding(resource["valueCodeableConcept"], "value", ' xsi:type="CD"')
    if any(name.startswith("value") for name in resource):
        return '<value xsi:type="ST">some text</value>'
    return ""


def encounter(r):
    if r["status"] != "finished":
        return
    period = r.get("period") or {}
    kinds = [each for kind in r.get("type") or () for each in kind.get("coding") or ()]
    discharge = (r.get("hospitalization") or {}).get("dischargeDisposition")
    inside = coding({"coding": kinds}, "code") + span(period.get("start"), period.get("end"))
    inside += coding(discharge, "sdtc:dischargeDispositionCode") if discharge else ""
    yield within(133, statement("encounter", 23, r, inside))


def condition(r):
    said = [
        (((r.get(name) or {}).get("coding") or [{}])[0]).get("code")
        for name in ("verificationStatus", "clinicalStatus")
    ]
    ended = r.get("abatementDateTime") or (r.get("abatementPeriod") or {}).get("end")
    if said[0] not in REAL or not (said[1] in ("active", "recurrence", "relapse") or ended):
        return
    start = r.get("onsetDateTime") or (r.get("onsetPeriod") or {}).get("start")
    inside = span(start, ended) + coding(r.get("code"), "value", ' xsi:type="CD"')
    for site in r.get("bodySite") or ():
        inside += coding(site, "targetSiteCode")
    yield within(137, statement("observation", 135, r, inside))


def observation(r):
    kinds = {c.get("code") for kind in r.get("category") or () for c in kind.get("coding") or ()}
    coded = {c.get("code") for c in (r.get("code") or {}).get("coding") or ()}
    if r["status"] == "cancelled":
        (said,) = [e for e in r.get("extension") or () if e["url"].endswith("notDoneReason")] or [
            {}
        ]
        why = coding(said.get("valueCodeableConcept"), "value", ' xsi:type="CD"')
        reason = f"<observation>{why}</observation>"
        reason = f'<entryRelationship typeCode="RSON">{reason}</entryRelationship>'
        inside = coding(r["code"], "code") + author(r.get("issued")) + reason
        yield statement("observation", 144, r, inside, negated=True)
        return
    symptom = r["status"] == "preliminary" and not kinds
    if r["status"] not in ("final", "amended", "corrected") and not symptom:
        return
    if symptom or not kinds:
        inside = when(r, "effective") + coding(r.get("code"), "value", ' xsi:type="CD"')
        yield within(138, statement("observation", 136, r, inside))
        return
    number = next(
        (n for kind, n in (("laboratory", 38), ("survey", 144), ("imaging", 18)) if kind in kinds),
        59,
    )
    if "85354-9" in coded:
        for place, part in enumerate(r.get("component") or ()):
            half = {**r, "id": f"{r['id']}-{place}"}
            inside = coding(part["code"], "code") + when(r, "effective") + value(part)
            yield statement("observation", 59, half, inside)
        return
    inside = coding(r.get("code"), "code") + when(r, "effective") + author(r.get("issued"))
    result = value(r)
    if result and number in (38, 18):
        result = (
            '<entryRelationship typeCode="REFR"><observation>'
            f'<templateId root="{QRDA}.3.87"/>{result}</observation></entryRelationship>'
        )
    yield statement("observation", number, r, inside + result)


def procedure(r):
    if r["status"] in ("completed", "not-done"):
        inside = coding(r.get("code"), "code") + when(r, "performed")
        yield statement("procedure", 64, r, inside, negated=r["status"] == "not-done")


def ordered(r):
    denied = r.get("doNotPerform") or any(
        e["url"].endswith("doNotPerform") and e.get("valueBoolean")
        for e in (*(r.get("modifierExtension") or ()), *(r.get("extension") or ()))
    )
    return r.get("status") in ("active", "completed") and r.get("intent") in ORDERED and not denied


def service(r):
    if ordered(r):
        inside = coding(r.get("code"), "code") + author(r.get("authoredOn"))
        yield statement("act", 31, r, inside, "RQO")


def device(r):
    if ordered(r):
        code = coding(r.get("codeCodeableConcept"), "code")
        inside = (
            author(r.get("authoredOn")) + '<participant typeCode="DEV"><participantRole>'
            f"<playingDevice>{code}</playingDevice></participantRole></participant>"
        )
        yield within(130, statement("supply", 9, r, inside, "RQO"))


def medication(r):
    if not ordered(r):
        return
    first, last = supply_days(r)
    days = [
        None if day is None else str(dt.date.fromordinal(719163 + day)) for day in (first, last)
    ]
    code = coding(r.get("medicationCodeableConcept"), "code")
    inside = (
        (span(*days) if days[0] else "") + author(r.get("authoredOn"))
        + f"<consumable><manufacturedProduct><manufacturedMaterial>{code}"
        "</manufacturedMaterial></manufacturedProduct></consumable>"
    )  # fmt: skip
    yield statement("substanceAdministration", 47, r, inside, "RQO")


def coverage(r):
    yield statement("observation", 55, r, coding(r.get("type"), "value", ' xsi:type="CD"'))


WRITERS = {
    "Encounter": encounter, "Condition": condition, "Observation": observation,
    "Procedure": procedure, "ServiceRequest": service, "DeviceRequest": device,
    "MedicationRequest": medication, "Coverage": coverage,
}  # fmt: skip


def person(r):
    gender = {"male": "M", "female": "F"}.get(r.get("gender"), "UN")
    sex = {e["url"].rsplit("-", 1)[-1]: e.get("valueCode") for e in r.get("extension") or ()}
    gender = {"248152002": "F", "248153007": "M"}.get(sex.get("sex"), gender)
    name = (r.get("name") or [{}])[0]
    given = (name.get("given") or [""])[0]
    return (
        f'<recordTarget><patientRole><id root="1.2.3" extension={quoteattr(r["id"])}/><patient>'
        f"<name><given>{escape(given)}</given>"
        f"<family>{escape(name.get('family', ''))}</family></name>"
        f'<administrativeGenderCode code="{gender}" codeSystem="2.16.840.1.113883.5.1"/>'
        f'<birthTime value="{stamp(r["birthDate"])}"/></patient></patientRole></recordTarget>'
    )


def _with_code(r, named):
    """A medication order that refers to its medication, with the code instead."""
    reference = (r.get("medicationReference") or {}).get("reference", "").rsplit("/", 1)[-1]
    return {**r, "medicationCodeableConcept": named[reference]} if reference in named else r


def qrda1(resources, edition="2021-08-01", more=""):
    """The document of the one patient among the resources."""
    named = {r["id"]: r.get("code") for r in resources if r["resourceType"] == "Medication"}
    resources = [_with_code(r, named) for r in resources]
    (patient,) = [r for r in resources if r["resourceType"] == "Patient"]
    entries = [
        f"<entry>{entry}</entry>"
        for r in resources
        for entry in WRITERS.get(r["resourceType"], lambda r: ())(r)
    ]
    if died := patient.get("deceasedDateTime"):
        said = f'<templateId root="{QRDA}.3.54"/>{span(died, None)}'
        entries.append(f"<entry><observation>{said}</observation></entry>")
    return (
        '<?xml version="1.0" encoding="utf-8"?><ClinicalDocument xmlns="urn:hl7-org:v3" '
        'xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<templateId root="{QRDA}.1.1" extension="2017-08-01"/>'
        f'<templateId root="{QRDA}.1.2" extension="{edition}"/>{person(patient)}'
        "<component><structuredBody><component><section>"
        f'<templateId root="{QRDA}.2.1" extension="{edition}"/>{"".join(entries)}{more}'
        "</section></component></structuredBody></component></ClinicalDocument>"
    )
