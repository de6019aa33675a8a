"""Choosing a device."""

import pytest
import torch

from site_lib.devices import choose_device
from site_lib.errors import CourseError


def test_auto_takes_what_there_is():
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_cuda_without_cuda_says_what_to_do(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(CourseError, match="DEVICE=cpu"):
        choose_device("cuda")


def test_an_unknown_device_is_refused():
    with pytest.raises(CourseError, match="auto, cpu or cuda"):
        choose_device("gpu")
