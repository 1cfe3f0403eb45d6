# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx configuration of `make docs`; it needs no network.

The pages lie in one folder: those of antsibull-docs, and the repository's own in Markdown. Their links are those of the
repository, so that they also work where the repository is read; here they are rewritten to this site's pages, and to
the repository for what is no page.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

project = "server_baseline.windows"
copyright = "Server Baseline contributors"  # noqa: A001 (the name is Sphinx's)
title = html_title = html_short_title = "server_baseline.windows"
extensions = ["sphinx_antsibull_ext", "myst_parser"]
myst_heading_anchors = 4
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "sphinx_ansible_theme"
html_theme_options = {
    "documentation_home_url": "index.html",
    "show_rtd_ethical_ads": False,
    "titles_only": True,
    "topbar_links": {
        "Repository": "https://github.com/server-baseline/server_baseline.windows",
        "Issues": "https://github.com/server-baseline/server_baseline.windows/issues",
    },
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_use_index = False
html_copy_source = False
suppress_warnings = [
    "ref.any",  # references into the documentation of ansible-core would need its inventory from the network
    "ref.ref",
]

REPOSITORY = "https://github.com/server-baseline/server_baseline.windows/tree/main/"
_LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def page_of(path: str, pages: set[str]) -> str | None:
    """Return the page that stands for a file of the repository, None when none does."""
    role = re.fullmatch(r"roles/(\w+)/README\.md", path)
    name = f"{role[1]}_role.rst" if role else "index.md" if path == "README.md" else posixpath.basename(path)
    return name if role or (path.endswith(".md") and posixpath.splitext(name)[0] in pages) else None


def rewritten(text: str, folder: str, pages: set[str]) -> str:
    """Return a page of the repository with links of this site. folder: where the page lies in the repository."""

    def link(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(folder, match[1]))
        page, place = page_of(path, pages), match[2] or ""
        if path.startswith("docs/images/"):
            return f"]({path.removeprefix('docs/')})"
        if page is None or (place and page.endswith(".rst")):
            return f"]({REPOSITORY}{path}{place})"
        return f"]({page}{place})"

    return _LINK.sub(link, text)


def _rewrite(app: Any, name: str, source: list[str]) -> None:
    if Path(app.env.doc2path(name)).suffix == ".md":
        folder = "" if name in ("index", "CONTRIBUTING") else "docs"
        source[0] = rewritten(source[0], folder, app.env.found_docs)


def setup(app: Any) -> None:
    """Have Sphinx rewrite the links of each page as it is read."""
    app.connect("source-read", _rewrite)
