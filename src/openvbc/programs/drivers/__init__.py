"""Why a year came out as it did: drivers of a run in dollars, each a sum over its people."""
