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


def test_claim_without_a_bound_is_refused() -> None:
    with pytest.raises(CourseError, match="nothing could refute it"):
        Claim("id", "sentence", 1.0)


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
