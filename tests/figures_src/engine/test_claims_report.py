"""``make claims``: the ledger as a table, and failure when a claim does not hold."""

import json
from pathlib import Path

import pytest

from figures_src.engine import claims_report
from figures_src.engine.catalogue import Catalogue, Figure
from site_lib.records.claims import Claim
from tests.records import figure_record

HOLDS = Claim(
    "oriented",
    "12 filters are oriented.",
    12,
    at_least=8,
    interval=(9, 15.5),
    interval_of="95 % bootstrap",
)
FAILS = Claim("flat", "4 filters are flat.", 4, at_most=3)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A figures folder for a catalogue with the figures ``one`` and ``two``."""
    figures = {name: Figure(name, Path(f"{name}.py"), (), "svg", ()) for name in ("one", "two")}
    monkeypatch.setattr(claims_report, "load_catalogue", lambda: Catalogue({}, figures))
    monkeypatch.setattr(claims_report, "figures_folder", lambda: tmp_path)
    return tmp_path


def write(folder: Path, figure: str, *claims: Claim, profile: str = "default") -> None:
    record = figure_record(figure, *claims)
    record["experiments"][0]["profile"] = profile
    (folder / f"{figure}.json").write_text(json.dumps(record))


def test_claims_that_hold_are_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "one", HOLDS)
    write(folder, "two", profile="draft")
    claims_report.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["holds", "kind", "claim", "test", "interval", "of", "sentence"]
    cells = "yes measured oriented 12 [9, 15.5] ≥ 8 95 % bootstrap 12 filters are oriented."
    assert " ".join(lines[1].split()) == cells
    assert lines[2:] == ["note: two was measured with profile draft", "all 1 claims hold"]


@pytest.mark.parametrize(
    ("sidecars", "message"),
    [
        ({"one": [HOLDS], "two": [FAILS]}, "1 of 2 claims do not hold: flat"),
        ({"one": [HOLDS]}, "not built yet: two; run `make figures`"),
        ({"one": [], "two": []}, "no figure states a claim"),
        ({"one": [HOLDS], "two": [], "old": []}, "no figure for old.json; delete it"),
        ({"one": [HOLDS], "two": [HOLDS]}, "'oriented' occurs twice, in one and two"),
    ],
)
def test_report_fails_with_one_line(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    sidecars: dict[str, list[Claim]],
    message: str,
) -> None:
    for figure, claims in sidecars.items():
        write(folder, figure, *claims)
    with pytest.raises(SystemExit) as leaving:
        claims_report.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("damage", ["", "{}", "[]", "NaN", "\udcff"])
def test_a_damaged_record_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    write(folder, "one", HOLDS)
    (folder / "two.json").write_text(damage, errors="surrogateescape")
    with pytest.raises(SystemExit) as leaving:
        claims_report.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {folder}/two.json is not the record of a figure (")
    assert error.endswith("); run `make figures`\n")
    assert error.count("\n") == 1
