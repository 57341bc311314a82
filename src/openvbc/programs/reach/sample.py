"""Invented deliveries of a REACH entity, their truth, and the project of them."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.private_files import write_text

PROJECT = """\
# A generated project: {people} invented people with planted alignments, seed {seed}.
program: reach
contract:
  entity_id: D0001
  performance_year: 2023
  entity_type: STANDARD
  risk_arrangement: {arrangement}
  payment_mechanism: {mechanism}
  takes_enhanced: {enhanced}
  alignment_ends: 2022-06-30
  alignment_known_by: 2022-09-30
  quarterly_alignment: true
  retention_withhold: 0.02
  stop_loss: true
inputs:
  tuva: tuva
  participants: participants.csv
  eligibility: eligibility.csv
  alignment_codes: alignment_codes.csv
  alignment_specialties: alignment_specialties.csv
  designations: designations.csv
  rate_book: rate_book.csv
  national_amounts: national_amounts.csv
  base_years: base_years.csv
  entity_risk: entity_risk.csv
  equity: equity.csv
  member_scores: member_scores.csv
  stop_loss_bands: stop_loss_bands.csv
known:
"""


def write_sample(
    folder: Path, people: int, seed: int, arrangement: str = "GLOBAL", mechanism: str = "TCC"
) -> None:
    """Claims, lists and truth of invented people, and the project file.

    Args:
        folder: where they go.
        people: how many.
        seed: which invented population.
        arrangement: GLOBAL or PROFESSIONAL.
        mechanism: TCC (total care), or PCC (primary care, topped up); PROFESSIONAL has PCC alone.
    """
    from openvbc.synth.reach_files import write_reach_files
    from openvbc.synth.true_reach import known

    write_reach_files(folder, people, seed, arrangement, mechanism)
    text = PROJECT.format(
        people=people, seed=seed, arrangement=arrangement, mechanism=mechanism,
        enhanced=str(mechanism == "PCC").lower(),
    )  # fmt: skip
    given = "".join(f"  {name}: {value}\n" for name, value in known(mechanism).items())
    write_text(folder / "openvbc.yaml", text + given)
