"""``make compare``: what counts as a difference, what fails, and what the report says."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from figures_src.engine import compare
from site_lib.records.claims import Claim
from tests.records import figure_record
from tests.web_server import Send, answer, serving

METRICS = {"count": 17, "layers": ["stem", "head"], "deep": {"loss": 0.5}}


def write(
    folder: Path, figure: str = "one", *, value: float = 9, texts: str = "n", **others
) -> None:
    """A figure with one claim, which holds from 8 on, and one picture."""
    claim = Claim("tall", "Some are tall.", value, at_least=8)
    record = figure_record(figure, claim, **({"metrics": METRICS} | others))
    folder.mkdir(exist_ok=True)
    (folder / f"{figure}.json").write_text(json.dumps(record))
    (folder / f"{figure}.light.wide.svg").write_text(f"<svg><text>{texts}</text></svg>")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Published figures ``one`` and ``two``; the same ones are in the folder ``new``."""
    for folder in (tmp_path / "published", tmp_path / "new"):
        for figure in ("one", "two"):
            write(folder, figure)
    return tmp_path / "published"


def run(monkeypatch: pytest.MonkeyPatch, published: Path | str, folder: Path) -> int:
    """Exit status of the command line."""
    arguments = ["compare", str(published), "--new", str(folder / "new")]
    monkeypatch.setattr("sys.argv", [*arguments, "--output", str(folder / "report")])
    with pytest.raises(SystemExit) as leaving:
        compare.main()
    return int(leaving.value.code or 0)


def report(folder: Path) -> tuple[str, dict]:
    """What was written for people and for programs."""
    text = (folder / "report/differences.md").read_text(encoding="utf-8")
    return text, json.loads((folder / "report/differences.json").read_text(encoding="utf-8"))


def test_equal_figures_are_no_difference(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, published, tmp_path) == 0
    text, record = report(tmp_path)
    assert "Figures compared: 2. Claims with another verdict: 0; numbers that moved" in text
    assert "##" not in text
    assert not record["fails"]


@pytest.mark.parametrize(("value", "status"), [(8.0, 0), (7.9, 1)])
def test_a_claim_with_another_verdict_fails_and_one_with_another_value_does_not(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float, status: int
) -> None:
    write(tmp_path / "new", "two", value=value)
    assert run(monkeypatch, published, tmp_path) == status
    text, record = report(tmp_path)
    assert f"| claim tall | 9 | {value:g} |" in text
    assert ("**tall: holds → does not hold**" in text) == (status == 1) == record["fails"]
    moved = record["figures"][1]["numbers"]
    assert moved == [{"name": "claim tall", "published": 9, "new": value}]


def test_numbers_within_the_tolerance_are_the_same() -> None:
    same = functools.partial(compare.same, tolerance=0.01)
    assert same(100.0, 101)
    assert not same(100, 101.1)
    assert not same(0, 1e-9)
    assert same("stem", "stem")
    assert not same("stem", "head")
    assert not same(None, 0)


def test_nested_metrics_are_named_as_pages_name_them(published: Path, tmp_path: Path) -> None:
    metrics = {"count": 17, "layers": ["stem", "tail"], "deep": {"loss": 0.4, "gain": 1}}
    [experiment] = figure_record("one")["experiments"]
    experiment["versions"] = {"numpy": "2.4.0"}
    write(tmp_path / "new", metrics=metrics, experiments=[experiment])
    one, two = compare.compare(published, tmp_path / "new", tolerance=0.01)
    assert one.numbers == [
        compare.Moved("layers.1", "head", "tail"),
        compare.Moved("deep.loss", 0.5, 0.4),
        compare.Moved("deep.gain", None, 1),
    ]
    assert one.versions == [compare.Moved("numpy", "2.3.0", "2.4.0")]
    assert not one.fails
    assert not two.differs


def test_pictures_that_look_different_are_shown_side_by_side(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "new", texts="m")
    assert run(monkeypatch, published, tmp_path) == 0
    name = "one.light.wide.svg"
    row = f"| {name}: text: n → m | ![published](published/{name}) | ![new](new/{name}) |"
    assert row in report(tmp_path)[0]
    for side, letter in (("published", "n"), ("new", "m")):
        picture = tmp_path / "report" / side / name
        assert picture.read_text() == f"<svg><text>{letter}</text></svg>"


@pytest.mark.parametrize(
    ("folder", "status", "words"),
    [("new", 1, "**Not built here.**"), ("published", 0, "Not published yet.")],
)
def test_only_a_published_figure_that_is_missing_here_fails(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, status: int,
    words: str,
) -> None:  # fmt: skip
    (tmp_path / folder / "two.json").unlink()
    assert run(monkeypatch, published, tmp_path) == status
    assert f"## two\n\n{words}" in report(tmp_path)[0]


@pytest.fixture
def address(published: Path) -> Iterator[str]:
    """A site that publishes the figures, as long as they lie in the folder."""

    def respond(path: str, send: Send) -> None:
        if path == "/figures/list.txt":
            send(answer(b"one\ntwo\n"))
        elif (published / Path(path).name).is_file():
            send(answer((published / Path(path).name).read_bytes()))
        else:
            send(answer(b"<!doctype html>", "404 Not Found"))

    with serving(respond) as address:
        yield address


def test_a_published_site_is_compared_by_its_address(
    address: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "new", "two", value=7)
    write(tmp_path / "new", "three")
    (published / "one.light.wide.svg").unlink()
    assert run(monkeypatch, f"{address}/", tmp_path) == 1
    text, _ = report(tmp_path)
    assert "Figures compared: 3. Claims with another verdict: 1;" in text
    assert "## three\n\nNot published yet." in text
    assert "| one.light.wide.svg: not published |" in text


def test_a_folder_can_be_given_by_its_address(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, published.as_uri(), tmp_path) == 0
    assert "Figures compared: 2." in report(tmp_path)[0]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("no-such-folder", "error: no figures in no-such-folder; compare with another address"),
        ("a" * 5000, "File name too long"),
        (
            "ftp://127.0.0.1/",
            "ftp://127.0.0.1/ is neither a folder nor an address that begins with",
        ),
        ("file:///no/such/folder", "error: no figures in /no/such/folder"),
        ("{address}/elsewhere", "there is no http://127.0.0.1"),
        ("http://127.0.0.1:9", "error: cannot read http://127.0.0.1:9/figures/list.txt"),
        ("http://[x", "error: cannot read http://[x/figures/list.txt: Invalid IPv6 URL"),
        ("http://a b", "error: cannot read http://a b/figures/list.txt: "),
    ],
)
def test_nothing_to_compare_with_is_one_line(
    address: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], where: str, message: str,
) -> None:  # fmt: skip
    assert run(monkeypatch, where.format(address=address), tmp_path) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("tolerance", ["nan", "-1", "inf"])
def test_a_tolerance_that_is_none_is_one_line(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], tolerance: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.argv", ["compare", str(published), f"--tolerance={tolerance}"])
    with pytest.raises(SystemExit) as leaving:
        compare.main()
    assert leaving.value.code == 1
    assert capsys.readouterr().err.startswith("error: the tolerance is a relative difference")


@pytest.mark.parametrize("folder", ["new", "published"])
def test_a_damaged_record_is_one_line(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], folder: str,
) -> None:  # fmt: skip
    (tmp_path / folder / "two.json").write_text('{"claims": NaN}')
    assert run(monkeypatch, published, tmp_path) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {tmp_path / folder / 'two.json'} is not the record of a fig")
    remedy = {"new": "run `make figures`", "published": "compare with another address or folder"}
    assert error.endswith(f"; {remedy[folder]}\n")
    assert error.count("\n") == 1


def test_nothing_that_is_published_becomes_markup_of_the_report(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = "a|b\n\n# <img src=x> " + "c" * 1000
    write(published, metrics={spoilt: spoilt}, texts="x](http://example.org) &lt;b&gt;")
    assert run(monkeypatch, published, tmp_path) == 0
    text, _ = report(tmp_path)
    assert "| a\\|b  # \\<img src=x\\> c" in text
    assert "x\\](http://example.org) \\<b\\>" in text
    assert "\n# <" not in text
    assert max(map(len, text.splitlines())) < 1000


def test_a_folder_with_other_things_is_not_overwritten(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report/thesis.tex").touch()
    assert run(monkeypatch, published, tmp_path) == 1
    assert (tmp_path / "report/thesis.tex").exists()


def test_a_report_that_cannot_be_written_is_one_line(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    write(tmp_path / "new", texts="m")
    (tmp_path / "file").touch()
    arguments = ["compare", str(published), "--new", str(tmp_path / "new")]
    monkeypatch.setattr("sys.argv", [*arguments, "--output", str(tmp_path / "file/report")])
    with pytest.raises(SystemExit) as leaving:
        compare.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("error: cannot write ")
    assert error.count("\n") == 1
