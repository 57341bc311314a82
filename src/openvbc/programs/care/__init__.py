"""Care management: work lists from claims, announcements of hospitals and logs."""
