"""Sites that mean harm: nothing outside the folder is written, nothing hangs, each is one line."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from figures_src.engine import published
from figures_src.engine.published import is_picture, published_folder, read_records
from site_lib.common import downloads
from site_lib.common.errors import CourseError
from tests.records import figure_record
from tests.web_server import Send, answer, serving

Pages = dict[str, bytes | Callable[[Send], None]]


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy between this process and itself."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Pages]]:
    """A site with one figure: its address, and its pages by path, to be replaced by worse ones."""
    pages: Pages = {
        "/figures/list.txt": b"one\n",
        "/figures/one.json": json.dumps(figure_record("one")).encode(),
        "/figures/one.light.wide.svg": b"<svg/>",
    }

    def respond(path: str, send: Send) -> None:
        page = pages.get(path, b"harm")
        if callable(page):
            page(send)
        else:
            send(answer(page))

    with serving(respond) as address:
        yield address, pages


def refusal(address: str, folder: Path) -> str:
    """Why a site is refused; nothing may lie beside the folder, and no foreign file in it."""
    (folder / "inside").mkdir()
    with pytest.raises(CourseError) as caught:
        published_folder(address, folder / "inside")
    assert [path.name for path in folder.iterdir()] == ["inside"]
    names = {path.name for path in (folder / "inside").rglob("*")}
    assert names <= {"one.json", "one.light.wide.svg"}
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000
    return str(caught.value)


def test_an_honest_site_is_fetched(site: tuple[str, Pages], tmp_path: Path) -> None:
    assert published_folder(site[0], tmp_path) == tmp_path
    assert list(read_records(tmp_path)) == ["one"]
    assert {path.name for path in tmp_path.iterdir()} == {"one.json", "one.light.wide.svg"}
    assert is_picture(tmp_path / "one.light.wide.svg")


@pytest.mark.parametrize(
    "name",
    ["../one", "/tmp/one", "a/../../one", "..", ".one", "one/two", "%2e%2e/one", "One", "o\x00ne",
     "one\\two", "http://127.0.0.1/one", "one?x", "o" * 300, "\N{FULLWIDTH FULL STOP}/one"],
)  # fmt: skip
def test_a_list_that_names_files_elsewhere_is_refused(
    site: tuple[str, Pages], tmp_path: Path, name: str
) -> None:
    site[1]["/figures/list.txt"] = name.encode()
    assert "which cannot be the name of a figure; check the address" in refusal(site[0], tmp_path)


@pytest.mark.parametrize("name", ["../one", "/tmp/one", "two", "animal/one"])
def test_a_record_of_another_figure_is_refused(
    site: tuple[str, Pages], tmp_path: Path, name: str
) -> None:
    site[1]["/figures/one.json"] = json.dumps(figure_record(name)).encode()
    words = f"/figures/one.json is the record of {name!r}, not of 'one'; check the address"
    assert words in refusal(site[0], tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../one.light.wide.svg", "/tmp/one.light.wide.svg", "one.light.wide.svg/../../x", "one.json",
     "one.csv", "two.light.wide.svg", "one.light.wide.html", "one.light.wide.svg\n", "", "..",
     ".one.light.wide.svg", "one.light.wide.1x.webp/x", "x" * 10_000],
)  # fmt: skip
def test_a_record_that_names_pictures_elsewhere_is_refused(
    site: tuple[str, Pages], tmp_path: Path, name: str
) -> None:
    image = figure_record("one")["images"][0] | {"file": name}
    site[1]["/figures/one.json"] = json.dumps(figure_record("one", images=[image])).encode()
    assert ", no picture of 'one'; check the address" in refusal(site[0], tmp_path)


def test_such_a_record_in_a_folder_is_refused_too(tmp_path: Path) -> None:
    image = figure_record("one")["images"][0] | {"file": "../secret.svg"}
    (tmp_path / "one.json").write_text(json.dumps(figure_record("one", images=[image])))
    with pytest.raises(
        CourseError, match=r"one\.json names '\.\./secret\.svg', no picture of 'one'"
    ):
        read_records(tmp_path)


def test_a_picture_that_leads_out_of_its_folder_is_none(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").touch()
    folder = tmp_path / "figures"
    folder.mkdir()
    (folder / "one.light.wide.svg").symlink_to(tmp_path / "secret.svg")
    assert not is_picture(folder / "one.light.wide.svg")
    (tmp_path / "link").symlink_to(folder)
    (folder / "one.dark.wide.svg").touch()
    assert is_picture(tmp_path / "link" / "one.dark.wide.svg")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!doctype html>", "JSON is malformed"),
        (b"[" * 100_000, "recursion"),
        (b"[]", "Expected `object`, got `array`"),
        (json.dumps(figure_record("one", metrics=[1])).encode(), "Expected `object`, got `array`"),
        (json.dumps(figure_record("one", images=[5])).encode(), "Expected `object`, got `int`"),
        (json.dumps(figure_record("one") | {"id": 5}).encode(), "Expected `str`, got `int`"),
        (json.dumps(figure_record("one", metrics={"n": float("nan")})).encode(), "malformed"),
    ],
)
def test_a_strange_record_is_refused(
    site: tuple[str, Pages], tmp_path: Path, data: bytes, words: str
) -> None:
    site[1]["/figures/one.json"] = data
    message = refusal(site[0], tmp_path)
    assert message.startswith(f"{site[0]}/figures/one.json is not the record of a figure (")
    assert words in message
    assert message.endswith("; check the address")


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("list.txt", "MAX_LIST_BYTES"),
        ("one.json", "MAX_RECORD_BYTES"),
        ("one.json", "MAX_RECORDS_BYTES"),
        ("one.light.wide.svg", "MAX_PICTURE_BYTES"),
        ("one.light.wide.svg", "MAX_SITE_BYTES"),
    ],
)
def test_an_endless_file_is_read_up_to_its_limit(
    site: tuple[str, Pages], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, limit: str
) -> None:
    def endless(send: Send) -> None:
        send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            send(b"one " * 10_000)

    monkeypatch.setattr(published, limit, 10_000)
    site[1][f"/figures/{path}"] = endless
    message = refusal(site[0], tmp_path)
    assert message.startswith(f"cannot read {site[0]}/figures/{path}: it is larger than ")


def test_a_server_that_trickles_is_given_up(
    site: tuple[str, Pages], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trickle(send: Send) -> None:
        send(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(600):  # longer than anybody should wait for this test
            time.sleep(0.1)
            send(b" ")

    site[1]["/figures/list.txt"] = trickle
    monkeypatch.setattr(downloads, "SECONDS_OF_GRACE", 0.3)
    assert refusal(site[0], tmp_path).startswith(f"cannot read {site[0]}/figures/list.txt: ")


def test_one_picture_named_a_thousand_times_is_fetched_once(
    site: tuple[str, Pages], tmp_path: Path
) -> None:
    asked: list[Any] = []

    def count(send: Send) -> None:
        asked.append(send)
        send(answer(b"<svg/>"))

    images = figure_record("one")["images"] * 1000
    site[1]["/figures/one.json"] = json.dumps(figure_record("one", images=images)).encode()
    site[1]["/figures/one.light.wide.svg"] = count
    published_folder(site[0], tmp_path)
    assert len(asked) == 1
