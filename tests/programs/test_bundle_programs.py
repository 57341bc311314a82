"""TEAM, BPCI Advanced, OCM and EOM settled from a user's tables; what is refused and why."""

from decimal import Decimal

import pytest

from openvbc.errors import InputError, OpenvbcError
from openvbc.programs.registry import program
from openvbc.programs.run_folder import write_run
from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow
from programs.bpci_tables import BPCI_EPISODES, BPCI_PRICES, INITIATORS


def settle(tmp_path, name, tables, overlay=None):
    files = []
    for number, text in enumerate(tables):
        path = tmp_path / f"table_{number}.csv"
        path.write_text(text, "utf-8")
        files.append(path)
    overlays = []
    if overlay:
        overlays = [tmp_path / "overlay.yaml"]
        overlays[0].write_text(overlay, "utf-8")
    return program(name).published_program().settle(files, overlays)


def results(settled, line="reconciliation"):
    sheet = settled.main.evaluation
    return {
        who.identifier: sheet.value(line, row) for row, who in enumerate(settled.main.contracts)
    }


def reasons(settled):
    return sorted(aside.reason for aside in settled.set_aside)


TEAM_HOSPITALS = """hospital,performance year,track,hospital type,composite quality score
H1,2026,3,none,80
H2,2027,2,rural,80
"""
TEAM_EPISODES = """hospital,performance year,episode,episode type,price cell,\
person multiplier,spending
H1,2026,1,lower extremity joint replacement,470,1.00,20000
H1,2026,2,lower extremity joint replacement,470,1.18,26500
H1,2026,3,lower extremity joint replacement,470,0.93,19000
H2,2027,1,spinal fusion,471,1.00,150000
"""
TEAM_PRICES = """hospital,performance year,price cell,given preliminary price,\
retrospective trend change
H1,2026,470,22862.985705,1.05
H2,2027,471,50000,1.00
"""


def test_team(tmp_path):
    settlement = settle(tmp_path, "team", [TEAM_HOSPITALS, TEAM_EPISODES, TEAM_PRICES])
    # H1: 22,862.985705 x 3.11 x 1.03 = 73,237.00 - 65,500 = 7,737.00; less 2% = 7,582.26.
    # H2: 50,000 - 150,000 = -100,000; + 12% = -88,000; stop-loss 5% of 50,000 = 2,500.
    assert results(settlement) == {"H1": Decimal("7582.26"), "H2": Decimal("-2500.00")}
    assert settlement.rows_in == 6


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("H2,2027,2,rural", "H2,2027,2,none", "a track that is not open to the hospital"),
        ("H2,2027,2,rural", "H2,2027,1,rural", "a track that is not open to the hospital"),
        ("H2,2027,2,rural", "H2,2031,2,rural", "no rules for this contract"),
        ("H2,2027,2,rural", "H2,2027,2,urban", "none of the words there are"),
        ("rural,80", "rural,180", "outside what can be meant"),
    ],
)
def test_a_hospital_of_team_that_cannot_be_settled(tmp_path, old, new, reason):
    hospitals = TEAM_HOSPITALS.replace(old, new)
    episodes = TEAM_EPISODES.replace("H2,2027", "H2,2031") if "2031" in new else TEAM_EPISODES
    prices = TEAM_PRICES.replace("H2,2027", "H2,2031") if "2031" in new else TEAM_PRICES
    settlement = settle(tmp_path, "team", [hospitals, episodes, prices])
    assert results(settlement) == {"H1": Decimal("7582.26")}
    assert reason in reasons(settlement)
    assert settlement.rows_in == len(settlement.set_aside) + 4


VOLUME_EPISODES = """hospital,performance year,episode,episode type,price cell,\
person multiplier,spending,baseline episodes
H1,2026,1,lower extremity joint replacement,470,1.00,20000,200
H1,2026,2,major bowel procedure,329,1.00,70000,30
H1,2026,3,major bowel procedure,329,1.00,45000,
"""
VOLUME_PRICES = """hospital,performance year,price cell,given preliminary price
H1,2026,470,25000
H1,2026,329,50000
"""
ONE_HOSPITAL = "\n".join(TEAM_HOSPITALS.splitlines()[:2]) + "\n"


def test_a_category_of_low_volume_owes_no_loss(tmp_path):
    settlement = settle(tmp_path, "team", [ONE_HOSPITAL, VOLUME_EPISODES, VOLUME_PRICES])
    # Joints 25,000 - 20,000 = +5,000. Bowel, 30 baseline episodes: 100,000 - 115,000 = -15,000, not
    # owed (as one category: its second episode alone gains). 5,000 less 10% x (1 - 0.80) = 4,900.
    assert results(settlement, "losses_left_out") == {"H1": Decimal(15000)}
    assert results(settlement) == {"H1": Decimal("4900.00")}
    shown = settlement.details["categories"]
    assert shown.items == ["lower extremity joint replacement", "major bowel procedure"]
    at_limit = VOLUME_EPISODES.replace("70000,30", "70000,31")
    settlement = settle(tmp_path, "team", [ONE_HOSPITAL, at_limit, VOLUME_PRICES])
    # -10,000 + 10% x 0.80 x 10,000 = -9,200.
    assert results(settlement) == {"H1": Decimal("-9200.00")}


def test_a_gain_at_low_volume_counts(tmp_path):
    cheaper = VOLUME_EPISODES.replace("70000,30", "50000,30")
    settlement = settle(tmp_path, "team", [ONE_HOSPITAL, cheaper, VOLUME_PRICES])
    # 5,000 + (100,000 - 95,000) = 10,000; less 2%.
    assert results(settlement) == {"H1": Decimal("9800.00")}


@pytest.mark.parametrize(
    ("second_count", "heading", "own"),
    [("32", "", ""), ("", ",losses at low volume", ",100")],
    ids=["two numbers of one category", "a total of the hospital beside it"],
)
def test_low_volume_told_twice_is_set_aside(tmp_path, second_count, heading, own):
    head, told, *_ = TEAM_HOSPITALS.splitlines()
    hospitals = f"{head}{heading}\n{told}{own}\nH9,2026,3,none,80{own[:1]}\n"
    episodes = VOLUME_EPISODES.replace("45000,\n", f"45000,{second_count}\n")
    episodes += "H9,2026,1,lower extremity joint replacement,470,1.00,20000,200\n"
    settlement = settle(
        tmp_path, "team", [hospitals, episodes, VOLUME_PRICES + "H9,2026,470,25000\n"]
    )
    assert results(settlement) == {"H9": Decimal("4900.00")}
    assert "low volume told twice" in reasons(settlement)
    assert settlement.rows_in == len(settlement.set_aside) + 2


def test_a_hospital_settled_from_totals_says_its_losses_at_low_volume(tmp_path):
    hospitals = """hospital,performance year,track,hospital type,composite quality score,episodes,\
total target,total spending,losses at low volume
H1,2026,3,none,80,3,125000,135000,15000
"""
    settlement = settle(tmp_path, "team", [hospitals])
    # 125,000 - 135,000 + 15,000 = 5,000; less 2%.
    assert results(settlement) == {"H1": Decimal("4900.00")}


def test_measures_of_a_hospital_that_is_not_told_are_set_aside(tmp_path):
    measures = """hospital,performance year,measure,measure score,measure episodes
H3,2026,hospital-wide readmission,80,60
"""
    settlement = settle(tmp_path, "team", [TEAM_HOSPITALS, TEAM_EPISODES, TEAM_PRICES, measures])
    assert reasons(settlement) == ["a measure without a row of its hospital"]
    assert settlement.rows_in == 7


def test_bpci_advanced_and_what_the_workbook_prints(tmp_path):
    settlement = settle(tmp_path, "bpci-advanced", [INITIATORS, BPCI_EPISODES, BPCI_PRICES])
    assert results(settlement) == {"E1": Decimal("116174.85")}
    assert settlement.main.contracts[0].year == 2023
    bpci = program("bpci-advanced").published_program()
    assert [(s.rows, s.agree) for s in bpci.verify(settlement).scores] == [(1, 1)] * 5
    changed = INITIATORS.replace("808892", "808882")
    settlement = settle(tmp_path, "bpci-advanced", [changed, BPCI_EPISODES, BPCI_PRICES])
    assert bpci.verify(settlement).unexplained == 1


def test_a_category_without_a_price_leaves_the_others_settled(tmp_path):
    prices = BPCI_PRICES.replace("E1,6,CHF,medical,27800\n", "")
    settlement = settle(tmp_path, "bpci-advanced", [INITIATORS, BPCI_EPISODES, prices])
    # 1,425,900 + 1,528,800 - 1,314,000 - 1,455,000 = 185,700; x 0.9725.
    assert results(settlement) == {"E1": Decimal("180593.25")}
    [aside] = settlement.set_aside
    assert aside.reason == "no price for the episode"
    assert "CHF" in aside.detail


def test_prices_of_another_model_year(tmp_path):
    prices = BPCI_PRICES.replace("E1,6", "E1,5")
    with pytest.raises(InputError, match="another period"):
        settle(tmp_path, "bpci-advanced", [INITIATORS, BPCI_EPISODES, prices])


PRACTICES = """practice,performance period,risk arrangement,novel therapy spending,\
aggregate quality score
P1,PP1,one-sided,0,0.80
"""
OCM_EPISODES = """practice,performance period,episode,terms,experience adjuster,\
trend factor,spending,episode start,episode end
P1,PP1,1,male_age_70_74; lung_without_surg; ep_182_183; part_d_no_lis; hcc_2; radiation,\
1.05,1.00,50000,2016-07-01,2016-12-31
"""
SERVICES = "practice,performance period,episode,service date\n" + "".join(
    f"P1,PP1,1,{date}\n"
    for date in ("2016-07-05", "2016-08-05", "2016-09-05", "2016-10-05", "2016-11-05",
                 "2016-12-05", "2017-01-05", "2017-04-01")
)  # fmt: skip


def test_ocm(tmp_path):
    settlement = settle(tmp_path, "ocm", [PRACTICES, OCM_EPISODES, SERVICES])
    # e^10.8819048677 x 1.05 = 55,865.09; x 0.96 = 53,630.49 less 50,000. The seventh service of the
    # window and the one 91 days after the episode are given back.
    [row] = settlement.main.contracts
    assert (row.identifier, row.year) == ("P1", 2016)
    assert abs(results(settlement)["P1"] - Decimal("3630.49")) <= Decimal("0.005")
    assert results(settlement, "monthly_services_to_recover") == {"P1": 320}
    assert set(settlement.details) == {"episodes", "terms", "monthly_services"}
    trace = settlement.main.evaluation.trace("reconciliation", 0)
    assert any("lung_without_surg" in each.name for each in trace.walk())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("hcc_2", "hcc_99", "a term the prediction does not have"),
        ("hcc_2", "radiation", "a term is given twice"),
        ("male_age_70_74; lung_without_surg; ep_182_183; part_d_no_lis; hcc_2; radiation", "",
         "no prediction"),
    ],
)  # fmt: skip
def test_an_episode_of_ocm_that_cannot_be_priced(tmp_path, old, new, reason):
    second = OCM_EPISODES.splitlines()[1].replace("P1,PP1,1", "P1,PP1,2").replace(old, new)
    settlement = settle(tmp_path, "ocm", [PRACTICES, OCM_EPISODES + second + "\n"])
    assert reasons(settlement) == [reason]
    assert results(settlement, "episodes") == {"P1": 1}


EOM_TABLE = """practice,period start,risk arrangement,episodes,benchmark,total spending,\
aggregate quality score
P1,2025-01-01,RA1,100,5000000,5200000,0.9
"""


def test_eom_is_refused_by_name_without_an_overlay(tmp_path):
    with pytest.raises(OpenvbcError, match=r"discount|multiplier"):
        settle(tmp_path, "eom", [EOM_TABLE])


EOM_OVERLAY = "baseline: eom\ntitle: invented\n" + "".join(
    f"{name}:\n  label: x\n  unit: ratio\n  by: [risk_arrangement]\n  values:\n"
    f"    - {{for: {{risk_arrangement: RA1}}, value: {value}, cite: x, status: unverified}}\n"
    f"    - {{for: {{risk_arrangement: RA2}}, value: 0.03, cite: x, status: unverified}}\n"
    for name, value in (("discount", 0.04),)
) + "".join(
    f"{side}_multiplier_by_quality:\n  label: x\n  unit: table\n  values:\n"
    f"    - {{value: [{{from: 0, multiplier: {value}}}], cite: x, status: unverified}}\n"
    for side, value in (("payment", 1), ("recoupment", 0.9))
)  # fmt: skip


def test_eom_with_an_overlay(tmp_path):
    settlement = settle(tmp_path, "eom", [EOM_TABLE], EOM_OVERLAY)
    # 5,200,000 - 5,000,000 = 200,000; 2% of 5,000,000 = 100,000; x 0.9.
    assert results(settlement) == {"P1": Decimal("-90000.00")}
    gain = settle(tmp_path, "eom", [EOM_TABLE.replace("5200000", "4500000")], EOM_OVERLAY)
    assert results(gain) == {"P1": Decimal("200000.00")}  # 300,000, at most 4%


@pytest.mark.parametrize(
    ("spending", "reconciliation"),
    [
        # target 5,000,000 less 3% = 4,850,000; 850,000 below it, at most 12% of 5,000,000
        ("4000000", "600000.00"),
        # 400,000 above 5,000,000, at most 6% of it; x 0.9
        ("5400000", "-270000.00"),
    ],
)
def test_the_second_risk_arrangement_of_eom_has_wider_limits(spending, reconciliation, tmp_path):
    table = EOM_TABLE.replace("RA1", "RA2").replace("5200000", spending)
    settlement = settle(tmp_path, "eom", [table], EOM_OVERLAY)
    assert results(settlement) == {"P1": Decimal(reconciliation)}


def test_a_run_is_simulated_over_quality_in_points_of_a_hundred(tmp_path):
    settlement = settle(tmp_path, "bpci-advanced", [INITIATORS, BPCI_EPISODES, BPCI_PRICES])
    write_run(settlement, tmp_path / "run")
    simulated = program("bpci-advanced").simulated().run(
        tmp_path / "run", WhichRow(), Scenarios(100, quality_score=Range(1, 1)), Choices()
    )  # fmt: skip
    assert simulated.outcomes[0].mean == pytest.approx(119460)


MEASURES = """hospital,performance year,measure,measure score,measure episodes
H1,2026,Hospital-wide readmission,90,30
H1,2026,joint replacement outcomes,50,10
H1,2026,falls with injury,10,10
"""


def test_the_composite_quality_score_of_team(tmp_path):
    hospitals = TEAM_HOSPITALS.replace("H1,2026,3,none,80", "H1,2026,3,none,")
    tables = [hospitals, TEAM_EPISODES, TEAM_PRICES]
    settlement = settle(tmp_path, "team", [*tables, MEASURES])
    # (90 x 30 + 50 x 10) / 40 = 80; falls are scored from 2027.
    assert results(settlement)["H1"] == Decimal("7582.26")
    assert reasons(settlement) == ["a measure the year does not score"]
    assert "quality" in settlement.details
    assert reasons(settle(tmp_path, "team", tables))[0] == "its account is set aside"
    twice = settle(tmp_path, "team", [TEAM_HOSPITALS, TEAM_EPISODES, TEAM_PRICES, MEASURES])
    assert "quality told twice" in reasons(twice)


def test_tracks_of_team_are_compared_and_volume_moves_both_sides(tmp_path):
    write_run(settle(tmp_path, "team", [TEAM_HOSPITALS, TEAM_EPISODES, TEAM_PRICES]),
              tmp_path / "run")  # fmt: skip
    simulated = program("team").simulated().run(
        tmp_path / "run", WhichRow("H2"), Scenarios(10, volume=Range(2, 2)), Choices()
    )  # fmt: skip
    # Twice 50,000 and 150,000: track 2 owes 5% of 100,000, track 3 20%; track 1 is not open.
    assert [(each.election, round(each.mean)) for each in simulated.outcomes] == [
        ("track 2", -5000), ("track 3", -20000),
    ]  # fmt: skip


def test_other_programs_refuse_volume(tmp_path):
    from openvbc.programs.simulation import check

    with pytest.raises(InputError, match="not simulated over volume"):
        check(Scenarios(10, volume=Range(1, 1)))
