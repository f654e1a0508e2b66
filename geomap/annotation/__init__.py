"""Annotation of places: evidence sentences, events, dates, quantities, and spatial precision."""
