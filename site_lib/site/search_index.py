"""The index that every page loads for its search, without the code on the pages.

Code is a quarter of the words and nearly none of what readers look for: in it, "ostrich" is an
argument of a lab before it is an animal of a chapter.
"""

import json
import re
from pathlib import Path

from site_lib.common.files import write_text

FILE = "search/search_index.json"
CODE = re.compile(r"<pre>.*?</pre>\s*", re.DOTALL)


def leave_code_out(site: Path) -> None:
    """Write the index of a built site anew; one without an index stays as it is."""
    path = site / FILE
    if not path.is_file():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    for entry in index["docs"]:
        entry["text"] = CODE.sub("", entry["text"])
    write_text(path, json.dumps(index, ensure_ascii=False, separators=(",", ":")))
