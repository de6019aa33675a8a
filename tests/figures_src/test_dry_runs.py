"""Every experiment runs and every figure is drawn, on as little as their code can do with."""

import csv
import json
import re
from inspect import signature
from runpy import run_path

import numpy as np
import pytest

from figures_src.engine.catalogue import load_catalogue
from site_lib.data.recordings import at_hand
from site_lib.networks.registry import REGISTRY
from site_lib.records.measurement import Result, load_result
from tests.figures_src.dry_runs import DryRuns, assert_equal, shared_folder, table

CATALOGUE = load_catalogue()
FIGURES = CATALOGUE.figures | CATALOGUE.on_demand
# Arrays in which a value that is not finite says something.
NOT_FINITE = {
    # Not a number: the answer was wrong before. Infinite: it stays right.
    "adversarial-attacks": r"(fgsm|deepfool|minimal_norm)_\d+|\w+_l2|linear_white",
    "adversarial-slice": "wall|along_noise",
    # Infinite: the mean answer does not exceed that to grey. Not a number: no unit is tuned.
    "drifting-gratings": r"(width|ratio).*|example_.*|oriented|complex",
    # Not a number: the distance within a group of one object.
    "areas": "gallery",
    # Not a number: a count without a range.
    "network-sizes": "low|high",
    "transistor-growth": "low|high",
}
# Measured anew at night; by day they are read back, and what is cheaper is measured: the recordings
# of areas for block-matrices, for one.
LONG_ANEW = ("areas", "semantics", "v4-neurons", "models-and-it")
CHEAP = ["student-first-layer", "adversarial-universal", "transistor-growth"]


@pytest.fixture(scope="session")
def dry(tmp_path_factory: pytest.TempPathFactory) -> DryRuns:
    """Results and figures of dry runs."""
    return DryRuns(shared_folder(tmp_path_factory.getbasetemp()))


# ------------------------------------------------------------------ the table


def test_the_table_has_experiments_that_there_are() -> None:
    assert table()["runs"].keys() <= CATALOGUE.experiments.keys()
    assert table()["recordings"].keys() == {
        name for name, one in CATALOGUE.experiments.items() if "recorded" in one.parameters["full"]
    }


@pytest.mark.parametrize(
    ("part", "name"), [(part, name) for part in ("runs", "recordings") for name in table()[part]]
)
def test_the_table_has_parameters_and_constants_that_there_are(part: str, name: str) -> None:
    entry = dict(table()[part][name])
    experiment = CATALOGUE.experiments[name]
    script = run_path(str(experiment.script))
    assert entry.pop("constants", {}).keys() <= script.keys()
    assert entry.keys() <= experiment.parameters["default"].keys()
    assert entry.keys() <= signature(script["measure"]).parameters.keys()


# ---------------------------------------------------------------- experiments


@pytest.mark.parametrize("name", CATALOGUE.experiments)
def test_an_experiment_runs_and_says_what_it_used(name: str, dry: DryRuns) -> None:
    experiment = CATALOGUE.experiments[name]
    result = load_result(dry.result(experiment))
    assert result.arrays
    check_finite(result, NOT_FINITE.get(name, "$"))
    check_record(result)
    assert result.record["profile"] == "dry"
    assert result.record["device"] == "cpu"


def check_finite(result: Result, meaningful: str) -> None:
    """Floats are finite, but in arrays whose names match."""
    for name, array in result.arrays.items():
        if array.dtype.kind in "fc" and not re.fullmatch(meaningful, name):
            assert np.isfinite(array).all(), name


def check_record(result: Result) -> None:
    """Every network and photograph that a parameter names is recorded with a hash."""
    weights, inputs = result.record["weights"], result.record["inputs"]
    assert weights or inputs
    for entry in (*weights, *inputs):
        assert len(entry["sha256"]) >= 10, entry
    values = result.record["parameters"].values()
    named = {word for value in values for word in np.atleast_1d(value).tolist()}
    used = {entry["model"].split(",")[0] for entry in weights}
    assert named & REGISTRY.keys() <= used
    shown = result.record["parameters"].get("photographs", [])
    assert {f"photograph: {name}" for name in shown} <= {entry["name"] for entry in inputs}


@pytest.mark.parametrize("name", CHEAP)
def test_the_same_seed_gives_the_same_bits(name: str, dry: DryRuns, tmp_path) -> None:
    experiment = CATALOGUE.experiments[name]
    first, second = (load_result(one.result(experiment)) for one in (dry, DryRuns(tmp_path)))
    assert_equal(first, second)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.nightly if name in LONG_ANEW else [])
        for name in table()["recordings"]
    ],
)
def test_recordings_are_measured_anew_and_read_back(name: str, dry: DryRuns, tmp_path) -> None:
    experiment = CATALOGUE.experiments[name]
    script = run_path(str(experiment.script))
    recordings = script.get("RECORDINGS", ["kriegeskorte2008"])
    if not at_hand(recordings):
        pytest.skip(f"{', '.join(recordings)} are not on this machine: COURSE_DATA")
    small = table()["recordings"][name] | {"recorded": "write"}
    path = tmp_path / "measured.npz"
    dry.measure(experiment, path, small, RECORDED=tmp_path / "recorded.json")
    anew, replayed = load_result(path), load_result(dry.result(experiment))
    assert anew.arrays.keys() == replayed.arrays.keys()
    check_finite(anew, NOT_FINITE.get(name, "$"))


# -------------------------------------------------------------------- figures


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn_and_described(name: str, dry: DryRuns) -> None:
    figure = FIGURES[name]
    path = dry.draw(figure)
    record = json.loads(path.read_text(encoding="utf-8"))
    assert {(image["theme"], image["layout"]) for image in record["images"]} == {
        ("light", "wide"), ("dark", "narrow")}  # fmt: skip
    for name in (*(image["file"] for image in record["images"]), *record["files"]):
        assert (path.parent / name).stat().st_size > 0
    claims = record["claims"]
    for text in (*(record[part] for part in ("title", "caption", "alt")),
                 *(claim["sentence"] for claim in claims)):  # fmt: skip
        assert text.strip()
        assert not re.search(r"[{}]|\bnan\b|\bNone\b", text), text
    assert len({claim["id"] for claim in claims}) == len(claims)
    rows = list(csv.reader(path.with_suffix(".csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) > 1
