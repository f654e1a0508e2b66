"""Pages of the toy story, and the payload read back from a page."""

from __future__ import annotations

import json
import re

from geomap.render.html import render
from tests.support import toy_story as toy

HOSTILE = (
    "</script><script>alert(1)</script> <img src=x onerror=alert(2)> ${alert(3)} `x` {{ 7*7 }} {% raw %} "
    "<!--geomap:data--> \u202e\u2028\u2029 &lt; \\u003c \U0001f600 Aldwick --> ]]> "
)


def page(read=None, reports=None, **options):
    if read is None:
        read, reports = toy.story()
    given = {"basemap": toy.basemap(), "attributions": toy.ATTRIBUTIONS, "title": "A title"} | options
    return render(reports, articles=[read], **given)


def data(html):
    return json.loads(re.search(r'<script type="application/json" id="geomap-data">(.*?)</script>', html, re.DOTALL)[1])
