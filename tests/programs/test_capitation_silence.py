"""What a capitation must not pass over: rows that no line can be, dollars and people left out."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from openvbc.errors import InputError
from openvbc.programs.capitation.division import read_division, read_sub_capitation
from openvbc.programs.capitation.lists import read_event_codes, read_roster
from openvbc.programs.capitation.notes import _moves_nothing, of_no_member
from openvbc.programs.capitation.roster_contradictions import refuse_unknown_terminations
from openvbc.programs.medicare_advantage.given import NOT_READ
from openvbc.programs.medicare_advantage.lists import read_plans
from openvbc.programs.medicare_advantage.project import MedicareAdvantageInputs
from openvbc.programs.payer_contract.sheet import not_needed
from openvbc.programs.terms.agreed import agreed
from openvbc.programs.terms.review import moves_nothing
from openvbc.programs.unread_inputs import refuse_unread_inputs

DIVISION = "service,fund,claim_kind,priority,hcpcs_low,hcpcs_high,specialty_code,provider\n"
ROSTER = "member_id,action,first_day,last_day,rate_cell,received_on,risk_score\n"


def written(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,GROUP,professional,,,99215,,", "the code they begin with is not before it"),
        ("a,GROUP,professional,,99215,99202,,", "the code they begin with is not before it"),
        ("a,GROUP,professional,1.5,,,,", "no whole number"),
        ("a,GROUP,institutional,,99202,,,", "institutional claims are divided whole"),
        ("a,GROUP,institutional,,,,11,", "institutional claims are divided whole"),
        ("a,GROUP,professional,,,,,Dr. Who", "that is no taxpayer number"),
    ],
)
def test_a_row_of_the_division_that_no_line_can_be_is_refused(tmp_path, row, said):
    with pytest.raises(InputError, match=said):
        read_division(written(tmp_path, DIVISION + row + "\n"))


def test_a_provider_that_lost_its_zeros_is_the_provider_of_the_claims(tmp_path):
    rows = "a,GROUP,professional,,,,,12345678\nb,HOSPITAL,institutional,,,,,10001\n"
    division = read_division(written(tmp_path, DIVISION + rows))
    assert [held.provider for held in division] == ["012345678", "010001"]
    paid = "provider,service,month,amount\n12345678,a,2025-01-05,10.00\n"
    paid += "12345678,a,2026-01-05,99.00\n"
    months = {(2025, 1): 1}
    kinds = {"a": {"professional"}}
    transfers, others = read_sub_capitation(written(tmp_path, paid), kinds, months)
    assert transfers == [(1, "012345678", "a", Decimal("10.00"))]
    assert others == Decimal("99.00")


def test_codes_of_events_are_as_claims_have_them(tmp_path):
    text = "event,code_kind,code\nbirth,MS_DRG,1\nbirth,PROCEDURE,s0199\n"
    event_codes = read_event_codes(written(tmp_path, text), {"birth"})
    assert event_codes == [("birth", "MS_DRG", "001"), ("birth", "PROCEDURE", "S0199")]
    with pytest.raises(InputError, match="a code that cannot be"):
        read_event_codes(written(tmp_path, text.replace("s0199", "s01999")), {"birth"})


def test_a_score_in_percent_is_refused(tmp_path):
    text = ROSTER + "A,ADDITION,2025-01-01,,X,2025-01-01,108\n"
    with pytest.raises(InputError, match="a risk score outside 0 to 50"):
        read_roster(written(tmp_path, text), {"X"}, {""}, False)


def test_a_termination_of_nobody_is_refused(tmp_path):
    text = (
        ROSTER + "A,ADDITION,2025-01-01,,X,2025-01-01,1\nB,TERMINATION,,2025-06-30,,2025-06-01,\n"
    )
    roster = read_roster(written(tmp_path, text), {"X"}, {""}, False)
    with pytest.raises(InputError, match="a termination of a member whom the roster does not add"):
        refuse_unknown_terminations(roster, "roster.csv", {})
    refuse_unknown_terminations(roster, "roster.csv", {"B": "A"})  # a former identifier of A
    given = SimpleNamespace(roster=roster)
    assert of_no_member("lasers", ["A", "B", "C"], given, {}) == [
        "Data warning: 1 people of inputs.lasers are not on the roster: their rows move nothing."
    ]


def contract(**terms):
    base = {
        "capitation_form": "rate cells", "risk_adjusted": False, "retroactive_months": 3,
        "group_fund_share": 1, "hospital_fund_share": 1, "shared_fund_share": 1,
        "encounter_price": "paid", "completion": "none", "run_out_months": 3,
        "target_loss_ratio": Decimal("0.9"),
    }  # fmt: skip
    said = {name: {"value": value, "clause": "1"} for name, value in {**base, **terms}.items()}
    return agreed(
        {"program": "capitation", "title": "T", "contract": "C", "year": 2025, "agreement": "A",
         "terms": said},
        "contract.yaml", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "known", "has_score", "others", "said"),
    [
        ({}, {}, False, 0, []),
        ({"premium_share": Decimal("0.8")}, {}, False, 0, ["Premium_share is agreed, and"]),
        ({"contract_withhold": Decimal("0.02")}, {}, False, 0, ["No quality score is known"]),
        ({}, {"quality_score": Decimal("0.5")}, False, 0, ["The quality score moves nothing"]),
        ({}, {}, True, 0, ["The risk scores of the roster move nothing"]),
        ({}, {}, False, Decimal(99), ["$99.00 of sub-capitation"]),
    ],
)  # fmt: skip
def test_what_moves_nothing_is_said(terms, known, has_score, others, said):
    given = SimpleNamespace(
        agreed=contract(**terms), known=known, roster=[SimpleNamespace(has_score=has_score)],
        sub_capitation_of_other_months=others,
    )  # fmt: skip
    notes = _moves_nothing(given)
    assert len(notes) == len(said)
    assert all(word in note for word, note in zip(said, notes, strict=True))


def test_a_plan_reads_no_rates_and_no_area_factors(tmp_path):
    given = MedicareAdvantageInputs(areas=tmp_path)
    with pytest.raises(Exception, match=r"inputs\.areas is given, and nothing reads it"):
        refuse_unread_inputs(given, NOT_READ, SimpleNamespace())


@pytest.mark.parametrize("stars", ["45", "4.2", "0"])
def test_stars_are_from_one_to_five_by_halves(tmp_path, stars):
    text = f"contract_year,plan,bid,plan_kind,stars\n2025,P,900,RATED,{stars}\n"
    with pytest.raises(InputError, match="from 1 to 5 by halves"):
        read_plans(written(tmp_path, text), 2025)


def test_a_total_and_a_term_that_nothing_needs_are_said():
    terms = {
        "benchmark_form": "given total", "target_per_member_per_month": 400,
        "spending_amount": "paid", "savings_share": Decimal("0.5"), "loss_share": None,
        "population": "roster", "attribution_months": 12, "settlement_months": 6,
    }  # fmt: skip
    said = {name: {"value": value, "clause": "1"} for name, value in terms.items()}
    contract_terms = agreed(
        {"program": "payer-contract", "title": "T", "contract": "C", "year": 2025,
         "agreement": "A", "terms": said},
        "contract.yaml", "",
    )  # fmt: skip
    idle = moves_nothing(contract_terms)
    assert [each.split()[0] for each in idle] == [
        "target_per_member_per_month", "attribution_months",
    ]  # fmt: skip
    assert not_needed(contract_terms, [{"premium": Decimal(1), "given_benchmark": Decimal(2)}]) == [
        "Premium is given, and no term of the contract needs it: it moves nothing."
    ]
    assert dt.date(2025, 1, 1).year == contract_terms.year
