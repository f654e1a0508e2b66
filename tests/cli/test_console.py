"""Messages are one line each, progress is for terminals alone, and a failure is exit code 1."""

from __future__ import annotations

import io

import pytest

from geomap.cli.console import ProgressBar, complain, complain_all, finish, nothing_located, one_line, progress


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("\x1b[31mred\x07", " [31mred "),
        (b"caf\xe9.txt".decode("utf-8", "surrogateescape"), "caf\\xe9.txt"),
        ("Ստեփանակերտ\u202e", "Ստեփանակերտ "),
    ],
)
def test_a_message_is_one_line_that_no_terminal_obeys(text: str, line: str):
    assert one_line(text) == line


def test_messages_go_to_stderr_with_the_program_s_name(capsys: pytest.CaptureFixture[str]):
    complain(ValueError("a\nb"))
    assert complain_all(["c", "d"]) == 2
    assert capsys.readouterr() == ("", "geomap: a b\ngeomap: c\ngeomap: d\n")


def test_only_a_failure_ends_the_command():
    finish(0)
    with pytest.raises(SystemExit) as ended:
        finish(3)
    assert ended.value.code == 1


def test_without_a_terminal_there_is_no_progress(capsys: pytest.CaptureFixture[str]):
    articles = iter("abc")
    assert progress(articles) is articles
    with ProgressBar() as bar:
        bar.update("reading", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_on_a_terminal_each_stage_has_a_bar(monkeypatch: pytest.MonkeyPatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    with ProgressBar() as bar:
        bar.update("fetching", 1, 2)
        bar.update("building", 1, 0)
    shown = terminal.getvalue()
    assert "fetching: " in shown
    assert "building: " in shown


def test_sources_without_places_are_named():
    assert nothing_located(["a.txt", "-"]).startswith("a.txt, -: no place was located; ")
