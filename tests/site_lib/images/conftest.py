"""At which size tests of this folder render scenes."""

import pytest

from site_lib.images.scenes import RENDERED_SIDE


@pytest.fixture(
    scope="module",
    params=[RENDERED_SIDE // 2, pytest.param(RENDERED_SIDE, marks=pytest.mark.nightly)],
)
def rendered_side(request: pytest.FixtureRequest) -> int:
    """Half the side by day, in a quarter of the time: a network sees the same."""
    return request.param
