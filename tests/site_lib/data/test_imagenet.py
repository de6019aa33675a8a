"""Classes by the names that people use."""

import numpy as np
import pytest

from site_lib.common.errors import CourseError
from site_lib.data.imagenet import ALIASES, AMBIGUOUS, class_index, class_names


def test_every_class_is_found_by_its_own_name_unless_another_shares_it():
    for index, name in enumerate(class_names()):
        if name.lower() in AMBIGUOUS:
            assert index in AMBIGUOUS[name.lower()].values()
        else:
            assert class_index(name) == index


@pytest.mark.parametrize(
    "name", ["hot air balloon", "Hot_air_balloon", " BALLOON ", "417", 417, np.int64(417)]
)
def test_other_ways_to_say_it(name):
    assert class_index(name) == 417


def test_an_alias_hides_no_class():
    assert not set(ALIASES) & ({name.lower() for name in class_names()} | set(AMBIGUOUS))


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_a_word_for_two_classes_lists_both_and_each_can_be_said(word):
    (one, first), (other, second) = AMBIGUOUS[word].items()
    for said in (word, word.capitalize()):
        with pytest.raises(CourseError) as refused:
            class_index(said)
        assert f"say {one!r} ({first}) or {other!r} ({second})" in str(refused.value)
    for name, index in AMBIGUOUS[word].items():
        assert class_index(name) == class_index(name.upper()) == class_index(index) == index


def test_no_two_names_differ_in_case_only_without_being_called_ambiguous():
    names = [name.lower() for name in class_names()]
    assert {name for name in names if names.count(name) > 1} <= set(AMBIGUOUS)


@pytest.mark.parametrize("index", [-5, 1000, "-5", "1000", "-1", "+1000"])
def test_an_index_out_of_range(index):
    with pytest.raises(CourseError, match="outside 0…999"):
        class_index(index)


@pytest.mark.parametrize("value", [True, False, 3.0, float("nan"), "", "  "])
def test_neither_a_name_nor_an_index(value):
    with pytest.raises(CourseError, match="a name or an index in 0…999"):
        class_index(value)


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(CourseError, match="nearest: banana"):
        class_index("bananna")
    with pytest.raises(CourseError, match="unknown ImageNet class"):
        class_index(9 * "9" + "9")
