"""One FHIR R4 resource to rows of the flat tables: codes, days, status, values; never text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from openvbc.clinical.elements import (
    NOT_IN_FORM,
    Resource,
    Unusable,
    categories,
    category_of,
    extension,
    first_code,
    months_of_age,
    not_to_be_done,
    quantity,
    reference_tail,
    value_kind,
)
from openvbc.clinical.identity import Described
from openvbc.clinical.moments import Moment, moment
from openvbc.clinical.staging import Staged
from openvbc.clinical.supply import supply_days

OTHER_VERSION = "another version of FHIR (R4 is read)"
NO_PATIENT = "without a patient"
NO_ID = "without an identifier"
NO_BIRTH_DATE = "patient without a birth date"
NOT_R4 = "not in the form of FHIR R4"


class Flattener:
    """Writes the rows of resources, one practice after the other, and counts what is imprecise."""

    def __init__(self, staged: Staged) -> None:
        self.staged = staged
        self.practice = ""
        self.imprecise = 0
        """Dates known to the month or year only."""
        self.without_zone = 0
        """Times without a zone, taken as UTC."""
        self.readers: dict[str, Callable[[Resource], None]] = {
            "Patient": self._patient,
            "Encounter": self._encounter,
            "Condition": self._condition,
            "Observation": self._observation,
            "Procedure": self._procedure,
            "ServiceRequest": self._service_request,
            "DeviceRequest": self._device_request,
            "MedicationRequest": self._medication_request,
            "Medication": self._medication,
            "Coverage": self._coverage,
        }

    def add(self, resource: Resource) -> None:
        """Take one resource whose type is among `readers`, whole or not at all.

        Raises:
            Unusable: it is to be set aside, with the reason.
        """
        self.staged.begin()
        try:
            self.readers[resource["resourceType"]](resource)
        except NOT_IN_FORM:
            raise Unusable(NOT_R4) from None
        self.staged.keep()

    def _moment(self, text: object) -> Moment | None:
        if text is None:
            return None
        time_stamp = moment(text)
        if not time_stamp.is_whole:
            self.imprecise += 1
        if not time_stamp.has_zone:
            self.without_zone += 1
        return time_stamp

    def _start(self, text: object) -> tuple[int | None, int | None]:
        time_stamp = self._moment(text)
        return (None, None) if time_stamp is None else (time_stamp.last_day, time_stamp.time)

    def _end(self, text: object) -> tuple[int | None, int | None]:
        time_stamp = self._moment(text)
        return (None, None) if time_stamp is None else (time_stamp.first_day, time_stamp.time)

    def _span(self, resource: Resource, name: str) -> tuple[int | None, ...]:
        """Start and end of an element that is a moment or a period."""
        for kind in ("DateTime", "Instant"):
            if (text := resource.get(name + kind)) is not None:
                return (*self._start(text), *self._end(text))
        period = resource.get(name + "Period")
        if period is None:
            return (None, None, None, None)
        return (*self._start(period.get("start")), *self._end(period.get("end")))

    def _who(self, resource: Resource, element: str = "subject") -> int:
        reference = reference_tail((resource.get(element) or {}).get("reference"))
        if reference is None:
            raise Unusable(NO_PATIENT)
        return self.staged.patient_number(self.practice, reference)

    def _event(self, resource: Resource, element: str = "subject") -> tuple[int, int, str, str]:
        """Patient, number, identifier and practice of a record."""
        identifier = _identifier(resource)
        who = self._who(resource, element)
        return who, self.staged.next_event(), identifier, self.practice

    def _codes(self, who: int, event: int, field: str, codeable: Any, position: int = 0) -> None:
        for concept in self._concepts(codeable):
            self.staged.add("coding", (who, event, field, position, concept))

    def _concepts(self, codeable: Any) -> Iterator[int]:
        """The numbers of a CodeableConcept's codes."""
        for coding in (codeable or {}).get("coding") or ():
            if code := coding.get("code"):
                yield self.staged.concept(coding.get("system"), str(code))

    def _patient(self, resource: Resource) -> None:
        identifier = _identifier(resource)
        birth = self._moment(resource.get("birthDate"))
        if birth is None or not birth.is_whole:
            raise Unusable(NO_BIRTH_DATE)
        died, _ = self._end(resource.get("deceasedDateTime"))
        name = (resource.get("name") or [{}])[0]
        self.staged.patient(
            Described(
                self.practice,
                identifier,
                birth.first_day,
                died,
                resource.get("gender"),
                extension(resource, "core-sex").get("valueCode"),
                category_of(resource, "core-race"),
                category_of(resource, "core-ethnicity"),
                str(name.get("family") or ""),
                str((name.get("given") or [""])[0]),
                [
                    str(each.get("value"))
                    for each in resource.get("identifier") or ()
                    if str(each.get("system", "")).endswith(("us-mbi", "us-medicare"))
                ],
                self.staged.file,
                self.staged.line,
            )
        )

    def _encounter(self, resource: Resource) -> None:
        if isinstance(resource.get("class"), list) or "actualPeriod" in resource:
            raise Unusable(OTHER_VERSION)
        event = self._event(resource)
        period = resource.get("period") or {}
        start, end = self._start(period.get("start")), self._end(period.get("end"))
        kind = (resource.get("class") or {}).get("code")
        self.staged.add("encounter", (*event, resource.get("status"), kind, *start, *end))
        for each in resource.get("type") or ():
            self._codes(event[0], event[1], "encounter_type", each)
        stay = resource.get("hospitalization") or {}
        self._codes(event[0], event[1], "encounter_discharge", stay.get("dischargeDisposition"))

    def _condition(self, resource: Resource) -> None:
        if isinstance(resource.get("clinicalStatus"), str):
            raise Unusable(OTHER_VERSION)
        event = self._event(resource)
        kinds = categories(resource)
        onset, onset_age = self._onset(resource)
        abatement, abatement_age = self._abatement(resource)
        self.staged.add(
            "condition",
            (
                *event,
                first_code(resource.get("clinicalStatus")),
                first_code(resource.get("verificationStatus")),
                "encounter-diagnosis" in kinds,
                bool(kinds & {"problem-list-item", "health-concern"}),
                *onset,
                *abatement,
                reference_tail((resource.get("encounter") or {}).get("reference")),
                onset_age,
                abatement_age,
            ),
        )
        self._codes(event[0], event[1], "condition_code", resource.get("code"))
        for each in resource.get("bodySite") or ():
            self._codes(event[0], event[1], "condition_body_site", each)

    def _onset(self, resource: Resource) -> tuple[tuple[int | None, int | None], int | None]:
        """Start of the onset, or the age in months at which it began."""
        if (text := resource.get("onsetDateTime")) is not None:
            return self._start(text), None
        if (period := resource.get("onsetPeriod")) is not None:
            return self._start(period.get("start")), None
        age = resource.get("onsetAge") or (resource.get("onsetRange") or {}).get("low")
        return (None, None), months_of_age(age)

    def _abatement(self, resource: Resource) -> tuple[tuple[int | None, int | None], int | None]:
        if (text := resource.get("abatementDateTime")) is not None:
            return self._end(text), None
        if (period := resource.get("abatementPeriod")) is not None:
            return self._end(period.get("end")), None
        age = resource.get("abatementAge") or (resource.get("abatementRange") or {}).get("high")
        return (None, None), months_of_age(age)

    def _observation(self, resource: Resource) -> None:
        event = self._event(resource)
        kinds = categories(resource)
        number, unit = quantity(resource)
        issued = self._start(resource.get("issued"))
        self.staged.add(
            "observation",
            (
                *event,
                resource.get("status"),
                "laboratory" in kinds,
                "survey" in kinds,
                *self._span(resource, "effective"),
                *issued,
                value_kind(resource),
                number,
                unit,
                reference_tail((resource.get("encounter") or {}).get("reference")),
            ),
        )
        who, number_of_event = event[0], event[1]
        self._codes(who, number_of_event, "observation_code", resource.get("code"))
        value = resource.get("valueCodeableConcept")
        self._codes(who, number_of_event, "observation_value", value)
        reason = extension(resource, "notDoneReason").get("valueCodeableConcept")
        self._codes(who, number_of_event, "observation_not_done", reason)
        for position, part in enumerate(resource.get("component") or (), start=1):
            number, unit = quantity(part)
            self.staged.add("component", (who, number_of_event, position, number, unit))
            self._codes(who, number_of_event, "component_code", part.get("code"), position)

    def _procedure(self, resource: Resource) -> None:
        if "occurrenceDateTime" in resource or "notDone" in resource:
            raise Unusable(OTHER_VERSION)
        event = self._event(resource)
        encounter = reference_tail((resource.get("encounter") or {}).get("reference"))
        span = self._span(resource, "performed")
        self.staged.add("procedure", (*event, resource.get("status"), *span, encounter))
        self._codes(event[0], event[1], "procedure_code", resource.get("code"))

    def _service_request(self, resource: Resource) -> None:
        self._request(resource, "service", resource.get("code"))

    def _device_request(self, resource: Resource) -> None:
        self._request(resource, "device", resource.get("codeCodeableConcept"))

    def _request(self, resource: Resource, kind: str, codeable: Any) -> None:
        event = self._event(resource)
        state = (resource.get("status"), resource.get("intent"), not_to_be_done(resource))
        authored = self._start(resource.get("authoredOn"))
        self.staged.add("request", (*event, kind, *state, *authored))
        self._codes(event[0], event[1], "request_code", codeable)

    def _medication_request(self, resource: Resource) -> None:
        if isinstance(resource.get("medication"), dict):
            raise Unusable(OTHER_VERSION)
        event = self._event(resource)
        state = (resource.get("status"), resource.get("intent"), not_to_be_done(resource))
        authored = self._start(resource.get("authoredOn"))
        self.staged.add("medication", (*event, *state, *authored, *supply_days(resource)))
        codeable = resource.get("medicationCodeableConcept")
        if codeable is not None:
            self._codes(event[0], event[1], "medication_code", codeable)
            return
        reference = (resource.get("medicationReference") or {}).get("reference")
        if isinstance(reference, str) and reference.startswith("#"):
            for each in resource.get("contained") or ():
                if each.get("id") == reference[1:]:
                    self._codes(event[0], event[1], "medication_code", each.get("code"))
        elif (name := reference_tail(reference)) is not None:
            self.staged.add("medication_named", (event[0], event[1], self.practice, name))

    def _medication(self, resource: Resource) -> None:
        identifier = _identifier(resource)
        for concept in self._concepts(resource.get("code")):
            self.staged.add("medication_definition", (self.practice, identifier, concept))

    def _coverage(self, resource: Resource) -> None:
        event = self._event(resource, "beneficiary")
        self._codes(event[0], event[1], "coverage_type", resource.get("type"))


def _identifier(resource: Resource) -> str:
    identifier = resource.get("id")
    if not isinstance(identifier, str):
        raise Unusable(NO_ID)
    return identifier
