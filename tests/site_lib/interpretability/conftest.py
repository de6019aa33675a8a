"""What several tests of this room look into."""

import pytest
import torch

from site_lib.networks.loading import load_frozen


@pytest.fixture(scope="session")
def network():
    """The plain network, whose head is linear in the means of its last maps."""
    return load_frozen("student")


@pytest.fixture(scope="session")
def images():
    """Two of noise, large enough for all of its layers: (2, 3, 64, 64)."""
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
