from __future__ import annotations

import pytest

from geomap.errors import ProjectError
from geomap.project import KNOWN_OUTPUTS, Settings, init_project, open_project, parse_settings


def test_a_new_project_says_what_it_is_and_can_be_opened(tmp_path):
    project = init_project(tmp_path / "road-to-goris")
    assert project.settings == Settings(title="Road to goris")
    assert sorted(p.name for p in project.folder.iterdir()) == [
        ".gitignore",
        "articles",
        "corrections.toml",
        "geomap.toml",
    ]
    assert open_project(project.folder) == project


def test_any_title_can_be_written(tmp_path):
    assert init_project(tmp_path / "p", title='The "road"\n\\ Գորիս').settings.title == 'The "road" \\ Գորիս'


def test_a_project_is_not_made_twice_and_what_is_there_is_kept(tmp_path):
    (tmp_path / "corrections.toml").write_text("# mine\n")
    init_project(tmp_path)
    with pytest.raises(ProjectError, match="is a map project already"):
        init_project(tmp_path)
    assert (tmp_path / "corrections.toml").read_text() == "# mine\n"


def test_another_folder_is_no_project(tmp_path):
    with pytest.raises(
        ProjectError, match=r"is no map project, it has no geomap.toml; make one with `geomap init FOLDER`"
    ):
        open_project(tmp_path)


def test_every_setting_is_read():
    text = (
        'title = "T"\nsources = ["https://x.example/feed"]\nboundary_view = "de-facto"\nlanguage = "hy"\noutputs = ["feed.xml"]\n'
        'publisher = "P"\nsite = "https://p.example/"\nmin_confidence = 0\nmax_precision = "admin2"\npoll_minutes = 5\nallow = ["10.0.0.0/8"]\n'
    )
    assert parse_settings(text, where="geomap.toml") == Settings(
        title="T",
        sources=("https://x.example/feed",),
        boundary_view="de-facto",
        language="hy",
        outputs=("feed.xml",),
        publisher="P",
        site="https://p.example/",
        min_confidence=0.0,
        max_precision="admin2",
        poll_minutes=5.0,
        allow=("10.0.0.0/8",),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('titel = "T"', "geomap.toml: 'titel' is not known, only title, sources,"),
        ("", 'geomap.toml: title is missing; write title = "The story"'),
        ("title = 3", "geomap.toml: title must be text in quotes; mend it"),
        ('title = "T"\nsources = "https://x.example"', "sources must be a list of texts"),
        (
            'title = "T"\noutputs = ["index.htm"]',
            f"outputs must be of {', '.join(KNOWN_OUTPUTS)}, not 'index.htm'",
        ),
        ('title = "T"\nboundary_view = "mine"', "boundary_view must be one of neutral, de-facto"),
        ('title = "T"\nmin_confidence = true', "min_confidence must be a number from 0 to 1"),
        ('title = "T"\npoll_minutes = 0', "poll_minutes must be a number from 1 to 10080"),
        ('title = "T', "geomap.toml: is not TOML: "),
        ("title = " + "[" * 100_000, "geomap.toml: is not TOML: "),
    ],
)
def test_what_is_wrong_is_named_by_its_key(text: str, says: str):
    with pytest.raises(ProjectError) as caught:
        parse_settings(text, where="geomap.toml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
