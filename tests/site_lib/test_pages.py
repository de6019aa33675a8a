"""The macros, through real builds of a small course with the site's own configuration."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from site_lib import vendor
from site_lib.claims import Claim
from site_lib.pages import one_record_per_experiment

ROOT = Path(__file__).parents[2]

RECORD = {
    "script": "figures_src/toy/measure_toy.py",
    "profile": "default",
    "parameters": {"model": "toy_network", "depths": [1, 2]},
    "seed": 7,
    "inputs": [{"name": "cat", "sha256": "ab" * 32}],
    "weights": [{"model": "toy_network", "sha256": "cd" * 32}],
    "versions": {"numpy": "2.0"},
    "sources": {},
    "device": "cpu",
    "machine": "two cores",
    "commit": "unknown",
    "seconds": 12.3,
}
METRICS = {"count": 17, "loss": -0.34567, "by_depth": {"first": [1.5, 2.5]}, "name": "a_b*c"}
HOLDS = Claim("toy-holds", "17 of 32 units are tall (r_1 < r_2).", 17.0, at_least=8)
REFUTED = Claim("toy-refuted", "Every unit is tall.", 17.0, at_least=32, interval=(15.0, 19.0))
PLOT = '<svg xmlns="http://www.w3.org/2000/svg" width="540pt" height="225pt"/>'
ATLAS = '"what-units-see/atlas.md"'
PLAIN_PAGES = {
    "evidence/claims.md": "# Claims\n\n{{ claims_count() }}\n\n{{ claims_by_page() }}\n",
    "evidence/references.md": "# References\n\n{{ references() }}\n",
    "evidence/image-credits.md": "# Credits\n\n{{ photograph_credits() }}\n",
}


def sidecar(figure_id: str = "toy-figure", profile: str = "default") -> dict[str, Any]:
    """A figure's record, as a drawing writes it."""
    images = [
        {"theme": theme, "layout": layout, "width": width, "height": 300, "scale": 1,
         "file": f"{figure_id}.{theme}.{layout}.svg"}
        for theme in ("light", "dark")
        for layout, width in (("wide", 720), ("narrow", 360))
    ]  # fmt: skip
    return {
        "id": figure_id,
        "title": "Toy",
        "caption": "Units *by height*, $n = 32$.",
        "alt": 'Bars: 17 of 32 units are above the "line".',
        "script": f"figures_src/toy/{figure_id}.py",
        "drawing": {
            "parameters": {"depth": 3},
            "sources": {},
            "versions": {},
            "commit": "unknown",
            "seconds": 1.0,
        },
        "experiments": [RECORD | {"profile": profile}],
        "metrics": METRICS,
        "claims": [HOLDS.as_record(), REFUTED.as_record()],
        "images": images,
        "data": [f"{figure_id}.csv"],
        "files": [],
    }


@dataclass
class Course:
    """A small course in a temporary folder."""

    root: Path

    def write(self, name: str, text: str) -> None:
        """Write a file of the course, with its folders."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Run ``mkdocs build`` with options, or as ``make site`` does."""
        command = [sys.executable, "-m", "mkdocs", "build", *(options or ["--strict"])]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1",
                                    "LIBRARY_PAGES": "false"}  # fmt: skip
        return subprocess.run(command, cwd=self.root, env=environment, check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip

    def page(self, name: str) -> str:
        """HTML of a built page."""
        return (self.root / "site" / name / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A docs folder with the vendored files in it."""
    docs = tmp_path_factory.mktemp("docs")
    assert vendor.update(docs) > 0
    return docs


@pytest.fixture
def course(tmp_path: Path, vendored: Path) -> Course:
    """A course with one figure, the site's templates and bibliography, and no pages yet."""
    made = Course(tmp_path)
    pages = ["index.md", *PLAIN_PAGES]
    made.write("mkdocs.yml", f"INHERIT: {ROOT}/mkdocs.yml\nnav: {json.dumps(pages)}\n")
    made.write("figures_src/catalogue.toml", "[figures.toy-figure]\n[figures.toy-planned]\n")
    made.write("figures_src/toy/measure_toy.py", "print('the experiment')\n")
    made.write("figures_src/toy/toy-figure.py", "print('the drawing')\n")
    made.write("docs/figures/toy-figure.json", json.dumps(sidecar()))
    for theme in ("light", "dark"):
        made.write(f"docs/figures/toy-figure.{theme}.wide.svg", PLOT)
    made.write("docs/figures/toy-figure.csv", "height,kind\n1.5,tall\n-2,short\n")
    made.write("docs/assets/extra.css", "")
    for name, text in PLAIN_PAGES.items():
        made.write(f"docs/{name}", text)
    (tmp_path / "site_lib").symlink_to(ROOT / "site_lib")
    (tmp_path / "docs/overrides").symlink_to(ROOT / "docs/overrides")
    for name in ("references.bib", "glossary.toml", "lecture-map.toml"):
        (tmp_path / "docs" / name).symlink_to(ROOT / "docs" / name)
    (tmp_path / "docs/assets/vendor").symlink_to(vendored / vendor.FOLDER)
    return made


def test_every_macro_gives_its_html(course: Course) -> None:
    """One page that uses them all builds strictly, and says what the sidecar says."""
    course.write(
        "docs/index.md",
        """# Toy

{{ figure("toy-figure") }}

{{ number("toy-figure", "count") }} and {{ number("toy-figure", "loss", ".2f") }} and
{{ number("toy-figure", "by_depth.first.1") }}.
`{{ number("toy-figure", "name") }}` ${{ number("toy-figure", "count", plain=True) }}$
{{ claim("toy-holds") }} {{ claim("toy-refuted") }} {{ figure_reference("toy-figure") }}
{{ cite("tan2019efficientnet") }} {{ cite("olah2017feature", parentheses=True) }}

{{ figure_card("toy-figure", "evidence/claims.md", "Ledger", "All claims.") }}
""",
    )
    result = course.build()
    assert result.returncode == 0, result.stdout

    page = course.page(".")
    assert ">17</data>" in page
    assert ">−0.35</data>" in page, "a true minus sign"
    assert ">2.5</data>" in page
    assert "<code>a_b*c</code>" in page
    assert r"\(17\)" in page
    assert "17 of 32 units are tall (r_1 &lt; r_2)." in page
    assert page.count("does not hold") >= 2, "on the page and in the card"
    assert '<a href="./#figure-toy-figure">Figure&nbsp;1</a>' in page
    assert "Tan and Le (2019)" in page
    assert "(Olah et al., 2017)" in page
    assert "Units <em>by height</em>" in page
    assert "<dt>height</dt><dd>−2 to 1.5</dd>" in page
    assert 'alt="Bars: 17 of 32 units are above the &quot;line&quot;."' in page
    assert 'srcset="figures/toy-figure.dark.narrow.svg 1x"' in page
    assert 'src="assets/thumbnails/toy-figure.dark.webp" width="400" height="167"' in page
    assert (course.root / "site/assets/thumbnails/toy-figure.dark.webp").is_file()
    for part in ("measure_toy.py", "toy_network", "1, 2", "abababababab", "two cores", "12 s",
                 "<code>depth</code> = 3"):  # fmt: skip
        assert part in page
    assert (course.root / "site/source/figures_src/toy/measure_toy.py.txt").is_file()
    assert (course.root / "site/figures/list.txt").read_text() == "toy-figure\n"

    ledger = course.page("evidence/claims")
    assert 'id="claim-toy-refuted"' in ledger
    assert "≥ 32" in ledger
    assert "[15, 19]" in ledger
    assert "../../#figure-toy-figure" in ledger
    assert "2 claims, 1 of which do not hold in this build; 1 carry an interval" in ledger
    assert "Eileen Collins" in course.page("evidence/image-credits")
    assert "doi.org/10.23915/distill.00007" in course.page("evidence/references")


def test_mistakes_fail_the_strict_build_with_id_and_page(course: Course) -> None:
    """One build lists every mistake: what, where, and the nearest known names."""
    course.write(
        "docs/index.md",
        """# Toy

{{ figure("toy-figur") }}

{{ figure("toy-planned") }}

{{ number("toy-figure", "cuont") }} {{ number("toy-figure", "by_depth") }} {{ claim("toy-hold") }}
{{ number("toy-figure", "count", "z!") }} {{ cite("tan2019") }}

{% set name = "toy-figure" %}{{ figure(name) }}
""",
    )
    result = course.build()
    assert result.returncode != 0
    for line in (
        "index.md: unknown figure 'toy-figur'; nearest: toy-figure",
        "index.md: figure 'toy-planned' has not been built; run make figure NAME=toy-planned",
        "index.md: unknown metric of figure 'toy-figure' 'cuont'; nearest: count",
        "index.md: metric 'by_depth' of figure 'toy-figure' is not a single value",
        "index.md: unknown claim 'toy-hold'; nearest: toy-holds",
        "index.md: cannot write 17 with the format 'z!'",
        "index.md: unknown reference 'tan2019'; nearest: tan2019efficientnet",
        """index.md: write {{ figure("toy-figure") }} out in full, on one line""",
        "evidence/claims.md: no page shows the figure 'toy-figure'",
    ):
        assert line in result.stdout


def test_quiet_does_not_hide_mistakes(course: Course) -> None:
    """MkDocs itself counts no warning under --quiet; those of the macros count."""
    course.write("docs/index.md", '# Toy\n\n{{ figure("toy-planned") }}\n')
    assert course.build("--strict", "--quiet").returncode != 0


def test_mistakes_show_on_the_page_while_previewing(course: Course) -> None:
    """Without --strict the build goes on, with a placeholder where the figure belongs."""
    course.write("docs/index.md", '# Toy\n\n{{ figure("toy-planned") }}\n\nThe end.\n')
    result = course.build("--quiet")
    assert result.returncode == 0, result.stdout
    page = course.page(".")
    assert 'class="missing"' in page
    assert "The end." in page


def test_a_draft_is_marked(course: Course) -> None:
    """A figure measured with the quick profile says so, folded or not."""
    course.write("docs/figures/toy-figure.json", json.dumps(sidecar(profile="draft")))
    course.write("docs/index.md", '# Toy\n\n{{ figure("toy-figure") }}\n')
    assert course.build().returncode == 0
    assert 'badge--draft">draft</span></summary>' in course.page(".")


def test_links_lead_to_the_recorded_commit(course: Course) -> None:
    """With a repository, a clean commit is linked; a changed tree is not."""
    records = sidecar()
    records["experiments"] = [RECORD | {"commit": "a" * 40}]
    records["drawing"]["commit"] = "a" * 40 + "+changes"
    course.write("docs/figures/toy-figure.json", json.dumps(records))
    course.write("docs/index.md", '# Toy\n\n{{ figure("toy-figure") }}\n')
    config = course.root / "mkdocs.yml"
    config.write_text(config.read_text() + "repo_url: https://example.org/course\n")
    assert course.build().returncode == 0
    page = course.page(".")
    commit = f"https://example.org/course/blob/{'a' * 40}"
    assert f'href="{commit}/figures_src/toy/measure_toy.py"' in page
    assert 'href="source/figures_src/toy/toy-figure.py.txt"' in page
    assert "with uncommitted changes" not in page.split("<dt>Drawing</dt>")[0]


def test_units_of_a_figure_link_to_the_atlas(course: Course) -> None:
    """The atlas lists its units under the addresses that a figure's links name."""
    layer = {"name": "features.2", "title": "Layer 1", "channels": 64, "patch": 11,
             "units": [36, *range(40, 60)]}  # fmt: skip
    networks = [{"name": "toy", "title": "Toy network", "layers": [layer]}]
    figure = sidecar() | {"metrics": {"toy_layers": ["no", "no", "features.2"],
                                      "toy_units": [[], [], [36, 44]]}}  # fmt: skip
    course.write("docs/figures/toy-figure.json", json.dumps(figure))
    course.write("docs/figures/atlas/index.json", json.dumps({"networks": networks}))
    course.write("docs/what-units-see/atlas.md", "# Atlas\n\n{{ atlas() }}\n")
    links = '{{ figure("toy-figure") }}\n\n{{ atlas_links("toy-figure") }}\n'
    course.write("docs/index.md", f"# Toy\n\n{links}")
    for name in ("atlas.js", "atlas.css"):
        course.write(f"docs/assets/{name}", "")
    config = course.root / "mkdocs.yml"
    config.write_text(config.read_text().replace('["index.md",', '["index.md", ' + ATLAS + ","))
    result = course.build()
    assert result.returncode == 0, result.stdout
    for unit in (36, 44):
        assert f'href="what-units-see/atlas/#toy/features.2/{unit}">{unit}</a>' in course.page(".")
    page = course.page("what-units-see/atlas")
    assert 'id="toy/features.2/36"' in page
    assert 'href="../../figures/atlas/toy/features.2/36.webp"' in page
    assert page.count('id="toy/features.2/') == 16, "a long layer is listed in part"
    (course.root / "docs/figures/atlas/index.json").unlink()
    assert "run make figure NAME=atlas" in course.build().stdout


def test_missing_vendored_files_fail_the_strict_build(course: Course) -> None:
    """A site without its typeface is not published by accident."""
    (course.root / "docs/assets/vendor").unlink()
    course.write("docs/index.md", '# Toy\n\n{{ figure("toy-figure") }}\n')
    result = course.build()
    assert result.returncode != 0
    assert "python -m site_lib.vendor" in result.stdout


def test_runs_of_one_experiment_are_one_record_on_the_card() -> None:
    def run(layer: str, seed: int, name: str) -> dict[str, Any]:
        weights = [{"model": "toy", "sha256": "a"}]
        inputs = [{"name": layer, "sha256": "b"}]
        return {"run": name, "script": "x.py", "parameters": {"layer": layer, "random": seed},
                "seconds": 2.0, "weights": weights, "inputs": inputs}  # fmt: skip

    trained = [run("a", 0, "a"), run("b", 0, "b"), run("c", 0, "c")]
    control = [run("a", 1, "a"), run("b", 1, "b")]
    single = [run("a", 0, ""), run("b", 0, "")]
    records = one_record_per_experiment([*trained, *control, *single])
    assert [record["parameters"]["layer"] for record in records] == [
        ["a", "b", "c"], ["a", "b"], "a", "b"]  # fmt: skip
    assert [record["seconds"] for record in records] == [6, 4, 2, 2]
    assert [record["parameters"]["random"] for record in records] == [0, 1, 0, 0]
    assert [len(record["weights"]) for record in records] == [1, 1, 1, 1]
    assert [item["name"] for item in records[0]["inputs"]] == ["a", "b", "c"]


FACTS = """unit,name,label,kind,year,value,low,high,checked,recalled_bound,source
synapses,Worm <b>,worm,brain,1986,7500,5000,20600,read,high,"White, 1986"
synapses,Ape,,cortex,2009,20000000000000,,,recalled,,a memory
transistors,Chip,,CPU,1971,2300,,,secondhand,,a list
"""


def write_facts(course: Course, macro: str) -> None:
    """A page with the figure and a table, and the data that the table is made from."""
    course.write("docs/figures/toy-figure.csv", FACTS)
    course.write("docs/index.md", f'# Toy\n\n{{{{ figure("toy-figure") }}}}\n\n{macro}\n')


def test_facts_of_a_figure_are_a_table(course: Course) -> None:
    """Ranges, sources and what is only recalled; plain HTML that a script can sort."""
    write_facts(course, '{{ fact_table("toy-figure", "synapses", "Synapses of beasts") }}')
    result = course.build()
    assert result.returncode == 0, result.stdout
    page = course.page(".")
    table = page[page.index("<table") : page.index("</table>")]
    assert 'aria-label="Synapses of beasts" data-sortable' in table
    assert table.count('scope="col"') == 6
    assert table.count('<tr role="row">') == 3, "a heading and two facts"
    assert "Worm &lt;b&gt;" in table
    assert "5,000 to 20,600 (recalled)" in table
    assert 'data-sort="20000000000000">2 × 10¹³' in table
    assert 'badge--draft">recalled, not checked' in table
    assert table.count("recalled, not checked") == 1, "the worm was read"
    assert "White, 1986" in table
    assert "Chip" not in table


def test_facts_that_a_figure_does_not_have_are_named(course: Course) -> None:
    write_facts(course, '{{ fact_table("toy-figure", "synapse", "Synapses") }}')
    result = course.build()
    assert result.returncode != 0
    assert "unknown unit of figure 'toy-figure' 'synapse'; nearest: synapses" in result.stdout


def test_lab_is_a_page_like_all_others(course: Course) -> None:
    """No styles and scripts of the plugin; formulas, links and braces as on other pages."""
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
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "lab": lab})
    course.write("docs/labs/1-toy.ipynb", nbformat.writes(notebook))
    course.write("docs/labs/downloads/1-toy.ipynb", "{}")
    course.write("docs/labs/1-toy.py", "")
    course.write("docs/index.md", '# Home\n\n{{ labs() }}\n\n{{ figure("toy-figure") }}\n')
    pages = ["index.md", *PLAIN_PAGES, "labs/1-toy.ipynb"]
    course.write("mkdocs.yml", f"INHERIT: {ROOT}/mkdocs.yml\nnav: {json.dumps(pages)}\n")
    built = course.build()
    assert built.returncode == 0, built.stdout

    page = course.page("labs/1-toy")
    assert '<span class="arithmatex">\\(x^{{2}}\\)</span>' in page
    assert 'href="../../evidence/claims/#claims"' in page
    assert "{{x}} {% raw" in re.sub("<[^>]*>", "", page)
    assert "&lt;17&gt;" in page
    assert "<strong>17</strong> units" in page
    assert page.count("<summary>Solution</summary>") == 1
    for foreign in ("mathjax", "mermaid", "require.js", "jp-Notebook", "highlight-ipynb"):
        assert foreign not in page
    for file in ("../downloads/1-toy.ipynb", "../1-toy.py"):
        assert f'href="{file}"' in page
    home = course.page("")
    assert 'href="labs/1-toy/"' in home
    assert "How tall is" in home
    assert "41 s of processor time" in home

    course.write("docs/labs/1-toy.ipynb", nbformat.writes(notebook).replace("claims.md", "no.md"))
    assert (
        "labs/1-toy.ipynb: links to ../evidence/no.md, which is not there"
        in course.build("--strict").stdout
    )
