"""``make tidy``: what belongs to no figure of the catalogue goes, everything else stays."""

from pathlib import Path

import pytest

from figures_src.engine import tidy
from figures_src.engine.catalogue import Catalogue, Experiment, Figure
from site_lib.records.published_files import figure_files

SLOPE = Experiment("slope", Path("measure_slope.py"), {"default": {}})
LINE = Figure("line", Path("line.py"), (SLOPE,), "svg", ())
BEAST = Figure("beast", Path("beast.py"), (SLOPE,), "svg", ())
KEPT = [
    *(f"docs/figures/{name}" for name in figure_files("line", "svg")),
    "docs/figures/line/1.txt",
    "docs/figures/beast/bear.json",
    "docs/figures/cloudy.txt",  # of no figure, but perhaps of something else
    "results/default/slope.npz",
    "results/draft/slope/5.npz",
    "results/student/state.npz",  # of no profile
    "elsewhere/state.npz",
]
STRAY = [
    *(f"docs/figures/{name}" for name in figure_files("cloud", "webp")),
    "docs/figures/cloud.bin",
    "docs/figures/cloud/1.txt",
    "results/default/noise.npz",
    "results/full/noise/7.npz",
]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Built files of two figures and an experiment, and of others that the catalogue lost."""
    catalogue = Catalogue({"slope": SLOPE}, {"line": LINE}, {"beast": BEAST})
    monkeypatch.setattr(tidy, "ROOT", tmp_path)
    monkeypatch.setattr(tidy, "load_catalogue", lambda: catalogue)
    monkeypatch.setattr(tidy, "figures_folder", lambda: tmp_path / "docs/figures")
    for name in KEPT + STRAY:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("damaged: neither a record nor a result")
    return tmp_path


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_figure_that_is_gone_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tidy.main()
    assert files(project) == set(KEPT)
    lines = capsys.readouterr().out.splitlines()
    assert "deleting docs/figures/cloud" in lines
    assert "deleting results/default/noise.npz" in lines
    tidy.main()
    assert files(project) == set(KEPT)
    assert capsys.readouterr().out == ""


def test_a_link_goes_and_what_it_leads_to_stays(project: Path) -> None:
    (project / "results/default/old").symlink_to(project / "elsewhere")
    tidy.main()
    assert files(project) == set(KEPT)
    assert not (project / "results/default/old").is_symlink()


def test_what_cannot_be_deleted_is_one_line(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(SystemExit) as leaving:
        tidy.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("error: cannot delete /")
    assert error.endswith(": Permission denied; check its owner and permissions\n")
    assert error.count("\n") == 1
