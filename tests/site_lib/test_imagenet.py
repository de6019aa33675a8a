"""Classes by the names that people use."""

import pytest

from site_lib.errors import CourseError
from site_lib.imagenet import ALIASES, class_index, class_names


def test_every_class_is_found_by_its_own_name():
    assert [class_index(name) for name in class_names()] == list(range(1000))


@pytest.mark.parametrize("name", ["hot air balloon", "Hot_air_balloon", "BALLOON", "417", 417])
def test_other_ways_to_say_it(name):
    assert class_index(name) == 417


def test_an_alias_hides_no_class():
    assert not set(ALIASES) & {name.lower() for name in class_names()}


def test_mistakes_are_explained():
    with pytest.raises(CourseError, match="nearest: banana"):
        class_index("bananna")
    with pytest.raises(CourseError, match="outside 0…999"):
        class_index(1000)
