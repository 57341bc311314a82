"""What a project gives and its model does not read: refused, or said where it moves nobody.

A list that a model does not read would move nothing, without a word: its giver believes otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from openvbc.engine.base import Engine
from openvbc.errors import Place
from openvbc.programs.bundles.project import EpisodeInputs
from openvbc.programs.unread_inputs import refuse_unread_inputs
from openvbc.steps.episodes.terms import Terms

READ_BY = {
    "ESRD": "ESRD", "KIDNEY_TRANSPLANT": "ESRD", "OTHER_PAYER_PRIMARY": "OTHER_PAYER_PRIMARY",
    "BPCI_EPISODE": "BPCI_EPISODE", "ROSTER": "NOT_ON_THE_ROSTER",
}  # fmt: skip
"""The test that reads a kind of span; ACO is shown and tested by none."""
ROSTER, DEMONSTRATION = "NOT_ON_THE_ROSTER", "DEMONSTRATION_HOSPITAL"


def refuse_unread(
    inputs: EpisodeInputs, terms: Terms, not_read: Mapping[str, str], place: Place
) -> None:
    """Stop where the project gives a list that its model does not read.

    Args:
        inputs: the files of the project.
        terms: the model, with its tests and what was given.
        not_read: inputs that the model has no use for, and why.
        place: the project file.

    Raises:
        ContractError: one of them is given, or a roster or hospitals that no test asks for.
    """
    why = dict(not_read)
    tests = _tests(terms)
    if ROSTER not in tests:
        why["assigned_people"] = f"the tests do not name {ROSTER}: nobody would be left out"
        if any(row[1] == "ROSTER" for row in terms.given.person_span):
            why.setdefault("person_spans", f"it has a roster, and {why['assigned_people']}")
    if DEMONSTRATION not in tests:
        why["facility_spans"] = f"the tests do not name {DEMONSTRATION}"
    refuse_unread_inputs(inputs, why, place)


def notes_of_unread(terms: Terms) -> list[str]:
    """Spans of people of kinds that no test of the model reads."""
    tests = _tests(terms)
    count = Counter(str(row[1]) for row in terms.given.person_span)
    return [
        f"{n:,} spans of the kind {kind} move nothing: no test of the model reads them."
        for kind, n in sorted(count.items())
        if kind in READ_BY and READ_BY[kind] not in tests
    ]


def notes_of_strangers(engine: Engine, terms: Terms) -> list[str]:
    """How many rows of the lists are of people or claims that no delivery has.

    The engine has the tables `person_identifier`, `institutional_claim` and `professional_line`.
    """
    lists = {"person_spans": terms.given.person_span, "aco_alignments": terms.given.aco_alignment}
    said = []
    for name, rows in lists.items():
        members = sorted({str(row[0]) for row in rows})
        engine.register_rows("listed_member", {"member_id": "string"}, [(m,) for m in members])
        unknown = engine.rows(
            "select count(*) as n from listed_member l "
            "left join person_identifier i on i.member_id = l.member_id "
            "where i.member_id is null"
        )[0]["n"]
        if unknown:
            said.append(
                f"Data warning: {unknown:,} of {len(members):,} people of {name} are in no "
                "delivery: their spans move nothing."
            )
    return said


def note_of_late_episodes(engine: Engine) -> list[str]:
    """Settled episodes that end after the last claim: what is not delivered is not in them."""
    row = engine.rows(
        "select max(c.last_claim) as last_claim, count(e.episode_id) as episodes, "
        "count(case when e.post_anchor_end > c.last_claim then 1 end) as later "
        "from (select max(claim_end_date) as last_claim from ("
        "select claim_end_date from institutional_claim union all "
        "select claim_end_date from professional_line) b) c "
        "left join episode e on e.status = 'SETTLED'"
    )[0]
    if not row["later"]:
        return []
    return [
        f"Data warning: the last claim of the deliveries ends on {row['last_claim']}, and "
        f"{row['later']:,} of {row['episodes']:,} settled episodes end later: care that is not "
        "delivered yet is not in their spending. as_of in the project drops what is not over."
    ]


def _tests(terms: Terms) -> set[str]:
    return {str(row[0]) for row in terms.lists["episode_test"].table.rows}
