"""What users and hospitals get wrong: set aside with a reason, or an error that says what to do."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from openvbc.errors import ContractError, InputError
from openvbc.programs.care.announced import Announced, read_announced, split_messages
from openvbc.programs.care.care_file import on_day, read_care_file
from openvbc.programs.care.user_files import read_user_files

DAY = dt.date(2024, 3, 15)


def folder_with(tmp_path, text="as_of: 2024-03-15\n", **files):
    (tmp_path / "store").mkdir(exist_ok=True)
    (tmp_path / "care.yaml").write_text(text, encoding="utf-8")
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("as_of: soon\n", "as_of"),
        ("as_of: 2024-03-15\nowner: x.csv\n", "not a key of care.yaml"),
        ("as_of: 2024-03-15\nowners: nowhere.csv\n", "does not exist"),
        ("- a\n", "mapping"),
        ("store: store\n", "as_of is missing"),
        ("as_of: 2024-03-15\ntier_preset: lase\n", "none of charlson, hospital-frailty, lace"),
        ("as_of: 2024-03-15\ntier_preset: lace\ntiers: t.csv\n", "one of them says the rules"),
    ],
)
def test_a_care_file_that_cannot_be_is_named(tmp_path, text, said):
    with pytest.raises(ContractError, match=said):
        read_care_file(folder_with(tmp_path, text))


def test_no_care_file(tmp_path):
    with pytest.raises(ContractError, match=r"no care\.yaml"):
        read_care_file(tmp_path)


def test_a_day_that_is_none(tmp_path):
    file, _ = read_care_file(folder_with(tmp_path))
    assert on_day(file, "2024-02-29").as_of == dt.date(2024, 2, 29)
    with pytest.raises(InputError, match="not a date"):
        on_day(file, "2024-02-30")


def test_two_owners_and_bad_contacts_are_set_aside(tmp_path):
    folder = folder_with(
        tmp_path,
        "as_of: 2024-03-15\nowners: owners.csv\ncontacts: contacts.csv\n",
        owners="member_id,owner\nA,Ana\nA,Bo\nB,Bo\n",
        contacts="member_id,contact_date,outcome,discharge_date\n"
        "A,2024-03-01,REACHED,2024-03-02\n"  # before the discharge
        "A,2024-03-20,REACHED,\n"  # after the day of the list
        "A,2024-03-03,SHOUTED,\n"  # no such outcome
        "A,2024-03-03,REACHED,2024-03-02\n",
    )
    found = read_user_files(read_care_file(folder)[0])
    assert found.rows["owner"] == [("B", "Bo")]
    assert [row[1] for row in found.rows["contact"]] == [dt.date(2024, 3, 3)]
    reasons = dict(found.set_aside)
    assert reasons["owners: two owners for one person"] == 1
    assert reasons["contacts: a contact before the discharge it is about"] == 1
    assert reasons["contacts: a contact after the day of the list"] == 1
    assert sum(reasons.values()) == 4


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("9,x,lace,AT_LEAST,1", "not known"),
        ("5,x,shoe_size,AT_LEAST,1", "not known"),
        ("5,x,lace,ABOUT,1", "not known"),
        ("5,x,lace,AT_LEAST,many", "not known"),
    ],
)
def test_rules_of_tiers_that_cannot_be(tmp_path, row, said):
    folder = folder_with(
        tmp_path, "as_of: 2024-03-15\ntiers: tiers.csv\n",
        tiers=f"tier,rule,component,comparison,threshold\n{row}\n",
    )  # fmt: skip
    with pytest.raises(InputError, match=said):
        read_user_files(read_care_file(folder)[0])


def message(event, when, control, *, member="M1", pv1="I||||||||||||||||||V1", extra=""):
    stamp = when.replace("-", "") + "1200"
    return (
        f"MSH|^~\\&|A|010001|B|C|{stamp}||ADT^{event}|{control}|P|2.5.1\r"
        f"EVN|{event}|{stamp}\rPID|1||{member}^^^X^MC\r{extra}PV1|1|{pv1[0]}{'|' * 17}V1\r"
    )


def announced(*texts, tmp_path):
    pytest.importorskip("hl7")
    (tmp_path / "adt.hl7").write_text("\n".join(texts), encoding="utf-8")
    return read_announced([tmp_path])


def test_messages_that_cannot_be_used_are_counted(tmp_path):
    found = announced(
        message("A01", "2024-03-01", "1"), message("A01", "2024-03-01", "1"),
        message("A31", "2024-03-01", "2"), "MSH|nonsense",
        message("A01", "2024-03-02", "3", member=""),
        message("A13", "2024-03-02", "4", member="M9"),
        message("A03", "2024-03-05", "5", member="M7"),
        tmp_path=tmp_path,
    )  # fmt: skip
    rows = found.rows()
    assert [(row[0], row[3], row[4]) for row in rows] == [("M1", dt.date(2024, 3, 1), None)]
    said = found.set_aside
    assert said["messages: the same message again"] == 1
    assert said["messages: ADT A31 is not read"] == 1
    assert said["messages: no identifier of a person or no time"] == 1
    assert said["messages: a discharge taken back that was not announced"] == 1
    assert said["messages: a stay without a day of admission"] == 1
    assert found.read == 7


def test_a_discharge_before_its_admission_is_set_aside(tmp_path):
    found = announced(
        message("A01", "2024-03-05", "1"), message("A03", "2024-03-06", "2"), tmp_path=tmp_path
    )
    found.stays[0].discharged = dt.date(2024, 3, 1)
    assert found.rows() == []
    assert found.set_aside["messages: a discharge before its admission"] == 1


def test_messages_of_windows_files_and_frames_are_split():
    text = "\x0bMSH|a\r\nPID|b\r\n\x1c\r\nMSH|c\r\n"
    assert split_messages(text) == ["MSH|a\rPID|b", "MSH|c"]


def test_a_file_of_another_kind_is_named(tmp_path):
    (tmp_path / "x.pdf").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="kind that is not read"):
        read_announced([tmp_path / "x.pdf"])


def test_encounters_are_stays(tmp_path):
    def encounter(number, status="finished", kind="IMP", **more):
        return {"resourceType": "Encounter", "id": f"E{number}", "status": status,
                "class": {"code": kind}, "subject": {"reference": "Patient/M-1"},
                "period": {"start": "2024-03-01T10:00:00Z", "end": "2024-03-04T09:00:00Z"},
                **more}  # fmt: skip

    home = {"dischargeDisposition": {"coding": [{"code": "snf"}]}}
    lines = [
        encounter(1, hospitalization=home), encounter(2, "cancelled"), encounter(3, kind="AMB"),
        encounter(4, kind="EMER"), {"resourceType": "Patient", "id": "M-1"},
    ]  # fmt: skip
    (tmp_path / "e.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = read_announced([tmp_path])
    assert isinstance(found, Announced)
    first, visit = found.rows()
    assert first[:2] == ("M1", "INPATIENT")
    assert first[3:6] == (dt.date(2024, 3, 1), dt.date(2024, 3, 4), "03")
    assert visit[1] == "EMERGENCY"
    assert sum(found.set_aside.values()) == 2
