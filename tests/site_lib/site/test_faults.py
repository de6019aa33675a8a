"""The faults that the site lists, and the tests that they name."""

import ast
from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.site.faults import Fault, read_faults
from tests.course import FIGURE, Course

ROOT = Path(__file__).parents[3]
FAULTS = read_faults(ROOT / "docs/evidence/faults")
ENTRY = """
[[fault]]
area = "{0}"
what = "{1}"
outcome = "one `line`"
test = "tests/site_lib/site/test_faults.py::test_x"
"""


def written(folder: Path, **files: str) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_faults_are_grouped_by_area(tmp_path: Path) -> None:
    """Whichever file they stand in, in the order of the files."""
    folder = written(tmp_path, one=ENTRY.format("Pages", "a") + ENTRY.format("Build", "b"),
                     two=ENTRY.format("Pages", "c"))  # fmt: skip
    areas = read_faults(folder)
    assert {area: [fault.what for fault in faults] for area, faults in areas.items()} == {
        "Build": ["b"],
        "Pages": ["a", "c"],
    }
    assert list(areas) == ["Build", "Pages"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY.format("A", "a") * 2, "'a' stands there twice"),
        (ENTRY.format("", "a"), r"length >= 1 - at `\$.fault\[0\].area`"),
        (ENTRY.format("A", "a").replace('"one `line`"', "1"), "Expected `str`, got `int`"),
        (ENTRY.format("A", "a").replace("outcome", "effect"), "unknown field `effect`"),
        (
            ENTRY.format("A", "a").replace("::test_x", ""),
            r"matching regex .* at `\$.fault\[0\].test",
        ),
        ("[[faults]]", "unknown field `faults`"),
        ("", "missing required field `fault`"),
    ],
)
def test_mistakes_in_a_file_are_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        read_faults(written(tmp_path, one=text))


def functions(path: Path) -> set[str]:
    """Names of the functions of a file; nothing is run."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(
    "fault",
    [fault for faults in FAULTS.values() for fault in faults],
    ids=lambda fault: f"{fault.area}: {fault.what}"[:60],
)
def test_the_test_of_a_fault_exists(fault: Fault) -> None:
    name, _, function = fault.test.partition("::")
    assert (ROOT / name).is_file(), name
    assert function in functions(ROOT / name), fault.test


def test_the_page_shows_them_by_area(course: Course) -> None:
    """Markdown within cells; the files themselves are not published."""
    course.write("docs/index.md", f"# Toy\n\n{FIGURE}\n\n{{{{ fault_table() }}}}\n")
    faults = ENTRY.format("Pages", "a < b") + ENTRY.format("Build", "c")
    course.write("docs/evidence/faults/toy.toml", faults)
    assert course.build() == []
    page = course.page("")
    assert page.index('<h3 id="build">') < page.index('<h3 id="pages">')
    assert 'aria-label="Faults: Pages"' in page
    assert "a &lt; b" in page
    assert "one <code>line</code>" in page
    assert not list((course.root / "site").rglob("*.toml"))
