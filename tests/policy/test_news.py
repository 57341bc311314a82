"""Policy news: the five source documents, and files that mean harm."""

import csv
import datetime as dt
import os
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError, OpenvbcError
from openvbc.policy.news.assertion import assertions_in, sentences
from openvbc.policy.news.checked import MEASURED, Check, claims_of
from openvbc.policy.news.front_matter import read_news_file
from openvbc.policy.news.item import item_of
from openvbc.policy.news.links import LinkStatus, links_of
from openvbc.policy.news.plain_text import reduced, repaired
from openvbc.policy.news.store import decide, import_news, news_records, remove_news
from openvbc.policy.news.timeline import timeline
from openvbc.policy.register import REGISTRY, registered, registered_program
from openvbc.rules.load import load_code_table, load_rules

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))
DOCUMENTS = sorted((SHARED / "data/policy_documents").glob("00*.txt"))
CORRECTIONS = SHARED / "spec/source_document_corrections.md"
needs_documents = pytest.mark.skipif(len(DOCUMENTS) != 5, reason="the documents are not here")
DATE = dt.date(2026, 3, 1)
FRONT = """---
title: A model begins
slug: a-model
date: '2020-12-24T06:45:17.267242Z'
link:
  brand: www.example.org
  href: https://example.org/a
---
"""


def written(folder, text, name="item.txt"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def item(folder, text, name="item.txt"):
    return item_of(read_news_file(written(folder, text, name)), DATE)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    if len(DOCUMENTS) != 5:
        pytest.skip("the documents are not here")
    folder = tmp_path_factory.mktemp("news")
    news_import = import_news(DOCUMENTS, folder, DATE)
    assert (len(news_import.read), news_import.new, news_import.set_aside) == (5, 5, [])
    return {record.files[0][:3]: record for record in news_records(folder)}


def links(record):
    return {(link.kind, link.target): link for link in record.links}


def claim(record, words):
    [matching_claim] = [each for each in record.claims if words in each.words]
    return matching_claim


def test_the_flexibilities_item_links_to_the_overlays_of_its_date(records):
    record = records["000"]
    assert record.item.publisher == "medicaleconomics.com"
    assert record.item.day == dt.date(2020, 12, 11)
    assert set(links(record)) == {("rule", "flexibilities"), ("topic", "vbc")}
    held = links(record)["rule", "flexibilities"].state
    for name in ("F-BPCIA-1", "F-NGACO-2", "F-CJR-1"):
        assert name in held
    assert "F-OCM-3" not in held, "it begins in July 2021"
    assert record.item.doubts == ()


def test_the_lessons_item_links_to_chart_and_by_topic_to_direct_contracting(records):
    links_by_target = links(records["001"])
    assert set(links_by_target) == {
        ("program", "chart"), ("program", "gpdc"), ("topic", "dual"), ("topic", "vbc"),
    }  # fmt: skip
    assert "third model, CHART" in links_by_target["program", "chart"].evidence
    assert links_by_target["program", "gpdc"].found_in == "topics"
    assert links_by_target["program", "chart"].state.startswith("announced, not begun")


def test_the_direct_contracting_item_is_checked_against_the_register(records):
    record = records["002"]
    assert {target for kind, target in links(record) if kind == "program"} == {"gpdc", "ngaco"}
    assert links(record)["program", "gpdc"].state.startswith("implementation period")
    begins, length = claim(record, "October 1, 2020"), claim(record, "six-month")
    assert (begins.value, begins.subject, begins.check) == ("2020-10-01", "gpdc", Check.MATCHES)
    assert (length.value, length.unit, length.check) == ("6", "months", Check.MATCHES)
    assert "2021-03-31" in length.found


def test_the_goal_of_2025_differs_from_what_was_measured(records):
    record = records["003"]
    goal, share = claim(record, "100 percent"), claim(record, "less than 20 percent")
    assert ("rule", "lan.downside") in links(record)
    assert (goal.value, goal.date, goal.check) == ("1", "2025", Check.DIFFERS)
    assert "2023 Traditional Medicare 33.70%" in goal.found
    assert "2023 all payers 28.50% (HCP-LAN measurement 2024; unverified)" in goal.found
    assert (share.value, share.check) == ("0.2", Check.UNKNOWN)
    assert "not said" in share.found
    assert "\u00e2" not in record.item.body
    assert "CMS\u2019 benchmarks" in record.item.body


EXPECTED_OF_THE_ARTICLE = {
    "innovation center authority": Check.DIFFERS,
    "low volume": Check.DIFFERS,
    "amendment of part 438": Check.UNKNOWN,
    "pass-through": Check.DIFFERS,
    "social risk": Check.DIFFERS,
    "joint replacement in BPCI Advanced": Check.DIFFERS,
    "successor of OCM": Check.MATCHES,
    "billing beside models": Check.UNKNOWN,
    "readmissions section": Check.MATCHES,
    "two-step attribution": Check.DIFFERS,
    "number of models": Check.UNKNOWN,
    "pathways replace": Check.DIFFERS,
    "codes of chronic care management": Check.DIFFERS,
    "global capitation": Check.DIFFERS,
}
"""What the table of corrections says of the article, by hand: confirmed errors differ, what is only
partly so or cannot be confirmed is unknown."""


def test_the_article_is_held_against_the_corrections(records):
    record = records["004"]
    checks = {each.subject: each.check for each in record.claims}
    assert {name: checks.get(name) for name in EXPECTED_OF_THE_ARTICLE} == EXPECTED_OF_THE_ARTICLE
    assert record.item.doubts == ("the text breaks off in a link",)
    assert claim(record, "$90,000").subject == "mips:low_volume_charges_limit"
    assert claim(record, "200 Medicare patients").check is Check.MATCHES
    assert ("parameter", "mips:low_volume_services_limit") in links(record)


def test_the_sections_of_the_article_are_an_index(records):
    sections = {each.heading: each.targets for each in records["004"].sections}
    assert "program mips" in sections["Decision Boundaries: Model vs. Program Participation"]
    assert "topic ccm" in sections["Decision Boundaries: Care Management Service Billing Under VBC"]
    assert "program ocm" in sections["Common Scenarios: Bundled Payment Episodes"]
    assert [each.sections for each in records.values() if each.item.form == "curated"] == [()] * 4


def test_links_point_to_what_there_is(records):
    topics = {row["topic"] for row in load_code_table(REGISTRY, "news_topic")}
    facts = {*MEASURED, "flexibilities"}
    for row in load_code_table(REGISTRY, "news_pattern"):
        known = {"program": set(registered()), "topic": topics, "rule": facts}[row["kind"]]
        assert row["target"] in known, row
    for row in load_code_table(REGISTRY, "statement"):
        for reference in row["parameters"].split():
            program, _, name = reference.partition(":")
            load_rules(program).keys_of(name)
    assert {link.kind for record in records.values() for link in record.links} == {
        "program", "rule", "topic", "parameter",
    }  # fmt: skip


@needs_documents
def test_imported_twice_is_imported_once_and_no_rule_moves(tmp_path):
    digest = load_rules("mips").digest
    import_news(DOCUMENTS, tmp_path, DATE)
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    again = import_news(list(reversed(DOCUMENTS)), tmp_path, DATE)
    after = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    assert again.new == 0
    assert before == after
    load_rules.__globals__["_load"].cache_clear()
    assert load_rules("mips").digest == digest


@needs_documents
def test_removing_a_file_removes_its_links_and_nothing_else(tmp_path):
    import_news(DOCUMENTS, tmp_path, DATE)
    decide(tmp_path, news_records(tmp_path)[0].news, "vbc", LinkStatus.CONFIRMED)
    before = {each.news: each for each in news_records(tmp_path)}
    [gone] = [name for name, each in before.items() if each.files == (DOCUMENTS[2].name,)]
    assert remove_news(tmp_path, DOCUMENTS[2].name) == 1
    after = {each.news: each for each in news_records(tmp_path)}
    del before[gone]
    assert after == before
    with pytest.raises(InputError, match="no file called"):
        remove_news(tmp_path, DOCUMENTS[2].name)


def test_a_decision_outlives_another_import(tmp_path):
    file = written(tmp_path, FRONT + "The Direct Contracting model.")
    folder = tmp_path / "kept"
    import_news([file], folder)
    decide(folder, "a-model", "gpdc", LinkStatus.REJECTED)
    import_news([file], folder)
    [record] = news_records(folder)
    assert links(record)["program", "gpdc"].status is LinkStatus.REJECTED
    entry = registered_program("gpdc")
    assert "A model begins" not in [each.what for each in timeline(entry, [record])]
    decide(folder, "a-model", "gpdc", LinkStatus.CONFIRMED)
    assert "A model begins" in [each.what for each in timeline(entry, news_records(folder))]
    with pytest.raises(InputError, match="no link"):
        decide(folder, "a-model", "mssp", LinkStatus.CONFIRMED)


def test_a_name_that_was_not_known_on_the_date_is_rejected(tmp_path):
    text = FRONT.replace("2020-12-24", "2021-12-24") + "ACO REACH and CHART reach far; a lead."
    links_by_target = {link.target: link for link in links_of(item(tmp_path, text))}
    assert set(links_by_target) == {"reach", "chart"}, "a verb is no model"
    assert links_by_target["reach"].status is LinkStatus.REJECTED
    assert links_by_target["reach"].state == "not known before 2022-02-24"
    assert links_by_target["chart"].status is LinkStatus.SUGGESTED


def test_a_wrong_date_differs(tmp_path):
    text = FRONT + "The Direct Contracting model begins on November 1, 2020, it was said."
    [news_claim] = claims_of(item(tmp_path, text))
    assert (news_claim.check, news_claim.subject) == (Check.DIFFERS, "gpdc")
    assert "2020-10-01 to 2021-03-31" in news_claim.found
    text = FRONT + "The Oncology Care Model ended on June 30, 2022."
    [news_claim] = claims_of(item(tmp_path, text))
    assert news_claim.check is Check.MATCHES


def test_a_number_of_a_parameter_is_checked_by_year(tmp_path):
    words = "The low-volume threshold is $90,000 a year."
    of_2018 = claims_of(item(tmp_path, FRONT.replace("2020-12-24", "2018-12-24") + words))
    of_2017 = claims_of(item(tmp_path, FRONT.replace("2020-12-24", "2017-12-24") + words))
    assert [each.check for each in of_2018 if each.kind == "money"] == [Check.MATCHES]
    assert [each.check for each in of_2017 if each.kind == "money"] == [Check.UNKNOWN]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("It covers 10.8 million assigned beneficiaries.", "count", "10800000",
         "assigned beneficiaries"),
        ("Over $1 trillion is at stake.", "money", "1000000000000", "USD"),
        ("Less than 2.5% left.", "percent", "0.025", "ratio"),
        ("See 42 C.F.R. Part 438 for it.", "citation", "42 C.F.R. Part 438", "citation"),
        ("CPT codes 99495, 99496 are billed.", "codes", "99495 99496", "codes"),
        ("It came in March 2022 at last.", "date", "2022-03", "date"),
    ],
)  # fmt: skip
def test_what_is_said(text, kind, value, unit):
    [assertion] = assertions_in(text)
    assert (assertion.kind, assertion.value, assertion.unit) == (kind, value, unit)


def test_no_number_is_made_of_what_is_none():
    assert assertions_in("Section 3021 of the Act, 24/7 care in 2023, February 31, 2020.") == []
    text = "One (e.g., Two vs. Three) under Pub. L. 114-10 at 42 C.F.R. Part 438. Another."
    assert len(list(sentences(text))) == 2


HOSTILE = {
    "a tag of Python": "x: !!python/object/apply:os.system ['touch pwned']\n",
    "another tag": "x: !!python/name:os.system\n",
    "a bomb of aliases": 'a: &a ["lol"]\nb: &b [*a, *a]\nc: [*b, *b]\n',
    "a merge": "a: &a {x: 1}\nb: {<<: *a}\n",
    "a deep list": "x: " + "[" * 100 + "]" * 100 + "\n",
    "a key twice": "title: other\n",
    "a long number": "x: 1.0e+999999999\n",
    "a control character": "x: \x01\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_front_matter_is_set_aside(name, tmp_path):
    text = FRONT.replace("link:", HOSTILE[name] + "link:", 1) + "Some words."
    news_import = import_news([written(tmp_path, text)], tmp_path / "kept")
    assert news_import.read == []
    assert [each.place.file for each in news_import.set_aside] == ["item.txt"]
    assert news_import.set_aside[0].place.line
    assert not Path("pwned").exists()


@pytest.mark.parametrize(
    ("change", "words", "line"),
    [
        (("title: A model begins\n", ""), "title is missing", None),
        (("'2020-12-24T06:45:17.267242Z'", "soon"), "date is no date", 4),
        (("https://example.org/a", "javascript:alert(1)"), "no http or https", 5),
        (("  brand: www.example.org\n", ""), "publisher, is missing", 5),
        (("link:", "lonk:"), "link is missing", None),
        (("---\ntitle", "---\n- a\ntitle"), "not valid YAML", None),
        (("https://example.org/a\n---\n", "https://example.org/a\n"), "does not end", 1),
        (("Some words.", " <script>only</script>"), "no text after", None),
    ],
)
def test_what_is_missing_is_named_with_its_place(change, words, line, tmp_path):
    text = (FRONT + "Some words.").replace(*change)
    with pytest.raises(OpenvbcError, match=words) as raised:
        item(tmp_path, text)
    assert line is None or raised.value.place.line == line


def test_what_is_too_large_or_no_text_is_set_aside(tmp_path):
    wide = written(tmp_path, FRONT.replace("link:", "x: " + "y" * 70_000 + "\nlink:", 1), "wide")
    long = written(tmp_path, FRONT + "z" * 1_100_000, "long")
    other = tmp_path / "other"
    other.write_bytes(b"\xff\xfe\x00")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    plain = written(tmp_path, "A title\nand words.", "plain")
    files = [wide, long, other, pipe, plain, tmp_path / "none"]
    news_import = import_news(files, tmp_path / "kept")
    assert [each.place.file for each in news_import.set_aside] == [file.name for file in files]
    assert "--date" in news_import.set_aside[4].detail


def test_html_is_reduced_to_text(tmp_path):
    body = (
        "<p>One &amp; <b>two</b></p><script>alert(1)</script><img src=http://x onerror=y>"
        "<!-- hidden --><iframe src=z>inner</iframe><p>3 < 4 &lt;script&gt;</p><unfinished"
    )
    assert reduced(body) == "One & two\n3 < 4 <script>"
    assert repaired("CMS\u00e2\u20ac\u2122 \u00e2\u20ac\u0153it\u00e2\u20ac\x9d") == (
        "CMS\u2019 \u201cit\u201d"
    )
    assert repaired("ch\u00e2teau, \u00c2ge, a\u202eb\x1b[2J") == "ch\u00e2teau, \u00c2ge, ab[2J"


@pytest.mark.parametrize("text", ["<a" * 400_000, "<!--" * 200_000, "<script>" * 100_000])
def test_no_text_takes_long(text):
    begun = time.process_time()
    reduced(text)
    assert time.process_time() - begun < 2


def test_two_shapes_and_odd_fields_are_one_record(tmp_path):
    text = FRONT.replace(
        "link:",
        "tags: [News]\ncategories:\n- COVID-19\ncommunityTopics:\n- 'A: b: c, d'\n"
        "openProjectCustomFields:\n  medigyTopics: '[\"other\"]'\nbreadcrumbs: [a]\n"
        "breadcrumbLinks: [a, b]\nlastMod: 2020-01-01\nstatus: ''\nlink:",
        1,
    )
    news_item = item(tmp_path, text.replace("---\n", "---", 2).replace("---", "---\n", 1) + "Words")
    assert news_item.body == "Words"
    assert news_item.tags == ("covid-19", "news")
    assert news_item.topics == ("A: b: c, d",)
    assert news_item.publisher == "example.org"
    assert news_item.attributes["status"] == ""
    assert news_item.doubts == (
        "medigyTopics and communityTopics differ",
        "it was last changed before its date",
        "breadcrumbs and their links differ in number",
    )


def test_one_story_in_two_files_is_one_record(tmp_path):
    files = [
        written(tmp_path, FRONT + "Words.", "one"),
        written(tmp_path, FRONT.replace("org/a", "org/b") + "Other.", "same title"),
        written(tmp_path, FRONT.replace("A model", "A") + "Other.", "same address"),
        written(tmp_path, FRONT.replace("-12-24", "-11-24").replace("org/a", "org/c") + "Old.",
                "a month before"),
    ]  # fmt: skip
    import_news(files, tmp_path / "kept")
    stories = news_records(tmp_path / "kept")
    assert [each.files for each in stories] == [
        ("a month before",),
        ("one", "same address", "same title"),
    ]
    assert len({each.news for each in stories}) == 2


def test_the_command(tmp_path):
    title = "=HYPERLINK(1)\x1b[2J"
    file = written(tmp_path, FRONT.replace("A model begins", '"=HYPERLINK(1)\\e[2J"') + "MSSP.")
    bad = written(tmp_path, "no date", "bad")
    run = CliRunner().invoke
    kept = str(tmp_path / "kept")
    result = run(app, ["news", "import", str(file), str(bad), "--folder", kept])
    assert result.exit_code == 3, result.output
    assert "1 set aside" in result.output
    assert "\x1b" not in result.output
    with (tmp_path / "kept" / "news.csv").open(encoding="utf-8") as stream:
        [row] = list(csv.DictReader(stream))
    assert row["title"] == "'" + title.replace("\x1b", "")
    assert run(app, ["news", "confirm", "a-model", "mssp", "--folder", kept]).exit_code == 0
    assert "confirmed" in run(app, ["news", "list", "mssp", "--folder", kept]).output
    shown = run(app, ["news", "timeline", "mssp", "--folder", kept]).output
    assert "2012-04-01 begins" in shown
    assert "2020-12-24 news" in shown
    assert run(app, ["news", "remove", "item.txt", "--folder", kept]).exit_code == 0
