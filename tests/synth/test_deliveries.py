"""What the generator writes: native files in real layouts, the same bytes for the same seed."""

import csv
import hashlib
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest

from openvbc.errors import ContractError, InputError
from openvbc.synth import Settings, generate
from openvbc.synth.traps import TRAPS

SHARED = Path(os.environ.get("OPENVBC_SHARED", Path(__file__).parents[3] / "shared"))


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synth") / "aco"
    generate(Settings(people=400, seed=7, light=True), folder)
    return folder


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def members(folder):
    for path in sorted((folder / "cclf").glob("*.zip")):
        with zipfile.ZipFile(path) as bundle:
            for name in bundle.namelist():
                yield path, name, bundle.read(name)


def digest(folder):
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def test_every_record_has_the_length_of_its_layout(made):
    layouts = SHARED / "data" / "layouts" / "cclf_record_lengths.csv"
    if not layouts.exists():
        pytest.skip("the published layouts are not here (OPENVBC_SHARED)")
    lengths = {r["file"][-1]: int(r["ip39_to_42"]) for r in rows(layouts) if len(r["file"]) == 5}
    for _, name, content in members(made):
        kind = name.split(".")[3][2]
        if kind == "0" or not content:
            continue
        assert content.endswith(b"\n")
        assert {len(line) for line in content.splitlines()} == {lengths[kind]}, name


def test_fields_lie_where_the_published_layout_says(made):
    layouts = SHARED / "data" / "layouts" / "cclf_layouts.csv"
    if not layouts.exists():
        pytest.skip("the published layouts are not here (OPENVBC_SHARED)")
    from openvbc.synth.fixed_width import record_layouts

    published = {
        (r["file"], r["field"]): (int(r["start"]) - 1, int(r["end"]))
        for r in rows(layouts)
        if r["ip_version_to"] == "42" and not r["file"].startswith("CCLF0")
    }
    ours = {
        (file, field): (place.start, place.stop)
        for file, layout in record_layouts().items()
        for field, place in layout.fields.items()
    }
    for key, place in ours.items():
        if key in published:
            assert place == published[key], key
    assert {f for f, _ in ours} == {f for f, _ in published}


def test_control_totals_match_the_members(made):
    for path in sorted((made / "cclf").glob("*.zip")):
        with zipfile.ZipFile(path) as bundle:
            assert bundle.testzip() is None
            contents = {n.split(".")[3][2]: bundle.read(n) for n in bundle.namelist()}
        header, *details = contents["0"].decode().splitlines()
        assert len(header) == 69
        assert {len(d) for d in details} == {70}
        assert len(details) == 11
        for detail in details:
            kind, count, length = detail[4], int(detail[52:63]), int(detail[64:69])
            lines = contents[kind].splitlines()
            assert len(lines) == count
            assert all(len(line) == length for line in lines[:5])


def test_same_seed_same_bytes_and_other_seed_other_bytes(tmp_path, made):
    generate(Settings(people=400, seed=7, light=True), tmp_path / "again")
    assert digest(tmp_path / "again") == digest(made)
    generate(Settings(people=400, seed=8, light=True), tmp_path / "other")
    assert digest(tmp_path / "other") != digest(made)


def test_every_trap_is_planted_and_labelled(made):
    labels = {r["label"] for r in rows(made / "truth" / "traps.csv")}
    assert set(TRAPS) <= labels


def test_identifiers_cannot_be_real(made):
    people = {r["person_id"] for r in rows(made / "truth" / "people.csv")}
    assert 390 <= len(people) <= 400, "a few die before they are covered and occur nowhere"
    assert all(p[1] == "S" and len(p) == 11 for p in people)
    listed = rows(made / "participants.csv")
    assert all(r["npi"].startswith("9") for r in listed if r["npi"])
    assert all(len(r["tin"]) == 9 and r["tin"].startswith("00") for r in listed if r["tin"])


def test_people_who_opted_out_are_in_no_claim_file(made):
    out = {r["person_id"] for r in rows(made / "truth" / "people.csv") if r["opted_out"] == "1"}
    assert out
    text = b"".join(content for _, _, content in members(made))
    assert not any(person.encode() in text for person in out)
    listed = next((made / "exclusions").glob("*.xml")).read_text()
    assert all(person in listed for person in out)


def test_person_months_add_up(made):
    months, totals = {}, {}
    for r in rows(made / "truth" / "person_months.csv"):
        key = r["period"], r["enrollment_type"]
        months[key] = months.get(key, 0) + int(r["person_months"])
        totals[key] = totals.get(key, 0) + round(float(r["amount"]) * 100)
    for r in rows(made / "truth" / "per_capita.csv"):
        if r["basis"] == "feed":
            key = r["period"], r["enrollment_type"]
            assert months.get(key, 0) == int(r["person_months"])
            assert totals.get(key, 0) == round(float(r["amount"]) * 100)
    assigned = [r for r in rows(made / "truth" / "assignment.csv") if r["is_assigned"] == "1"]
    assert all(r["step"] and not r["reason"] for r in assigned)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"people": 20}, "VBC-210"),
        ({"track": "TRACK_9"}, "VBC-2016"),
        ({"assignment_method": "guess"}, "VBC-2015"),
        ({"performance_year": 2035}, "VBC-2019"),
        ({"agreement_start": date(2024, 7, 1)}, "VBC-2018"),
        ({"deliveries_per_year": 5}, "VBC-2020"),
    ],
)
def test_wrong_orders_are_refused_in_words(wrong, code):
    with pytest.raises(ContractError) as caught:
        Settings(**({"people": 400, "seed": 1} | wrong))
    assert caught.value.code == code


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError):
        generate(Settings(people=400, seed=1), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
