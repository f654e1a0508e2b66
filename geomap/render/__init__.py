"""From reports to one HTML page."""
