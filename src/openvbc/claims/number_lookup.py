"""Looking many numbers up in a few, without sorting the many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def among(names: NDArray[np.int64], few: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which of the numbers are among a few sorted ones."""
    if not len(few):
        return np.zeros(len(names), dtype=np.bool_)
    places = np.searchsorted(few, names)
    places[places == len(few)] = 0
    return np.asarray(few[places] == names)
