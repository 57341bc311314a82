"""A period of episodes for drivers: target prices against what episodes cost, by kind of care."""

from __future__ import annotations

from fractions import Fraction

from openvbc.engine.reading import reading
from openvbc.programs.drivers.account import MONTHS_OF_ONE, Account, account_of
from openvbc.programs.drivers.accounts import not_settled
from openvbc.programs.drivers.causes import cents
from openvbc.programs.drivers.yardstick import Words
from openvbc.programs.stored_run import StoredRun
from openvbc.run import Run

WORDS = Words(
    group="Episode category", groups="Episode categories",
    units="Episodes", unit="count", per="an episode",
    target="Target price", result="Target less spending, before quality and limits",
    beside="Limits on single episodes, and what is added to claims",
)  # fmt: skip
EPISODES = "detail_episodes"
CARE = (
    "with line as (select l.person_id, s.of_group, "
    "case when l.rule = 'TRIGGER' then 'ANCHOR' else l.setting end as service_category, "
    "coalesce(l.drg, l.hcpcs_code, '') as item, l.updated_amount "
    "from episode_line l join settled_episode s on s.episode_id = l.episode_id "
    "where l.fate in ('PRE_ANCHOR', 'ANCHOR', 'POST_ANCHOR')), "
    "kind as (select of_group, service_category, count(distinct person_id) as people from line "
    "group by of_group, service_category) "
    "select l.of_group, l.service_category, l.item, k.people, count(*) as quantity, "
    "cast(sum(l.updated_amount) as decimal(24, 4)) as amount from line l "
    "join kind k on k.of_group = l.of_group and k.service_category = l.service_category "
    "group by l.of_group, l.service_category, l.item, k.people order by all"
)


def account(run: Run, lines: tuple[str, ...], name: str) -> Account:
    """The settled period of a run.

    Args:
        run: the run.
        lines: of an episode in the settlement: what was given for it, and what it cost; the second
            alone, where the contract gives nothing by episode.
        name: of the period, as a reader calls it.

    Raises:
        EmptyResult: the run is not settled, or settled from totals.
    """
    if not run.is_settled:
        raise not_settled("the episodes are not settled")
    stored = StoredRun(run.folder)
    if EPISODES not in stored.sheets:
        raise not_settled("the settlement holds no episodes")
    values = [row.values for row in stored.rows(EPISODES, None, None)]
    with reading() as engine:
        run.register(engine, "episode", "episode_line")
        rows = engine.rows("select episode_id, category from episode")
        category = {row["episode_id"]: row["category"] for row in rows}
        settled = [(each["item"], category[each["item"]]) for each in values]
        columns = {"episode_id": "string", "of_group": "string"}
        engine.register_rows("settled_episode", columns, settled)
        care = engine.rows(CARE)
    months = dict.fromkeys((group for _, group in settled), 0)
    sums: dict[str, list[Fraction]] = {}
    for each, (_, group) in zip(values, settled, strict=True):
        months[group] += MONTHS_OF_ONE
        amounts = [Fraction(each[line] or 0) for line in lines]
        known = sums.setdefault(group, [Fraction(0)] * len(lines))
        sums[group] = [a + b for a, b in zip(known, amounts, strict=True)]
    counted = {group: totals[-1] for group, totals in sums.items()}
    if len(lines) == 1:
        return account_of(name, WORDS, care, months, {}, None, counted)
    given = {group: totals[0] for group, totals in sums.items()}
    result = cents(sum((given[g] - counted[g] for g in sums), Fraction(0)))
    return account_of(name, WORDS, care, months, given, result, counted)
