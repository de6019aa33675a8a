"""Copy what the browser needs from installed packages into ``docs/assets/vendor``.

KaTeX, the typeface and the photographs come with Python packages that the lock file pins, so the
site makes no request to another host. One thing is fetched, once: the program that runs networks
in the browser (``site_lib.data.carriers``). Where it cannot be had, the site is built without it,
and its live figures say so. The folder is not committed. A second run of
``python -m site_lib.site.vendor`` does nothing until a package or this file changes.
"""

import importlib.metadata
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from PIL import Image

from site_lib.common.command_line import fail
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, atomic_path, fingerprint, write_text
from site_lib.common.fonts import subset_as_woff2
from site_lib.common.packages import package_folder
from site_lib.common.pieces import in_pieces
from site_lib.data import carriers
from site_lib.data.photographs import PHOTOGRAPHS
from site_lib.records.sources import source_hashes

FOLDER = "assets/vendor"
PHOTOGRAPHS_FOLDER = f"{FOLDER}/photographs"
STAMP = ".vendored.json"
# Runs networks in the browser; its program is loaded in pieces.
RUNTIME, RUNTIME_PROGRAM = "onnxruntime_web", "ort-wasm-simd-threaded.wasm"
RUNTIME_FOLDER = "runtime"
RUNTIME_SCRIPTS = {"ort.wasm.min.mjs": "ort.js", "ort-wasm-simd-threaded.mjs": "ort-wasm.js"}
PACKAGES = ("djangocms-katex", "font-source-sans-pro", "fonttools", "brotli", "pillow",
            "scikit-image", "scikit-learn")  # fmt: skip

# File of the package → name in the style sheet.
FONTS = {
    "SourceSansPro-Regular": "regular",
    "SourceSansPro-It": "italic",
    "SourceSansPro-Semibold": "semibold",
    "SourceSansPro-SemiboldIt": "semibold-italic",
}
# Latin with accents, Greek, punctuation, superscripts, arrows and common operators.
LETTERS = [
    *range(0x20, 0x180), 0x2C6, 0x2DC, *range(0x391, 0x3CA),
    *range(0x2009, 0x2050), *range(0x2070, 0x209F), 0x20AC, 0x2122,
    *range(0x2190, 0x2194), *range(0x2200, 0x2266), 0x25A0, 0x25CF, 0x2713, 0x2717,
]  # fmt: skip
LAYOUT_FEATURES = ["kern", "liga", "mark", "tnum", "lnum", "sups", "subs"]
THUMBNAIL_WIDTH = 320


class _Stamp(msgspec.Struct):
    """What the folder was made from, and the sizes of its files."""

    inputs: str
    sizes: dict[str, int]


def main() -> None:
    """Bring ``docs/assets/vendor`` up to date and say what was done."""
    try:
        written = update(ROOT / "docs")
    except CourseError as error:
        fail(error)
    except OSError as error:
        fail(CourseError(f"docs/{FOLDER} cannot be brought up to date: {error}"))
    print(f"docs/{FOLDER}: {f'{written} files written' if written else 'up to date'}")


def update(docs: Path) -> int:
    """Write the vendored files below ``docs``; returns how many, 0 when all is up to date.

    The stamp is written last, so that an interrupted run is repeated.
    """
    if not carriers.at_hand(RUNTIME):
        _try_to_get_the_runtime()
    if not problems(docs):
        return 0
    folder = docs / FOLDER
    (folder / STAMP).unlink(missing_ok=True)
    files = dict(_all_files())
    for name, content in files.items():
        with atomic_path(folder / name) as temporary:
            temporary.write_bytes(content)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    stamp = _Stamp(_inputs(), {name: len(data) for name, data in files.items()})
    text = msgspec.json.format(msgspec.json.encode(stamp), indent=1).decode()
    write_text(folder / STAMP, text + "\n")
    return len(files)


def problems(docs: Path) -> list[str]:
    """Why the vendored files cannot be used as they are; empty when they can."""
    folder = docs / FOLDER
    try:
        stamp = msgspec.json.decode((folder / STAMP).read_bytes(), type=_Stamp)
    except (OSError, ValueError):
        return [f"docs/{FOLDER} is missing or incomplete; run python -m site_lib.site.vendor"]
    damaged = [
        name
        for name, size in stamp.sizes.items()
        if not (folder / name).is_file() or (folder / name).stat().st_size != size
    ]
    if damaged or stamp.inputs != _inputs():
        return [f"docs/{FOLDER} is out of date; run python -m site_lib.site.vendor"]
    return []


def _inputs() -> str:
    """Hash of all that decides what the vendored files contain."""
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    return fingerprint({
        "versions": versions, "sources": source_hashes(Path(__file__)),
        "runtime": carriers.source(RUNTIME).sha256 if carriers.at_hand(RUNTIME) else "",
    })  # fmt: skip


def _try_to_get_the_runtime() -> None:
    try:
        carriers.fetch(RUNTIME)
    except (CourseError, OSError) as error:
        print(f"live figures will not run in this copy of the site: {error}", file=sys.stderr)


def _all_files() -> Iterator[tuple[str, bytes]]:
    yield from _katex()
    yield from _fonts()
    yield from _photographs()
    if carriers.at_hand(RUNTIME):
        yield from _runtime()


def _runtime() -> Iterator[tuple[str, bytes]]:
    """The program that runs networks, its two scripts, and whose it is."""
    source, folder = carriers.source(RUNTIME), carriers.fetch(RUNTIME)
    for file, name in RUNTIME_SCRIPTS.items():
        yield f"{RUNTIME_FOLDER}/{name}", (folder / file).read_bytes()
    entry, pieces = in_pieces((folder / RUNTIME_PROGRAM).read_bytes())
    for name, piece in pieces.items():
        yield f"{RUNTIME_FOLDER}/{name}", piece
    yield f"{RUNTIME_FOLDER}/runtime.json", msgspec.json.encode(entry)
    whose = f"{source.package} {source.version}, {source.author}, licence {source.licence}\n"
    yield f"{RUNTIME_FOLDER}/LICENSE.txt", f"{whose}{source.page}\n".encode()


def _katex() -> Iterator[tuple[str, bytes]]:
    """KaTeX with its fonts in one format, which every current browser reads."""
    source = package_folder("djangocms_katex") / "static/djangocms_katex/vendor/katex"
    for name in ("katex.min.js", "LICENSE"):
        yield f"katex/{Path(name).name}", (source / name).read_bytes()
    style = (source / "katex.min.css").read_text(encoding="utf-8")
    only_woff2 = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)', "", style)
    yield "katex/katex.min.css", only_woff2.encode()
    for path in sorted((source / "fonts").glob("*.woff2")):
        yield f"katex/fonts/{path.name}", path.read_bytes()


def _fonts() -> Iterator[tuple[str, bytes]]:
    """The typeface, cut down to the letters that the course can need."""
    source = package_folder("font_source_sans_pro") / "files"
    for file, name in FONTS.items():
        font = subset_as_woff2(source / f"{file}.ttf", LETTERS, LAYOUT_FEATURES)
        yield f"fonts/source-sans-pro-{name}.woff2", font
    yield "fonts/LICENSE.txt", (source / "LICENSE.txt").read_bytes()


def _photographs() -> Iterator[tuple[str, bytes]]:
    """Thumbnails for the credits page."""
    for photograph in PHOTOGRAPHS.values():
        with Image.open(photograph.path) as image:
            picture = image.convert("RGB")
        picture.thumbnail((THUMBNAIL_WIDTH, THUMBNAIL_WIDTH))
        buffer = io.BytesIO()
        picture.save(buffer, "webp", quality=80, method=6)
        yield f"photographs/{photograph.name}.webp", buffer.getvalue()


if __name__ == "__main__":
    main()
