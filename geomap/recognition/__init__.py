"""Toponym recognition: article to mentions."""
