"""The catalogue: which experiments and figures the course has, and with what parameters.

``catalogue.toml`` is data that authors edit. Here it is read and checked, so that a mistake
is one clear error and not a failure after minutes of work. Labs need no entry there: every
script in ``docs/labs`` is one.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from figures_src.engine import catalogue_schema as schema
from figures_src.engine.catalogue_schema import check_name, check_parameters, check_table
from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.files import ROOT
from site_lib.records.lab_records import copy_names
from site_lib.records.published_files import figure_files

CATALOGUE = ROOT / "figures_src" / "catalogue.toml"
# Its last part, which the authors' entries come before; without it, the file was cut off.
END = re.compile(r"^# -+ End$", re.M)
PROFILES = ("draft", "default", "full")
ImageFormat = Literal["svg", "webp"]
Parameter = bool | int | float | str | list[int] | list[float] | list[str]


@dataclass(frozen=True)
class Cost:
    """What a measurement is expected to take, on one worker."""

    units: float
    seconds_per_unit: float


@dataclass(frozen=True)
class Run:
    """One measurement of an experiment: its parameters, and the file that it writes.

    name: the experiment's name, and for one of several runs ``<experiment>/<key>``.
    key: which of several runs it is, as in file names; None when the experiment has one run.
    """

    name: str
    parameters: dict[str, Parameter]
    result: Path
    key: str | None = None
    cost: Cost | None = None


@dataclass(frozen=True)
class Experiment:
    """A measurement script and its parameters in every profile.

    committed: result that is kept with the sources, for experiments that take too long, or need
    data that not every machine has; measured again only by ``make remeasure``.
    each: parameter whose values, a list, are measured one by one, each in a run of its own.
    ask: option with which a person gives the value of ``each``; until then there are no runs.
    costs: by profile, the cost of every run.   reads: data files that count as inputs.
    """

    name: str
    script: Path
    parameters: dict[str, dict[str, Parameter]]
    committed: Path | None = None
    each: str | None = None
    ask: str | None = None
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    reads: tuple[Path, ...] = ()

    def runs(self, profile: str) -> list[Run]:
        """The measurements that make up the experiment, in the order of ``each``."""
        parameters, folder = self.parameters[profile], ROOT / "results" / profile
        if self.ask:
            return []
        costs: list[Any] = self.costs.get(profile, [])
        if self.each is None:
            result = self.committed or folder / f"{self.name}.npz"
            return [Run(self.name, parameters, result, cost=costs[0] if costs else None)]
        runs = []
        values: Any = parameters[self.each]
        for value, cost in zip(values, costs or [None] * len(values), strict=True):
            key = slug(value)
            name, result = f"{self.name}/{key}", folder / self.name / f"{key}.npz"
            runs.append(Run(name, parameters | {self.each: value}, result, key, cost))
        return runs

    def answered(self, value: str) -> "Experiment":
        """The experiment when the value that it asks for is given; others stay as they are."""
        if self.ask is None or self.each is None:
            return self
        given: dict[str, Parameter] = {self.each: [value]}
        parameters = {profile: values | given for profile, values in self.parameters.items()}
        return replace(self, parameters=parameters, ask=None)


@dataclass(frozen=True)
class Figure:
    """A drawing script, the experiments it reads, and what it publishes."""

    id: str
    script: Path
    experiments: tuple[Experiment, ...]
    format: ImageFormat
    extra_files: tuple[str, ...]
    parameters: dict[str, Parameter] = field(default_factory=dict)

    @property
    def files(self) -> list[Path]:
        """Every file that the drawing writes below ``docs/figures``."""
        extra = [name.replace("{id}", self.id) for name in self.extra_files]
        return [figures_folder() / name for name in [*figure_files(self.id, self.format), *extra]]

    @property
    def picture(self) -> Path:
        """The image to look at first: light, wide, and the largest."""
        stem = f"{figures_folder() / self.id}.light.wide"
        return [path for path in self.files if str(path).startswith(stem)][-1]

    @property
    def ask(self) -> str | None:
        """Option that a person must give; such a figure is drawn on demand only."""
        return next((e.ask for e in self.experiments if e.ask), None)

    def answered(self, options: Mapping[str, str]) -> "Figure":
        """The figure for the values given; CourseError for one too few or too many."""
        if self.ask is not None and not options.get(self.ask):
            raise CourseError(
                f"figure {self.id!r} is drawn on demand; say for which {self.ask}: "
                f'make figure NAME={self.id} {self.ask}="…"'
            )
        for name in options:
            if name != self.ask:
                raise CourseError(f"figure {self.id!r} takes no {name}; leave it out")
        if self.ask is None:
            return self
        value = options[self.ask]
        experiments = tuple(experiment.answered(value) for experiment in self.experiments)
        return replace(self, id=f"{self.id}/{slug(value)}", experiments=experiments)


@dataclass(frozen=True)
class Lab:
    """A guided notebook, kept as a script with cells (jupytext's format ``percent``)."""

    script: Path

    @property
    def id(self) -> str:
        """``lab-`` and the name of the script."""
        return f"lab-{self.script.stem}"

    @property
    def executed(self) -> Path:
        """The notebook with its outputs, which the site renders as a page."""
        return self.script.with_suffix(".ipynb")

    @property
    def copies(self) -> Path:
        """Folder of the copies without outputs, for those who run the lab themselves."""
        return self.script.parent / "downloads"

    @property
    def files(self) -> list[Path]:
        """Every file that running the lab writes."""
        return [self.executed, *(self.copies / name for name in copy_names(self.script.stem))]


@dataclass(frozen=True)
class Catalogue:
    """Experiments by name; figures by id, those of the course and those on demand; labs by id."""

    experiments: dict[str, Experiment]
    figures: dict[str, Figure]
    on_demand: dict[str, Figure] = field(default_factory=dict)
    labs: dict[str, Lab] = field(default_factory=dict)

    def selected(self, ids: Iterable[str], options: Mapping[str, str]) -> "Catalogue":
        """The part that the given figures and labs need, with what figures ask for on demand.

        CourseError for an unknown id, and for an option that is missing or superfluous.
        """
        known = self.figures | self.on_demand
        figures: dict[str, Figure] = {}
        labs: dict[str, Lab] = {}
        for wanted in ids:
            if wanted in self.labs:
                labs[wanted] = self.labs[wanted]
                continue
            if wanted not in known:
                raise unknown_name("figure or lab", wanted, [*known, *self.labs])
            figure = known[wanted].answered(options)
            figures[figure.id] = figure
        needed = {e.name: e for figure in figures.values() for e in figure.experiments}
        return Catalogue(needed, figures, labs=labs)


def slug(value: float | str) -> str:
    """A value as part of a file name: ``hot air balloon`` → ``hot-air-balloon``.

    Letters keep their case: ImageNet has the dog Cardigan and the garment cardigan.
    """
    words = re.findall(r"[A-Za-z0-9]+", str(value))
    if not words:
        raise CourseError(f"{value!r} has no letter or digit from which to make a file name")
    return "-".join(words)


def figures_folder() -> Path:
    """Where drawings go and where the pages find them."""
    return ROOT / "docs" / "figures"


def labs_folder() -> Path:
    """Where labs are written, run and found by the pages."""
    return ROOT / "docs" / "labs"


def check_profile(name: str) -> str:
    """The name of a profile; CourseError when there is no such profile."""
    if name not in PROFILES:
        raise unknown_name("profile", name, PROFILES)
    return name


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read and check the catalogue; CourseError that names the table and the key in error."""
    try:
        text = path.read_text(encoding="utf-8")
        entries = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CourseError(f"cannot read {path}: {error}") from error
    if not END.search(text):
        raise CourseError(
            f"{path} seems cut off, its last line `# --- End` is missing; restore the file, or add "
            "that line when everything else is there"
        )
    check_table(path.name, entries, schema.CATALOGUE)
    experiments = {
        name: _experiment(name, entry) for name, entry in entries.get("experiments", {}).items()
    }
    figures = {
        figure_id: _figure(figure_id, entry, experiments)
        for figure_id, entry in entries.get("figures", {}).items()
    }
    labs = {lab.id: lab for lab in map(Lab, sorted(labs_folder().glob("*.py")))}
    for figure_id in figures.keys() & labs.keys():
        raise CourseError(f"figure {figure_id!r} in the catalogue has the name of a lab; rename it")
    _check_writers(experiments.values())
    _check_owners(figures)
    on_demand = {name: figure for name, figure in figures.items() if figure.ask}
    published = {name: figure for name, figure in figures.items() if not figure.ask}
    return Catalogue(experiments, published, on_demand, labs)


def _experiment(name: str, entry: Mapping[str, Any]) -> Experiment:
    where = f"experiment {name!r}"
    check_name(where, name)
    check_table(where, entry, schema.EXPERIMENT, required=("script",))
    default = entry.get("parameters", {})
    parameters = {"default": default}
    for profile in ("draft", "full"):
        for key in entry.get(profile, {}):
            if key not in default:
                raise unknown_name(f"parameter of {where}, profile {profile!r},", key, default)
        parameters[profile] = default | entry.get(profile, {})
    for values in parameters.values():
        check_parameters(where, values)
    committed = ROOT / entry["committed"] if "committed" in entry else None
    each, ask = entry.get("each"), None
    if len(entry.keys() & {"each", "ask", "committed"}) > 1:
        raise CourseError(f"{where} can have only one of `each`, `ask` and `committed`")
    if each is not None:
        _check_each(where, each, parameters)
    if "ask" in entry:
        ((ask, each),) = entry["ask"].items()
        if each in default:
            raise CourseError(f"{where} asks for {each!r} and has a value for it, too")
    script = _existing(where, entry["script"])
    reads = tuple(_existing(where, path) for path in entry.get("reads", []))
    experiment = Experiment(name, script, parameters, committed, each, ask, reads=reads)
    return replace(experiment, costs=_costs(where, entry.get("cost", {}), experiment))


def _check_each(where: str, each: str, parameters: Mapping[str, Mapping[str, Any]]) -> None:
    for profile, values in parameters.items():
        if each not in values:
            raise unknown_name(f"parameter in `each` of {where}", each, values)
        if not isinstance(values[each], list):
            raise CourseError(f"{where} runs for each {each!r}, which must be a list of values")
        keys: dict[str, Any] = {}
        for value in values[each]:
            key = slug(value)
            if len(key) > schema.LONGEST_NAME:
                raise CourseError(f"{where}, profile {profile!r}: no file can be named {key}.npz")
            if key in keys:
                both = f"{keys[key]!r} and {value!r}"
                raise CourseError(
                    f"{where}, profile {profile!r}: {both} would both write {key}.npz"
                )
            keys[key] = value


def _costs(where: str, entry: Mapping[str, Any], experiment: Experiment) -> dict[str, list[Cost]]:
    """The stated cost of every run, by profile."""
    costs = {}
    for profile, cost in entry.items():
        if profile not in PROFILES:
            raise unknown_name(f"profile in the cost of {where}", profile, PROFILES)
        whose = f"cost of {where}, profile {profile!r},"
        check_table(whose, cost, schema.COST, required=("units", "seconds_per_unit"))
        count = 1 if experiment.ask else len(experiment.runs(profile))
        units = cost["units"] if isinstance(cost["units"], list) else [cost["units"]] * count
        if len(units) != count:
            raise CourseError(f"{whose} in the catalogue: {len(units)} units for {count} runs")
        costs[profile] = [Cost(number, cost["seconds_per_unit"]) for number in units]
    return costs


def _figure(
    figure_id: str, entry: Mapping[str, Any], experiments: Mapping[str, Experiment]
) -> Figure:
    where = f"figure {figure_id!r}"
    check_name(where, figure_id)
    check_table(where, entry, schema.FIGURE, required=("script", "experiments"))
    names = entry["experiments"]
    for name in names:
        if name not in experiments:
            raise unknown_name(f"experiment of {where}", name, experiments)
        if names.count(name) > 1:
            raise CourseError(f"`experiments` of {where} in the catalogue names {name!r} twice")
    if not names:
        raise CourseError(f"{where} names no experiment; every figure is measured")
    image_format = entry.get("format", "svg")
    if image_format not in get_args(ImageFormat):
        raise unknown_name(f"format of {where}", image_format, get_args(ImageFormat))
    parameters = entry.get("parameters", {})
    check_parameters(where, parameters)
    needed = tuple(experiments[name] for name in names)
    questions = {experiment.ask for experiment in needed if experiment.ask}
    if len(questions) > 1:
        raise CourseError(f"{where} reads experiments that ask for different things")
    files = tuple(entry.get("files", ()))
    if questions and not all(name.startswith("{id}") for name in files):
        raise CourseError(f"`files` of {where}, which is drawn on demand, must begin with {{id}}")
    script = _existing(where, entry["script"])
    return Figure(figure_id, script, needed, image_format, files, parameters)


def _existing(where: str, name: str) -> Path:
    path = ROOT / name
    if not path.is_file():
        raise CourseError(f"{where} in the catalogue: there is no file {name}")
    return path


def _check_writers(experiments: Iterable[Experiment]) -> None:
    """No two experiments write one committed file."""
    writers: dict[Path, str] = {}
    for experiment in experiments:
        if experiment.committed in writers:
            both = f"{writers[experiment.committed]!r} and {experiment.name!r}"
            raise CourseError(f"experiments {both} have the same `committed`; choose another file")
        if experiment.committed:
            writers[experiment.committed] = experiment.name


def _check_owners(figures: Mapping[str, Figure]) -> None:
    """No figure writes a file of another one, or into the folder of another one."""
    owners: dict[Path, str] = {}
    for figure in figures.values():
        for path in figure.files:
            name = path.relative_to(figures_folder())
            folder = name.parts[0] if len(name.parts) > 1 else figure.id
            if folder != figure.id and folder in figures:
                raise CourseError(
                    f"figure {figure.id!r} publishes {name} into the folder of the figure "
                    f"{folder!r}; choose another folder"
                )
            if path in owners:
                both = f"{owners[path]!r} and {figure.id!r}"
                raise CourseError(f"figures {both} both publish {name}; rename one of them")
            owners[path] = figure.id
