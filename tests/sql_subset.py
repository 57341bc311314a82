"""The house subset of SQL: what runs alike on DuckDB and Spark, and what may not be written.

Measured differences between the engines decide (division and averages of decimals, percentiles,
null order, intervals, ordered lists ...). A function is allowed only if it is listed here.
"""

from __future__ import annotations

import re
from pathlib import Path

import sqlglot
from sqlglot import exp

from openvbc.engine.step import Step

FUNCTIONS = {
    "and", "or", "not", "xor", "case", "cast", "exists", "if",
    "coalesce", "nullif", "least", "greatest", "abs", "floor", "ceil",
    "count", "sum", "min", "max", "arg_max", "arg_min", "logical_and", "logical_or",
    "bitwise_or_agg", "bitwise_and_agg", "bitwise_count", "bit_count",
    "row_number", "rank", "dense_rank", "lag", "lead", "first_value", "last_value",
    "year", "month", "day", "date_add", "days_between", "add_months", "last_day",
    "length", "upper", "lower", "trim", "substring", "md5", "reverse",
    "ts_or_ds_add", "ts_or_ds_diff", "ts_or_ds_to_date", "date_from_parts", "make_date",
}  # fmt: skip
"""As the parser names them: max_by is arg_max, bool_and logical_and, bit_or bitwise_or_agg."""

BANNED = {
    exp.Interval: "date arithmetic is date_add(d, n) or add_months(d, n), not an interval",
    exp.IntDiv: "integer division is written differently by each engine",
    exp.Pivot: "pivots differ between engines",
    exp.Struct: "structs differ between engines",
    exp.Array: "arrays and lists differ between engines",
    exp.Lambda: "lambdas differ between engines",
    exp.Limit: "a step keeps every row or says why not; LIMIT does not",
    exp.Placeholder: "scalars arrive as the table param, not as placeholders",
    exp.Parameter: "scalars arrive as the table param, not as placeholders",
    exp.RegexpLike: "regular expressions differ between engines",
    exp.Concat: "concat treats null differently; use ||",
}
NUMBERS = {"0", "1", "2", "12", "0.5", "100"}
"""Plain arithmetic: identity, months of a year, half-up rounding, percent. Others are rules."""
_CODE = re.compile(r"\d+")


def offences(step: Step, *, described: bool = False) -> list[str]:
    """Everything in a step that the subset does not allow; empty when it is in order.

    `described`: its header describes the columns of its SELECT, in their order, and no other.
    """
    flaws = []
    trees = {}
    for dialect in ("duckdb", "spark"):
        try:
            statements = sqlglot.parse(_portable(step.sql), read=dialect)
        except sqlglot.errors.ParseError as error:
            return [f"{dialect} cannot parse it: {str(error).splitlines()[0]}"]
        if len(statements) != 1 or not isinstance(statements[0], exp.Query):
            return ["a step is one SELECT"]
        trees[dialect] = statements[0]
    flaws += _constructs(trees["duckdb"], FUNCTIONS)
    flaws += _constructs(trees["spark"], FUNCTIONS | {"try_cast"})  # how it reads Spark's cast
    flaws += _null_order(trees["duckdb"], trees["spark"])
    flaws += _inputs(step, trees["duckdb"])
    flaws += _text(step)
    selected = trees["spark"].named_selects
    if described and list(step.columns) != selected:
        flaws.append(f"the header describes {list(step.columns)}, the SELECT has {selected}")
    return list(dict.fromkeys(flaws))


def _portable(sql: str) -> str:
    """`datediff(later, earlier)` is ours (a macro on DuckDB), which the parser does not know."""
    return re.sub(r"\bdatediff\(", "days_between(", sql)


def _constructs(tree: exp.Expression, functions: set[str]) -> list[str]:
    flaws = []
    for node in tree.walk():
        for kind, reason in BANNED.items():
            if isinstance(node, kind):
                flaws.append(f"{node.sql()}: {reason}")
        if isinstance(node, exp.Div) and not _double(node.this):
            flaws.append(f"{node.sql()}: division only as floor(cast(n as double) / d + 0.5)")
        if isinstance(node, exp.Func) and _name(node) not in functions:
            flaws.append(f"{node.sql()}: the function {_name(node)} is not in the subset")
        if isinstance(node, exp.Sum) and not _cast_above(node):
            flaws.append(f"{node.sql()}: cast(sum(...) as bigint or decimal(18,2))")
        if isinstance(node, exp.Join) and node.args.get("method"):
            flaws.append(f"{node.sql()}: as-of and natural joins are out")
        if isinstance(node, exp.Literal):
            flaws += _literal(node)
    if any(_star(column) for column in tree.selects):
        flaws.append("the final SELECT names its columns")
    return flaws


def _star(column: exp.Expression) -> bool:
    return column.is_star


def _name(node: exp.Func) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()


def _double(node: exp.Expression) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Cast) and node.to.is_type("double")


def _cast_above(node: exp.Expression) -> bool:
    """Whether a sum is inside a cast, or where its type does not matter (having, order by)."""
    above = node.parent
    while above is not None and not isinstance(above, exp.Select):
        if isinstance(above, exp.Cast | exp.Having | exp.Order | exp.Where | exp.Qualify):
            return True
        above = above.parent
    return False


def _literal(node: exp.Literal) -> list[str]:
    if isinstance(node.parent, exp.DataTypeParam):
        return []
    if node.is_string and _CODE.fullmatch(node.this):
        return [f"'{node.this}': a code belongs in a table of codes, not in SQL"]
    if not node.is_string and node.this not in NUMBERS:
        return [f"{node.this}: a number with a meaning belongs in the table param"]
    return []


def _null_order(duckdb: exp.Expression, spark: exp.Expression) -> list[str]:
    """The engines' defaults differ, so an ORDER BY they read alike has its null order written."""
    pairs = zip(duckdb.find_all(exp.Ordered), spark.find_all(exp.Ordered), strict=True)
    return [
        f"order by {one.this.sql()}: write nulls last (or nulls first)"
        for one, other in pairs
        if bool(one.args.get("nulls_first")) != bool(other.args.get("nulls_first"))
    ]


def _inputs(step: Step, tree: exp.Expression) -> list[str]:
    ctes = {cte.alias for cte in tree.find_all(exp.CTE)}
    read = {table.name for table in tree.find_all(exp.Table)} - ctes
    flaws = [
        f"reads {name}, which 'inputs' does not name" for name in sorted(read - {*step.inputs})
    ]
    flaws += [f"'inputs' names {name}, which is not read" for name in sorted({*step.inputs} - read)]
    return flaws


def _text(step: Step) -> list[str]:
    lines = step.sql.splitlines()
    header = [line for line in lines if line.startswith("--")]
    flaws = []
    if not any("|" in line for line in header):
        flaws.append("the header draws no tiny input and output table")
    for number, line in enumerate(lines, start=1):
        if len(line) > 100:
            flaws.append(f"line {number} is longer than 100 characters")
        if not line.startswith("--") and re.search(r"\b(SELECT|FROM|WHERE|JOIN|GROUP BY)\b", line):
            flaws.append(f"line {number}: keywords are lower case")
    return flaws


def step_files() -> list[Path]:
    """Every step file of the package."""
    import openvbc.steps

    return sorted(Path(openvbc.steps.__file__).parent.rglob("*.sql"))
