"""Code on a page is the code of the file."""

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.source_code import source_of

SOURCE = '''"""A module."""

class Thing:
    """Has one method."""

    @staticmethod
    def double(x: int) -> int:
        """Twice x.

        In two lines.
        """
        # as a sum
        return x + x


def plain(x):
    return x
'''


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(SOURCE)
    return path


def test_functions_and_methods_come_without_docstring_and_indentation(file):
    assert source_of(file, "plain") == "def plain(x):\n    return x"
    code = source_of(file, "Thing.double")
    assert code == "def double(x: int) -> int:\n    # as a sum\n    return x + x"


def test_mistakes_are_named(file):
    with pytest.raises(CourseError, match=r"'dubble'; nearest: Thing\.double"):
        source_of(file, "dubble")
    with pytest.raises(CourseError, match="no source file"):
        source_of(file.with_name("other.py"), "plain")
