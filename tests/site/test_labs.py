"""Pages of labs: light, whole, and with what is to be downloaded. Needs the site, no browser."""

from pathlib import Path

import nbformat

from site_lib.records.lab_records import READERS, copy_names

LARGEST_PAGE = 400_000


def pages(site: Path) -> dict[str, Path]:
    """Built pages of labs, by the name of the lab."""
    return {path.parent.name: path for path in sorted((site / "labs").glob("*/index.html"))}


def test_every_lab_has_its_page_and_its_copies(site: Path) -> None:
    """A script is a page; the instructor's copy is that script, the student's lacks solutions."""
    scripts = {path.stem: path for path in (site / "labs").glob("*.py")}
    assert scripts.keys() == pages(site).keys()
    assert scripts
    for name, script in scripts.items():
        text = script.read_text(encoding="utf-8")
        student, instructor = (
            [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
            for path in (site / "labs" / "downloads" / f"{name}-{who}.ipynb" for who in READERS)
        )
        assert not [output for cell in [*student, *instructor] for output in cell.outputs]
        assert all(cell.source in text for cell in instructor)
        assert 0 < sum("NotImplementedError" in cell.source for cell in student) < len(student)
    published = {path.name for path in (site / "labs" / "downloads").iterdir()}
    assert published == {name for lab in scripts for name in copy_names(lab)}


def test_lab_pages_are_light(site: Path) -> None:
    """Pictures are inside the page, so its file and the labs' style sheet are all that it adds."""
    styles = (site / "assets" / "labs.css").stat().st_size
    weights = {name: path.stat().st_size + styles for name, path in pages(site).items()}
    assert max(weights.values()) <= LARGEST_PAGE, weights


def test_nothing_of_the_plugin_is_left(site: Path) -> None:
    """Neither its style sheets nor its scripts."""
    for path in pages(site).values():
        source = path.read_text(encoding="utf-8")
        for foreign in ("mathjax", "mermaid", "require.min.js", "jp-notebook"):
            assert foreign not in source.lower(), (path.parent.name, foreign)
