"""Set-based SQL on the claim store: from claims to small tables."""
