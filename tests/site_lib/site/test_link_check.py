"""Links of a built site."""

from pathlib import Path

from site_lib.site.link_check import dead_links

HOME = """<h1 id="top">Home</h1><a href="part/one/">a</a><a href="part/one/#here">b</a>
<a href="#top">c</a><a href="part/one/index.html#here">d</a><a href="https://e.org/no">e</a>
<a href="mailto:a@e.org">f</a><a href="#__search">g</a><a href="a%20b.csv">h</a>"""
ONE = """<p id="here"><a href="../../#top">a</a><a href="../../#no">b</a><a href="../two/">c</a>
<a href="/">d</a><a href="/a b.csv">e</a><img src="no.webp" srcset="../../a.webp 1x, b.webp 2x">
<video poster="no.png"></video><code>href="nothing"</code><a href="../two/">again</a>"""


def test_dead_links_are_named_with_their_page(tmp_path: Path) -> None:
    """Pages, files and places; once each."""
    for name, text in {
        "index.html": HOME, "part/one/index.html": ONE, "a b.csv": "", "a.webp": "",
        "404.html": '<a href="/course/elsewhere/">the address of a host</a>',
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    dead = ["../../#no", "../two/", "no.webp", "b.webp", "no.png"]
    assert list(dead_links(tmp_path, {"part/one/": "part/one.md"})) == [
        f"part/one.md: {link!r} leads to nothing on the site; correct it" for link in dead
    ]
