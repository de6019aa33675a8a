"""The browser of this machine; that it starts is tested with the site."""

import pytest

from site_lib.common.errors import CourseError
from site_lib.editions import chromium


def test_without_a_browser_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither on the path nor named by CHROMIUM."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    with (
        pytest.raises(CourseError, match="apt-get install chromium-headless-shell"),
        chromium.launched(),
    ):
        pass
