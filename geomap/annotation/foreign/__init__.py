"""Days and quantities in the languages beside English, by the words of `geomap/annotation/data`."""
