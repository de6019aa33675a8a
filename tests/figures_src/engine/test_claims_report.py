"""``make claims``: the ledger as a table, and failure when a claim does not hold."""

import contextlib
import json
from pathlib import Path

import pytest
from PIL import Image

from figures_src.engine import claims_report, looked
from figures_src.engine.catalogue import Catalogue, Figure
from site_lib.records.claims import Claim
from site_lib.records.looked_at import RECORD, SENTENCES
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
    folder = tmp_path / "figures"
    folder.mkdir()
    figures = {name: Figure(name, Path(f"{name}.py"), (), "svg", ()) for name in ("one", "two")}
    monkeypatch.setattr(claims_report, "load_catalogue", lambda: Catalogue({}, figures))
    monkeypatch.setattr(claims_report, "figures_folder", lambda: folder)
    return folder


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


def report(capsys: pytest.CaptureFixture[str]) -> str:
    """What ``make claims`` prints and, where it fails, its error."""
    with contextlib.suppress(SystemExit):
        claims_report.main()
    return "".join(capsys.readouterr())


def test_another_picture_waits_for_a_look(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, "two", HOLDS)
    picture = {"file": "one.webp", "theme": "light", "layout": "wide", "width": 80, "height": 50,
               "scale": 1}  # fmt: skip
    record = figure_record("one", images=[picture])
    (folder / "one.json").write_text(json.dumps(record))
    docs = folder.parent
    (docs / SENTENCES).write_text('[sky]\nfigure = "one"\nsentence = "The sky is blue."\n')
    (docs / RECORD).parent.mkdir(parents=True)
    (docs / RECORD).write_text("{}")
    monkeypatch.setattr(looked, "figures_folder", lambda: folder)
    monkeypatch.setattr("sys.argv", ["looked", "one"])
    unseen = "error: nobody has looked at one in this build"

    Image.new("RGB", (80, 50), "blue").save(folder / "one.webp")
    assert unseen in report(capsys)
    looked.main()
    assert "seen in one: The sky is blue." in capsys.readouterr().out
    assert "error" not in (held := report(capsys))
    assert "one shows: The sky is blue. (looked at on " in held
    Image.new("RGB", (80, 50), "orange").save(folder / "one.webp")
    assert unseen in (changed := report(capsys))
    assert changed.endswith("run make looked NAME=one\n")
    Image.new("RGB", (80, 90), "blue").save(folder / "one.webp")
    assert unseen in report(capsys)
    record["experiments"][0]["profile"] = "full"  # a picture that is not published
    (folder / "one.json").write_text(json.dumps(record))
    assert "error" not in report(capsys)
