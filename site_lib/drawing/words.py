"""The words of a figure: a file beside its script, with places for the numbers.

``<script>.toml`` has ``title``, ``caption``, ``alt`` and a table for each claim; a drawing fills it
with :func:`described`. Places are those of ``str.format``, with a minus sign and a space before the
per cent sign as they are printed, ``[-1]`` for the last, and :data:`SPELLED` for what Python does
not know::

    caption = "Lite0 ranks it {rank:ordinal}, with {share:.0%}; ρ = {rho[IT]:.2f}."

    [claims.judge-first]
    sentence = "The judge puts {first} of {number} first."
    share = ["first", "number"]
    at_least = 0.9
"""

import re
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Number
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from site_lib.common.errors import CourseError, unknown_name
from site_lib.common.toml_files import read_toml
from site_lib.drawing.figure import Description
from site_lib.records.claims import Claim, Kind

Bound = float | str | None
NETWORKS = {
    "student": "the plain network",
    "mobilenet_v1": "MobileNetV1 0.25",
    "mobilenet_v2": "MobileNetV2",
}


class ClaimWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim before its numbers are known.

    value: the name of a number, as in the sentence but without braces, or a number.   share:
    instead, the names of two counts; the value is their ratio, with its Wilson interval.
    at_least, at_most: numbers or names.   interval: the name of a pair of numbers.   kind, reason:
    see :class:`~site_lib.records.claims.Claim`.
    """

    sentence: str
    value: float | str | None = None
    share: tuple[str, str] | None = None
    at_least: Bound = None
    at_most: Bound = None
    interval: str | None = None
    interval_of: str = ""
    kind: Kind = "measured"
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (self.share is None):
            raise ValueError("a claim has a `value` or a `share`")


class FigureWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the file of a figure holds; claims by their id, which may have places too."""

    title: str
    caption: str
    alt: str
    claims: dict[str, ClaimWords] = {}


def described(
    script: str | Path,
    numbers: Mapping[str, Any],
    *,
    table: Mapping[str, Iterable[Any]],
    files: Mapping[str, bytes] | None = None,
    folder: Mapping[str, bytes] | None = None,
) -> Description:
    """The words beside a script, ``__file__``, with its numbers in their places.

    numbers: by name; those of numpy are printed as Python's.   table, files, folder: as in
    :class:`~site_lib.drawing.figure.Description`. Raises CourseError for a damaged file and for a
    place without a number, naming both.
    """
    path = Path(script).with_suffix(".toml")
    words = read_toml(path, FigureWords)
    fill = _Filler(path, numbers)
    return Description(
        title=fill.text(words.title),
        caption=fill.text(words.caption),
        alt=fill.text(words.alt),
        table=table,
        claims=[fill.claim(name, claim) for name, claim in words.claims.items()],
        files=dict(files or {}),
        folder=dict(folder or {}),
    )


class _Filler(string.Formatter):
    def __init__(self, path: Path, numbers: Mapping[str, Any]) -> None:
        self.path, self.numbers = path, numbers

    def text(self, template: str) -> str:
        """A template on one line, with its numbers."""
        try:
            return self.vformat(re.sub(r"[ \t\n]+", " ", template).strip(), (), self.numbers)
        except ValueError as error:
            raise CourseError(f"{self.path}: {error}, in {template.strip()!r}") from None

    def claim(self, name: str, words: ClaimWords) -> Claim:
        """A claim with its numbers."""
        value, interval = self.number(words.value), self.number(words.interval)
        interval_of = self.text(words.interval_of)
        if words.share:
            from site_lib.statistics.intervals import wilson_interval  # scipy is slow to import

            count, total = map(self.number, words.share)
            value, interval = count / total, wilson_interval(count, total)
            interval_of = "95 % Wilson, of the share"
        return Claim(
            self.text(name),
            self.text(words.sentence),
            value,
            at_least=self.number(words.at_least),
            at_most=self.number(words.at_most),
            interval=None if interval is None else (float(interval[0]), float(interval[1])),
            interval_of=interval_of,
            kind=words.kind,
            reason=words.reason,
        )

    def number(self, named: Any) -> Any:
        """What is called so; a number stands for itself."""
        return self.get_field(named, (), self.numbers)[0] if isinstance(named, str) else named

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        """A number by its name; CourseError when there is none."""
        first, *parts = re.findall(r"[^\[\].]+", field_name)
        try:
            value = self.numbers[first]
            for part in parts:
                value = value[part if isinstance(value, Mapping) else int(part)]
            is_numpy = isinstance(value, np.ndarray | np.generic)
            return (value.tolist() if is_numpy else value), first
        except (KeyError, IndexError, TypeError, ValueError):
            error = unknown_name("number", field_name, self.numbers)
            raise CourseError(f"{self.path}: {error}") from None

    def format_field(self, value: Any, format_spec: str) -> str:
        """A number as it is printed."""
        if format_spec in SPELLED:
            return SPELLED[format_spec](value)
        text = format(value, format_spec)
        return text.replace("-", "−").replace("%", " %") if isinstance(value, Number) else text


def with_intervals(statistic: Callable[..., Any], /, **samples: np.ndarray) -> dict[str, Any]:
    """A statistic of each sample (N,), by the sample's name, and its 95 % bootstrap interval, as
    ``<name>_interval``.

    Raises CourseError as :func:`~site_lib.statistics.intervals.bootstrap` does.
    """
    from site_lib.statistics.intervals import bootstrap  # scipy is slow to import

    return _with_ends(statistic, lambda sample: bootstrap(sample, statistic, seed=0), samples)


def with_t_intervals(**samples: np.ndarray) -> dict[str, Any]:
    """The mean of each sample of a few values (N,), and its 95 % interval by Student's t, named as
    those of :func:`with_intervals`.

    Raises CourseError as :func:`~site_lib.statistics.intervals.t_interval` does.
    """
    from site_lib.statistics.intervals import t_interval  # scipy is slow to import

    return _with_ends(np.mean, t_interval, samples)


def _with_ends(
    statistic: Callable[..., Any],
    interval: Callable[[np.ndarray], tuple[float, float]],
    samples: Mapping[str, np.ndarray],
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, sample in samples.items():
        found[name] = float(statistic(sample))
        found[f"{name}_interval"] = interval(sample)
    return found


def listed(words: Sequence[Any]) -> str:
    """One, two and three."""
    first, last = list(map(str, words[:-1])), str(words[-1])
    return f"{', '.join(first)} and {last}" if first else last


def ordinal(rank: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th …"""
    if rank % 100 in (11, 12, 13):
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def percent(probability: float) -> str:
    """Probability with the digits that mean something."""
    if probability < 0.001:
        return "<0.1 %"
    return f"{100 * probability:.0f} %" if probability >= 0.1 else f"{100 * probability:.1f} %"


def layer_label(layer: str) -> str:
    """What a layer is called in a figure: ``stem``, or ``block 3`` for ``blocks.3.depthwise``.

    The blocks of MobileNetV2 are ``features.1.conv`` and so on.
    """
    block = re.match(r"blocks\.(\d+)|features\.(\d+)\.conv", layer)
    return f"block {block[1] or block[2]}" if block else layer


def network_label(name: str) -> str:
    """What a network is called in words: ``EfficientNet-Lite0`` for ``efficientnet_lite0``."""
    return NETWORKS.get(name) or re.sub(r"^efficientnet_lite(\d)$", r"EfficientNet-Lite\1", name)


def viewers(numbers: Mapping[str, Any]) -> dict[str, str]:
    """What the networks are called that looked at optimised images: "source" and the judges.

    numbers: of a result with ``model``, the source, and ``judges``.
    """
    judges = {name: network_label(name) for name in numbers["judges"]}
    return {"source": f"{network_label(numbers['model'])} (source)"} | judges


def network_title(name: str) -> str:
    """The same where it stands alone: ``Plain network``."""
    title = network_label(name).removeprefix("the ")
    return title[:1].upper() + title[1:]


SPELLED: dict[str, Callable[[Any], str]] = {
    "ordinal": ordinal,
    "percent": percent,
    "list": listed,
    "layer": layer_label,
    "network": network_label,
}
