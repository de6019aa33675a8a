"""A folder of a figure holds what was drawn, and what changes in it is noticed."""

from site_lib.records.published_files import describe_folder, write_folder

FILES = {"index.json": b"{}", "a/1.webp": b"one", "a/2.webp": b"two"}


def test_a_folder_holds_exactly_the_files_of_the_latest_drawing(tmp_path):
    write_folder(tmp_path / "atlas", FILES | {"a/old.webp": b"old"})
    described = write_folder(tmp_path / "atlas", FILES)
    assert described["files"] == 3
    found = {p.relative_to(tmp_path / "atlas").as_posix(): p.read_bytes()
             for p in (tmp_path / "atlas").rglob("*") if p.is_file()}  # fmt: skip
    assert found == FILES


def test_every_change_changes_the_description(tmp_path):
    folder = tmp_path / "atlas"
    before = write_folder(folder, FILES)
    assert describe_folder(folder) == before
    (folder / "a/1.webp").write_bytes(b"other")
    altered = describe_folder(folder)
    (folder / "a/1.webp").unlink()
    missing = describe_folder(folder)
    assert len({described["sha256"] for described in (before, altered, missing)}) == 3
    assert describe_folder(tmp_path / "nowhere")["files"] == 0
