from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from geomap.errors import ProjectError
from geomap.project.config import KNOWN_OUTPUTS, Settings, init_project, open_project, parse_settings


def test_a_new_project_states_what_it_is_and_can_be_opened(tmp_path):
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


def test_a_title_and_a_folder_of_odd_characters_can_be_written(tmp_path):
    assert init_project(tmp_path / "p", title="a\x01b\x7f").settings.title == "a b"
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    assert init_project(folder).settings.title == "Caf\\xe9"


@pytest.mark.parametrize("room", [0, 100])
def test_on_a_full_disk_nothing_is_left(tmp_path, room: int):
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(ProjectError) as caught:
            init_project(tmp_path / "new" / "p")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    message = f"{tmp_path / 'new' / 'p'}: the project cannot be created (File too large); choose another folder"
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []
    assert init_project(tmp_path / "new" / "p").settings.title == "P"


def test_a_link_to_itself_is_no_folder(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ProjectError, match="loop: the project cannot be created"):
        init_project(tmp_path / "loop")


def test_settings_in_a_pipe_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "geomap.toml")
    with pytest.raises(ProjectError, match=r"geomap\.toml: cannot be read"):
        open_project(tmp_path)


def test_a_project_is_not_made_twice_and_what_is_there_is_kept(tmp_path):
    (tmp_path / "corrections.toml").write_text("# mine\n")
    init_project(tmp_path)
    with pytest.raises(ProjectError, match="is a map project already"):
        init_project(tmp_path)
    assert (tmp_path / "corrections.toml").read_text() == "# mine\n"


def test_another_folder_is_no_project(tmp_path):
    with pytest.raises(
        ProjectError, match=r"is not a map project, it has no geomap.toml; create one with `geomap init FOLDER`"
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
        ('titel = "T"', "geomap.toml: 'titel' is not a known key (title, sources,"),
        ("", 'geomap.toml: title is missing; write title = "The story"'),
        ("title = 3", "geomap.toml: title must be text in quotes; fix it"),
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
