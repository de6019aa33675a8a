"""The last step of a build: what is made from all pages once they are there.

Descriptions and cards for shared links, ``llms.txt`` and the feed of changes. Called by
``site_lib.pages`` with the folder of the built site; needs no other part of MkDocs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from site_lib import page_heads, social_cards
from site_lib.contents import Entry, contents


def publish_heads(
    conf: Mapping[str, Any], sidecars: Mapping[str, dict[str, Any]], cache: Path
) -> dict[str, str]:
    """Describe every page of the navigation, and draw its card where the site has an address.

    conf: the site's configuration.   sidecars: records of figures, by id.   cache: folder of
    cards that were drawn before.   Returns the descriptions by the page's source.
    """
    descriptions = {}
    for entry in contents(conf["nav"] or []):
        path = Path(conf["site_dir"]) / entry.file
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
    card = social_cards.Card(
        title=_title(conf, entry),
        section=entry.section,
        site_name=conf["site_name"],
        description=description,
        figure=Path(conf["docs_dir"]) / "figures" / light_picture(figure) if figure else None,
    )
    social_cards.write(Path(conf["site_dir"]) / name, cache, card)
    return name


def light_picture(sidecar: Mapping[str, Any]) -> str:
    """File of the largest picture of a figure for a wide page in the light theme."""
    found = [i for i in sidecar["images"] if (i["theme"], i["layout"]) == ("light", "wide")]
    return max(found, key=lambda image: image["scale"])["file"]
