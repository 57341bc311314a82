"""The canonical claim store: its tables and columns, what each means, and where CCLF holds it.

Names follow the Tuva input layer where both have the thing. Every row keeps where it came from
(`source_file`, `source_line`). All tables but the small ones are bucketed by `person_id`.

Debit/credit history is kept: a cancellation is a row of its own with negative amounts, so spending
is a plain signed sum over rows known by a cut-off date. Which rows remain final for counting
services depends on that date and is decided by a step, not here.

Month masks are integers; bit 0 is January, bit 11 December.
"""

from __future__ import annotations

from openvbc.claims.model_claims import (
    DIAGNOSIS,
    INSTITUTIONAL_CLAIM,
    INSTITUTIONAL_LINE,
    PAYMENT_DETAIL,
    PHARMACY_CLAIM,
    PROCEDURE,
    PROFESSIONAL_LINE,
)
from openvbc.claims.model_lists import (
    NON_CLAIMS_PAYMENT,
    PARTICIPANT,
    RISK_SCORE,
    VOLUNTARY_ALIGNMENT,
)
from openvbc.claims.model_people import COVERAGE, ENROLLMENT, PERSON, PERSON_IDENTIFIER, RESIDENCE

TABLES = {
    table.name: table
    for table in (
        PERSON, PERSON_IDENTIFIER, ENROLLMENT, COVERAGE, RESIDENCE, INSTITUTIONAL_CLAIM,
        INSTITUTIONAL_LINE, PROFESSIONAL_LINE, DIAGNOSIS, PROCEDURE, PAYMENT_DETAIL,
        PHARMACY_CLAIM, PARTICIPANT, VOLUNTARY_ALIGNMENT, NON_CLAIMS_PAYMENT, RISK_SCORE,
    )
}  # fmt: skip
