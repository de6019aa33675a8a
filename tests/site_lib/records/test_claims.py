"""A claim can be refuted, and the ledger keeps every claim once."""

import json
import math
from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.records.claims import Claim, claim_from_record, ledger
from tests.records import figure_record


@pytest.mark.parametrize(
    ("value", "at_least", "at_most", "holds", "bound"),
    [
        (8, 8, None, True, "≥ 8"),
        (7.999, 8, None, False, "≥ 8"),
        (8, None, 8, True, "≤ 8"),
        (8.001, None, 8, False, "≤ 8"),
        (0, 0, 0, True, "= 0"),
        (1, 0, 0, False, "= 0"),
        (5, 1, 9, True, "between 1 and 9"),
        (10, 1, 9, False, "between 1 and 9"),
        (math.nan, None, 8, False, "≤ 8"),
        (math.inf, 8, None, False, "≥ 8"),
    ],
)
def test_claim_holds_within_its_bounds(
    value: float, at_least: float | None, at_most: float | None, holds: bool, bound: str
) -> None:
    claim = Claim("id", "sentence", value, at_least=at_least, at_most=at_most)
    assert claim.holds is holds
    assert claim.bound == bound


@pytest.mark.parametrize(
    ("interval", "holds"),
    [((9, 12), True), ((7.9, 12), False), ((8, 15), True), ((9, 15.1), False)],
)
def test_the_whole_interval_meets_the_bounds(interval: tuple[float, float], holds: bool) -> None:
    claim = Claim("id", "s", 10, at_least=8, at_most=15, interval=interval)
    assert claim.holds is holds
    assert claim.test == f"10 [{interval[0]:g}, {interval[1]:g}] between 8 and 15"


def test_what_could_be_refuted_has_a_bound_and_a_prediction_its_reason() -> None:
    with pytest.raises(CourseError, match="nothing could refute it"):
        Claim("id", "sentence", 1.0)
    with pytest.raises(CourseError, match="where its bound comes from"):
        Claim("id", "sentence", 1.0, at_least=0, kind="predicted")
    with pytest.raises(CourseError, match="only a prediction does"):
        Claim("id", "sentence", 1.0, at_least=0, reason="Moore, 1975")
    with pytest.raises(CourseError, match="unknown kind of claim 'mesured'; nearest: measured"):
        Claim("id", "sentence", 1.0, at_least=0, kind="mesured")  # type: ignore[arg-type]
    table = Claim("id", "sentence", 1.0, kind="looked-up")
    assert (table.holds, table.refutable, table.test) == (True, False, "1")
    assert Claim("id", "s", 2.0, at_most=2.25, kind="predicted", reason="Moore, 1975").holds


def test_records_of_earlier_sites_have_no_kind() -> None:
    record = Claim("id", "sentence", 1.0, at_least=0).as_record()
    earlier = {name: value for name, value in record.items() if name not in ("kind", "reason")}
    assert claim_from_record(earlier).kind == "measured"


def test_record_gives_the_claim_back_and_its_verdict_is_not_trusted() -> None:
    claim = Claim("id", "sentence", 1.0, at_least=2.0, interval=(0.5, 1.5), interval_of="95 %")
    record = json.loads(json.dumps(claim.as_record()))
    assert record["holds"] is False
    assert claim_from_record(record | {"holds": True}) == claim
    assert not claim_from_record(record | {"holds": True}).holds


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_a_claim_without_a_number_is_named_and_not_stored(wrong: float) -> None:
    for claim in (
        Claim("gap", "sentence", wrong, at_least=0),
        Claim("gap", "sentence", 1.0, at_least=0, interval=(0.5, wrong)),
    ):
        with pytest.raises(CourseError, match=f"claim 'gap' has the value .*{wrong}"):
            claim.as_record()


def write_sidecar(folder: Path, figure: str, *claims: Claim) -> None:
    (folder / f"{figure}.json").write_text(json.dumps(figure_record(figure, *claims)))


def test_ledger_lists_claims_with_their_figures(tmp_path: Path) -> None:
    first, second = Claim("a", "s", 1, at_least=0), Claim("b", "s", 1, at_most=0)
    write_sidecar(tmp_path, "one", first)
    write_sidecar(tmp_path, "two", second)
    write_sidecar(tmp_path, "three")
    entries = ledger(tmp_path)
    assert [(entry.claim, entry.figure) for entry in entries] == [(first, "one"), (second, "two")]


def test_ledger_refuses_one_id_for_two_claims(tmp_path: Path) -> None:
    write_sidecar(tmp_path, "one", Claim("a", "s", 1, at_least=0))
    write_sidecar(tmp_path, "two", Claim("a", "t", 2, at_least=0))
    with pytest.raises(CourseError, match="'a' occurs twice, in one and two"):
        ledger(tmp_path)
