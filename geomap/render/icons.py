"""The icons of the kinds of event, each as SVG path data that the scripts of the page draw."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from importlib import resources

SVG = "{http://www.w3.org/2000/svg}"


@cache
def icon_path(name: str) -> str | None:
    """Return the path data of a stroked icon of 24 by 24 units; None where there is no icon of this name."""
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        return None
    file = resources.files("geomap.render").joinpath("assets", "icons", f"{name}.svg")
    if not file.is_file():
        return None
    root = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - a file of ours
    return "".join(_path(node) for node in root.iter())


def _path(node: ET.Element) -> str:
    """Return the path data of a path or a circle."""
    if node.tag == f"{SVG}path":
        return node.attrib["d"]
    if node.tag == f"{SVG}circle":
        x, y, r = (float(node.attrib[key]) for key in ("cx", "cy", "r"))
        return f"M{x - r:g} {y:g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 {-2 * r:g} 0"
    return ""
