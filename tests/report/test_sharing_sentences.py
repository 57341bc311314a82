"""Sentences of a report for others: small counts are hidden, dates and names of things stay."""

from __future__ import annotations

import pytest

from openvbc.report.sharing import sentences_for_sharing


@pytest.mark.parametrize(
    "sentence",
    [
        "Settled by the terms of Agreement of 1 May 2023.",
        "Known by March 4, 2025.",
        "Table 5 of the report; HCC 8 and 9.",
        "Performance year 2 of Track 1.",
    ],
)
def test_what_counts_nobody_stays(sentence):
    assert sentences_for_sharing([sentence]) == [sentence]


@pytest.mark.parametrize(
    ("sentence", "hidden"),
    [
        ("3 people of 4 May 2023 were left out.", "few people of 4 May 2023 were left out."),
        ("In 2023 10 people died, and 11 moved.", "In 2023 few people died, and 11 moved."),
        ("It measures 3 people on 2 pages.", "It measures few people on few pages."),
        ("In performance year 2024, 4 people left.", "In performance year 2024, few people left."),
        ("In year 2024 and 3 others.", "In year 2024 and few others."),
        ("2023: 4, 2024: 7.", "2023: few, 2024: few."),
        ("In May 3 people left.", "In May few people left."),
        ("May 3 people be missing?", "May few people be missing?"),
    ],
)
def test_a_small_count_is_hidden(sentence, hidden):
    assert sentences_for_sharing([sentence]) == [hidden]
