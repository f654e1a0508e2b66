"""Pages of the toy story, and what a reader takes along from one."""

from __future__ import annotations

from pathlib import Path

from geomap.map_types import MapOptions
from geomap.render.html import render
from tests.support import toy_story as toy


def one(**options):
    read, reports = toy.story(**options)
    return draw([read], reports)


def draw(articles, reports, *, title="Aldwick under fire", basemap=None, **options):
    return render(
        reports,
        articles=articles,
        basemap=basemap or toy.basemap(),
        attributions=toy.ATTRIBUTIONS,
        title=title,
        shapes=toy.SHAPES,
        **options,
    )


def one_in(lang):
    read, reports = toy.story()
    return draw([read], reports, options=MapOptions(lang=lang))


def download(page, name, which="all"):
    if page.locator("#downloads").count() == 0:
        page.locator("#tool-save").click()
    page.locator("#save-which").select_option(which)
    with page.expect_download() as waiting:
        page.locator("#downloads button", has_text=name).click()
    return Path(waiting.value.path()).read_bytes()
