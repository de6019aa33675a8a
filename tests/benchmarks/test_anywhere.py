"""What `make anywhere` runs, and what it takes from the results."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from figures_src.engine.jobs import Job
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.records.claims import Claim
from site_lib.records.measurement import Measurement, save_result
from site_lib.records.sources import source_hashes
from tests.benchmarks import anywhere
from tests.benchmarks.anywhere import Arithmetic, arithmetic_called, environment


def test_an_arithmetic_inherits_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "1")
    set_up = environment(Arithmetic("x", "x", {"OMP_NUM_THREADS": "1"}))
    assert "ATEN_CPU_CAPABILITY" not in set_up
    assert (set_up["OMP_NUM_THREADS"], set_up["MALLOC_TRIM_THRESHOLD_"]) == ("1", "1")


def test_unknown_arithmetic_is_a_course_error() -> None:
    assert arithmetic_called("avx2").variables["ATEN_CPU_CAPABILITY"] == "avx2"
    with pytest.raises(CourseError, match="avx3"):
        arithmetic_called("avx3")


def test_busy_means_two_programs_beside_and_none_afterwards() -> None:
    with anywhere.at_work(arithmetic_called("busy")) as others:
        assert len(others) >= 2
        assert all(other.poll() is None for other in others)
    assert all(other.poll() is not None for other in others)
    with anywhere.at_work(Arithmetic("quiet", "quiet")) as others:
        assert not others


def test_a_result_is_current_when_code_and_parameters_are(tmp_path: Path) -> None:
    script = ROOT / "figures_src" / "relations_with_biology" / "measure_transistor_growth.py"
    inputs = {"parameter recent": "2010", "parameter seed": "0", "code of x": "…"}
    job = Job("measure x", script, [], inputs, [], [tmp_path / "x.npz"], "x")
    record = {"parameters": {"recent": 2010}, "seed": 0, "sources": source_hashes(script)}

    def written(**changes: object) -> Path:
        save_result(tmp_path / "x.npz", Measurement({}, {}), record | changes)
        return tmp_path / "x.npz"

    assert not anywhere.is_current(job, tmp_path / "x.npz")
    assert anywhere.is_current(job, written())
    assert not anywhere.is_current(job, written(seed=1))
    assert not anywhere.is_current(job, written(parameters={"recent": 2011}))
    assert not anywhere.is_current(job, written(sources={}))


def test_rows_hold_every_value_and_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "bananas.py"
    script.write_text(
        "from types import SimpleNamespace\n"
        "from site_lib.records.claims import Claim\n"
        "def describe(result, *, unit):\n"
        "    value = float(result['value'])\n"
        "    return SimpleNamespace(claims=[Claim('ripe', unit, value, at_least=2)])\n"
    )
    result = ROOT / "results" / "default" / "bananas.npz"
    experiment = SimpleNamespace(runs=lambda profile: [SimpleNamespace(result=result)])
    figure = SimpleNamespace(
        id="bananas", script=script, experiments=(experiment,), parameters={"unit": "kg", "w": 1}
    )
    monkeypatch.setattr(anywhere, "RESULTS", tmp_path)
    for name, value in {"native": 3.0, "plain": 1.0}.items():
        path = tmp_path / name / "default" / "bananas.npz"
        save_result(path, Measurement({"value": np.array(value)}, {}), {})
    columns = [arithmetic_called(name) for name in ("native", "plain", "busy")]
    (row,) = anywhere.claim_rows([figure], columns)
    assert row["values"] == {"native": 3, "plain": 1}
    assert row["holds"] == {"native": True, "plain": False}
    assert row["bound"] == Claim("ripe", "kg", 3, at_least=2).bound
    kept = json.loads(json.dumps(anywhere.record(columns, [row], {}, figures=["bananas"])))
    assert [column["name"] for column in kept["columns"]] == ["native", "plain"]
    assert kept["claims"] == [row]


def test_columns_of_other_machines_stay_while_the_claim_does() -> None:
    """A second machine adds its columns; a claim with another bound begins anew."""

    def row(bound: str, **values: float) -> dict[str, Any]:
        holds = dict.fromkeys(values, True)
        return {"id": "ripe", "figure": "bananas", "bound": bound, "values": values, "holds": holds}

    asked = ["bananas"]
    native = arithmetic_called("native")
    first = anywhere.record([native], [row("≥ 2", native=3.0)], {}, figures=asked)
    other = replace(native, machine="xeon")
    both = anywhere.record([other], [row("≥ 2", **{"xeon-native": 4.0})], first, figures=asked)
    assert [column["label"] for column in both["columns"]] == ["xeon", ""]
    assert both["claims"][0]["values"] == {"xeon-native": 4.0, "native": 3.0}
    stricter = anywhere.record([other], [row("≥ 4", **{"xeon-native": 4.0})], both, figures=asked)
    assert [column["name"] for column in stricter["columns"]] == ["xeon-native"]
    assert stricter["claims"][0]["values"] == {"xeon-native": 4.0}
    melons = {"id": "sweet", "figure": "melons", "bound": "≥ 1"}
    melons |= {"values": {"xeon-native": 2.0}, "holds": {"xeon-native": True}}
    more = anywhere.record([other], [melons], first, figures=["melons"])
    assert {row["id"]: row["values"] for row in more["claims"]} == {
        "ripe": {"native": 3.0},
        "sweet": {"xeon-native": 2.0},
    }
