"""What the search of the site can find."""

import json
from pathlib import Path

from site_lib.site import search_index


def test_words_stay_and_code_goes(tmp_path: Path) -> None:
    text = "<p>The <code>cat</code>.</p> <pre><code>cat = 1\ndog = 2\n</code></pre> <p>Après.</p>"
    entries = [{"location": "a/", "title": "A", "text": text}, {"location": "b/", "text": "B"}]
    path = tmp_path / search_index.FILE
    path.parent.mkdir()
    path.write_text(json.dumps({"config": {"lang": ["en"]}, "docs": entries}), encoding="utf-8")
    search_index.leave_code_out(tmp_path)
    index = json.loads(path.read_text(encoding="utf-8"))
    assert index["docs"][0]["text"] == "<p>The <code>cat</code>.</p> <p>Après.</p>"
    assert index["docs"][1:] == entries[1:]
    assert index["config"] == {"lang": ["en"]}


def test_a_site_without_a_search_is_left_alone(tmp_path: Path) -> None:
    search_index.leave_code_out(tmp_path)
    assert not [*tmp_path.iterdir()]
