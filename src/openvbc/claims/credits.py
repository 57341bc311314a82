"""Whether a cancellation counts: as the claim it takes back, not by its own denial code.

Expenditure is a plain signed sum over all related records (CCLF Information Packet 40.0 section
5.3). A record that is denied after payment is taken back by a cancellation that may bear the reason
as a denial code; were it left out, the payment would stand. A cancellation of a record that was
denied from the start takes nothing back. So a cancellation is denied where the record of its chain
with its amount (else every record of its chain) is; without such a record its own code holds.
Part B is judged line by line.
"""

from __future__ import annotations

_LINE = {"institutional_claim": "", "professional_line": ", claim_line_number"}


def with_credits(table: str, source: str) -> str:
    """SQL of the rows of `source` with `is_denied` of cancellations decided by their chain."""
    if table not in _LINE:
        return source
    key = f"person_id, natural_key{_LINE[table]}"
    return f"""with kept as (
{source}
),
credit as (
  select * from kept where sign = -1
),
debit as (
  select {key}, abs(paid_amount) as amount, bool_and(is_denied) as denied
  from kept
  where sign = 1
    and (person_id, natural_key) in (select (person_id, natural_key) from credit)
  group by all
),
chain as (
  select {key}, bool_and(denied) as denied from debit group by all
)
select * from kept where sign <> -1
union all
select c.* replace (coalesce(d.denied, n.denied, c.is_denied) as is_denied)
from credit c
left join debit d on {_same("d", key)} and d.amount = abs(c.paid_amount)
left join chain n on {_same("n", key)}"""


def _same(other: str, key: str) -> str:
    return " and ".join(f"{other}.{name} = c.{name}" for name in key.split(", "))
