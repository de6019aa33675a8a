"""Words beside a script: numbers in their places, claims from their names, mistakes named."""

from pathlib import Path

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.drawing.words import (
    described,
    listed,
    network_label,
    network_title,
    ordinal,
    percent,
    viewers,
    with_intervals,
    with_t_intervals,
)
from site_lib.statistics.intervals import bootstrap, t_interval, wilson_interval

WORDS = '''
title = "{model:network} of {number}"
caption = """
Two lines
of a {kind}, with {gain:.1f} at {share:.0%}, {rank:ordinal}."""
alt = "{names:list}; {r[it][0]:.2f}; {{braces}}"

[claims."{slug}-first"]
sentence = "{first} of {number}."
share = ["first", "number"]
at_least = 0.5

[claims.r]
sentence = "r."
value = "r[it][0]"
at_least = "lowest"
interval = "ends"
interval_of = "{kind}"
'''
NUMBERS = {
    "model": "efficientnet_lite0", "number": 8, "kind": "toy-figure", "gain": -2.04, "share": 0.25,
    "rank": 2, "names": ["a", "b", "c"], "r": {"it": [0.5]}, "slug": "cat", "first": 6,
    "lowest": 0.1, "ends": [0.4, 0.6],
}  # fmt: skip


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "toy.toml").write_text(WORDS, encoding="utf-8")
    return tmp_path / "toy.py"


def test_numbers_stand_in_their_places(script: Path):
    made = described(script, NUMBERS, table={"x": [1]}, files={"a.png": b"a"})
    assert made.title == "EfficientNet-Lite0 of 8"
    # A number gets a minus sign and a space before its %, text keeps its hyphen.
    assert made.caption == "Two lines of a toy-figure, with −2.0 at 25 %, 2nd."
    assert made.alt == "a, b and c; 0.50; {braces}"
    assert (made.table, made.files, made.folder) == ({"x": [1]}, {"a.png": b"a"}, {})


def test_claims_take_values_bounds_and_intervals_by_name(script: Path):
    first, r = described(script, NUMBERS, table={}).claims
    assert (first.id, first.sentence, first.value) == ("cat-first", "6 of 8.", 0.75)
    assert first.interval == wilson_interval(6, 8)
    assert first.interval_of == "95 % Wilson, of the share"
    assert (r.value, r.at_least, r.interval, r.interval_of) == (0.5, 0.1, (0.4, 0.6), "toy-figure")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{rank:ordinal}", "{rnk}", "toy.toml: unknown number 'rnk'; nearest: rank"),
        ("r[it][0]:.2f", "r[v4]:.2f", r"toy.toml: unknown number 'r\[v4\]'"),
        ("{gain:.1f}", "{kind:.1f}", "toy.toml: .*, in '"),
        ("{gain:.1f}", "{gain", "toy.toml: .*, in '"),
        ('value = "r[it][0]"', 'value = "rho"', "toy.toml: unknown number 'rho'"),
        ('value = "r[it][0]"', "", "a `value` or a `share`"),
        ('alt = "', 'alternative = "', "unknown field `alternative`"),
        ('at_least = "lowest"', "", "has no bound"),
    ],
)
def test_mistakes_are_named_with_their_file(script: Path, old: str, new: str, message: str):
    path = script.with_suffix(".toml")
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(CourseError, match=message):
        described(script, NUMBERS, table={})


@pytest.mark.parametrize(
    ("rank", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (121, "121st")],
)
def test_ordinals(rank: int, words: str):
    assert ordinal(rank) == words


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.93751, "94 %"), (0.0512, "5.1 %"), (0.0004, "<0.1 %"), (1, "100 %")],
)
def test_percentages_keep_the_digits_that_mean_something(probability: float, words: str):
    assert percent(probability) == words


def test_lists_end_with_and():
    assert [listed("a"), listed("ab"), listed([1, 2, 3])] == ["a", "a and b", "1, 2 and 3"]


@pytest.mark.parametrize(
    ("name", "within", "alone"),
    [
        ("student", "the plain network", "Plain network"),
        ("efficientnet_lite0", "EfficientNet-Lite0", "EfficientNet-Lite0"),
        ("mobilenet_v2", "MobileNetV2", "MobileNetV2"),
    ],
)
def test_networks_are_called_alike_within_a_sentence_and_alone(name: str, within: str, alone: str):
    assert (network_label(name), network_title(name)) == (within, alone)


def test_the_source_is_named_before_its_judges():
    numbers = {"model": "efficientnet_lite0", "judges": ["efficientnet_lite2", "mobilenet_v1"]}
    assert list(viewers(numbers).items()) == [
        ("source", "EfficientNet-Lite0 (source)"),
        ("efficientnet_lite2", "EfficientNet-Lite2"),
        ("mobilenet_v1", "MobileNetV1 0.25"),
    ]


def test_numbers_of_numpy_are_printed_as_those_of_python(script: Path):
    numbers = NUMBERS | {
        "gain": np.float32(-2.04), "rank": np.int64(2), "names": np.array(["a", "b", "c"]),
        "r": {"it": np.array([0.5], np.float32)}, "ends": np.array([0.4, 0.6]),
    }  # fmt: skip
    made, usual = (described(script, each, table={}) for each in (numbers, NUMBERS))
    assert made == usual
    assert type(made.claims[1].value) is float


def test_statistics_and_their_intervals_go_by_the_names_of_samples():
    sample = np.random.default_rng(0).normal(size=40)
    found = with_intervals(np.median, gain=sample, loss=-sample)
    assert list(found) == ["gain", "gain_interval", "loss", "loss_interval"]
    assert found["gain"] == np.median(sample)
    assert found["loss_interval"] == bootstrap(-sample, np.median, seed=0)
    found = with_t_intervals(gain=sample)
    assert found == {"gain": pytest.approx(sample.mean()), "gain_interval": t_interval(sample)}
