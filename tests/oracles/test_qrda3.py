"""What we write as QRDA category III against CMS's schematron of each year, and its own samples.

The oracle is Cypress's compiled schematron of 2024 to 2026: no assertion marked as an error (SHALL)
may fail.
"""

import gzip
from dataclasses import replace

import pytest

from openvbc.errors import InputError
from openvbc.programs.quality.handover.given_results import read_results
from openvbc.programs.quality.handover.qrda3 import Qrda3, Templates, qrda3
from openvbc.programs.quality.handover.submitter import Submitter
from openvbc.rules.load import load_rules
from oracles.published import published
from programs.quality.submitted import ACO, WRITTEN, rate

FOLDER = "quality/qrda"
CERTIFIED = ACO.certification
NAMES = {"sch": "http://purl.oclc.org/dsdl/schematron", "svrl": "http://purl.oclc.org/dsdl/svrl"}


@pytest.fixture(scope="module")
def rules_of_cms(tmp_path_factory):
    isoschematron = pytest.importorskip("lxml.isoschematron")
    etree = pytest.importorskip("lxml.etree")
    made = {}

    def of(year):
        if year not in made:
            (source,) = published(f"{FOLDER}/schematron_ep_cat3_cms{year}/EP_CAT_III.sch.gz")
            folder = tmp_path_factory.mktemp(f"sch{year}")
            (folder / "rules.sch").write_bytes(gzip.decompress(source.read_bytes()))
            voc = source.with_name("voc.xml.gz")
            (folder / "voc.xml").write_bytes(gzip.decompress(voc.read_bytes()))
            text = (folder / "rules.sch").read_text()
            text = text.replace("document('voc.xml')", f"document('file://{folder / 'voc.xml'}')")
            made[year] = isoschematron.Schematron(
                etree.fromstring(text.encode()), store_report=True, phase="errors"
            )
        return made[year]

    def errors(content, year):
        schematron = of(year)
        schematron.validate(etree.fromstring(content))
        failed = schematron.validation_report.iterfind(".//svrl:failed-assert", NAMES)
        return [each.findtext("svrl:text", namespaces=NAMES) for each in failed]

    return errors


def sample(name):
    (path,) = published(f"{FOLDER}/{name}.xml.gz")
    return gzip.decompress(path.read_bytes())


def document(year, submitter=ACO, **changes):
    templates = Templates.of(load_rules("quality"), year)
    return qrda3(Qrda3([rate(**changes)], year, submitter, templates, WRITTEN))


def test_the_oracle_tells_good_and_bad_samples_apart(rules_of_cms):
    # The good one's made-up NPI and taxpayer number are none by their form; nothing else is wrong.
    good = rules_of_cms(sample("cypress/ep_test_qrda_cat3_good"), 2024)
    assert [each for each in good if "NPI" not in each and "TIN" not in each] == []
    bad = rules_of_cms(sample("cypress/ep_test_qrda_cat3_bad_schematron"), 2024)
    assert [each for each in bad if "NPI" not in each and "TIN" not in each]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_what_we_write_breaks_no_shall_of_the_year(rules_of_cms, year):
    # APP Plus begins with 2025
    submitter = ACO if year > 2024 else replace(ACO, pathway="app")
    assert rules_of_cms(document(year, submitter), year) == []


def test_app_plus_and_a_missing_certification_are_refused():
    with pytest.raises(InputError, match="not handed over under app-plus"):
        document(2024)
    with pytest.raises(InputError, match="certification identifier"):
        document(2026, replace(ACO, certification=""))


@pytest.mark.parametrize(
    "submitter",
    [
        Submitter("individual", "mips", "A. Muster", "123456789", "1234567893", CERTIFIED),
        Submitter("group", "app-plus", "Muster Practice", "123456789", "", CERTIFIED),
        Submitter("group", "app", "Muster Practice", "123456789", "", CERTIFIED),
        Submitter("virtual-group", "mips", "Muster Group", "X12345", "", CERTIFIED),
        Submitter("subgroup", "mips", "Muster Subgroup", "SG-00000001", "", CERTIFIED),
    ],
    ids=lambda each: each.program_name,
)
def test_every_kind_of_submitter_fits(rules_of_cms, submitter):
    assert rules_of_cms(document(2026, submitter), 2026) == []


def test_nobody_eligible_is_no_rate(rules_of_cms):
    from openvbc.programs.quality.measuring import Counts

    assert rules_of_cms(document(2026, counts=Counts(2, 2, 2, 0, 0)), 2026) == []


def test_a_missing_element_is_noticed_by_the_oracle(rules_of_cms):
    """The check can fail: without a payer element CMS's rules object."""
    supplement = {k: v for k, v in rate().supplement.items() if k != "payer"}
    assert any(
        "Payer" in each for each in rules_of_cms(document(2026, supplement=supplement), 2026)
    )


def test_what_we_write_is_read_again(tmp_path):
    (tmp_path / "r.xml").write_bytes(document(2026))
    (given_result,) = read_results(tmp_path / "r.xml")
    assert (given_result.measure, given_result.counts, given_result.year) == (
        rate().version_specific_id, rate().counts, 2026,
    )  # fmt: skip


def test_the_public_samples_are_read(tmp_path):
    for name in (
        "qpp-conversion-tool/App-Plus-ApmEntity-Qrda-III",
        "cypress/ep_test_qrda_cat3_good",
    ):
        (tmp_path / "r.xml").write_bytes(sample(name))
        given_results = read_results(tmp_path / "r.xml")
        assert given_results
        assert all(result.measure for result in given_results)


def test_a_rate_that_is_not_that_of_its_counts_is_refused(tmp_path):
    (tmp_path / "r.xml").write_bytes(sample("cypress/ep_test_qrda_cat3_bad_performance_rate"))
    with pytest.raises(InputError, match="not that of its counts"):
        read_results(tmp_path / "r.xml")
