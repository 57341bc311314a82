"""What programs that settle published files share: reading tables, facilities, comparing lines."""
