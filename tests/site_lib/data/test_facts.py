"""Facts from files, their checks, and counts in words."""

from pathlib import Path

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.data.facts import (
    COLUMNS,
    fact_named,
    facts_as_table,
    facts_from_table,
    read_facts,
    short_count,
    years_and_values,
)

ROOT = Path(__file__).parents[3]
COMMITTED = sorted((ROOT / "figures_src").rglob("facts/*.csv"))
ROW = {
    "unit": "synapses", "name": "Worm", "label": "worm", "kind": "brain", "year": "1986",
    "value": "7500", "low": "5000", "high": "", "checked": "read", "recalled_bound": "",
    "source": "Somebody 1986",
}  # fmt: skip


def written(folder, **changes):
    """A file with one fact, after changes to its cells."""
    path = folder / "facts.csv"
    row = ROW | changes
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    return path


def test_a_fact_is_read_with_its_range(tmp_path):
    (fact,) = read_facts(written(tmp_path))
    assert (fact.value, fact.low, fact.high) == (7500, 5000, 7500)
    assert fact.disputed
    assert not fact.recalled
    assert not read_facts(written(tmp_path, low=""))[0].disputed
    assert read_facts(written(tmp_path, checked="recalled"))[0].recalled


def test_facts_are_a_series(tmp_path):
    years, values = years_and_values(read_facts(written(tmp_path)))
    assert years.dtype == values.dtype == float
    assert (years.tolist(), values.tolist()) == ([1986], [7500])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"low": "8000"}, r"facts.csv, line 2: 'Worm': 7500 is not .* within 8000"),
        ({"value": "many"}, "line 2: invalid literal"),
        ({"value": "0", "low": ""}, "not a positive number"),
        ({"checked": "raed"}, "unknown check of 'Worm' 'raed'; nearest: read"),
        ({"recalled_bound": "middle"}, "unknown bound of 'Worm'"),
        ({"source": ""}, "'Worm' has no source"),
        ({"colour": "red"}, "a fact has the columns unit, name"),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path, changes, message):
    with pytest.raises(CourseError, match=message):
        read_facts(written(tmp_path, **changes))


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(CourseError, match="cannot read facts"):
        read_facts(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    with pytest.raises(CourseError, match="holds no facts"):
        read_facts(tmp_path / "empty.csv")


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_facts_survive_the_way_through_a_result(path):
    facts = read_facts(path)
    assert len({fact.name for fact in facts}) == len(facts), "two facts of one name"
    table = {name: np.array(column) for name, column in facts_as_table(facts).items()}
    assert facts_from_table(table) == facts


def test_there_are_committed_facts():
    assert {path.stem for path in COMMITTED} >= {"transistors", "synapses", "parameters"}


def test_a_fact_is_found_by_name(tmp_path):
    facts = read_facts(written(tmp_path))
    assert fact_named("Worm", facts) is facts[0]
    with pytest.raises(CourseError, match="unknown fact 'Wrom'; nearest: Worm"):
        fact_named("Wrom", facts)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (17, "17"),
        (2300, "2,300"),
        (4652008, "4.65 million"),
        (999_400_000, "999 million"),
        (999_600_000, "1 billion"),
        (208e9, "208 billion"),
        (999.6e9, "1 × 10¹²"),
        (1.5e14, "1.5 × 10¹⁴"),
    ],
)
def test_counts_in_words(number, words):
    assert short_count(number) == words
