"""Many articles: the same reading as one, over partitions that workers finish independently.

inputs → parts → articles → rows → dataset → totals. ``geomap batch`` and ``geomap map DIR`` are the two ends of it.
"""
