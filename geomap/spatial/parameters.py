"""Assumed sizes and widths of relative places, kilometres unless stated. None is tuned on labelled data; each says what it follows."""

from __future__ import annotations

from typing import Final

PEOPLE_PER_KM2: Final = 4_000.0
"""Of a town, from which its assumed radius follows; the mean of the built-up areas of the world (Angel et al., Atlas of Urban Expansion, 2016)
is near 5,000, small towns have fewer."""
MIN_TOWN_RADIUS: Final = 1.0
MAX_TOWN_RADIUS: Final = 25.0
TOWN_REACH: Final = 25.0
"""How far "north of Goris" reaches beyond the edge of a town: nearer places are named by another town, in most of the world."""
AREA_REACH: Final = 0.6
"""How far "west of Ireland" reaches beyond the edge, as a share of the radius of a circle of the same area."""
MIN_AREA_REACH: Final = 20.0
HALF_ANGLE: Final = 22.5
"""Degrees to either side of a direction of the eight winds."""
HALF_ANGLE_FINE: Final = 11.25
"""Degrees to either side of one of the sixteen: "north-north-west"."""
SECTOR_HALF_ANGLE: Final = 35.0
"""Degrees to either side of a direction without a distance, which is used more loosely."""
PART_SHARE: Final = 1 / 3
"""Of an area that "the north of" it is."""
CORNER_SHARE: Final = 1 / 4
"""Of an area that "the north-west of" it is."""
CENTRE_SHARE: Final = 1 / 3
"""Of an area that its centre is."""
STRIP_SHARE: Final = 0.15
"""Half width of the strip between two places, as a share of their distance: roads are about 1.2 to 1.4 times as long as the straight line."""
MIN_STRIP: Final = 1.5
MAX_STRIP: Final = 50.0
HALFWAY_SHARE: Final = 0.1
"""Radius around the midpoint, as a share of the distance between the two."""
BORDER_REACH: Final = 15.0
"""How much of a border to either side of the place near which it is."""
RIVER_REACH: Final = 20.0
ROAD_REACH: Final = 12.0
SIDE_DEPTH: Final = 20.0
"""How deep "the Turkish side of the border" is."""
BORDER_WIDTH: Final = 3.0
"""Half width of the strip that is drawn for a border, which the boundaries are true to."""
LINE_WIDTH: Final = 2.0
"""The same of a river."""
SEA_REACH: Final = 40.0
"""How far "off the coast" reaches: twice the width of territorial waters, 22 km."""
COAST_DISTANCE: Final = 100.0
"""How far inland a town may be whose coast is named: Fukushima's prefecture has one, its town is 60 km from it."""
SHORE_WIDTH: Final = 8.0
"""Half width of the strip along a coast."""
CONFLUENCE_GAP: Final = 60.0
"""How far apart the lines of two rivers that meet may be: they end where a reservoir begins, as the Kama's does at the Volga."""
CONFLUENCE_RADIUS: Final = 4.0
OPPOSITE_REACH: Final = 20.0
"""How far the water may be on whose other side it is."""
OPPOSITE_RADIUS: Final = 4.0
TRAVEL_LOW: Final = 0.5
TRAVEL_HIGH: Final = 1.25
"""Ends of the ring of a travel time, as shares of the mean straight-line speed."""
RIVERS_APART_KM: Final = 400.0
"""How far from the other places of a text a river of the same name may be."""
TOUCHING_KM: Final = 3.0
"""How far apart the outlines of neighbours may be that do not share their line."""
MAX_LAND: Final = 4_000.0
"""Within which land is taken from the boundaries: farther off, a plane distorts it too much."""
ROUGH_POINTS: Final = 500
"""Of an outline from which parts and sides are cut as it is."""
ROUGH_SHARE: Final = 0.001
"""Tolerance of an outline with more points, as a share of the root of its area: what is cut from it is simplified by as much."""
FAR_PAIR: Final = 800.0
"""From which distance on two places between which something is are doubted; their candidates are then compared."""
NEARER_PAIR: Final = 0.3
"""A pair of candidates counts if it is this much closer together."""
RIVER_STEP: Final = 5.0
"""Within which the lines of rivers are true."""
FROM_OTHER_LAND: Final = 0.8
"""How far from any land something off a coast is at least, as a share of its distance."""
SLIVER_SHARE: Final = 0.02
"""Of the largest part of a sea, below which a part is a gap between outlines."""
MAX_SHORE: Final = 1_500.0
"""Half the width of a water or a land whose shore is drawn; that of the Pacific says nothing."""
