"""What a page says about itself to search engines and to those who share a link to it.

Works on the built site, so it does not matter what rendered a page. A card with a picture needs
an absolute address, so there is one only where the configuration says where the site is published.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

LONGEST_DESCRIPTION = 160
SHORTEST_PARAGRAPH = 50
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
FIGURE = re.compile(
    r'<figure class="course-figure[^"]*" id="figure-([\w-]+)"|/thumbnails/([\w-]+)\.'
)
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Head:
    """What is said about one page.

    image, feed: absolute addresses of its card and of the feed of changes, or None where the
    site's address is not known.
    """

    title: str
    site_name: str
    description: str
    address: str
    image: str | None
    feed: str | None = None


def description_of(page: str, site_description: str) -> str:
    """The description that a page states, or the beginning of its text.

    page: its HTML.   site_description: what the theme writes on pages that state none.
    """
    stated = DESCRIPTION.search(page)
    text = html.unescape(stated[1]) if stated else ""
    return text if text and text != site_description else opening(page)


def opening(page: str) -> str:
    """The first paragraph of a page that is a sentence, cut to what search engines show."""
    article = page.partition("<article")[2].partition("</article>")[0]
    for paragraph in re.findall(r"<p[^>]*>(.*?)</p>", article, re.DOTALL):
        text = " ".join(html.unescape(TAG.sub("", paragraph)).split())
        if len(text) >= SHORTEST_PARAGRAPH:
            return shortened(text)
    return ""


def shortened(text: str) -> str:
    """At most 160 characters: whole sentences where these are long enough, else whole words."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    sentences = text[: LONGEST_DESCRIPTION + 1]
    end = max(sentences.rfind(f"{mark} ") for mark in ".?!")
    if end >= SHORTEST_PARAGRAPH:
        return sentences[: end + 1]
    return sentences[: LONGEST_DESCRIPTION - 1].rpartition(" ")[0].rstrip(",;:") + "…"


def first_figure(page: str) -> str | None:
    """Id of the first figure of a page, or of the first that one of its cards shows."""
    found = FIGURE.search(page)
    return found[1] or found[2] if found else None


def with_head(page: str, head: Head) -> str:
    """HTML of a page with its description and what a shared link shows, stated once."""
    values = {
        "og:type": "article",
        "og:site_name": head.site_name,
        "og:title": head.title,
        "og:description": head.description,
    }
    if head.address:
        values["og:url"] = head.address
    if head.image:
        values |= {"og:image": head.image, "og:image:width": "1200", "og:image:height": "630"}
    lines = [f'<meta name="description" content="{html.escape(head.description)}">']
    lines += [f'<meta property="{k}" content="{html.escape(v)}">' for k, v in values.items()]
    card = "summary_large_image" if head.image else "summary"
    lines.append(f'<meta name="twitter:card" content="{card}">')
    if head.feed:
        kind = 'rel="alternate" type="application/atom+xml" title="Changes"'
        lines.append(f'<link {kind} href="{head.feed}">')
    return DESCRIPTION.sub("", page, count=1).replace("</head>", "\n".join(lines) + "\n</head>", 1)


def write(path: Path, head: Head) -> None:
    """Put the head into a built page."""
    page = path.read_text(encoding="utf-8")
    path.write_text(with_head(page, head), encoding="utf-8")
