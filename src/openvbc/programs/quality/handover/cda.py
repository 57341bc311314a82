"""Elements of a clinical document (CDA), written: the door to XML of what is handed over."""

from __future__ import annotations

from xml.etree import ElementTree as xml

CDA = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TEMPLATES = "2.16.840.1.113883.10.20"
"""Root of HL7's document templates."""
ACT_CODE = "2.16.840.1.113883.5.4"
LOINC = "2.16.840.1.113883.6.1"
SNOMED = "2.16.840.1.113883.6.96"
Element = xml.Element


def document(name: str) -> Element:
    """The root of a document."""
    xml.register_namespace("", CDA)
    xml.register_namespace("xsi", XSI)
    return xml.Element(f"{{{CDA}}}{name}")


def written(root: Element) -> bytes:
    """A document as bytes, UTF-8, indented."""
    xml.indent(root)
    return bytes(xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def add(parent: Element, name: str, **attributes: str) -> Element:
    """A new element of a parent."""
    return xml.SubElement(parent, f"{{{CDA}}}{name}", attributes)


def template(parent: Element, number: str, version: str = "") -> None:
    """A template the parent conforms to, by its number under the HL7 root."""
    root = f"{TEMPLATES}.{number}"
    add(parent, "templateId", root=root, **({"extension": version} if version else {}))


def code_of(parent: Element, code: str, system: str, name: str = "code") -> None:
    """A code of a code system."""
    add(parent, name, code=code, codeSystem=system)


def observation_in(parent: Element) -> Element:
    """A new observation."""
    return add(parent, "observation", classCode="OBS", moodCode="EVN")


def value_of(parent: Element, kind: str, **attributes: str) -> Element:
    """A value of a data type."""
    value = add(parent, "value", **attributes)
    value.set(f"{{{XSI}}}type", kind)
    return value


def count_in(parent: Element, people: int) -> None:
    """The aggregate count of an observation."""
    entry = add(parent, "entryRelationship", typeCode="SUBJ", inversionInd="true")
    observation = observation_in(entry)
    template(observation, "27.3.3")
    code_of(observation, "MSRAGG", ACT_CODE)
    value_of(observation, "INT", value=str(people))
    code_of(observation, "COUNT", "2.16.840.1.113883.5.84", "methodCode")


def external_in(parent: Element, identifier: str) -> Element:
    """The population of the published measure an observation refers to."""
    reference = add(parent, "reference", typeCode="REFR")
    external = add(reference, "externalObservation", classCode="OBS", moodCode="EVN")
    add(external, "id", root=identifier)
    return external


def year_in(parent: Element, year: int) -> None:
    """A calendar year as low and high."""
    add(parent, "low", value=f"{year}0101")
    add(parent, "high", value=f"{year}1231")
