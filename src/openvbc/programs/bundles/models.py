"""The episode models of Medicare that run from claims."""

from __future__ import annotations

from openvbc.programs.bundles.from_claims import EpisodesFromClaims
from openvbc.programs.bundles.handed_over import HAS_COVID, Handover
from openvbc.programs.bundles.own_baseline import PricedAlike
from openvbc.steps.episodes.medicare import MedicareModel

BPCI_ADVANCED = EpisodesFromClaims(
    "BPCI Advanced",
    MedicareModel(
        "bpci-advanced",
        "model_year",
        ("post_anchor_days", "monitoring_days", "lower_percentile", "upper_percentile"),
        owns_exclusions=True,
    ),
    Handover(
        "bpci-advanced",
        {
            "category": "category",
            "at_hospital": "at_hospital",
            "covid_19_diagnosis": HAS_COVID,
        },
        "episode_type",
        own_price=PricedAlike(("category", "at_hospital"), ("given_benchmark_price",), {}, {}),
    ),
    "programs/bpci_advanced/project_template.yaml",
)
CJR = EpisodesFromClaims(
    "Comprehensive Care for Joint Replacement",
    MedicareModel(
        "cjr",
        "performance_year",
        (
            "lookback_days",
            "post_anchor_days",
            "monitoring_days",
            "upper_percentile",
            "days_before_anchor",
            "surgeon_days_before",
            "other_hospitals_by_mean_stay",
            "home_health_by_days_of_service",
            "settled_by_episode_end",
        ),
        owns_exclusions=False,
    ),
    Handover(
        "cjr",
        {"price_cell": "price_cell", "anchor_start": "anchor_begin", "covid_19": HAS_COVID},
        own_price=PricedAlike(
            ("price_cell",), ("given_target_before_discount",), {}, {"price_year": "{year}"}
        ),
    ),
    "programs/cjr/project_template.yaml",
    leaves_out_diagnoses=True,
)
TEAM = EpisodesFromClaims(
    "Transforming Episode Accountability Model",
    MedicareModel(
        "team",
        "performance_year",
        (
            "lookback_days",
            "post_anchor_days",
            "monitoring_days",
            "joined_outpatient_days",
            "upper_percentile",
            "other_hospitals_by_mean_stay",
            "home_health_by_days_of_service",
        ),
        owns_exclusions=False,
    ),
    Handover(
        "team",
        {"price_cell": "price_cell"},
        "episode_type",
        own_price=PricedAlike(
            ("price_cell",),
            ("baseline_mean_1", "baseline_mean_2", "baseline_mean_3"),
            {"prospective_trend": "1", "prospective_normalization": "1"},
            {"person_multiplier": "1"},
        ),
    ),
    "programs/team/project_template.yaml",
)
