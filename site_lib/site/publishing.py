"""The last step of a build: what is made from all pages once they are there.

Descriptions and cards for shared links, citations, ``llms.txt`` and the feed of changes. Called by
``site_lib.site.pages`` with the folder of the built site; needs no other part of MkDocs.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from site_lib.common.files import write_text
from site_lib.records.claims import StatedClaim
from site_lib.records.sidecars import largest_picture
from site_lib.site import change_feed, llms, page_heads, social_cards
from site_lib.site.citation import Citation
from site_lib.site.contents import Entry, contents

CHANGES = "reference/changes.md"
# Beside a page that has figures.
CITATION = "page.bib"


def publish(
    conf: Mapping[str, Any],
    sidecars: Mapping[str, dict[str, Any]],
    ledger: Iterable[StatedClaim],
    cache: Path,
) -> None:
    """Write all of it into the built site.

    conf: the site's configuration.   sidecars: records of figures, by id.   ledger: all claims.
    cache: folder of pictures that were made before.
    """
    entries = contents(conf["nav"] or [])
    publish_feed(conf, entries)
    descriptions = publish_heads(conf, entries, sidecars, cache)
    overview = llms.text(
        site_name=conf["site_name"],
        summary=conf["site_description"] or "",
        address=conf["site_url"] or "",
        entries=entries,
        descriptions=descriptions,
        sidecars=sidecars,
        ledger=ledger,
    )
    (Path(conf["site_dir"]) / llms.FILE).write_text(overview, encoding="utf-8")


def publish_citations(
    conf: Mapping[str, Any],
    cited: Citation,
    sidecars: Mapping[str, dict[str, Any]],
    figures_of_pages: Mapping[str, Iterable[str]],
) -> None:
    """Write an entry in BibTeX beside each page that has figures, and one for each figure.

    cited: the course.   figures_of_pages: ids of figures by the page's source.
    """
    site = Path(conf["site_dir"])
    for entry in contents(conf["nav"] or []):
        figures = [name for name in figures_of_pages.get(entry.source, ()) if name in sidecars]
        if figures:
            text = cited.bibtex_of_page(entry.title, entry.folder)
            write_text(site / entry.folder / CITATION, f"{text}\n")
        for name in figures:
            figure = sidecars[name]
            text = cited.bibtex_of_figure(
                name,
                figure["title"],
                figure["drawing"]["commit"],
                f"{entry.folder}#figure-{name}",
            )
            write_text(site / "figures" / f"{name}.bib", f"{text}\n")


def publish_feed(conf: Mapping[str, Any], entries: Iterable[Entry]) -> None:
    """Write the feed of changes where the site has an address and a page of changes."""
    for entry in entries:
        if entry.source == CHANGES and conf["site_url"]:
            page = (Path(conf["site_dir"]) / entry.file).read_text(encoding="utf-8")
            feed = change_feed.feed(
                change_feed.read_changes(page),
                title=f"{conf['site_name']}: changes",
                author=conf["site_name"],
                address=conf["site_url"],
                folder=entry.folder,
            )
            (Path(conf["site_dir"]) / change_feed.FILE).write_text(feed, encoding="utf-8")


def publish_heads(
    conf: Mapping[str, Any],
    entries: Iterable[Entry],
    sidecars: Mapping[str, dict[str, Any]],
    cache: Path,
) -> dict[str, str]:
    """Describe every page, and draw its card where the site has an address.

    Returns the descriptions by the page's source.
    """
    descriptions = {}
    feed = Path(conf["site_dir"]) / change_feed.FILE
    for entry in entries:
        path = Path(conf["site_dir"]) / entry.file
        if not path.is_file():  # MkDocs has warned of it
            continue
        page = path.read_text(encoding="utf-8")
        description = page_heads.description_of(page, conf["site_description"] or "")
        descriptions[entry.source] = description
        address = conf["site_url"] or ""
        image = None
        if address:
            figure = sidecars.get(page_heads.first_figure(page) or "")
            image = address + _card(conf, entry, description, figure, cache)
        page_heads.write(
            path,
            page_heads.Head(
                title=_title(conf, entry),
                site_name=conf["site_name"],
                description=description,
                address=address and address + entry.folder,
                image=image,
                feed=address + change_feed.FILE if feed.is_file() else None,
            ),
        )
    return descriptions


def _title(conf: Mapping[str, Any], entry: Entry) -> str:
    return entry.title if entry.folder else conf["site_name"]


def _card(
    conf: Mapping[str, Any],
    entry: Entry,
    description: str,
    figure: dict[str, Any] | None,
    cache: Path,
) -> str:
    """Write the card of a page; returns its path below the site."""
    name = social_cards.name(entry.folder)
    picture = largest_picture(figure, "light")["file"] if figure else None
    card = social_cards.Card(
        title=_title(conf, entry),
        section=entry.section,
        site_name=conf["site_name"],
        description=description,
        figure=Path(conf["docs_dir"]) / "figures" / picture if picture else None,
    )
    social_cards.write(Path(conf["site_dir"]) / name, cache, card)
    return name
