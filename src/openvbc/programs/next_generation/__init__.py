"""Next Generation ACO: a benchmark with a discount, sharing at 80 or 100 percent under a cap."""
