"""The pages in plain Markdown, for the builder that is to follow MkDocs and Material: Zensical.

It reads ``mkdocs.yml``, but starts the module of the macros anew for every page, which takes longer
than all else, gives those within a caption no settings, and knows no notebooks. So it gets pages in
which the macros have been run, labs as Markdown, and a configuration of what it knows.
"""

import json
import os
import re
import shutil
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import nbformat
import yaml
from markdown import Markdown
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from site_lib.common.files import write_text
from site_lib.records.colab import colab_address
from site_lib.site import glossary, lab_pages
from site_lib.site.contents import Entry, read_configuration
from site_lib.site.reference_pages import GLOSSARY_PAGE, WITHOUT_TERMS
from site_lib.site.site_links import target_of

LAB_TEMPLATE = "notebooks/mkdocs_html/notebook.html.j2"
NOTEBOOK = ".ipynb"
# Zensical would load it from another host.
LIGHTBOX = "assets/glightbox.min"
# What has been run by the time that the pages are plain.
PLUGINS_RUN = ("macros", "mkdocs-jupyter")
SETTINGS_RUN = ("hooks", "watch")
# Written anew, or read by what has been run.
NOT_COPIED = shutil.ignore_patterns("*.md", "*.toml", "*.bib", "overrides")
# Links between pages, as Markdown writes them.
LINK_TO_LAB = re.compile(r"(\]\([^)\s:]+)\.ipynb\b")
# Addresses in HTML, one or, of a picture in several sizes, many.
ADDRESSES = re.compile(r'(\s(?:href|src)=")([^"#][^"]*)|(\ssrcset=")([^"]+)')


def write(root: Path, folder: Path) -> MkDocsConfig:
    """Write ``mkdocs.yml`` and ``docs`` of a course into a folder, which is emptied first.

    Returns the configuration that the macros were run with: with the folder of the built site as
    ``site_dir``, its plugins can do what follows the pages.
    """
    shutil.rmtree(folder, ignore_errors=True)
    docs = folder / "docs"
    settings = read_configuration(root)
    shutil.copytree(root / "docs", docs, ignore=NOT_COPIED)
    for suffix in (".css", ".js"):
        content = files("mkdocs_glightbox") / f"glightbox/glightbox.min{suffix}"
        (docs / f"{LIGHTBOX}{suffix}").write_bytes(content.read_bytes())
    for notebook in sorted((docs / "labs").glob(f"*{NOTEBOOK}")):
        text = lab_as_markdown(notebook, root / "docs/overrides", settings["repo_url"] or "")
        lab = notebook.with_suffix(".md")
        write_text(lab, from_source(text, lab.relative_to(docs).as_posix()))
        notebook.unlink()
    write_text(folder / "mkdocs.yml", json.dumps(plain(settings, root), default=os.fspath))
    return _run_macros(root, docs, settings)


def _run_macros(root: Path, docs: Path, settings: dict[str, Any]) -> MkDocsConfig:
    """Write the pages whose macros have been run; the configuration, which has their plugin."""
    macros = [one for one in settings["plugins"] if "macros" in one]
    # What macros write into the site lies among the pages, from where any builder takes it.
    configuration = load_config(
        str(root / "mkdocs.yml"), site_dir=str(docs), plugins=macros, hooks=[]
    )
    configuration = configuration.plugins.on_config(configuration)
    sources = get_files(configuration)
    for file in sources.documentation_pages():
        page = Page(None, file, configuration)
        page.read_source(configuration)
        text = configuration.plugins.on_page_markdown(
            page.markdown or "", page=page, config=configuration, files=sources
        )
        front = f"---\n{yaml.safe_dump(page.meta)}---\n\n" if page.meta else ""
        write_text(docs / file.src_uri, front + from_source(text, file.src_uri))
    return configuration


def from_source(text: str, source: str) -> str:
    """Text of a page with its addresses as Zensical wants them, HTML's like Markdown's: from the
    folder of the source, not from that of the page. Those in ``data-`` attributes it leaves alone.

    source: file of the page below ``docs``.
    """
    text = LINK_TO_LAB.sub(r"\1.md", text)
    folder, start = Entry("", "", source).folder, _folder_of(source)
    if folder == start:
        return text

    def moved(address: str) -> str:
        target = target_of(address, folder)
        if target is None:
            return address
        mark = "#" if target.anchor else ""
        return f"{get_relative_url(target.path or './', start)}{mark}{target.anchor}"

    def written(match: re.Match[str]) -> str:
        if match[1]:
            return match[1] + moved(match[2])
        sizes = [one.split(maxsplit=1) for one in match[4].split(",")]
        return match[3] + ", ".join(" ".join([moved(one), *size]) for one, *size in sizes)

    return ADDRESSES.sub(written, text)


def _folder_of(source: str) -> str:
    """Folder of a file below ``docs``: empty, or it ends with ``/``."""
    return source.rpartition("/")[0] + "/" if "/" in source else ""


def plain(settings: dict[str, Any], root: Path) -> dict[str, Any]:
    """The configuration of a course without what has been run, to be used from any folder."""
    kept = {name: value for name, value in settings.items() if name not in SETTINGS_RUN}
    plugins = {name: options for one in settings["plugins"] for name, options in _named(one)}
    plugins = {name: options for name, options in plugins.items() if name not in PLUGINS_RUN}
    library = plugins["mkdocstrings"]
    library["custom_templates"] = str(root / library["custom_templates"])
    library["handlers"]["python"]["paths"] = [str(root)]
    # The style sheets are written for the looks of Material.
    overrides = str(root / settings["theme"]["custom_dir"])
    theme = settings["theme"] | {"custom_dir": overrides, "variant": "classic"}
    terms = {f"{__name__}:Terms": {"docs": str(root / "docs")}}
    return kept | {
        "docs_dir": "docs",
        "site_dir": "site",
        "theme": theme,
        "nav": _without_notebooks(settings["nav"]),
        "plugins": [{name: options} for name, options in plugins.items()],
        "markdown_extensions": [*settings["markdown_extensions"], terms],
        "extra_css": [f"{LIGHTBOX}.css", *settings["extra_css"]],
        "extra_javascript": [f"{LIGHTBOX}.js", *settings["extra_javascript"]],
        "extra": {"search_of_the_theme": True},
    }


def _named(plugin: str | dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Name and options of a plugin, which the configuration gives with or without the latter."""
    return [(plugin, {})] if isinstance(plugin, str) else list(plugin.items())


def _without_notebooks(nav: Any) -> Any:
    """A navigation that leads to the labs in Markdown."""
    if isinstance(nav, list):
        return [_without_notebooks(item) for item in nav]
    if isinstance(nav, dict):
        return {title: _without_notebooks(target) for title, target in nav.items()}
    return nav.removesuffix(NOTEBOOK) + ".md" if nav.endswith(NOTEBOOK) else nav


def lab_as_markdown(path: Path, overrides: Path, repository: str) -> str:
    """A lab that was run, as a page of Markdown, by the template of the site.

    overrides: folder of the theme's templates.   repository: its address, or nothing.
    """
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(overrides), autoescape=False)
    environment.filters |= {
        "site_markdown": lambda text: f"\n\n{text}\n\n",
        "prediction": lab_pages.text_assigned,
        "colab": partial(colab_address, repository),
    }
    notebook = nbformat.read(path, as_version=4)
    return environment.get_template(LAB_TEMPLATE).render(nb=notebook, plain=True)


class Terms(glossary.FirstUses):
    """The extension that marks the first use of each term, as Zensical takes one: by its name."""

    def __init__(self, docs: str) -> None:
        """docs: folder of the glossary."""
        super().__init__(glossary.read_glossary(Path(docs) / "glossary.toml"), self._address)
        self.page: Any = None

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        # From there Zensical's own extensions know which page is written.
        self.page = md.preprocessors["rendering_context"].page
        super().extendMarkdown(md)

    def _address(self, term: glossary.Term) -> str | None:
        if WITHOUT_TERMS.fullmatch(self.page.path):
            return None
        folder = Entry("", "", GLOSSARY_PAGE).folder
        return f"{get_relative_url(folder, _folder_of(self.page.path))}#{term.id}"
