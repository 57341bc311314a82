"""The generator of consistent invented deliveries, with their truth."""
