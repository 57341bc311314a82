"""Contract terms as rules: what parties agreed, each term with its clause as citation."""
