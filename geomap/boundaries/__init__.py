"""Outlines of places, the regions that contain them, and the basemap, from the embedded boundary files."""
