"""From where Colab opens a lab, and from where it opens none."""

import pytest

from site_lib.records.colab import colab_address

ADDRESS = (
    "https://colab.research.google.com/github/owner/the-course/blob/labs/notebooks/1-toy.ipynb"
)


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_colab_opens_the_copy_on_the_branch_of_the_labs(end: str) -> None:
    assert colab_address(f"https://github.com/owner/the-course{end}", "1-toy") == ADDRESS


@pytest.mark.parametrize(
    "repository", ["", "https://codeberg.org/owner/course", "https://github.com/owner", "course"]
)
def test_it_opens_nothing_from_elsewhere(repository: str) -> None:
    assert colab_address(repository, "1-toy") is None
