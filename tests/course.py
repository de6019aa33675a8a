"""A small course with the site's own configuration, for tests that write its pages."""

import json
from pathlib import Path
from typing import Any

import nbformat

from site_lib.records.claims import Claim
from site_lib.records.lab_records import copy_names
from site_lib.site import vendor, write_pages
from tests.records import figure_record

ROOT = Path(__file__).parents[1]
METRICS = {"count": 17, "loss": -0.34567, "by_depth": {"first": [1.5, 2.5]}, "name": "a_b*c"}
HOLDS = Claim("toy-holds", "17 of 32 units are tall (r_1 < r_2).", 17.0, at_least=8)
REFUTED = Claim("toy-refuted", "Every unit is tall.", 17.0, at_least=32, interval=(15.0, 19.0))
PLOT = '<svg xmlns="http://www.w3.org/2000/svg" width="540pt" height="225pt"/>'
FIGURE = '{{ figure("toy-figure") }}'
PLAIN_PAGES = {
    "evidence/claims.md": "# Claims\n\n{{ claims_count() }}\n\n{{ claims_by_kind() }}\n",
    "evidence/references.md": "# References\n\n{{ references() }}\n",
    "evidence/image-credits.md": (
        "# Credits\n\n{{ photograph_credits() }}\n\n{{ corpus_credits() }}\n"
    ),
}
DATA_FILES = ("references.bib", "glossary.toml", "lecture-map.toml")
# Named on every page; these tests do not look into them.
ASSETS = ("logo.svg", "extra.css", "reference.css", "labs.css", "maths.js", "pages.js", "terms.js",
          "downloads.js")  # fmt: skip


def sidecar(profile: str = "default", **others: Any) -> dict[str, Any]:
    """Record of the one figure; ``others`` replace keys."""
    name = "toy-figure"
    record = figure_record(name, HOLDS, REFUTED, metrics=METRICS)
    record["experiments"][0] |= {"profile": profile, "parameters": {"depths": [1, 2]}}
    record["drawing"]["parameters"] = {"depth": 3}
    record |= {
        "caption": "Units *by height*, $n = 32$.",
        "alt": 'Bars: 17 of 32 units are above the "line".',
        "images": [
            {"theme": theme, "layout": layout, "width": width, "height": 300, "scale": 1,
             "file": f"{name}.{theme}.{layout}.svg"}
            for theme in ("light", "dark")
            for layout, width in (("wide", 720), ("narrow", 360))
        ],
    }  # fmt: skip
    return record | others


def toy_lab() -> nbformat.NotebookNode:
    """The notebook of a lab that was run, with a cell of each kind."""
    lab = {"name": "1-toy", "cpu_seconds": 41.2, "cpu_seconds_planned": 120, "machine": "two cores",
           "versions": {"torch": "2.0"}, "commit": "0123456789abcdef"}  # fmt: skip
    cells = [
        nbformat.v4.new_markdown_cell(
            "# Lab 1: Toy\n\nHow tall is $x^{{2}}$?\n\nSee [claims](../evidence/claims.md#claims)."
        ),
        nbformat.v4.new_code_cell(
            'print(f"{{x}} {% raw")',
            outputs=[nbformat.v4.new_output("stream", text="<17>")],
            metadata={"tags": ["solution"]},
        ),
        nbformat.v4.new_code_cell(
            "say()",
            outputs=[nbformat.v4.new_output("display_data", {"text/markdown": "**17** units"})],
            metadata={"tags": ["report"]},
        ),
        nbformat.v4.new_markdown_cell(
            "## Exercise 1: Height\n\nMeasure it.", metadata={"points": 4, "minutes": 25}
        ),
        nbformat.v4.new_code_cell(
            'prediction_1 = (\n    "Taller than "\n    "*wide*."\n)',
            metadata={"tags": ["prediction"]},
        ),
        nbformat.v4.new_code_cell("height()", metadata={"tags": ["result"]}),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "lab": lab})


class Course:
    """A small course in a folder; its home page shows its one figure."""

    def __init__(self, root: Path, vendored: Path) -> None:
        """vendored: a docs folder with the vendored files in it."""
        self.root = root
        self.configure()
        self.write("figures_src/catalogue.toml", "[figures.toy-figure]\n[figures.toy-planned]\n")
        self.write("figures_src/toy/measure_toy.py", "print('the experiment')\n")
        self.write("figures_src/toy/toy-figure.py", "print('the drawing')\n")
        self.write("docs/figures/toy-figure.json", json.dumps(sidecar()))
        for picture in sidecar()["images"]:
            self.write(f"docs/figures/{picture['file']}", PLOT)
        self.write("docs/figures/toy-figure.csv", "height,kind\n1.5,tall\n-2,short\n")
        for name in ASSETS:
            self.write(f"docs/assets/{name}", "")
        self.write("docs/index.md", f"# Toy\n\n{FIGURE}\n")
        self.write("CITATION.cff", (ROOT / "CITATION.cff").read_text(encoding="utf-8"))
        for name, text in PLAIN_PAGES.items():
            self.write(f"docs/{name}", text)
        (root / "site_lib").symlink_to(ROOT / "site_lib")
        (root / "docs/overrides").symlink_to(ROOT / "docs/overrides")
        (root / "docs/assets/vendor").symlink_to(vendored / vendor.FOLDER)
        for name in DATA_FILES:
            self.write(f"docs/{name}", (ROOT / "docs" / name).read_text(encoding="utf-8"))

    def write(self, name: str, text: str) -> None:
        """Write a file of the course, with its folders."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_lab(self) -> nbformat.NotebookNode:
        """Write a lab that was run, and its copies; returns its notebook."""
        notebook = toy_lab()
        self.write("docs/labs/1-toy.ipynb", nbformat.writes(notebook))
        for name in copy_names("1-toy"):
            self.write(f"docs/labs/downloads/{name}", "{}")
        self.write("docs/labs/1-toy.py", "")
        return notebook

    def configure(self, *pages: str, **settings: Any) -> None:
        """Write the configuration: the site's own, with more pages and other settings."""
        settings = {"nav": ["index.md", *PLAIN_PAGES, *pages], **settings}
        lines = [f"{name}: {json.dumps(value)}\n" for name, value in settings.items()]
        self.write("mkdocs.yml", f"INHERIT: {ROOT}/mkdocs.yml\n{''.join(lines)}")

    def build(self) -> list[str]:
        """Write the pages into ``site``, as ``make site`` does; returns the mistakes."""
        return write_pages.write(self.root, self.root / "site")

    def page(self, name: str) -> str:
        """HTML of a page that was written."""
        return (self.root / "site" / name / "index.html").read_text(encoding="utf-8")
