"""Where links of built pages lead."""

import pytest

from site_lib.site.site_links import Target, target_of


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("../first-layer/", Target("units/first-layer/", "")),
        ("../first-layer/#a-%C3%A9", Target("units/first-layer/", "a-é")),
        ("../../", Target("", "")),
        ("../..", Target("", "")),
        ("./", Target("units/atlas/", "")),
        (".", Target("units/atlas/", "")),
        ("#unit", Target("units/atlas/", "unit")),
        ("../../index.html#top", Target("", "top")),
        ("../index.html", Target("units/", "")),
        ("../../figures/a%20b.csv", Target("figures/a b.csv", "")),
        ("../../.hidden", Target(".hidden", "")),
        ("/figures/x.svg?v=1", Target("figures/x.svg", "")),
        ("https://example.org/", None),
        ("mailto:someone@example.org", None),
        ("data:image/png;base64,AA", None),
        ("//example.org/x", None),
    ],
)
def test_target(link: str, expected: Target | None) -> None:
    """Relative to the folder of a page two levels deep."""
    assert target_of(link, "units/atlas/") == expected


def test_target_from_the_home_page() -> None:
    """Its folder is empty."""
    assert target_of("units/atlas/", "") == Target("units/atlas/", "")
    assert target_of(".", "") == Target("", "")
