"""Bundled payments: the price of an episode and the settlement of an account of episodes."""
