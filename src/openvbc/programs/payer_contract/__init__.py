"""A payer's own contract: shared savings and losses, gates, caps, withhold and pool as agreed."""
