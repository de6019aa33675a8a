"""Pages of labs: light, whole, and with what is to be downloaded. Needs the site, no browser."""

from pathlib import Path

import nbformat

LARGEST_PAGE = 400_000


def pages(site: Path) -> dict[str, Path]:
    """Built pages of labs, by the name of the lab."""
    return {path.parent.name: path for path in sorted((site / "labs").glob("*/index.html"))}


def test_every_lab_has_its_page_and_its_downloads(site: Path) -> None:
    """A script is a page, and what it offers for download is that script, without outputs."""
    scripts = {path.stem: path for path in (site / "labs").glob("*.py")}
    assert scripts.keys() == pages(site).keys()
    assert scripts
    for name, script in scripts.items():
        notebook = nbformat.read(site / "labs" / "downloads" / f"{name}.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert not [output for cell in code for output in cell.outputs]
        text = script.read_text(encoding="utf-8")
        assert all(cell.source in text for cell in code)


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
