"""What a record says of the machine."""

import platform

from site_lib.records.provenance import machine


def test_the_machine_is_named_and_its_gpu_where_one_took_part():
    assert machine().startswith(f"{platform.machine()}, ")
    assert machine().endswith(f", Python {platform.python_version()}")
    assert machine("Toy GPU") == f"{machine()}, Toy GPU"
