"""Places by name, by id and by point."""
