# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sphinx configuration of `make docs`; it needs no network."""

from __future__ import annotations

project = "server_baseline.windows"
copyright = "Server Baseline contributors"  # noqa: A001 (the name is Sphinx's)
title = html_title = "server_baseline.windows"
extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "alabaster"
html_show_sphinx = False
html_use_index = False
html_copy_source = False
suppress_warnings = [
    "ref.any",  # references into the documentation of ansible-core would need its inventory from the network
    "ref.ref",
    "toc.no_title",  # the changelog is empty until the first release
]
