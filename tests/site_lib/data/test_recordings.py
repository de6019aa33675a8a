"""Recordings: what reading them gives, and what is said when a file is not as it should be."""

import hashlib
import io
import threading
import time
import zipfile
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat
from scipy.stats import pearsonr

from site_lib.common import downloads
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT
from site_lib.data import readers, recordings
from tests.web_server import Send, answer, serving

# Nothing listens here.
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(recordings.DATA_VARIABLE, str(tmp_path / "data"))
    return tmp_path / "data"


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not recordings.at_hand([name]), reason=f"the recordings {name} are not on this machine"
    )


def register(monkeypatch: pytest.MonkeyPatch, name: str, *files: recordings.RemoteFile) -> None:
    entry = replace(recordings.RECORDINGS[name], files=files)
    monkeypatch.setitem(recordings.RECORDINGS, name, entry)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path):
    folder = tmp_path / "server"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=folder)) as one:
        thread = threading.Thread(target=one.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{one.server_port}"
        one.shutdown()
        thread.join()


# ------------------------------------------------------------------- the files


def test_every_file_is_pinned_but_the_one_that_could_not_be_had():
    files = {f.path: f.sha256 for entry in recordings.RECORDINGS.values() for f in entry.files}
    open_ones = [path for path, sha256 in files.items() if sha256 is None]
    assert open_ones == ["cadieu2014/PLoSCB2014_data_20141216.zip"]
    assert all(len(sha256) == 64 for sha256 in files.values() if sha256)
    assert len(files) == 1 + 2 + 2 + 78 + 9 + 1 + 1


def test_every_recording_is_cited_in_the_bibliography():
    keys = (ROOT / "docs/references.bib").read_text(encoding="utf-8")
    assert all(f"{{{entry.citation}," in keys for entry in recordings.RECORDINGS.values())


def test_an_unknown_name_lists_the_nearest():
    with pytest.raises(CourseError, match="kriegeskorte2008"):
        recordings.fetch("kriegeskorte")


def test_a_file_is_downloaded_once_and_checked(empty_folder, server, monkeypatch):
    folder, address = server
    (folder / "one.npz").write_bytes(b"some bytes")
    sha256 = hashlib.sha256(b"some bytes").hexdigest()
    register(
        monkeypatch,
        "cichy2014",
        recordings.RemoteFile("cichy2014/one.npz", f"{address}/one.npz", sha256),
    )
    assert not recordings.at_hand(["cichy2014"])
    (path,) = recordings.fetch("cichy2014")
    assert path == empty_folder / "cichy2014/one.npz"
    assert recordings.at_hand(["cichy2014"])
    (folder / "one.npz").unlink()
    assert recordings.fetch("cichy2014") == [path]


@pytest.mark.parametrize("served", [b"other bytes", None], ids=["altered", "missing"])
def test_a_bad_download_is_refused_and_leaves_nothing(empty_folder, server, monkeypatch, served):
    folder, address = server
    if served is not None:
        (folder / "one.npz").write_bytes(served)
    sha256 = hashlib.sha256(b"some bytes").hexdigest()
    register(
        monkeypatch,
        "cichy2014",
        recordings.RemoteFile("cichy2014/one.npz", f"{address}/one.npz", sha256),
    )
    with pytest.raises(CourseError, match=f"cannot download .*one.npz.*{sha256}.*COURSE_DATA"):
        recordings.fetch("cichy2014")
    assert not recordings.at_hand(["cichy2014"])
    assert not any((empty_folder / "cichy2014").iterdir())


def endless(path: str, send: Send) -> None:
    send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        send(b"x" * 10_000)


def broken_off(path: str, send: Send) -> None:
    send(answer(b"x" * 5000)[:-1])


def silent(path: str, send: Send) -> None:
    for _ in range(600):  # longer than anybody should wait for this test
        time.sleep(0.1)
        send(b"")


@pytest.mark.parametrize(
    ("respond", "reason"),
    [
        (endless, "it is larger than 10000 bytes"),
        (broken_off, "it breaks off 1 bytes before its end"),
        (silent, "0 bytes came in"),
    ],
)
def test_a_server_without_a_whole_file_leaves_nothing(empty_folder, monkeypatch, respond, reason):
    monkeypatch.setattr(recordings, "MAX_BYTES", 10_000)
    if respond is silent:
        monkeypatch.setattr(downloads, "SECONDS_OF_GRACE", 0.3)
    with serving(respond) as address:
        file = recordings.RemoteFile("cichy2014/one.npz", f"{address}/one.npz", None)
        register(monkeypatch, "cichy2014", file)
        with pytest.raises(CourseError, match=f"cannot download {file.url} .*{reason}"):
            recordings.fetch("cichy2014")
    assert not any((empty_folder / "cichy2014").iterdir())


def test_a_machine_without_network_is_told_on_one_line(empty_folder, monkeypatch, capsys):
    file = recordings.RECORDINGS["kriegeskorte2008"].files[0]
    register(monkeypatch, "kriegeskorte2008", replace(file, url="http://no-such-host.invalid/x"))
    monkeypatch.setattr("sys.argv", ["recordings", "kriegeskorte2008"])
    with pytest.raises(SystemExit) as leaving:
        recordings.main()
    assert leaving.value.code == 1
    error = capsys.readouterr().err
    assert error.startswith("error: cannot download http://no-such-host.invalid/x (")
    assert "or copy the file to" in error
    assert error.count("\n") == 1


def test_what_lies_nowhere_in_this_form_is_not_asked_for(empty_folder):
    assert "bonnen2021" not in recordings.downloadable()
    path = empty_folder / recordings.RECORDINGS["bonnen2021"].files[0].path
    with pytest.raises(CourseError, match=f"{path} is not there .*copy it there.*COURSE_DATA"):
        recordings.fetch("bonnen2021")


@pytest.mark.usefixtures("empty_folder")
def test_an_unreachable_host_is_named_with_what_to_do(monkeypatch):
    file = recordings.RECORDINGS["kriegeskorte2008"].files[0]
    register(monkeypatch, "kriegeskorte2008", replace(file, url=f"{NOBODY}/x.mat"))
    with pytest.raises(CourseError, match=f"{NOBODY}/x.mat.*{file.sha256}.*copy the file to"):
        readers.kriegeskorte2008()


def test_a_truncated_file_names_the_hash_that_was_expected(empty_folder):
    file = recordings.RECORDINGS["cichy2014"].files[0]
    path = empty_folder / file.path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(CourseError, match=rf"{path.name} is damaged.*{file.sha256}.*Delete it"):
        readers.cichy2014()
    assert path.read_bytes() == b"PK\x03\x04 cut off"  # nobody's file is overwritten


# -------------------------------------------------------------------- contents


@needs("kriegeskorte2008")
def test_monkeys_and_people_agree_as_published():
    objects = readers.kriegeskorte2008()
    upper = np.triu_indices(92, 1)
    # Kriegeskorte et al. (2008): r = 0.49.
    assert pearsonr(objects.monkey_it[upper], objects.human_it[upper])[0] == pytest.approx(
        0.49, abs=0.005
    )
    names, counts = np.unique(
        objects.categories(["body", "face", "natObj", "artiObj"]), return_counts=True
    )
    assert dict(zip(names, counts, strict=True)) == {
        "artiObj": 21,
        "body": 24,
        "face": 24,
        "natObj": 23,
    }
    with pytest.raises(CourseError, match="exactly one"):
        objects.categories(["face", "human"])


@needs("kriegeskorte2008")
@needs("cichy2014")
def test_both_recordings_list_the_92_objects_in_one_order():
    objects, areas = readers.kriegeskorte2008(), readers.cichy2014()
    upper = np.triu_indices(92, 1)
    with_people = pearsonr(areas["IT"].mean(axis=0)[upper], objects.human_it[upper])[0]
    generator = np.random.default_rng(0)
    order = generator.permutation(92)
    shuffled = objects.human_it[np.ix_(order, order)]
    assert with_people > 0.4
    assert abs(pearsonr(areas["IT"].mean(axis=0)[upper], shuffled[upper])[0]) < 0.1


@needs("cichy2016")
def test_photographs_and_people():
    photographs = readers.cichy2016()
    assert len(photographs.images) == 78
    assert all(image.shape[2] == 3 and image.dtype == np.uint8 for image in photographs.images)
    for rdms in photographs.areas.values():
        assert rdms.shape == (15, 78, 78)
        assert np.allclose(rdms, rdms.transpose(0, 2, 1))
        assert np.allclose(np.diagonal(rdms, axis1=1, axis2=2), 0)


# ----------------------------------------- the archive that nobody here has seen

NUM_IMAGES = 6


def archive(path: Path, *, rows: dict[str, list[str]] | None = None) -> dict[str, np.ndarray]:
    """An archive with the layout of Cadieu et al. (2014), and the responses in it."""
    generator = np.random.default_rng(0)
    names = [f"images/{index:040x}.png" for index in range(NUM_IMAGES)]
    flags = [" ".join("01"[(index + split) % 2] for split in range(10)) for index in range(6)]
    usual = [
        f"{name} {'Cars' if index % 2 else 'Faces'} {flag}"
        for index, (name, flag) in enumerate(zip(names, flags, strict=True))
    ]
    rows = rows or {}
    responses = {"IT": generator.random((6, 5)), "V4": generator.random((6, 4))}
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as opened:
        for area, values in responses.items():
            data = io.BytesIO()
            savemat(data, {"features": values, "meta": np.array(rows.get(area, usual))})
            opened.writestr(f"PLoSCB2014_data/NeuralData_{area}_multiunits.mat", data.getvalue())
        for index, name in enumerate(names):
            picture = io.BytesIO()
            Image.new("L", (8, 8), 10 * index).save(picture, "png")
            opened.writestr(f"PLoSCB2014_data/{name}", picture.getvalue())
    return responses


def test_sites_of_an_archive_of_the_published_layout(empty_folder):
    responses = archive(empty_folder / recordings.RECORDINGS["cadieu2014"].files[0].path)
    sites = readers.cadieu2014()
    for area, values in responses.items():
        assert np.array_equal(sites.responses[area], values)
    assert sites.categories.tolist() == ["Faces", "Cars"] * 3
    assert sites.training.shape == (6, 10)
    assert sites.training[0].tolist() == [False, True] * 5
    assert sites.image(2).shape == (8, 8, 3)
    assert (sites.image(2) == 20).all()


def test_rows_that_differ_between_areas_are_refused(empty_folder):
    rows = {"IT": [f"images/{index:040x}.png Cars " + "1 " * 10 for index in range(6)]}
    archive(empty_folder / recordings.RECORDINGS["cadieu2014"].files[0].path, rows=rows)
    with pytest.raises(CourseError, match="same images"):
        readers.cadieu2014()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off"], ids=["empty", "truncated"])
def test_a_damaged_archive_is_one_clear_error(empty_folder, content):
    path = empty_folder / recordings.RECORDINGS["cadieu2014"].files[0].path
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(CourseError, match=r"is damaged.*not pinned.*Delete it"):
        readers.cadieu2014()


def test_an_archive_without_the_responses_says_what_is_missing(empty_folder):
    path = empty_folder / recordings.RECORDINGS["cadieu2014"].files[0].path
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr("readme.txt", "nothing here")
    with pytest.raises(CourseError, match="0 files in it are called NeuralData_V4_multiunits"):
        readers.cadieu2014()
