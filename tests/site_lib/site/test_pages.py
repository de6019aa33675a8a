"""The macros, through the pages of a small course with the site's own configuration."""

import contextlib
import json
import logging
import re
from datetime import date
from typing import Any

import nbformat
from mkdocs.commands.build import build
from mkdocs.config import load_config
from PIL import Image

from site_lib.records.lab_records import copy_names
from site_lib.records.looked_at import look_again
from site_lib.site.figure_macros import one_record_per_experiment
from tests.course import FIGURE, Course, sidecar


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
    assert course.build() == []

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
    assert 'download="inside-a-trained-network-toy-figure-light.svg"' in page
    assert "Figure toy-figure, commit" in (course.root / "site/figures/toy-figure.bib").read_text()
    assert 'data-definition="Tan, M. and Le, Q. V. (2019). EfficientNet' in page
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
    credits = course.page("evidence/image-credits")
    assert "Eileen Collins" in credits
    # The corpus is credited whether or not its photographs are on this machine.
    assert "All 217, with author, licence and source" in credits
    assert re.search(r'<tr id="corpus-koala">\s*<td><a href="https://commons[^"]+">Koala', credits)
    assert "(cropped, colours adjusted, sharpened)</td>" in credits
    assert "doi.org/10.23915/distill.00007" in course.page("evidence/references")


def test_a_sentence_about_a_picture_holds_for_the_one_that_was_seen(course: Course) -> None:
    """It leads to the ledger, and says so where the picture is another."""
    images = [one | {"file": one["file"].replace("svg", "webp")} for one in sidecar()["images"]]
    course.write("docs/figures/toy-figure.json", json.dumps(sidecar(images=images)))
    for one in images:
        size = one["width"], one["height"]
        Image.new("RGB", size, "red").save(course.root / "docs/figures" / one["file"])
    said = '[red]\nfigure = "toy-figure"\nsentence = "Units are red & tall."\n'
    course.write("docs/looked-at.toml", said)
    course.write("docs/evidence/measured/looked-at.json", "{}")
    course.write("docs/index.md", f'# Toy\n\n{FIGURE}\n\n{{{{ seen("red") }}}}\n')
    assert course.build() == []
    assert "(nobody has looked at the picture in this build)" in course.page(".")

    look_again(course.root / "docs", "toy-figure", date(2026, 3, 4))
    assert course.build() == []
    sentence = 'Units are red &amp; <a class="claim" href="evidence/claims/#claim-red">tall</a>.'
    assert sentence in course.page(".")
    assert "nobody has looked" not in course.page(".")
    ledger = course.page("evidence/claims")
    assert 'id="claim-red"' in ledger
    assert "looked at on 4 March 2026" in ledger
    assert "and 1 say what a picture shows" in ledger


def test_mistakes_are_told_with_id_and_page(course: Course) -> None:
    """One build lists every mistake: what, where, and the nearest known names."""
    course.write(
        "docs/index.md",
        """# Toy

{{ figure("toy-figur") }}

{{ figure("toy-planned") }}

{{ number("toy-figure", "cuont") }} {{ number("toy-figure", "by_depth") }} {{ claim("toy-hold") }}
{{ number("toy-figure", "count", "z!") }} {{ cite("tan2019") }}
{{ number("toy-figure", 17) }} {{ number("toy-figure") }} {{ cite(["tan2019"]) }}
{{ licences("numpy", 2) }} {{ seen("red") }}

{% set name = "toy-figure" %}{{ figure(name) }}
""",
    )
    lines = course.build()
    for beginning in (
        "index.md: unknown figure 'toy-figur'; nearest: toy-figure",
        "index.md: figure 'toy-planned' has not been built; run make figure NAME=toy-planned",
        "index.md: unknown metric of figure 'toy-figure' 'cuont'; nearest: count",
        "index.md: metric 'by_depth' of figure 'toy-figure' is not a single value",
        "index.md: unknown claim 'toy-hold'; nearest: toy-holds",
        "index.md: cannot write 17 with the format 'z!'",
        "index.md: unknown reference 'tan2019'; nearest: tan2019efficientnet",
        """index.md: write {{ figure("toy-figure") }} out in full, on one line""",
        "index.md: number: key must be str, not 17",
        "index.md: number: missing a required argument: 'key'; it takes (figure_id: str, key: str",
        "index.md: cite: key must be str, not ['tan2019']",
        "index.md: unknown sentence about a picture 'red'",
        "index.md: licences: packages must be str, not 2",
        "evidence/claims.md: no page shows the figure 'toy-figure'",
    ):
        assert any(line.startswith(beginning) for line in lines), (beginning, lines)
    assert len(lines) == 14


def test_mistakes_show_on_the_page_while_previewing(course: Course) -> None:
    """The preview goes on, with a placeholder where the figure belongs, and where a macro broke."""
    course.write("docs/index.md", '# Toy\n\n{{ figure("toy-planned") }}\n\nThe end.\n')
    course.write("docs/evidence/claims.md", "# Claims\n\n{{ clams() }}\n")
    logging.getLogger("mkdocs").addHandler(logging.NullHandler())
    with contextlib.chdir(course.root):
        build(load_config("mkdocs.yml", site_dir="site"))
    page = course.page(".")
    assert 'class="missing"' in page
    assert "The end." in page
    assert "'clams' is undefined" in course.page("evidence/claims")


def test_a_draft_is_marked(course: Course) -> None:
    """A figure measured with the quick profile says so, folded or not."""
    course.write("docs/figures/toy-figure.json", json.dumps(sidecar(profile="draft")))
    assert course.build() == []
    assert 'badge--draft">draft</span></summary>' in course.page(".")


def test_links_lead_to_the_recorded_commit(course: Course) -> None:
    """With a repository, a clean commit is linked; a changed tree is not."""
    records = sidecar()
    records["experiments"][0]["commit"] = "a" * 40
    records["drawing"]["commit"] = "a" * 40 + "+changes"
    course.write("docs/figures/toy-figure.json", json.dumps(records))
    course.configure(repo_url="https://example.org/course")
    assert course.build() == []
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
    figure = sidecar(metrics={"toy": {"units": [[], [], [36, 44, 99]]}})
    measured = {"model": "toy", "layers": ["no", "no", "features.2"]}
    figure["experiments"][0]["parameters"] = measured
    course.write("docs/figures/toy-figure.json", json.dumps(figure))
    course.write("docs/figures/atlas/index.json", json.dumps({"networks": networks}))
    course.write("docs/what-units-see/atlas.md", "# Atlas\n\n{{ atlas() }}\n")
    links = '{{ figure("toy-figure") }}\n\n{{ atlas_links("toy-figure") }}\n'
    course.write("docs/index.md", f"# Toy\n\n{links}")
    for name in (
        "assets/atlas.js",
        "assets/atlas.css",
        *(f"figures/atlas/toy/features.2/{unit}.webp" for unit in layer["units"]),
    ):
        course.write(f"docs/{name}", "")  # fmt: skip
    course.configure("what-units-see/atlas.md")
    assert course.build() == []
    for unit in (36, 44):
        assert f'href="what-units-see/atlas/#toy/features.2/{unit}">{unit}</a>' in course.page(".")
    assert "/99" not in course.page("."), "the atlas does not show it"
    page = course.page("what-units-see/atlas")
    assert 'id="toy/features.2/36"' in page
    assert 'href="../../figures/atlas/toy/features.2/36.webp"' in page
    assert page.count('id="toy/features.2/') == 16, "a long layer is listed in part"
    (course.root / "docs/figures/atlas/index.json").unlink()
    assert any("run make figure NAME=atlas" in line for line in course.build())


def test_missing_vendored_files_are_a_mistake(course: Course) -> None:
    """A site without its typeface is not published by accident."""
    (course.root / "docs/assets/vendor").unlink()
    lines = course.build()
    assert any("python -m site_lib.site.vendor" in line for line in lines)


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
    course.write("docs/index.md", f"# Toy\n\n{FIGURE}\n\n{macro}\n")


def test_facts_of_a_figure_are_a_table(course: Course) -> None:
    """Ranges, sources and what is only recalled; plain HTML that a script can sort."""
    write_facts(course, '{{ fact_table("toy-figure", "synapses", "Synapses of beasts") }}')
    assert course.build() == []
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
    assert course.build() == [
        "index.md: unknown unit of figure 'toy-figure' 'synapse'; nearest: synapses"
    ]


def test_lab_is_a_page_like_all_others(course: Course) -> None:
    """No styles and scripts of the plugin; formulas, links and braces as on other pages."""
    notebook = course.write_lab()
    course.write(
        "docs/index.md",
        '# Home\n\n{{ labs() }}\n\n{{ exercises() }}\n\n{{ figure("toy-figure") }}\n',
    )
    course.configure("labs/1-toy.ipynb")
    assert course.build() == []

    page = course.page("labs/1-toy")
    assert "colab" not in page
    assert '<span class="arithmatex">\\(x^{{2}}\\)</span>' in page
    assert 'href="../../evidence/claims/#claims"' in page
    assert "{{x}} {% raw" in re.sub("<[^>]*>", "", page)
    assert "&lt;17&gt;" in page
    assert "<strong>17</strong> units" in page
    assert page.count("<summary>Solution</summary>") == 1
    for foreign in ("mathjax", "mermaid", "require.js", "jp-Notebook", "highlight-ipynb"):
        assert foreign not in page
    assert "<p>Taller than <em>wide</em>.</p>" in page
    assert page.count("<summary>What comes out</summary>") == 1
    for name in copy_names("1-toy"):
        assert f'href="../downloads/{name}"' in page
    home = course.page("")
    assert 'href="labs/1-toy/"' in home
    assert "How tall is" in home
    assert "41 s of processor time" in home
    assert "<td>1: Height</td><td>4</td><td>25</td>" in home
    assert "colab" not in home

    course.write("docs/labs/1-toy.ipynb", nbformat.writes(notebook).replace("claims.md", "no.md"))
    assert "labs/1-toy.ipynb: links to ../evidence/no.md, which is not there" in course.build()


def test_colab_opens_labs_of_a_course_that_is_on_github(course: Course) -> None:
    """Though the lab's page is remembered from a build that knew no address."""
    course.write_lab()
    course.write("docs/index.md", f"# Home\n\n{{{{ labs() }}}}\n\n{FIGURE}\n")
    course.configure("labs/1-toy.ipynb")
    assert course.build() == []
    assert "colab" not in course.page("labs/1-toy")
    course.configure("labs/1-toy.ipynb", repo_url="https://github.com/owner/course")
    assert course.build() == []
    link = "https://colab.research.google.com/github/owner/course/blob/labs/notebooks/1-toy.ipynb"
    assert f'<a class="md-button" href="{link}">Open in Colab</a>' in course.page("labs/1-toy")
    assert f'<a href="{link}">open in Colab</a>' in course.page("")
