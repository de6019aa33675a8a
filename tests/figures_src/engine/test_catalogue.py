"""The catalogue: a mistake in it is one line that names the table and the key."""

import re
from pathlib import Path

import pytest

from figures_src.engine import catalogue
from figures_src.engine.catalogue import load_catalogue, slug
from site_lib.common.errors import CourseError
from site_lib.data.imagenet import class_names
from tests.figures_src.toy_project import ToyProject

WHOLE = """
[experiments.slope]
script = "figures_src/toys/measure_slope.py"
parameters = { num_points = 5, scale = 0.5, seed = 0 }
draft = { num_points = 2 }
full = { num_points = 9 }

[experiments.fan]
script = "figures_src/toys/measure_slope.py"
each = "sides"
parameters = { sides = [5, 7, 9] }
reads = ["figures_src/toys/line.py"]
cost = { default = { units = [50, 70, 4000], seconds_per_unit = 1.5 } }

[experiments.kept]
script = "figures_src/toys/measure_slope.py"
committed = "kept/slope.npz"

[experiments.animal]
script = "figures_src/toys/measure_slope.py"
parameters = { num_legs = 4 }
ask = { CLASS = "name" }

[figures.line]
script = "figures_src/toys/line.py"
experiments = ["slope", "kept"]
parameters = { thickness = 2 }

[figures.cloud]
script = "figures_src/toys/line.py"
experiments = ["fan"]
format = "webp"
files = ["{id}.bin", "cloud/large.webp"]

[figures.beast]
script = "figures_src/toys/line.py"
experiments = ["animal"]
files = ["{id}.png"]

# --------- End
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a whole catalogue, the scripts that it names, and one lab."""
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    for name in ("figures_src/toys/measure_slope.py", "figures_src/toys/line.py",
                 "docs/labs/1-line.py", "docs/other.py"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "catalogue.toml").write_text(WHOLE)
    return tmp_path


def refusal(project: Path, text: str) -> str:
    """With what words a catalogue is refused."""
    (project / "catalogue.toml").write_text(text)
    with pytest.raises(CourseError) as caught:
        load_catalogue(project / "catalogue.toml")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_whole_catalogue_is_read(project: Path) -> None:
    whole = load_catalogue(project / "catalogue.toml")
    assert list(whole.experiments) == ["slope", "fan", "kept", "animal"]
    assert whole.experiments["slope"].parameters["full"] == {
        "num_points": 9, "scale": 0.5, "seed": 0}  # fmt: skip
    assert [cost.units for cost in whole.experiments["fan"].costs["default"]] == [50, 70, 4000]
    assert [run.name for run in whole.experiments["fan"].runs("full")] == [
        "fan/5", "fan/7", "fan/9"]  # fmt: skip
    assert list(whole.figures) == ["line", "cloud"]
    assert list(whole.on_demand) == ["beast"]
    assert list(whole.labs) == ["lab-1-line"]
    names = {path.relative_to(project).as_posix() for path in whole.figures["cloud"].files}
    assert {"docs/figures/cloud.bin", "docs/figures/cloud/large.webp"} <= names


SLOPE, FAN, LINE, CLOUD = (
    "experiment 'slope'",
    "experiment 'fan'",
    "figure 'line'",
    "figure 'cloud'",
)
SCRIPT = '"figures_src/toys/measure_slope.py"\nparameters = { num'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # Numbers and lists where text belongs, text where lists and tables belong.
        (SCRIPT, "5\nparameters = { num", f"`script` of {SLOPE} in the catalogue is 5; it must be"),
        ('"webp"', "5", f"`format` of {CLOUD} in the catalogue is 5; it must be text"),
        ('"webp"', '["webp"]', f"`format` of {CLOUD} in the catalogue is ['webp']"),
        ('files = ["{id}.bin", "cloud/large.webp"]', 'files = "cloud.bin"',
         f"`files` of {CLOUD} in the catalogue is 'cloud.bin'; it must be a list of paths"),
        ('["slope", "kept"]', '"slope"', f"`experiments` of {LINE} in the catalogue is 'slope'"),
        ('["slope", "kept"]', "[1, 2]", f"`experiments` of {LINE} in the catalogue is [1, 2]"),
        ('["slope", "kept"]', '[["slope"]]', f"`experiments` of {LINE} in the catalogue"),
        ('"sides"', '["sides"]', f"`each` of {FAN} in the catalogue is ['sides']"),
        ('{ CLASS = "name" }', '"name"', "`ask` of experiment 'animal' in the catalogue is 'name'"),
        ('{ CLASS = "name" }', "{ CLASS = 5 }", "`ask` of experiment 'animal'"),
        ('{ CLASS = "name" }', '{ "A; b" = "name" }', "`ask` of experiment 'animal'"),
        ('reads = ["figures_src/toys/line.py"]', "reads = 5", f"`reads` of {FAN}"),
        ('reads = ["figures_src/toys/line.py"]', 'reads = "figures_src"', f"`reads` of {FAN}"),
        ('"kept/slope.npz"', "5", "`committed` of experiment 'kept' in the catalogue is 5"),
        ("cost = { default = { units = [50, 70, 4000], seconds_per_unit = 1.5 } }", "cost = 5",
         f"`cost` of {FAN} in the catalogue is 5; it must be a table"),
        ("{ units = [50, 70, 4000], seconds_per_unit = 1.5 }", "5",
         f"cost of {FAN}, profile 'default', in the catalogue is 5; it must be a table"),
        ("draft = { num_points = 2 }", 'draft = ["num_points"]',
         f"`draft` of {SLOPE} in the catalogue is ['num_points']; it must be a table"),
        ("parameters = { num_points = 5, scale = 0.5, seed = 0 }", "parameters = [5]",
         f"`parameters` of {SLOPE} in the catalogue is [5]; it must be a table"),
        (WHOLE, "experiments = 5\n# - End\n", "`experiments` of catalogue.toml in the c"),
        ("[experiments.slope]", "[experiments]\nslope = 5\n[experiments.x]",
         f"{SLOPE} in the catalogue is 5; it must be a table"),
        # Keys.
        ('files = ["{id}.bin"', 'fils = ["{id}.bin"', f"unknown key of {CLOUD} in the catalogue"),
        ('experiments = ["fan"]\n', "", f"{CLOUD} in the catalogue has no `experiments`"),
        ("units =", "unit =", f"unknown key of cost of {FAN}, profile 'default',"),
        ("cost = { default", "cost = { defalt", f"unknown profile in the cost of {FAN}"),
        ("draft = { num_points", "draft = { num_point", f"unknown parameter of {SLOPE}, profile"),
        # Names.
        ("[experiments.slope]", '[experiments."a/b"]', "experiment 'a/b' in the catalogue: a name"),
        ("[figures.line]", '[figures."../line"]', "figure '../line' in the catalogue: a name is"),
        ("[figures.line]", "[figures.Line]", "figure 'Line' in the catalogue: a name is words of"),
        ("[figures.line]", f"[figures.{'l' * 81}]", "and no longer than 80 characters"),
        ("[figures.line]", "[figures.lab-1-line]", "figure 'lab-1-line' in the catalogue has the"),
        ("seed = 0", '"seed; touch x" = 0', "the name of parameter 'seed; touch x' of experiment"),
        ("seed = 0", "output = 0", f"the name of parameter 'output' of {SLOPE} in the catalogue"),
        ("thickness", "id", f"the name of parameter 'id' of {LINE} in the catalogue is 'id'"),
        ('["slope", "kept"]', '["slop"]', f"unknown experiment of {LINE} 'slop'; nearest: slope"),
        ('["slope", "kept"]', "[]", f"{LINE} names no experiment"),
        ('["slope", "kept"]', '["slope", "kept", "slope"]',
         f"`experiments` of {LINE} in the catalogue names 'slope' twice"),
        ('"webp"', '"wepb"', f"unknown format of {CLOUD} 'wepb'; nearest: webp"),
        # Values.
        ("num_points = 5", "num_points = [true]", f"parameter 'num_points' of {SLOPE} in the"),
        ("num_points = 5", "num_points = []", f"parameter 'num_points' of {SLOPE} in the catal"),
        ("num_points = 5", 'num_points = [1, "a"]', f"parameter 'num_points' of {SLOPE}"),
        ("num_points = 5", "num_points = [[1]]", f"parameter 'num_points' of {SLOPE}"),
        ("num_points = 5", "num_points = 2020-01-01", f"parameter 'num_points' of {SLOPE}"),
        ("scale = 0.5", "scale = nan", f"parameter 'scale' of {SLOPE} in the catalogue is nan; it"),
        ("scale = 0.5", "scale = -inf", f"parameter 'scale' of {SLOPE} in the catalogue is -inf"),
        ("scale = 0.5", "scale = [0.5, nan]", f"parameter 'scale' of {SLOPE} in the catalogue"),
        ("scale = 0.5", f"scale = 1{'0' * 400}", f"parameter 'scale' of {SLOPE} in the catalogue"),
        ("full = { num_points = 9 }", "full = { num_points = nan }", "parameter 'num_points' of"),
        ("thickness = 2", "thickness = [false]", f"parameter 'thickness' of {LINE} in the"),
        ("seconds_per_unit = 1.5", "seconds_per_unit = nan", "`seconds_per_unit` of cost of"),
        ("seconds_per_unit = 1.5", "seconds_per_unit = inf", "`seconds_per_unit` of cost of"),
        ("[50, 70, 4000]", "-1", f"`units` of cost of {FAN}, profile 'default', in the catalogue"),
        ("[50, 70, 4000]", "[50, 70, 0]", f"`units` of cost of {FAN}, profile 'default',"),
        ("[50, 70, 4000]", '"many"', f"`units` of cost of {FAN}, profile 'default',"),
        ("[50, 70, 4000]", "[50, 70]", "2 units for 3 runs"),
        # One job for each.
        ("[5, 7, 9]", "5", f"{FAN} runs for each 'sides', which must be a list of values"),
        ("[5, 7, 9]", "['a.b', 'a b']", "'a.b' and 'a b' would both write a-b.npz"),
        ("[5, 7, 9]", "['…', 'b']", "'…' has no letter or digit"),
        ("[5, 7, 9]", f"['{'a' * 300}']", f"{FAN}, profile 'default': no file can be named aaa"),
        ('"sides"', '"side"', f"unknown parameter in `each` of {FAN} 'side'; nearest: sides"),
        ('"sides"', '"sides"\ncommitted = "a.npz"', f"{FAN} can have only one of `each`"),
        ('"name" }', '"num_legs" }', "asks for 'num_legs' and has a value for it, too"),
        ("ask =", 'each = "num_legs"\nask =', "can have only one of `each`, `ask` and `committed`"),
        # Files.
        ("measure_slope.py", "measure_slop.py", f"{SLOPE} in the catalogue: there is no file fig"),
        (SCRIPT, '"docs/other.py"\nparameters = { num', f"`script` of {SLOPE} in the catalogue is"),
        (SCRIPT, '"figures_src/../docs/other.py"\nparameters = { num', f"`script` of {SLOPE}"),
        (SCRIPT, '"/etc/passwd"\nparameters = { num', f"`script` of {SLOPE} in the catalogue is"),
        (SCRIPT, f'"figures_src/{"a" * 300}.py"\nparameters = {{ num', f"`script` of {SLOPE} in"),
        (SCRIPT, '"figures_src/a\\u0000.py"\nparameters = { num', f"`script` of {SLOPE} in"),
        ('reads = ["figures_src/toys/line.py"]', 'reads = ["no.json"]', "there is no file no.json"),
        ('reads = ["figures_src/toys/line.py"]', 'reads = ["../secret"]', f"`reads` of {FAN}"),
        ('"kept/slope.npz"', '"../slope.npz"', "`committed` of experiment 'kept' in the catalogue"),
        ('"kept/slope.npz"', '"results/default/slope.npz"', "`committed` of experiment 'kept' in"),
        ('"kept/slope.npz"', '"kept/slope.npz"\n[experiments.twin]\n'
         'script = "figures_src/toys/line.py"\ncommitted = "kept/slope.npz"',
         "experiments 'kept' and 'twin' have the same `committed`"),
        ('"{id}.bin", ', '"../{id}.bin", ', f"`files` of {CLOUD} in the catalogue is ['../{{id}}"),
        ('"{id}.bin", ', '"/tmp/{id}.bin", ', f"`files` of {CLOUD} in the catalogue is"),
        ('"{id}.bin", ', '"a/../../b.bin", ', f"`files` of {CLOUD} in the catalogue is"),
        ('"{id}.bin", ', '".hidden", ', f"`files` of {CLOUD} in the catalogue is"),
        ('"{id}.bin", ', '"line.csv", ', "figures 'line' and 'cloud' both publish line.csv"),
        ('"{id}.bin", ', '"line/a.bin", ', "into the folder of the figure 'line'"),
        ('"{id}.bin", ', '"beast/a.bin", ', "into the folder of the figure 'beast'"),
        ('files = ["{id}.png"]', 'files = ["poster.png"]', "`files` of figure 'beast', which is"),
        # No TOML at all.
        ("[experiments.slope]", "[experiments.slope", "cannot read"),
        ("[experiments.slope]", "[experiments.fan]", "cannot read"),
        ("num_points = 5", f"num_points = {'[' * 5000}", "cannot read"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_says_where(
    project: Path, old: str, new: str, message: str
) -> None:
    assert old in WHOLE
    assert message in refusal(project, WHOLE.replace(old, new, 1))


def test_a_catalogue_that_was_cut_off_is_refused_wherever_it_ends(project: Path) -> None:
    for match in re.finditer("\n", WHOLE.rstrip()):
        message = refusal(project, WHOLE[: match.end()])
        assert "seems cut off" in message or "cannot read" in message


def test_a_catalogue_that_is_no_text_is_refused(project: Path) -> None:
    path = project / "catalogue.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match=r"cannot read .*catalogue.toml: .*decode"):
        load_catalogue(path)
    path.unlink()
    with pytest.raises(CourseError, match=r"cannot read .*catalogue.toml: .*No such file"):
        load_catalogue(path)


def test_nothing_is_built_from_a_mistaken_catalogue(tmp_path: Path) -> None:
    toys = ToyProject(tmp_path)
    toys.edit("figures_src/catalogue.toml", 'files = ["both.bin"]', 'files = "both.bin"')
    output = toys.build(status=1)
    assert output.startswith("error: `files` of figure 'both' in the catalogue is 'both.bin'; it")
    assert len(output.splitlines()) == 1
    assert toys.outputs() == {}


def test_every_class_of_imagenet_has_files_of_its_own() -> None:
    names = class_names()
    assert len({slug(name) for name in (*names, *range(len(names)))}) == 2 * len(names)
