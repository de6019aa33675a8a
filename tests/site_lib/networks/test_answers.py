"""Answers to many images, a few at a time."""

import pytest
import torch

from site_lib.common.errors import CourseError
from site_lib.networks.answers import BATCH, first_answers, in_batches, logit_of


def test_images_are_shown_a_few_at_a_time_and_in_order():
    sizes = []

    def network(images):
        sizes.append(len(images))
        assert not torch.is_grad_enabled()
        return images.mean(dim=(2, 3))

    images = torch.rand(2 * BATCH + 1, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    logits = in_batches(network, images)
    assert sizes == [BATCH, BATCH, 1]
    assert torch.equal(logits, images.mean(dim=(2, 3)))
    assert torch.equal(first_answers(network, images), logits.argmax(dim=1))
    sizes.clear()
    in_batches(network, images[:5], batch=2)
    assert sizes == [2, 2, 1]


def test_one_logit_of_each_image():
    images = torch.rand(4, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    found = logit_of(lambda shown: shown.mean(dim=(2, 3)), 1)(images)
    assert torch.equal(found, images[:, 1].mean(dim=(1, 2)))


def test_a_batch_has_an_image():
    with pytest.raises(CourseError, match="batch must be a whole number from 1 on, not 0"):
        in_batches(torch.nn.Identity(), torch.rand(1, 3, 2, 2), batch=0)
