"""The catalogue: which experiments and figures the course has, and with what parameters.

``catalogue.toml`` is data that authors edit. Here it is read and checked, so that a mistake
is one clear error and not a failure after minutes of work.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from site_lib.errors import CourseError, unknown_name
from site_lib.provenance import ROOT, figure_files

CATALOGUE = ROOT / "figures_src" / "catalogue.toml"
PROFILES = ("draft", "default", "full")
ImageFormat = Literal["svg", "webp"]
Parameter = int | float | str | list[int] | list[float] | list[str]


@dataclass(frozen=True)
class Experiment:
    """A measurement script and its parameters in every profile.

    committed: result that is kept with the sources, for experiments that take too long, or need
    data that not every machine has; measured again only by ``make remeasure``.
    """

    name: str
    script: Path
    parameters: dict[str, dict[str, Parameter]]
    committed: Path | None = None

    def result(self, profile: str) -> Path:
        """The file that the experiment writes."""
        return self.committed or ROOT / "results" / profile / f"{self.name}.npz"


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
        names = [*figure_files(self.id, self.format), *self.extra_files]
        return [figures_folder() / name for name in names]


@dataclass(frozen=True)
class Catalogue:
    """Experiments by name and figures by id."""

    experiments: dict[str, Experiment]
    figures: dict[str, Figure]

    def selected(self, ids: Iterable[str]) -> "Catalogue":
        """The part that the given figures need; CourseError for an unknown figure."""
        figures: dict[str, Figure] = {}
        for figure_id in ids:
            if figure_id not in self.figures:
                raise unknown_name("figure", figure_id, self.figures)
            figures[figure_id] = self.figures[figure_id]
        needed = {e.name: e for figure in figures.values() for e in figure.experiments}
        return Catalogue(needed, figures)


def figures_folder() -> Path:
    """Where drawings go and where the pages find them."""
    return ROOT / "docs" / "figures"


def check_profile(name: str) -> str:
    """The name of a profile; CourseError when there is no such profile."""
    if name not in PROFILES:
        raise unknown_name("profile", name, PROFILES)
    return name


def load_catalogue(path: Path = CATALOGUE) -> Catalogue:
    """Read and check the catalogue; CourseError that names the entry with a mistake."""
    try:
        text = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"cannot read {path}: {error}") from error
    _check_keys(path.name, text, optional={"experiments", "figures"})
    experiments = {
        name: _experiment(name, entry) for name, entry in text.get("experiments", {}).items()
    }
    figures = {
        figure_id: _figure(figure_id, entry, experiments)
        for figure_id, entry in text.get("figures", {}).items()
    }
    _check_owners(figures.values())
    return Catalogue(experiments, figures)


def _experiment(name: str, entry: Mapping[str, Any]) -> Experiment:
    where = f"experiment {name!r}"
    _check_keys(where, entry, {"script"}, {"parameters", "draft", "full", "committed"})
    default = entry.get("parameters", {})
    parameters = {"default": default}
    for profile in ("draft", "full"):
        for key in entry.get(profile, {}):
            if key not in default:
                raise unknown_name(f"parameter of {where}, profile {profile!r},", key, default)
        parameters[profile] = default | entry.get(profile, {})
    for values in parameters.values():
        for key, value in values.items():
            _check_value(f"parameter {key!r} of {where}", value)
    committed = ROOT / entry["committed"] if "committed" in entry else None
    return Experiment(name, _script(where, entry), parameters, committed)


def _figure(
    figure_id: str, entry: Mapping[str, Any], experiments: Mapping[str, Experiment]
) -> Figure:
    where = f"figure {figure_id!r}"
    _check_keys(where, entry, {"script", "experiments"}, {"format", "files", "parameters"})
    for name in entry["experiments"]:
        if name not in experiments:
            raise unknown_name(f"experiment of {where}", name, experiments)
    if not entry["experiments"]:
        raise CourseError(f"{where} names no experiment; every figure is measured")
    image_format = entry.get("format", "svg")
    if image_format not in get_args(ImageFormat):
        raise unknown_name(f"format of {where}", image_format, get_args(ImageFormat))
    parameters = entry.get("parameters", {})
    for key, value in parameters.items():
        _check_value(f"parameter {key!r} of {where}", value)
    needed = tuple(experiments[name] for name in entry["experiments"])
    files = tuple(entry.get("files", ()))
    return Figure(figure_id, _script(where, entry), needed, image_format, files, parameters)


def _script(where: str, entry: Mapping[str, Any]) -> Path:
    script = ROOT / entry["script"]
    if not script.is_file():
        raise CourseError(f"{where} in the catalogue: there is no script {entry['script']}")
    return script


def _check_keys(
    where: str,
    entry: Mapping[str, Any],
    required: frozenset[str] | set[str] = frozenset(),
    optional: frozenset[str] | set[str] = frozenset(),
) -> None:
    for key in entry:
        if key not in required | optional:
            raise unknown_name(f"key of {where} in the catalogue", key, required | optional)
    for key in sorted(required - entry.keys()):
        raise CourseError(f"{where} in the catalogue has no {key!r}")


def _check_value(where: str, value: Any) -> None:
    """Parameters travel on a command line: numbers, words, and lists of one of them."""
    items = value if isinstance(value, list) else [value]
    if not items or any(type(item) not in (int, float, str) for item in items):
        raise CourseError(
            f"{where} is {value!r}; it must be a number, a word, or a list of numbers or words"
        )


def _check_owners(figures: Iterable[Figure]) -> None:
    owners: dict[Path, str] = {}
    for figure in figures:
        for path in figure.files:
            if path in owners:
                both = f"{owners[path]!r} and {figure.id!r}"
                raise CourseError(f"figures {both} both publish {path.name}; rename one of them")
            owners[path] = figure.id
