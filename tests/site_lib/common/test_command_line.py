"""Scripts get their command line from their functions, and write all that they promise."""

import csv
import json
import runpy
import sys
from pathlib import Path

import pytest

from site_lib.common import command_line
from site_lib.common.command_line import errors_on_one_line
from site_lib.records.measurement import load_result
from site_lib.records.published_files import figure_files

EXPERIMENT = '''
"""Counts."""
import numpy as np
from site_lib.common.errors import CourseError
from site_lib.measuring.experiment import run_experiment
from site_lib.records.measurement import Measurement

def measure(*, num_items: int, scale: float, names: list[str], seed: int, device) -> Measurement:
    if num_items == 0:
        raise CourseError("nothing to count")
    values = scale * np.arange(num_items)
    return Measurement({"values": values}, {"names": names}, inputs=[{"name": "x", "sha256": "0"}])

if __name__ == "__main__":
    run_experiment(measure)
'''
DRAWING = '''
"""Draws a line."""
from site_lib.records.claims import Claim
from site_lib.drawing.figure import Description, run_drawing
from site_lib.drawing.figure_style import Style
from matplotlib.figure import Figure

def draw(result, style: Style):
    figure = Figure(figsize=(2, 1))
    figure.subplots().plot(result["values"])
    return figure

def describe(result):
    values = result["values"]
    table = {"step": range(len(values)), "value": values}
    claims = [Claim("rises", "It rises.", values[-1] - values[0], at_least=0.1)]
    return Description("Title", "Caption", "Alt", table, claims, {"extra.bin": b"extra"})

if __name__ == "__main__":
    run_drawing(draw, describe)
'''


class Script:
    """A script in a folder, run as from a shell."""

    def __init__(self, path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        path.write_text(text.lstrip(), encoding="utf-8")
        self.path = path
        self.monkeypatch = monkeypatch

    def __call__(self, *arguments: object) -> None:
        self.monkeypatch.setattr(sys, "argv", [str(self.path), *map(str, arguments)])
        self.monkeypatch.setattr(command_line, "ROOT", self.path.parent)
        runpy.run_path(str(self.path), run_name="__main__")


@pytest.fixture
def count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    return Script(tmp_path / "measure_count.py", EXPERIMENT, monkeypatch)


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    return Script(tmp_path / "line.py", DRAWING, monkeypatch)


PARAMETERS = ("--num-items", 3, "--scale", 0.5, "--names", "a", "b", "--seed", 7, "--device", "cpu")


def test_experiment_writes_result_and_record(count: Script, tmp_path: Path) -> None:
    count("--output", tmp_path / "count.npz", "--profile", "draft", *PARAMETERS)
    result = load_result(tmp_path / "count.npz")
    assert result["values"].tolist() == [0, 0.5, 1]
    assert result.metrics == {"names": ["a", "b"]}
    record = result.record
    assert record["parameters"] == {"num_items": 3, "scale": 0.5, "names": ["a", "b"]}
    assert (record["seed"], record["profile"], record["device"]) == (7, "draft", "cpu")
    assert record["script"] == "measure_count.py"
    assert {"measure_count", "experiment", "provenance"} <= set(record["sources"])
    assert record["inputs"] == [{"name": "x", "sha256": "0"}]
    assert {"numpy", "torch"} <= set(record["versions"])


def test_course_error_is_one_line_and_status_1(
    count: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        count("--output", tmp_path / "count.npz", "--num-items", 0, *PARAMETERS[2:])
    assert leaving.value.code == 1
    assert capsys.readouterr().err == "error: nothing to count\n"
    assert not (tmp_path / "count.npz").exists()


@pytest.mark.parametrize("device", ["cuda", "tpu"])
def test_device_that_cannot_be_had_is_one_line(
    count: Script,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    device: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("torch.cuda.device_count", lambda: 0)
    with pytest.raises(SystemExit):
        count("--output", tmp_path / "count.npz", *PARAMETERS[:-1], device)
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert device in error
    assert error.count("\n") == 1


def test_output_that_nobody_can_take_is_one_line_and_the_work_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = []

    @errors_on_one_line()
    def work() -> None:
        print("not heard", flush=True)
        print("nor this")
        done.append("work")

    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(SystemExit) as leaving:
            work()
    assert done == ["work"]
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("error: cannot write to standard output: No space left on device; ")
    assert error.count("\n") == 1


def test_missing_parameter_is_named(
    count: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as leaving:
        count("--output", tmp_path / "count.npz", *PARAMETERS[2:])
    assert leaving.value.code == 2
    assert "--num-items" in capsys.readouterr().err


@pytest.mark.parametrize("image_format", ["svg", "webp"])
def test_drawing_writes_every_file_and_a_sidecar_that_names_them(
    count: Script, line: Script, tmp_path: Path, image_format: str
) -> None:
    count("--output", tmp_path / "count.npz", *PARAMETERS)
    folder = tmp_path / "figures"
    line("--result", tmp_path / "count.npz", "--output", folder, "--format", image_format)
    wanted = {*figure_files("line", image_format), "extra.bin"}
    assert {path.name for path in folder.iterdir()} == wanted

    sidecar = json.loads((folder / "line.json").read_text(encoding="utf-8"))
    named = {image["file"] for image in sidecar["images"]} | {*sidecar["data"], *sidecar["files"]}
    assert named | {"line.json"} == wanted
    assert sidecar["experiments"][0]["seed"] == 7
    assert sidecar["metrics"] == {"num_items": 3, "scale": 0.5, "names": ["a", "b"]}
    assert [claim["holds"] for claim in sidecar["claims"]] == [True]

    rows = csv.reader((folder / "line.csv").read_text(encoding="utf-8").splitlines())
    assert list(rows) == [["step", "value"], ["0", "0"], ["1", "0.5"], ["2", "1"]]


def test_drawing_of_a_damaged_result_is_one_line(
    line: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "count.npz").write_bytes(b"damaged")
    with pytest.raises(SystemExit):
        line("--result", tmp_path / "count.npz", "--output", tmp_path / "figures")
    assert capsys.readouterr().err.startswith("error: damaged result")
    assert not (tmp_path / "figures").exists()


def test_one_script_draws_several_figures(count: Script, line: Script, tmp_path: Path) -> None:
    source = DRAWING.replace("style: Style):", "*, width: float, style: Style):")
    source = source.replace("figsize=(2, 1)", "figsize=(width, 1)")
    source = source.replace("def describe(result):", "def describe(result, *, depth: int):")
    line.path.write_text(source.replace('"Caption"', 'f"Depth {depth + 1}"').lstrip())
    count("--output", tmp_path / "count.npz", *PARAMETERS)
    folder = tmp_path / "figures"
    parameters = ("--depth", 2, "--width", 1.5)
    line("--result", tmp_path / "count.npz", "--output", folder, "--id", "shallow", *parameters)
    wanted = {*figure_files("shallow", "svg"), "extra.bin"}
    assert {path.name for path in folder.iterdir()} == wanted
    sidecar = json.loads((folder / "shallow.json").read_text(encoding="utf-8"))
    assert sidecar["id"] == "shallow"
    assert sidecar["script"] == "line.py"
    assert sidecar["caption"] == "Depth 3"
    assert sidecar["drawing"]["parameters"] == {"width": 1.5, "depth": 2}
    assert sidecar["images"][0]["width"] == 144


def test_figure_on_demand_has_a_folder_for_its_files(
    count: Script, line: Script, tmp_path: Path
) -> None:
    line.path.write_text(DRAWING.replace("extra.bin", "{id}.bin").lstrip())
    count("--output", tmp_path / "count.npz", *PARAMETERS)
    folder = tmp_path / "figures"
    line("--result", tmp_path / "count.npz", "--output", folder, "--id", "animal/polar-bear",
         "--format", "webp")  # fmt: skip
    wanted = {*figure_files("animal/polar-bear", "webp"), "animal/polar-bear.bin"}
    assert {p.relative_to(folder).as_posix() for p in folder.rglob("*.*")} == wanted
    sidecar = json.loads((folder / "animal/polar-bear.json").read_text(encoding="utf-8"))
    named = {image["file"] for image in sidecar["images"]} | {*sidecar["data"], *sidecar["files"]}
    assert named | {"animal/polar-bear.json"} == wanted


def test_runs_of_one_experiment_keep_their_metrics_apart(
    count: Script, line: Script, tmp_path: Path
) -> None:
    line.path.write_text(
        DRAWING.replace("draw(result", "draw(first, result")
        .replace("describe(result", "describe(first, result")
        .lstrip()
    )
    runs = []
    for key, number in (("a-1", 3), ("b", 4)):
        count("--output", tmp_path / f"{key}.npz", "--num-items", number, *PARAMETERS[2:])
        runs.append(f"{key}={tmp_path / key}.npz")
    folder = tmp_path / "figures"
    line("--result", *runs, "--output", folder)
    sidecar = json.loads((folder / "line.json").read_text(encoding="utf-8"))
    # The parameters that both agree on stand for themselves.
    agreed = {"names": ["a", "b"], "scale": 0.5}
    runs_apart = {"a-1": {"names": ["a", "b"]}, "b": {"names": ["a", "b"]}}
    assert sidecar["metrics"] == agreed | runs_apart
    assert [record["run"] for record in sidecar["experiments"]] == ["a-1", "b"]
    assert [record["parameters"]["num_items"] for record in sidecar["experiments"]] == [3, 4]
    assert (folder / "line.csv").read_text().splitlines()[-1] == "3,1.5"  # drawn: the second


def test_drawing_without_its_parameter_says_which(
    line: Script, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line.path.write_text(DRAWING.replace("style: Style", "*, depth: int, style: Style").lstrip())
    with pytest.raises(SystemExit):
        line("--result", tmp_path / "count.npz", "--output", tmp_path / "figures")
    assert "--depth" in capsys.readouterr().err
