"""Files: hashes of what they hold, and writers that leave nothing half done."""

from pathlib import Path

import pytest

from site_lib.common.errors import CourseError
from site_lib.common.files import atomic_path, check_sha256, fingerprint, write_text


def test_fingerprint_ignores_order_and_sees_every_value() -> None:
    parts = {"a": 1, "b": {"c": [0.5, "é"]}}
    same = {"b": {"c": [0.5, "é"]}, "a": 1}
    assert fingerprint(parts) == fingerprint(same)
    others = [{"a": 2, "b": {"c": [0.5, "é"]}}, {"a": 1, "b": {"c": ["é", 0.5]}}, {"a": 1}]
    assert len({fingerprint(other) for other in [parts, *others]}) == 4


def test_failed_writer_leaves_the_earlier_file(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "file.txt"
    write_text(target, "earlier")

    def fail_half_way() -> None:
        with atomic_path(target) as temporary:
            temporary.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert target.read_text() == "earlier"
    assert list(target.parent.iterdir()) == [target]


def test_folder_that_cannot_be_written_is_a_course_error(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file in the way")
    with pytest.raises(CourseError, match="check that the folder is writable"):
        write_text(tmp_path / "folder" / "file.txt", "text")


def test_weights_that_were_altered_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "weights.pth"
    file.write_bytes(b"not the weights")
    with pytest.raises(CourseError, match=r"was altered.*expected 0123"):
        check_sha256(file, "0123")
