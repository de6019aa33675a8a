"""Tables of what was measured on brains: what they hold, and what kind of network a row is."""

import numpy as np
import pytest

from figures_src.relations_with_biology.measure_models import COLUMNS as MEASURED
from figures_src.relations_with_biology.members import Member
from site_lib.common.errors import CourseError
from site_lib.labs import recorded_tables
from site_lib.labs.recorded_tables import COLUMNS, recorded_table, table_of_networks

MEMBERS = [
    Member("optimised", "efficientnet_lite0"),
    Member("partly", "student", step=50),
    Member("partly", "two-layers"),
    Member("graft", "graft-5", step=200),
    Member("random", "alexnet", seed=1),
    Member("lesion", "mobilenet_v2", seed=0, lesion="noise", amount=0.5),
]


def test_kind_and_family_are_those_of_the_experiment() -> None:
    assert MEASURED[: len(COLUMNS)] == COLUMNS
    table = table_of_networks()
    for member in MEMBERS:
        (row,) = np.flatnonzero(table["names"] == member.name)
        assert (table["kind"][row], table["family"][row]) == (member.kind, member.family)
        assert table["monkey"][row] == recorded_table("models")[member.name][1]
    assert {len(values) for values in table.values()} == {len(table["names"])}


def test_unknown_and_damaged_tables_are_errors(tmp_path, monkeypatch) -> None:
    with pytest.raises(CourseError, match="unknown table 'areal'; nearest: areas"):
        recorded_table("areal")
    monkeypatch.setattr(recorded_tables, "FOLDER", tmp_path)
    with pytest.raises(CourseError, match=r"cannot read .*v4.json"):
        recorded_table("v4")
