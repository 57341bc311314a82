"""Every step keeps to the SQL that DuckDB and Spark run alike; and the lint sees what it should."""

import pytest

from openvbc.engine.step import Step
from sql_subset import offences, step_files

HEADER = """\
-- purpose: p
-- grain: g
-- scope: person
-- inputs: line
-- cite: c
--
-- | a |
"""


@pytest.mark.parametrize("path", step_files(), ids=lambda path: path.stem)
def test_step_keeps_to_the_subset_and_describes_its_columns(path):
    assert offences(Step.from_file(path), described=True) == []


@pytest.mark.parametrize(
    "select",
    [
        "select a, cast(sum(b) as decimal(18,2)) as b from line group by a",
        "select a from line qualify row_number() over (order by b desc nulls last) = 1",
        "select cast(floor(cast(b as double) / 12 + 0.5) as bigint) as b from line",
        "select date_add(d, n) as d, datediff(d, e) as days, add_months(d, n) as m from line",
        "select (mask >> month(d)) & 1 as on_month, bit_or(1 << n) as mask from line group by all",
        "select max_by(a, b) as a, bool_or(b) as b, least(a, b) as c, a || b as ab from line",
        "with n as (select * from line) select a from n where not exists (select 1 from line)",
        "select a from line group by a having sum(b) > 0",
        "select case when a is null then 'NONE' else a end as a, count(*) as n from line",
    ],
)
def test_the_subset_allows(select):
    assert offences(Step.from_text("s", HEADER + select)) == []


def test_a_column_that_is_not_described_is_seen():
    header = HEADER.replace("--\n", "-- columns:\n--   a: what a is\n--\n")
    assert offences(Step.from_text("s", header + "select a from line"), described=True) == []
    for select in ("select a, b from line", "select b from line"):
        (flaw,) = offences(Step.from_text("s", header + select), described=True)
        assert "the header describes ['a']" in flaw


@pytest.mark.parametrize(
    ("select", "because"),
    [
        ("select a / b as c from line", "division"),
        ("select a // b as c from line", "division|parse"),
        ("select avg(a) as a from line", "avg"),
        ("select round(a, 2) as a from line", "round"),
        ("select percentile_disc(0.5) within group (order by a nulls last) as a from line", "perc"),
        ("select quantile_disc(a, 0.5) as a from line", "quantile|percentile"),
        ("select sum(a) as a from line", "cast"),
        ("select d + interval '90' day as d from line", "interval"),
        ("select row_number() over (order by a) as n from line", "nulls last"),
        ("select hash(a) as a from line", "hash"),
        ("select list(a) as a from line", "list|array"),
        ("select array_agg(a) as a from line", "array"),
        ("select concat(a, b) as a from line", "null"),
        ("select a from line where code in ('99213')", "code"),
        ("select a * 0.5625 as a from line", "param"),
        ("select a from line where b = $b", "placeholder"),
        ("select a from line limit 5", "LIMIT"),
        ("select * from line", "names its columns"),
        ("select line.* from line", "names its columns"),
        ("select a from line join other on a = b", "reads other"),
        ("select 1 as a", "not read"),
        ("select a from line asof join line l on l.d >= line.d", "parse|join"),
        ("SELECT a from line", "lower case"),
        ("select a from line; select b from line", "one SELECT"),
        ("delete from line", "one SELECT"),
        ("select random() as a, current_date as d from line", "subset"),
        ("select a from line where regexp_matches(a, 'x')", "regular|subset"),
    ],
)
def test_the_subset_refuses(select, because):
    import re

    flaws = offences(Step.from_text("s", HEADER + select))
    assert any(re.search(because, text) for text in flaws), flaws
