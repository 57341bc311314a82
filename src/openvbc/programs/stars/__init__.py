"""Medicare Advantage Star Ratings."""
