"""What users and hospitals get wrong: set aside with a reason, or an error that says what to do."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from openvbc.errors import ContractError, InputError
from openvbc.programs.care.announced import Announced, read_announced, split_messages
from openvbc.programs.care.care_file import on_day, read_care_file
from openvbc.programs.care.known_people import STRANGER, KnownPeople, hold_against
from openvbc.programs.care.user_files import UserFiles, read_user_files

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
    lists = read_user_files(read_care_file(folder)[0])
    assert lists.rows["owner"] == [("B", "Bo")]
    assert [row[1] for row in lists.rows["contact"]] == [dt.date(2024, 3, 3)]
    reasons = dict(lists.set_aside)
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
    feed = announced(
        message("A01", "2024-03-01", "1"), message("A01", "2024-03-01", "1"),
        message("A31", "2024-03-01", "2"), "MSH|nonsense",
        message("A01", "2024-03-02", "3", member=""),
        message("A13", "2024-03-02", "4", member="M9"),
        message("A03", "2024-03-05", "5", member="M7"),
        tmp_path=tmp_path,
    )  # fmt: skip
    rows = feed.rows()
    assert [(row[0], row[3], row[4]) for row in rows] == [("M1", dt.date(2024, 3, 1), None)]
    said = feed.set_aside
    assert dict(feed.passed_by) == {
        "messages: the same message again": 1, "messages: ADT A31 is not read": 1,
    }  # fmt: skip
    assert said["messages: no identifier of a person or no time"] == 1
    assert said["messages: a discharge taken back that was not announced"] == 1
    assert said["messages: a stay without a day of admission"] == 1
    assert said["messages: another event another event is not read"] == 1
    assert feed.read == 7


def test_a_discharge_before_its_admission_is_set_aside(tmp_path):
    feed = announced(
        message("A01", "2024-03-05", "1"), message("A03", "2024-03-06", "2"), tmp_path=tmp_path
    )
    feed.stays[0].discharged = dt.date(2024, 3, 1)
    assert feed.rows() == []
    assert feed.set_aside["messages: a discharge before its admission"] == 1


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
    feed = read_announced([tmp_path])
    assert isinstance(feed, Announced)
    first, visit = feed.rows()
    assert first[:2] == ("M1", "INPATIENT")
    assert first[3:6] == (dt.date(2024, 3, 1), dt.date(2024, 3, 4), "03")
    assert visit[1] == "EMERGENCY"
    assert not feed.set_aside
    assert sum(feed.passed_by.values()) == 2
    (tmp_path / "e.ndjson").write_text(
        json.dumps(encounter(5, period={"start": "2024-03"})), "utf-8"
    )
    assert dict(read_announced([tmp_path]).set_aside) == {
        "messages: a day of an encounter that cannot be read": 1
    }


def test_an_identifier_joined_in_a_way_that_is_not_read_is_set_aside(tmp_path):
    feed = announced(message("A34", "2024-03-01", "1"), tmp_path=tmp_path)
    assert dict(feed.set_aside) == {"messages: ADT A34 is not read": 1}


def test_messages_are_in_order_of_time_whatever_their_zone_and_precision(tmp_path):
    """Admitted at 23:30 in New York (04:30 in Greenwich), taken back at 05:00, admitted again at
    05:30: read as text, the second admission came before the first was taken back."""
    said = [
        message("A01", "2024-03-01", "1").replace("202403011200", "20240301233000-0500"),
        message("A11", "2024-03-02", "2").replace("202403021200", "202403020500+0000"),
        message("A01", "2024-03-02", "3").replace("202403021200", "20240302003000-0500"),
    ]  # fmt: skip
    feed = announced(*said, tmp_path=tmp_path)
    assert [row[3] for row in feed.rows()] == [dt.date(2024, 3, 2)]
    assert dict(feed.passed_by) == {"messages: an admission that was taken back": 1}


def test_numbers_of_two_hospitals_may_be_the_same(tmp_path):
    """Messages and visits are counted by their sender: both stays are told, and both ends."""
    there = [message("A01", "2024-03-04", "1"), message("A03", "2024-03-06", "2")]
    other = [text.replace("|010001|", "|010002|") for text in there]
    here = [message("A01", "2024-03-01", "1"), message("A03", "2024-03-03", "2")]
    feed = announced(*here, *other, tmp_path=tmp_path)
    assert sorted((row[2], row[3].day, row[4].day) for row in feed.rows()) == [
        ("010001", 1, 3), ("010002", 4, 6),
    ]  # fmt: skip
    assert not feed.passed_by
    assert not feed.set_aside


def test_a_number_used_again_is_no_message_sent_again(tmp_path):
    again = message("A01", "2024-03-01", "1", member="M2")
    feed = announced(message("A01", "2024-03-01", "1"), again, again, tmp_path=tmp_path)
    assert sorted(row[0] for row in feed.rows()) == ["M1", "M2"]
    assert dict(feed.passed_by) == {"messages: the same message again": 1}


def test_what_follows_an_admission_taken_back_makes_no_stay(tmp_path):
    said = [
        message("A01", "2024-03-01", "1"), message("A11", "2024-03-02", "2"),
        message("A08", "2024-03-03", "3"), message("A03", "2024-03-04", "4"),
    ]  # fmt: skip
    feed = announced(*reversed(said), tmp_path=tmp_path)
    assert feed.rows() == []
    assert dict(feed.passed_by) == {
        "messages: an admission that was taken back": 1,
        "messages: of a visit whose admission was taken back": 2,
    }
    again = announced(*said, message("A01", "2024-03-05", "5"), tmp_path=tmp_path)
    assert [(row[3].day, row[4]) for row in again.rows()] == [(5, None)]


def test_an_inpatient_who_becomes_an_outpatient_has_no_stay(tmp_path):
    became = message("A07", "2024-03-02", "2", pv1="O")
    feed = announced(message("A01", "2024-03-01", "1"), became, tmp_path=tmp_path)
    assert feed.rows() == []
    assert dict(feed.passed_by) == {"messages: a stay that became a visit of an outpatient": 1}


def test_identifiers_are_joined_by_the_members_number_however_it_is_written(tmp_path):
    """The number joined stands second, in small letters; two people are joined in one message."""
    joined = message("A40", "2024-03-05", "9", member="M1", extra="MRG|77^^^X^MR~m-7^^^X^MC\r")
    joined += "PID|1||M2^^^X^MC\rMRG|M8^^^X^MC\r"
    said = [message("A01", "2024-03-01", member[1], member=member) for member in ("M7", "M8")]
    feed = announced(*said, joined, tmp_path=tmp_path)
    assert sorted(row[0] for row in feed.rows()) == ["M1", "M2"]
    assert not feed.set_aside


def test_identifiers_joined_in_a_circle_or_with_nothing_are_set_aside(tmp_path):
    said = [
        message("A01", "2024-03-01", "1"),
        message("A40", "2024-03-02", "2", member="M1", extra="MRG|M2^^^X^MC\r"),
        message("A40", "2024-03-03", "3", member="M2", extra="MRG|M1^^^X^MC\r"),
        message("A40", "2024-03-04", "4", member="M3"),
    ]  # fmt: skip
    feed = announced(*said, tmp_path=tmp_path)
    assert [row[0] for row in feed.rows()] == ["M1"]
    assert dict(feed.set_aside) == {
        "messages: identifiers joined in a circle": 2,
        "messages: identifiers joined that are not named": 1,
    }


def test_a_discharge_told_before_its_day_is_set_aside(tmp_path):
    early = message("A03", "2024-03-06", "2").replace(
        "EVN|A03|202403061200", "EVN|A03|202403091200"
    )
    feed = announced(message("A01", "2024-03-05", "1"), early, tmp_path=tmp_path)
    assert feed.rows() == []
    assert list(feed.set_aside) == ["messages: a discharge of days after its message was sent"]


def held(**rows):
    """Rows of a user held against a store of A (also known as A2, died 5 March) and B."""
    names = rows.pop("names", {})
    lists = UserFiles(rows={name: list(given) for name, given in rows.items()}, names=names)
    died = {"A": dt.date(2024, 3, 5)}
    hold_against(KnownPeople({"A": "A", "A2": "A", "B": "B"}, died), lists, DAY)
    return lists


def test_people_the_store_does_not_know_are_counted():
    stay = ("Z", "INPATIENT", None, DAY, None, None, None, "m", DAY)
    user_lists = held(
        chosen_person=[("A",), ("Z",)], owner=[("Z", "Ana")], names={"Z": "N", "B": "Bee"},
        contact=[("Z", DAY, "REACHED", None, None)], announced_stay=[stay],
        given_gap=[("Z", "RISK", "g", "r", "n", DAY, None)],
    )  # fmt: skip
    lists = ("people", "owners", "contacts", "messages", "gaps", "names")
    assert dict(user_lists.set_aside) == {f"{each}: {STRANGER}": 1 for each in lists}
    assert user_lists.rows["chosen_person"] == [("A",)]
    assert user_lists.names == {"B": "Bee"}


def test_one_person_under_two_identifiers_has_one_owner_and_one_name():
    lists = held(owner=[("A", "Ana"), ("A2", "Bo"), ("B", "Bo")], names={"A": "Ay", "A2": "Oh"})
    assert lists.rows["owner"] == [("B", "Bo")]
    assert lists.names == {}
    assert dict(lists.set_aside) == {
        "owners: two owners for one person": 1, "names: two names for one person": 1,
    }  # fmt: skip


def test_a_contact_that_stands_twice_or_after_a_death_does_not_count():
    """An attempt entered twice, once by another identifier, is one attempt."""
    first = ("A", dt.date(2024, 3, 4), "NOT_REACHED", None, None)
    lists = held(contact=[
        first, first, ("A2", *first[1:]), ("A", dt.date(2024, 3, 6), "REACHED", None, None),
        ("B", dt.date(2024, 3, 6), "REACHED", None, None),
    ])  # fmt: skip
    assert [row[0] for row in lists.rows["contact"]] == ["A", "B"]
    assert dict(lists.set_aside) == {
        "contacts: the same contact again": 2,
        "contacts: a contact after the death of the person": 1,
    }


def test_a_stay_told_by_a_message_and_an_encounter_is_one_stay():
    stay = ["A", "INPATIENT", "010001", dt.date(2024, 3, 1), dt.date(2024, 3, 4), "01", None]
    told = [(*stay, "m", dt.date(2024, 3, 4)), ("A2", *stay[1:2], "Mercy", *stay[3:], "E1", DAY)]
    lists = held(announced_stay=told)
    assert lists.rows["announced_stay"] == [told[0]]
    assert dict(lists.passed_by) == {"messages: a stay that another message tells too": 1}
