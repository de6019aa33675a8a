"""The engine on a toy project: it builds what is out of date, and nothing else."""

import ctypes
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from figures_src.engine import jobs
from site_lib.common.files import ROOT
from site_lib.records.lab_records import copy_names
from site_lib.records.published_files import figure_files
from tests.figures_src.toy_project import EVERYTHING, ToyProject, built

# ------------------------------------------------------------- what is rebuilt


def test_first_build_builds_everything(project: ToyProject) -> None:
    assert built(project.build()) == EVERYTHING
    assert project.complete()


def test_second_build_does_nothing_and_imports_nothing_slow(finished: ToyProject) -> None:
    assert finished.complete()
    output = finished.run_module("figures_src.engine.build", PYTHONPROFILEIMPORTTIME="1")
    assert output.splitlines()[-1] == "5 up to date"
    imported = {line.split("|")[-1].strip() for line in output.splitlines() if "|" in line}
    assert "figures_src.engine.catalogue" in imported
    assert not imported & {"pytask", "torch", "matplotlib", "sqlalchemy", "psutil"}


def test_new_time_stamps_change_nothing(finished: ToyProject) -> None:
    for path in finished.folder.rglob("*"):
        if path.is_file() and ".pytask" not in path.parts:
            path.touch()
    assert built(finished.build()) == set()


def test_edited_drawing_is_the_only_one_drawn_and_torch_stays_out(finished: ToyProject) -> None:
    marker = finished.path("torch-was-imported")
    marker.unlink()  # of the first build, which measured
    before = finished.outputs()
    finished.edit("figures_src/toys/line.py", "a caption", "a better caption")
    output = finished.build()
    assert built(output) == {"line"}
    assert "changed: code of line" in output
    assert not marker.exists()
    after = finished.outputs()
    assert {name for name in after if after[name] != before[name]} == {"docs/figures/line.json"}


@pytest.mark.parametrize(
    ("module", "rerun"),
    [
        ("ruler", {"default/slope", "line", "both"}),
        ("ink", {"line", "cloud", "both"}),
        ("records/claims", set()),
    ],
)
def test_edited_module_reruns_those_that_import_it(
    finished: ToyProject, module: str, rerun: set[str]
) -> None:
    name = f"site_lib/{module}.py"
    source = finished.path(name).read_text()
    finished.path(name).write_text(source.replace("1.0", "3.0") + "SPARE = 1\n")
    output = finished.build()
    assert built(output) == rerun
    assert not rerun or f"changed: code of {Path(module).name}" in output


def test_words_and_rooms_rebuild_nothing_and_numbers_do(finished: ToyProject) -> None:
    finished.edit("site_lib/common/errors.py", '"""One', '"""Mended. One')
    finished.edit("site_lib/ruler.py", "UNIT = 1.0", '"""Says more."""\n\nUNIT = 1.0  # metre')
    assert built(finished.build()) == set()
    finished.write("site_lib/tools/__init__.py", "")
    finished.path("site_lib/ruler.py").rename(finished.path("site_lib/tools/ruler.py"))
    script = "figures_src/toys/measure_slope.py"
    finished.edit(script, "from site_lib.ruler", "from site_lib.tools.ruler")
    assert built(finished.build()) == set()
    finished.edit("site_lib/tools/ruler.py", "1.0", "2.0")
    assert built(finished.build()) == {"default/slope", "line", "both"}


def test_changed_parameter_reruns_its_experiment_and_its_figures(finished: ToyProject) -> None:
    finished.edit("figures_src/catalogue.toml", "scales = [0.5, 2.0]", "scales = [0.5, 2.0, 4.0]")
    output = finished.build()
    assert built(output) == {"default/noise", "cloud", "both"}
    assert "changed: parameter scales" in output


def test_parameter_that_is_gone_is_a_change_too(finished: ToyProject) -> None:
    script = "figures_src/toys/measure_slope.py"
    finished.edit(script, "required=True", "default=4 if name == 'num-points' else None")
    finished.build()
    finished.edit("figures_src/catalogue.toml", "num_points = 5, ", "")
    finished.edit("figures_src/catalogue.toml", "draft = { num_points = 2 }", "")
    assert built(finished.build()) == {"default/slope", "line", "both"}


def test_build_of_one_figure_leaves_the_others_out_of_date(finished: ToyProject) -> None:
    finished.edit("figures_src/toys/measure_slope.py", "UNIT * np", "3 * UNIT * np")
    assert built(finished.build("--figure", "line")) == {"default/slope", "line"}
    output = finished.build()
    assert built(output) == {"both"}
    assert "4 up to date" in output


@pytest.mark.parametrize("how", ["damage", "delete"])
def test_damaged_or_deleted_outputs_are_rebuilt(finished: ToyProject, how: str) -> None:
    before = finished.outputs()
    for name in ("results/default/slope.npz", "docs/figures/both.bin", "docs/figures/cloud.json"):
        path = finished.path(name)
        if how == "damage":  # as a failing disk does: neither size nor time changes
            times = path.stat()
            path.write_bytes(bytes(times.st_size))
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        else:
            path.unlink()
    output = finished.build()
    assert built(output) == {"default/slope", "both", "cloud"}
    assert output.count("altered since it was built" if how == "damage" else "missing: ") == 3
    assert finished.outputs() == before


@pytest.mark.parametrize("how", ["damage", "delete", "add"])
def test_folder_of_a_figure_is_drawn_anew_when_it_changed(project: ToyProject, how: str) -> None:
    project.edit(
        "figures_src/toys/line.py",
        "write_text(options.output / sidecar",
        "from site_lib.records.published_files import write_folder\n"
        "folder = options.output / options.id\n"
        "record['folder'] = write_folder(folder, {'a/1.txt': b'one', '2.txt': b'two'})\n"
        "write_text(options.output / sidecar",
    )
    assert built(project.build("--figure", "line cloud")) == EVERYTHING - {"both"}
    assert built(project.build("--figure", "line cloud")) == set()
    before = project.outputs()
    path = project.path("docs/figures/line/a/1.txt")
    if how == "damage":
        path.write_text("eno")
    elif how == "delete":
        path.unlink()
    else:
        path.with_name("stray.txt").touch()
    assert built(project.build("--figure", "line cloud")) == {"line"}
    assert project.outputs() == before


def test_figures_share_a_script_and_differ_by_a_parameter(project: ToyProject) -> None:
    project.edit(
        "figures_src/catalogue.toml",
        "[figures.cloud]",
        "parameters = { thickness = 2 }\n"
        '[figures.thin-line]\nscript = "figures_src/toys/line.py"\nexperiments = ["slope"]\n'
        "[figures.cloud]",
    )
    assert built(project.build()) == EVERYTHING | {"thin-line"}
    outputs = project.outputs()
    assert outputs["docs/figures/line.csv"].startswith(b"blueblue")
    assert outputs["docs/figures/thin-line.csv"] == outputs["docs/figures/line.csv"][4:]
    assert built(project.build()) == set()
    project.edit("figures_src/catalogue.toml", "thickness = 2", "thickness = 3")
    output = project.build()
    assert built(output) == {"line"}
    assert "changed: parameter thickness" in output


def test_profiles_keep_their_results_apart(finished: ToyProject) -> None:
    output = finished.build("--profile", "draft", "--figure", "line")
    assert built(output) == {"draft/slope", "line"}
    assert built(finished.build()) == {"line"}  # drawn again, not measured again


def test_missing_only_leaves_whole_figures_alone(finished: ToyProject) -> None:
    arguments = ("--profile", "draft", "--missing-only")
    assert "nothing is missing" in finished.build(*arguments)
    finished.path("docs/figures/cloud.csv").unlink()
    assert built(finished.build(*arguments)) == {"draft/noise", "cloud"}
    assert built(finished.build()) == {"cloud"}


def test_committed_result_is_drawn_and_measured_only_on_demand(finished: ToyProject) -> None:
    finished.path("committed").mkdir()
    finished.path("results/default/slope.npz").rename(finished.path("committed/slope.npz"))
    finished.edit(
        "figures_src/catalogue.toml",
        "num_points = 5, seed = 0 }",
        'num_points = 5, seed = 0 }\ncommitted = "committed/slope.npz"',
    )
    assert built(finished.build()) == {"line", "both"}
    finished.edit("figures_src/toys/measure_slope.py", "UNIT * np", "3 * UNIT * np")
    assert built(finished.build()) == set()
    finished.build("--remeasure", "slope")
    assert built(finished.build()) == {"line", "both"}
    assert "nearest: slope" in finished.build("--remeasure", "noise", status=1)


# --------------------------------------------------------------------- devices

TWO_GPUS = """
    from types import SimpleNamespace
    device = str
    cuda = SimpleNamespace(is_available=lambda: True, device_count=lambda: 2)
    backends = SimpleNamespace(cuda=SimpleNamespace(matmul=SimpleNamespace()),
                               cudnn=SimpleNamespace())
    """


def test_one_of_several_gpus_is_handed_on_and_its_kind_is_an_input(project: ToyProject) -> None:
    project.write("torch.py", TWO_GPUS)
    script = "figures_src/toys/measure_slope.py"
    project.edit(script, 'print("threads"', 'print("on", options.device)\nprint("threads"')
    output = project.build("--device", "cuda:1")
    assert built(output) == EVERYTHING
    assert "on cuda:1\n" in output
    assert built(project.build("--device", "cuda")) == set()  # another GPU, and the same kind
    measured = {"default/slope", "default/noise"}
    output = project.build("--device", "cpu")
    assert built(output) == measured  # with the same result, so that nothing is drawn
    assert built(project.build("--device", "cpu")) == set()
    output = project.build("--device", "cuda:0")
    assert built(output) == measured
    assert "changed: kind of device" in output


@pytest.mark.parametrize(
    ("files", "visible", "version", "kind"),
    [
        (["null"], None, "2.14.1", "cpu"),
        (["nvidiactl", "nvidia-uvm"], None, "2.14.1", "cpu"),
        (["nvidia0", "nvidiactl"], None, "2.14.1", "cuda"),
        (["nvidia3"], "3", "2.14.1", "cuda"),
        (["nvidia0"], "", "2.14.1", "cpu"),
        (["nvidia0"], "-1", "2.14.1", "cpu"),
        (["nvidia0"], None, "2.14.1+cpu", "cpu"),
    ],
)
def test_the_kind_of_device_is_found_without_torch(
    files: list[str], visible: str | None, version: str, kind: str, tmp_path, monkeypatch
) -> None:
    for name in files:
        (tmp_path / name).touch()
    monkeypatch.setattr(jobs, "DEVICE_FILES", tmp_path)
    monkeypatch.setattr(jobs, "package_versions", lambda names: dict.fromkeys(names, version))
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert jobs.kind_of_device("auto") == kind
    assert jobs.kind_of_device("cpu") == "cpu"
    assert jobs.kind_of_device("cuda:1") == "cuda"


# ------------------------------------------------------------ one job for each

EACH = """
    [experiments.slope]
    each = "num_points"
    parameters = { num_points = [5, 7, 9], seed = 0 }
    draft = { num_points = [2] }
    cost = { default = { units = [50, 70, 4000], seconds_per_unit = 1.5 } }
    """
RUNS = {"default/slope/5", "default/slope/7", "default/slope/9"}


@pytest.fixture
def fanned(project: ToyProject) -> ToyProject:
    """The toy project, not built, with one job for each of three numbers of points."""
    project.edit("figures_src/catalogue.toml", "[experiments.slope]\n", textwrap.dedent(EACH))
    project.edit("figures_src/catalogue.toml", "parameters = { num_points = 5, seed = 0 }\n", "")
    project.edit("figures_src/catalogue.toml", "draft = { num_points = 2 }\n", "")
    return project


def test_one_job_for_each_value_and_its_cost(fanned: ToyProject) -> None:
    output = fanned.build()
    assert built(output) == EVERYTHING - {"default/slope"} | RUNS
    assert output.splitlines()[0] == ("slope: 3 jobs, 4120 units × 1.5 s ≈ 1.7 h on one worker")
    results = {path.name for path in fanned.path("results/default/slope").iterdir()}
    assert results == {"5.npz", "7.npz", "9.npz"}
    # Sums of 0 … n − 1, in the order of the list.
    assert fanned.path("docs/figures/line.csv").read_text() == "blue10.0 21.0 36.0"
    output = fanned.build()
    assert built(output) == set()
    assert "units" not in output


def test_only_the_job_that_is_out_of_date_runs_and_is_priced(fanned: ToyProject) -> None:
    fanned.build()
    fanned.path("results/default/slope/7.npz").unlink()
    output = fanned.build()
    assert built(output) == {"default/slope/7"}  # the same result, so nothing is drawn
    assert output.splitlines()[0] == "slope: 1 job, 70 units × 1.5 s ≈ 1.8 min on one worker"
    assert built(fanned.build("--profile", "draft", "--figure", "line")) == {
        "draft/slope/2", "line"}  # fmt: skip


def test_kill_loses_only_the_job_that_was_running(fanned: ToyProject) -> None:
    script = "figures_src/toys/measure_slope.py"
    stop = (
        "if options.num_points == 7 and not Path('go').exists():\n"
        "    print('busy', flush=True)\n    time.sleep(3600)\n"
    )
    fanned.edit(script, "values =", stop + "values =")
    build = fanned.start()
    build.wait_for("busy")
    build.kill()
    build.wait()
    done = {f"default/slope/{path.stem}" for path in fanned.path("results").rglob("slope/?.npz")}
    assert "default/slope/7" not in done
    fanned.path("go").touch()
    assert built(fanned.build()) & RUNS == RUNS - done


# ------------------------------------------------------------------- on demand

ANIMAL = """
    [experiments.animal]
    script = "figures_src/toys/measure_animal.py"
    parameters = { num_legs = 4, seed = 0 }
    draft = { num_legs = 2 }
    ask = { CLASS = "animal" }
    cost = { default = { units = 30, seconds_per_unit = 1 } }
    [figures.animal]
    script = "figures_src/toys/line.py"
    experiments = ["animal"]
    format = "webp"
    files = ["{id}.bin"]
    """
MEASURE_ANIMAL = """
    import argparse
    from pathlib import Path
    from site_lib.common.command_line import errors_on_one_line
    from site_lib.common.errors import unknown_name
    from site_lib.records.measurement import Measurement, save_result
    import numpy as np

    parser = argparse.ArgumentParser()
    for name in ("output", "profile", "device", "num-legs", "seed", "animal"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    known = ("polar bear", "zebra", "-1")
    with errors_on_one_line():
        if options.animal not in known:
            raise unknown_name("animal", options.animal, known)
    values = np.array([int(options.num_legs) + known.index(options.animal)])
    save_result(Path(options.output), Measurement({"values": values}, {}), {})
    """


@pytest.fixture
def zoo(project: ToyProject) -> ToyProject:
    """The toy project, not built, with a figure that asks for an animal."""
    project.write("figures_src/toys/measure_animal.py", MEASURE_ANIMAL)
    catalogue = project.path("figures_src/catalogue.toml")
    catalogue.write_text(catalogue.read_text() + textwrap.dedent(ANIMAL))
    # The real drawings publish `{id}.bin` by themselves.
    extra = "EXTRA = [options.id + '.bin'] if '/' in options.id else []\ntext ="
    project.edit("figures_src/toys/line.py", "text =", extra)
    return project


def ask(project: ToyProject, animal: str, *arguments: str, status: int = 0) -> str:
    """Build the figure for an animal."""
    return project.build(
        "--figure", "animal", "--option", f"CLASS={animal}", *arguments, status=status
    )


def test_figure_on_demand_is_made_for_each_value_and_kept_apart(zoo: ToyProject) -> None:
    assert built(zoo.build()) == EVERYTHING
    published = zoo.outputs()
    output = ask(zoo, "polar bear")
    assert built(output) == {"default/animal/polar-bear", "animal/polar-bear"}
    assert output.splitlines()[0] == "animal: 1 job, 30 units × 1 s ≈ 30 s on one worker"
    picture = "docs/figures/animal/polar-bear.light.wide.2x.webp"
    assert output.splitlines()[-1] == f"animal/polar-bear: {picture}"
    bear = zoo.outputs()
    files = {f"docs/figures/{name}" for name in figure_files("animal/polar-bear", "webp")}
    files |= {"results/default/animal/polar-bear.npz", "docs/figures/animal/polar-bear.bin"}
    assert bear.keys() - published.keys() == files
    assert bear[picture] == b"blue4"

    assert built(ask(zoo, "zebra")) == {"default/animal/zebra", "animal/zebra"}
    assert zoo.outputs()["docs/figures/animal/zebra.csv"] == b"blue5"
    assert bear.items() <= zoo.outputs().items()
    again = ask(zoo, "polar bear")  # in spite of what was built in between
    assert built(again) == set()
    assert again.splitlines()[-1] == f"animal/polar-bear: {picture}"
    assert built(zoo.build()) == set()
    assert built(ask(zoo, "zebra", "--profile", "draft")) == {
        "draft/animal/zebra", "animal/zebra"}  # fmt: skip
    assert built(ask(zoo, "-1")) == {"default/animal/1", "animal/1"}
    zoo.run_module(
        "figures_src.engine.claims_report", status=1
    )  # no claims, but no stray figures either


def test_unknown_value_is_one_clear_error_of_the_experiment(zoo: ToyProject) -> None:
    output = ask(zoo, "zebro", status=1)
    assert output.count("error: ") == 1
    assert "error: unknown animal 'zebro'; nearest: zebra" in output
    assert not zoo.path("docs/figures/animal").exists() or not any(
        zoo.path("docs/figures/animal").iterdir()
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--figure", "animal"], 'say for which CLASS: make figure NAME=animal CLASS="…"'),
        (["--figure", "animal", "--option", "CLASS="], "write --option NAME=VALUE, not 'CLASS='"),
        (["--figure", "animal", "--option", "CLASS=…"], "'…' has no letter or digit"),
        (["--figure", "animal", "--option", "CLAS=zebra"], "say for which CLASS"),
        (["--figure", "line", "--option", "CLASS=zebra"], "'line' takes no CLASS; leave it out"),
        (["--option", "CLASS=zebra"], "CLASS is for one figure; say which with NAME=<id>"),
    ],
)
def test_option_that_is_missing_or_superfluous_is_one_line(
    zoo: ToyProject, arguments: list[str], message: str
) -> None:
    output = zoo.build(*arguments, status=1)
    assert message in output
    assert len(output.splitlines()) == 1


# ------------------------------------------------------------------ data files


def test_changed_data_file_reruns_its_experiment(project: ToyProject) -> None:
    project.write("figures_src/toys/table.json", "[1]\n")
    project.edit("figures_src/catalogue.toml", "[experiments.slope]",
                 '[experiments.slope]\nreads = ["figures_src/toys/table.json"]')  # fmt: skip
    project.build("--figure", "line")
    project.path("figures_src/toys/table.json").touch()
    assert built(project.build("--figure", "line")) == set()
    project.write("figures_src/toys/table.json", "[2]\n")
    output = project.build("--figure", "line")
    assert built(output) == {"default/slope"}
    assert "changed: figures_src/toys/table.json" in output


# ------------------------------------------------------------------------ labs

LAB = """
# %% [markdown]
# # Lab 1: Toy

# %%
from site_lib.ruler import UNIT
print("unit", UNIT)
"""


def test_lab_runs_when_it_or_what_it_imports_changes(project: ToyProject) -> None:
    project.write("docs/labs/1-toy.py", LAB)
    page = project.path("docs/labs/1-toy.ipynb")
    output = project.build("--figure", "lab-1-toy")
    assert built(output) == {"lab-1-toy"}
    assert output.endswith("lab-1-toy: docs/labs/1-toy.ipynb\n")
    assert "unit 1.0" in page.read_text(encoding="utf-8")
    for name in copy_names("1-toy"):
        assert "unit 1.0" not in project.path(f"docs/labs/downloads/{name}").read_text("utf-8")
    assert built(project.build("--figure", "lab-1-toy")) == set()

    project.edit("site_lib/ruler.py", "1.0", "2.0")
    project.edit("site_lib/ink.py", "blue", "red")
    output = project.build("--figure", "lab-1-toy")
    assert "changed: code of ruler" in output
    assert "unit 2.0" in page.read_text(encoding="utf-8")
    page.unlink()
    assert "lab-1-toy" in built(project.build("--missing-only"))


def test_lab_that_fails_is_one_line_and_keeps_its_page(project: ToyProject) -> None:
    project.write("docs/labs/1-toy.py", LAB)
    project.build("--figure", "lab-1-toy")
    before = project.path("docs/labs/1-toy.ipynb").read_bytes()
    project.edit("docs/labs/1-toy.py", 'print("unit", UNIT)', "UNIT.no_such_thing")
    output = project.build("--figure", "lab-1-toy", status=1)
    (error,) = [line for line in output.splitlines() if line.startswith("error")]
    assert error.startswith('error: docs/labs/1-toy.py: cell 2 ("from site_lib.ruler import UNIT")')
    assert error.endswith("AttributeError: 'float' object has no attribute 'no_such_thing'")
    assert "failed: run lab-1-toy" in output
    assert "Traceback" not in output
    assert project.path("docs/labs/1-toy.ipynb").read_bytes() == before


# --------------------------------------------------------------------- memory

GROW_AND_GIVE_BACK = """
from pathlib import Path

from figures_src.engine.jobs import give_memory_back


def megabytes():
    (line,) = [l for l in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in l]
    return int(line.split()[1]) / 1024


pieces = [bytearray(2**20) for _ in range(400)]
kept = pieces[-1]  # at the end of the heap, so that it cannot shrink from there
del pieces
before = megabytes()
give_memory_back()
print(before - megabytes())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs glibc")
def test_what_a_script_leaves_free_goes_back_to_the_system() -> None:
    # As the Makefile has it: freed memory stays in the process.
    kept = {"MALLOC_MMAP_THRESHOLD_": str(2**32), "MALLOC_TRIM_THRESHOLD_": str(2**32)}
    finished = subprocess.run(
        [sys.executable, "-c", GROW_AND_GIVE_BACK],
        cwd=ROOT,
        env=os.environ | kept,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(finished.stdout) > 300
