# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Company names in version resources and uninstall entries: when two of them name the same company.

Names are compared word by word, not by how alike they look: Vision Solutions is another company than Vision Works
Solutions (facts G).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from ..._catalogue.vendors import vendor_names
from ..._catalogue.words import words as words_that_tell

Words: TypeAlias = tuple[str, ...]

_MARKS = re.compile(r"[®™©]|\((?:r|tm|c)\)", re.IGNORECASE)
# What the samples of the driver kit and Visual Studio's templates leave where a company should stand.
_TEMPLATE = re.compile(r"\b[dw]dk provider\b|^todo:|^<?company ?name>?$|^your company", re.IGNORECASE)
_MICROSOFT = re.compile(r"^(?:microsoft\b|(?:корпорация )?майкрософт\b)", re.IGNORECASE)
_WINDOWS = re.compile(r"microsoft.*\bwindows\b|\bwindows\b.*microsoft", re.IGNORECASE)


@lru_cache(maxsize=4096)
def words_of(text: str) -> Words:
    """Return the words of a name in lower case, without marks and punctuation; "S.A." becomes "sa"."""
    text = _MARKS.sub(" ", text).lower()
    text = re.sub(r"\b(?:[^\W\d_]\.\s?){2,}", lambda match: re.sub(r"[.\s]", "", match.group()) + " ", text)
    return tuple(re.findall(r"[^\W_]+", text))


@lru_cache(maxsize=4096)
def company_words(text: str) -> Words:
    """Return the words of a company's name without its legal form; none for a name that names no company."""
    if _TEMPLATE.search(text.strip()):
        return ()
    words, forms = words_of(text), words_that_tell("legal_forms")
    while words and words[-1] in forms:
        words = words[:-1]
    while len(words) > 1 and words[0] in words_that_tell("legal_beginnings"):
        words = words[1:]
    return words


def same_company(one: Words, other: Words) -> bool:
    """Tell whether two companies (company_words) are one: one name begins the other, or both are known names."""
    if not one or not other:
        return False
    return starts_with_words(one, other) or starts_with_words(other, one) or bool(_lines(one) & _lines(other))


def starts_with_words(words: Words, start: Words) -> bool:
    """Tell whether words begin with some others."""
    return words[: len(start)] == start


def contains_words(words: Words, part: Words) -> bool:
    """Tell whether some words stand in others, together and in their order."""
    return bool(part) and any(words[place : place + len(part)] == part for place in range(len(words) - len(part) + 1))


@lru_cache(maxsize=4096)
def _lines(company: Words) -> set[int]:
    return {
        place for place, names in enumerate(vendor_names()) if any(starts_with_words(company, name) for name in names)
    }


def is_microsoft(company: str) -> bool:
    """Tell whether a company name is Microsoft's, which anyone can write into a file. Windows may localize it [M]."""
    return bool(_MICROSOFT.search(company.strip()))


def is_windows(product: str) -> bool:
    """Tell whether a product name is Windows' own, in any language; the driver kit's samples name no Microsoft."""
    return bool(_WINDOWS.search(_MARKS.sub("", product)))
