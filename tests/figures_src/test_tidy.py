"""``make tidy``: what belongs to no figure of the catalogue goes, everything else stays."""

import shutil
from pathlib import Path

from site_lib.provenance import ROOT
from tests.figures_src.toy_project import ToyProject, built


def test_a_figure_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    project = ToyProject(tmp_path)
    shutil.copy(ROOT / "figures_src/tidy.py", project.path("figures_src/tidy.py"))
    project.build()
    project.write("docs/figures/cloud/1.txt", "one")
    project.write("docs/figures/cloudy.txt", "of no figure, but perhaps of something else")
    project.write("results/student/state.npz", "of no profile")
    before = project.outputs()
    assert project.run_module("figures_src.tidy") == ""

    catalogue = project.path("figures_src/catalogue.toml").read_text(encoding="utf-8")
    for entry in ("experiments.noise", "figures.cloud", "figures.both"):
        start = catalogue.index(f"[{entry}]")
        end = catalogue.find("\n[", start) + 1 or len(catalogue)
        catalogue = catalogue[:start] + catalogue[end:]
    project.write("figures_src/catalogue.toml", catalogue)
    output = project.run_module("figures_src.tidy")
    gone = before.keys() - project.outputs().keys()
    names = {Path(name).name.split(".")[0] for name in gone if "cloud/" not in name}
    assert names == {"cloud", "both", "noise"}
    assert "docs/figures/cloud/1.txt" in gone
    assert len(gone) == 11 + 7 + 1  # cloud in WebP with a folder, both with its file, noise
    assert "deleting results/default/noise.npz" in output
    assert built(project.build()) == set()
