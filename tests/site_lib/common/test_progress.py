"""Progress on a terminal and elsewhere."""

import errno
import io
import os

from site_lib.common import progress


class FullDisk(io.StringIO):
    """A stream that takes nothing."""

    def write(self, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_plain_lines_with_a_rate_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    assert list(progress.track(range(3), "work", "image")) == [0, 1, 2]
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("work: 1/3 images, ")
    assert lines[0].endswith(" image/s")
    assert len(lines) == 3


def test_lines_that_nobody_can_take_end_no_loop(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    monkeypatch.setattr("sys.stderr", FullDisk())
    assert list(progress.track(range(3), "work")) == [0, 1, 2]


def test_a_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert list(progress.track(range(3), "work")) == [0, 1, 2]
    assert "work" in capsys.readouterr().err
