"""Photographs of the corpus as a network takes them."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.data.photographs import photograph
from site_lib.images.corpus_squares import corpus_squares
from site_lib.images.images import load_photographs


def test_squares_are_those_of_the_photographs_in_their_order():
    squares = corpus_squares([photograph("cat"), photograph("coffee")], 32)
    assert torch.equal(squares, load_photographs(["cat", "coffee"], 32))


def test_no_photograph_is_no_corpus():
    with pytest.raises(CourseError, match="ask for one at least"):
        corpus_squares([], 32)
