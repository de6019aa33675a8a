"""Parameters of a function as options of a command line, and back."""

import argparse
import inspect
from typing import Literal

import pytest

from figures_src.engine.jobs import _options
from site_lib.common.options import add_option


def measure(
    *, side: int, rate: float, names: list[str], rule: Literal["one", "two"], random_weights: bool,
    goals: list[Literal["neuron", "channel"]],
    film_class: str | None = None, levels: list[int] | None = None,
) -> None:  # fmt: skip
    """As an experiment."""


def parsed(*words: str) -> dict:
    parser = argparse.ArgumentParser(exit_on_error=False)
    for parameter in inspect.signature(measure).parameters.values():
        add_option(parser, parameter)
    return vars(parser.parse_args(words))


REQUIRED = {"side": 8, "rate": -0.5, "names": ["a", "b c"], "rule": "two", "random_weights": False,
            "goals": ["channel", "neuron"]}  # fmt: skip


@pytest.mark.parametrize("optional", [{}, {"film_class": "banana", "levels": [2, 4]}])
@pytest.mark.parametrize("random_weights", [True, False])
def test_what_the_catalogue_says_arrives_in_the_function(random_weights: bool, optional: dict):
    given = REQUIRED | {"random_weights": random_weights} | optional
    assert parsed(*_options(given)) == {"film_class": None, "levels": None} | given


@pytest.mark.parametrize("missing", REQUIRED)
def test_only_what_has_a_default_may_be_left_out(missing: str):
    given = {name: value for name, value in REQUIRED.items() if name != missing}
    with pytest.raises((argparse.ArgumentError, SystemExit)):
        parsed(*_options(given))


@pytest.mark.parametrize("wrong", [{"rule": "three"}, {"goals": ["neuron", "layer"]}])
def test_a_word_that_is_no_choice_is_refused(wrong: dict):
    with pytest.raises(argparse.ArgumentError, match="invalid choice"):
        parsed(*_options(REQUIRED | wrong))
