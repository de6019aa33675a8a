"""Slides for whoever lectures: ``python -m site_lib.editions.slides`` (``make slides``).

Writes below ``dist/slides`` one file of HTML per chapter, with a slide for every page's question,
every figure and the takeaways, which a browser shows and prints to PDF; and every figure as a
picture of 1920 × 1080 pixels, light and dark, for other programs.
"""

import argparse
import base64
import mimetypes
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from PIL import Image

from site_lib.common.command_line import errors_on_one_line
from site_lib.common.errors import CourseError
from site_lib.common.files import ROOT, atomic_path, write_text
from site_lib.records.sidecars import largest_picture, sidecars
from site_lib.site.contents import Entry, contents, read_configuration
from site_lib.site.rasters import fitted, picture

OUTPUT = "dist/slides"
WIDTH, HEIGHT, MARGIN = 1920, 1080, 40
# The backgrounds of the drawings.
BACKGROUND = {"light": "#ffffff", "dark": "#1e2129"}
STYLE = """
@page { size: 1920px 1080px; margin: 0 }
html { scroll-snap-type: y mandatory; font: 40px/1.35 "Source Sans Pro", sans-serif;
  color: #1f2328 }
body { margin: 0 }
section { box-sizing: border-box; width: 100vw; height: 100vh; padding: 3vh 4vw; display: flex;
  flex-direction: column; justify-content: center; scroll-snap-align: start; break-after: page }
h1 { font-size: 2em } h2 { margin: 0 0 1vh; font-size: 1em }
img { min-height: 0; flex: 1; object-fit: contain }
p.caption { margin: 1vh 0 0; font-size: 0.5em; color: #525a65 }
@media print { section { width: 1920px; height: 1080px } }
"""


@dataclass(frozen=True)
class Slide:
    """title: its heading.   figure: the id of a figure, or nothing.   lines: what is said."""

    title: str
    figure: str = ""
    lines: tuple[str, ...] = ()


def main() -> None:
    """Write decks and pictures, and say where they are."""
    argparse.ArgumentParser(description=__doc__.split("\n")[0]).parse_args()
    with errors_on_one_line():
        configuration = read_configuration(ROOT)
        site, output = ROOT / configuration["site_dir"], ROOT / OUTPUT
        for deck in write_decks(site, contents(configuration["nav"]), output):
            print(deck)
        print(f"{write_pictures(site / 'figures', output)} pictures beside them")


def write_decks(site: Path, pages: list[Entry], output: Path) -> Iterator[Path]:
    """Write a deck for each part of the course that has figures.

    Raises CourseError when the site has not been built.
    """
    if not (site / "index.html").is_file():
        raise CourseError("the site has not been built; run make site")
    for chapter, entries in groupby(pages, key=lambda page: page.section or page.title):
        slides = [slide for entry in entries for slide in slides_of(site / entry.file)]
        if any(slide.figure for slide in slides):
            name = re.sub(r"\W+", "-", chapter.lower()).strip("-")
            yield write_deck(output / f"{name}.html", chapter, slides, site / "figures")


def slides_of(page: Path) -> list[Slide]:
    """The question of a page, its figures, and its takeaways."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    heading = _words(soup.find("h1")).removesuffix("#").strip()
    question = soup.select_one("p.question")
    slides = [Slide(heading, lines=(_words(question),) if question else ())]
    for figure in soup.select("figure.course-figure"):
        label = _words(figure.select_one(".course-figure__label"))
        caption = _words(figure.find("figcaption")).removeprefix(label).strip()
        title = re.sub(r"^Figure \d+\. |\.$", "", label)
        slides.append(Slide(title, str(figure["id"]).removeprefix("figure-"), (caption,)))
    for points in soup.select(".admonition.abstract"):
        lines = tuple(_words(item) for item in points.select("li"))
        slides.append(Slide("Take away", lines=lines))
    return slides


def write_deck(path: Path, title: str, slides: list[Slide], figures: Path) -> Path:
    """One file of HTML with all that it shows; returns its path."""
    records = sidecars(figures)
    body = "\n".join(_section(slide, figures, records) for slide in slides)
    write_text(
        path,
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n",
    )
    return path


def _section(slide: Slide, figures: Path, records: dict[str, dict[str, Any]]) -> str:
    title, lines = escape(slide.title), [escape(line) for line in slide.lines]
    if not slide.figure:
        said = "".join(f"<li>{line}</li>" for line in lines)
        plain = f"<p>{lines[0]}</p>" if len(lines) == 1 else f"<ul>{said}</ul>"
        return f"<section><h1>{title}</h1>{plain if lines else ''}</section>"
    record = records[slide.figure]
    file = figures / largest_picture(record, "light")["file"]
    kind = mimetypes.types_map.get(file.suffix, "image/webp")
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return (
        f'<section><h2>{title}</h2><img alt="{escape(record["alt"])}" '
        f'src="data:{kind};base64,{data}"><p class="caption">{lines[0]}</p></section>'
    )


def write_pictures(figures: Path, output: Path) -> int:
    """Write every figure as light and dark PNG; returns how many there are."""
    jobs = [
        (figures / largest_picture(record, theme)["file"], output / f"{name}.{theme}.png", theme)
        for name, record in sidecars(figures).items()
        for theme in BACKGROUND
    ]
    with ProcessPoolExecutor() as pool:
        return len(list(pool.map(write_picture, *zip(*jobs, strict=True))))


def write_picture(source: Path, target: Path, theme: str) -> None:
    """A figure in the middle of 1920 × 1080 pixels of its own background."""
    large = picture(source, WIDTH)
    size = fitted(large.width, large.height, (WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN))
    slide = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND[theme])
    place = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    slide.paste(large.resize(size, Image.Resampling.LANCZOS), place)
    with atomic_path(target) as temporary:
        slide.save(temporary, "png")


def _words(part: Tag | Any) -> str:
    return " ".join(part.get_text(" ", strip=True).split()) if part else ""


if __name__ == "__main__":
    main()
