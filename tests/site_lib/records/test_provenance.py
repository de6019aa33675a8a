"""What a record says of the machine."""

import os
import platform

from site_lib.records.provenance import computed_on, machine


def test_the_machine_is_named_and_its_gpu_where_one_took_part():
    assert machine().startswith(f"{platform.machine()}, ")
    assert machine().endswith(f", Python {platform.python_version()}")
    assert machine("Toy GPU") == f"{machine()}, Toy GPU"


def test_what_was_computed_on_is_the_gpu_or_else_the_cores():
    assert computed_on({"machine": machine()}) == f"{os.cpu_count()} cores"
    # Some GPUs have a comma in their names.
    assert computed_on({"machine": machine("Toy GPU, 80 GB")}) == "Toy GPU, 80 GB"
