"""Doubling time of transistor counts, and when the fit reaches a cortex."""

from typing import Any

import numpy as np
import torch

from site_lib.common.files import ROOT, sha256_of_file
from site_lib.data.facts import Fact, fact_named, facts_as_table, read_facts, years_and_values
from site_lib.measuring.experiment import run_experiment
from site_lib.records.measurement import Measurement
from site_lib.statistics.growth import fit_growth, growth_interval

FACTS = ROOT / "figures_src/relations_with_biology/facts"
FILES = ("transistors.csv", "synapses.csv")
# A wafer is many chips that were never cut apart; it is shown and takes no part in the fit.
NOT_FITTED = "wafer"


def measure(
    *, target: str, recent: int, num_bootstrap: int, seed: int, device: torch.device
) -> Measurement:
    """Fit of all chips, and of other choices of chips.

    target: name of the nervous system that the fit is carried on to.   recent: year from which
    on chips count as recent.
    """
    transistors, synapses = (read_facts(FACTS / file) for file in FILES)
    goal = fact_named(target, synapses)
    chips = [fact for fact in transistors if fact.kind != NOT_FITTED]
    table = facts_as_table([*transistors, *synapses])
    return Measurement(
        {name: np.array(values) for name, values in table.items()},
        {
            **fit_in_numbers(chips, goal, num_bootstrap, seed),
            **other_fits(choices_of_chips(chips, recent), goal),
            **largest("chip", chips, goal),
            **largest("wafer", transistors, goal),
            "goal": goal.value,
            "goal_low": goal.low,
            "goal_high": goal.high,
            "goal_factor": goal.high / goal.low,
            "goal_doublings": float(np.log2(goal.high / goal.low)),
            "mouse_cortex": fact_named("Mouse, cerebral cortex", synapses).value,
        },
        inputs=[{"name": file, "sha256": sha256_of_file(FACTS / file)} for file in FILES],
    )


def fit_in_numbers(chips: list[Fact], goal: Fact, num_bootstrap: int, seed: int) -> dict[str, Any]:
    """Doubling time, and the year in which the fit reaches the goal, with their intervals."""
    years, counts = years_and_values(chips)
    fit = fit_growth(years, counts)
    residuals = np.log2(counts) - np.log2(fit.at(years))
    again = {"num_bootstrap": num_bootstrap, "seed": seed}
    doubling = growth_interval(lambda one: one.doubling_time, years, counts, **again)
    crossing = growth_interval(lambda one: one.year_of(goal.value), years, counts, **again)
    return {
        "num_chips": fit.num,
        "num_recalled": sum(fact.recalled for fact in chips),
        "first_year": int(years.min()),
        "last_year": int(years.max()),
        "doubling_time": fit.doubling_time,
        "doubling_interval": doubling,
        "start": fit.start,
        "typical_factor": 2 ** float(residuals.std()),
        "crossing": fit.year_of(goal.value),
        "crossing_interval": crossing,
        "crossing_low": fit.year_of(goal.low),
        "crossing_high": fit.year_of(goal.high),
    }


def choices_of_chips(chips: list[Fact], recent: int) -> dict[str, list[Fact]]:
    """Other sets of chips that somebody might have chosen."""
    largest = {fact.year: fact for fact in sorted(chips, key=lambda fact: fact.value)}
    return {
        "processors": [fact for fact in chips if fact.kind == "CPU"],
        "accelerators": [fact for fact in chips if fact.kind in ("GPU", "accelerator")],
        "largest": list(largest.values()),
        "before": [fact for fact in chips if fact.year < recent],
        "recent": [fact for fact in chips if fact.year >= recent],
    }


def other_fits(choices: dict[str, list[Fact]], goal: Fact) -> dict[str, Any]:
    """The fit of each choice, and the earliest and the latest year that they give."""
    fits = {name: fit_growth(*years_and_values(chosen)) for name, chosen in choices.items()}
    years = {name: fit.year_of(goal.value) for name, fit in fits.items()}
    found = {
        name: {"num": fit.num, "doubling_time": fit.doubling_time, "crossing": years[name]}
        for name, fit in fits.items()
    }
    ends = {"crossing_earliest_choice": min(years.values()),
            "crossing_latest_choice": max(years.values())}  # fmt: skip
    return {"choices": found} | ends


def largest(what: str, facts: list[Fact], goal: Fact) -> dict[str, Any]:
    """The largest of the facts, and its share of the goal."""
    found = max(facts, key=lambda fact: fact.value)
    return {
        f"largest_{what}": found.value,
        f"largest_{what}_name": found.name,
        f"largest_{what}_share": found.value / goal.value,
    }


if __name__ == "__main__":
    run_experiment(measure)
