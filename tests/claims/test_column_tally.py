"""The mean of a file's amounts is held against what its kind of claim costs."""

from decimal import Decimal

import pyarrow as pa
import pytest

from openvbc.claims.column_tally import ColumnTally

MONEY = pa.decimal128(18, 2)


def said(table, column, values, amounts):
    """The findings on amounts of one file of 20 times these rows."""
    tally = ColumnTally("warning")
    rows = len(values) * 20
    batch = pa.table(
        {
            "source_file": ["claims.csv"] * rows,
            column: list(values) * 20,
            "paid_amount": pa.array([Decimal(a) for a in amounts] * 20, MONEY),
        }
    )
    tally.add(table, batch)
    return [f.detail for f in tally.findings() if f.name == "amounts beyond belief"]


@pytest.mark.parametrize(
    ("table", "column", "values", "amounts"),
    [
        # Hospital stays alone at 61,000 and 78,000 USD, a specialised hospital's: believed.
        ("institutional_claim", "claim_type_code", ("60", "61"), ("61000", "78000")),
        # A payer that writes the stay's payment on its accommodation line, nothing elsewhere.
        ("institutional_line", "revenue_center_code", ("0120", "0300"), ("23000", "0")),
        # Clinic visits alone, 62 and 41 USD.
        ("institutional_claim", "claim_type_code", ("40", "40"), ("62", "41")),
    ],
)
def test_an_extract_of_one_kind_of_claim_is_believed(table, column, values, amounts):
    assert said(table, column, values, amounts) == []


@pytest.mark.parametrize(
    ("values", "amounts", "told"),
    [
        # 11,000 and 9,000 USD in cents; in thousands of dollars; visits of 300 USD in cents.
        (("60", "20"), ("1100000", "900000"), "1,000,000.00"),
        (("60", "20"), ("11", "9"), "10.00"),
        (("40", "40"), ("30000", "30000"), "30,000.00"),
    ],
)
def test_amounts_in_another_unit_are_told(values, amounts, told):
    messages = said("institutional_claim", "claim_type_code", values, amounts)
    assert [told in each for each in messages] == [True]
