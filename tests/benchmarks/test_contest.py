"""Medians, spreads and ratios of a contest, where they can be counted."""

import pytest

from tests.benchmarks.contest import contest, rows


def test_ratios_are_taken_within_a_round():
    found = rows({"slow": [2.0, 8.0, 4.0], "fast": [1.0, 2.0, 4.0]}, {"fast": "and right"})
    slow, fast = found
    assert slow.seconds == (4.0, 2.0, 8.0)
    assert slow.ratio == (1.0, 1.0, 1.0)
    assert fast.ratio == (2.0, 1.0, 4.0)
    assert (slow.note, fast.note) == ("", "and right")


@pytest.mark.parametrize(("rounds", "calls"), [(1, 1), (3, 4)])
def test_all_take_turns_after_a_round_that_does_not_count(rounds, calls):
    order = []
    table = contest(
        "Turns",
        {name: lambda name=name: order.append(name) or name for name in "ab"},
        rounds=rounds,
        describe=lambda result: f"did {result}",
    )
    assert order == ["a", "b"] * calls
    assert [row.note for row in table.rows] == ["did a", "did b"]
