"""The course as a zip that is read from disk: ``python -m site_lib.editions.offline_edition``.

Takes the site as it was built for a host and changes what a browser will not do without one:
links to folders get ``index.html``, data that scripts fetch and the program of the search are
added as scripts (``offline_edition.js``), and the search index is one as well.
"""

import argparse
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, atomic_path
from site_lib.site import search_index
from site_lib.site.contents import read_configuration
from site_lib.site.site_links import target_of
from site_lib.site.site_stamp import STAMP

NAME = "inside-a-trained-network"
OUTPUT = f"dist/{NAME}.zip"
START_SCRIPT = "assets/offline.js"
SEARCH_INDEX = "search/search_index.js"
WORKERS = "assets/javascripts/workers"
ATTRIBUTE = re.compile(r'((?:href|data-[\w-]+)=")([^"\s]+)(")')
# Browsers preload only from a server; the style sheet asks for the same files anyway.
PRELOAD = re.compile(r'<link rel="preload"[^>]*>\s*')
# Modules as well; the live figures that are written as such say that they need a server.
MODULE = re.compile(r'<script type="module"[^>]*></script>\s*')
# For a host: its page for missing addresses, what search engines read, maps for debugging, and
# what the next build reads.
LEFT_OUT = ("404.html", "sitemap.xml", "sitemap.xml.gz", search_index.FILE, search_index.PAGES,
            STAMP)  # fmt: skip
# From disk, browsers run no network, and say so; what it would be loaded from stays away.
LEFT_OUT_FOLDERS = ("figures/live-network/", "assets/vendor/runtime/")
# The same site gives the same file.
DATE = (1980, 1, 1, 0, 0, 0)
COMPRESSED_ALREADY = (".webp", ".png", ".woff2", ".npz", ".zip")


def main() -> None:
    """Pack the built site and say where the file is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / OUTPUT)
    with errors_on_one_line():
        output = parser.parse_args().output
        write(ROOT / read_configuration(ROOT)["site_dir"], output)
        print(f"{output}: {output.stat().st_size / 1e6:.1f} MB; unpack it and open index.html")


def write(site: Path, output: Path) -> None:
    """Write the zip; CourseError when the site has not been built."""
    if not (site / "index.html").is_file():
        raise CourseError("the site has not been built; run make site")
    with atomic_path(output) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in sorted(files(site)):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.external_attr = 0o644 << 16
            stored = name.endswith(COMPRESSED_ALREADY)
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def files(site: Path) -> Iterator[tuple[str, bytes]]:
    """Files of the edition: path below its folder, and content."""
    for path in site.rglob("*"):
        name = path.relative_to(site).as_posix()
        for_a_host = name in LEFT_OUT or name.startswith(LEFT_OUT_FOLDERS)
        if not path.is_file() or for_a_host or path.suffix == ".map":
            continue
        content = path.read_bytes()
        if path.suffix == ".html":
            content = page_from_disk(content.decode(), name, site).encode()
        yield name, content
        if path.suffix == ".json":
            yield f"{name}.js", b"offlineFile(" + content + b");\n"
    yield START_SCRIPT, start_script(site).encode()
    yield SEARCH_INDEX, index_from_disk(site).encode()


def page_from_disk(page: str, name: str, site: Path) -> str:
    """HTML of a page that finds its neighbours without a server.

    name: path of the page below the site.
    """
    folder = name.removesuffix(name.rpartition("/")[2])

    def to_file(match: re.Match[str]) -> str:
        before, link, after = match.groups()
        target = target_of(link, folder)
        path, mark, anchor = link.partition("#")
        if target is None or not path or not (site / target.path / "index.html").is_file():
            return match[0]
        return f"{before}{path.rstrip('/')}/index.html{mark}{anchor}{after}"

    up = "../" * name.count("/")
    script = f'<head><script src="{up}{START_SCRIPT}"></script>'
    page = MODULE.sub("", PRELOAD.sub("", page))
    return ATTRIBUTE.sub(to_file, page).replace("<head>", script, 1)


def index_from_disk(site: Path) -> str:
    """The index of the search as a script, with files in place of folders."""
    index = json.loads((site / search_index.PAGES).read_text(encoding="utf-8"))
    for entry in index["docs"]:
        path, mark, anchor = entry["location"].partition("#")
        if not path or path.endswith("/"):
            entry["location"] = f"{path}index.html{mark}{anchor}"
    return f"var __index = {json.dumps(index, ensure_ascii=False)};\n"


def start_script(site: Path) -> str:
    """The first script of every page, with the programs that browsers refuse to load from disk."""
    programs = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((site / WORKERS).glob("*.js"))
    }
    template = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    return template.replace("OFFLINE_WORKERS", json.dumps(programs))


if __name__ == "__main__":
    main()
