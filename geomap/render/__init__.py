"""Render reports as one HTML page."""
