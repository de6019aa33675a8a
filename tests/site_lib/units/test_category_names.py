"""Names of planted units, areas that a reference library knows, and chance."""

import numpy as np
import pytest
import torch
from scipy.stats import hypergeom, pointbiserialr, rankdata
from sklearn.metrics import roc_auc_score

from site_lib.common.errors import CourseError
from site_lib.units.category_names import (
    best_of_each,
    members_of,
    name_units,
    ranks,
    roc_areas,
    split_in_halves,
    top,
)

LABELS = ["bird"] * 11 + ["fish"] * 20 + ["tool"] * 30
CATEGORIES = ("bird", "fish", "tool")
MEMBERS = members_of(LABELS, CATEGORIES)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def named(responses, members=MEMBERS, seed=0, num_shuffles=199):
    generator = torch.Generator().manual_seed(seed)
    return name_units(responses, members, num_top=5, num_shuffles=num_shuffles, generator=generator)


def test_members_are_ones_and_zeros():
    assert MEMBERS.sum(dim=0).tolist() == [11, 20, 30]
    assert MEMBERS[11].tolist() == [0, 1, 0]
    assert (MEMBERS.sum(dim=1) == 1).all()


def test_halves_share_every_category_and_no_photograph():
    first, second = split_in_halves(MEMBERS, torch.Generator().manual_seed(0))
    assert sorted([*first.tolist(), *second.tolist()]) == list(range(61))
    assert MEMBERS[first].sum(dim=0).tolist() == [5, 10, 15]
    assert MEMBERS[second].sum(dim=0).tolist() == [6, 10, 15]
    again, _ = split_in_halves(MEMBERS, torch.Generator().manual_seed(1))
    assert again.tolist() != first.tolist()


def test_ranks_are_those_of_scipy():
    values = normal(40, 3).mul(2).round()  # with ties
    np.testing.assert_array_equal(ranks(values), rankdata(values, axis=0) - 1)


def test_areas_are_those_of_scikit_learn():
    responses = normal(61, 4).mul(2).round()
    found = roc_areas(responses, MEMBERS)
    for unit in range(4):
        for category in range(3):
            expected = roc_auc_score(MEMBERS[:, category], responses[:, unit])
            assert float(found[unit, category]) == pytest.approx(expected, abs=1e-6)


def test_a_category_without_photographs_has_no_area():
    with pytest.raises(CourseError, match="inside it and outside"):
        roc_areas(normal(61, 2), torch.zeros(61, 1))


def test_the_top_is_what_the_largest_are():
    values = torch.tensor([[3.0, 0.0], [1.0, 5.0], [2.0, 4.0]])
    assert top(values, 2).tolist() == [[1, 0], [0, 1], [1, 1]]
    with pytest.raises(CourseError, match="top photographs"):
        top(values, 4)


def test_planted_units_are_named_and_all_tests_agree():
    planted = torch.stack([MEMBERS[:, 1] * 6, MEMBERS[:, 0] * 6, MEMBERS[:, 2] * 6], dim=1)
    names = named(planted + normal(61, 3))
    assert names.named.tolist() == [1, 0, 2]
    assert (names.agreeing(0.05) == 3).all()
    assert (names.areas > 0.95).all()
    # Sixty-one photographs tell tools from the rest better than the rarer birds.
    assert best_of_each(names, 3)[0] == 2
    assert sorted(best_of_each(names, 2)) == [0, 2]


def test_of_equal_categories_only_the_best_unit_is_taken():
    planted = MEMBERS[:, 1:2] * torch.tensor([[9.0, 2.0, 9.0]])
    names = named(torch.cat([planted + normal(61, 3), MEMBERS[:, 2:] * 9 + normal(61, 1)], dim=1))
    chosen = best_of_each(names, 4)
    assert len(chosen) == len({int(names.named[unit]) for unit in chosen})
    assert 3 in chosen
    assert 1 not in chosen


def test_by_chance_hardly_a_unit_keeps_its_name():
    names = named(normal(61, 400))
    assert float((names.agreeing(0.05) == 3).float().mean()) < 0.05


def test_the_tests_are_what_they_are_called():
    responses = MEMBERS[:, :1] * 2 + normal(61, 1)
    names = named(responses)
    fresh, members = responses[names.testing][:, 0], MEMBERS[names.testing][:, 0]
    strength = pointbiserialr(members, fresh).statistic
    order = pointbiserialr(members, rankdata(fresh)).statistic
    for test, expected in (("strength", strength), ("order", order)):
        assert float(names.tests[test].correlations[0, 0]) == pytest.approx(expected, abs=1e-5)
    # The third is the standardised number of hits of the hypergeometric distribution.
    hits = int(members[fresh.topk(5).indices].sum())
    chance = hypergeom(31, int(members.sum()), 5)
    standardised = (hits - chance.mean()) / chance.std() / np.sqrt(30)
    assert float(names.tests["top"].correlations[0, 0]) == pytest.approx(standardised, abs=1e-5)


def test_silent_units_have_no_name_that_holds():
    assert (named(torch.zeros(61, 2)).tests["strength"].p_values == 1).all()
