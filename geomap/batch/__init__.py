"""Geoparse many articles: the same pipeline as for one, over parts that workers finish independently.

inputs → parts → articles → rows → dataset → totals. The commands are ``geomap batch`` and ``geomap map DIR``.
"""
