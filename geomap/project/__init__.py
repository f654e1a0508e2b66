"""The map of a running story, built incrementally."""
