# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Installed products, as the uninstall entries tell: 64-bit, 32-bit, and of every user (facts F)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..._catalogue.words import words
from ..._protocol.queries import Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import text_of
from .companies import Words, company_words, contains_words, same_company, words_of

PRODUCT_VALUES = ("DisplayName", "Publisher", "InstallLocation", "SystemComponent", "ParentDisplayName")

_UNINSTALL = "Microsoft\\Windows\\CurrentVersion\\Uninstall"
# S-1-5-18 is left out by its form: what is installed for the machine has an uninstall entry too.
USER_INSTALLS = (
    "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Installer\\UserData\\S-1-*-*-*\\Products\\*\\InstallProperties"
)
PATTERNS = (
    f"HKLM\\SOFTWARE\\{_UNINSTALL}\\*",
    f"HKLM\\SOFTWARE\\WOW6432Node\\{_UNINSTALL}\\*",
    f"HKU\\*\\Software\\{_UNINSTALL}\\*",
    USER_INSTALLS,
)


@dataclass(frozen=True)
class Product:
    """One uninstall entry. hidden: Windows does not list it (SystemComponent). key: where it stands."""

    name: str
    publisher: str
    location: str
    hidden: bool
    key: str


def product_queries() -> tuple[Query, ...]:
    """Return what reads the uninstall entries."""
    return tuple(RegistryQuery(path, PRODUCT_VALUES, types=False) for path in PATTERNS)


@lru_cache(maxsize=2)
def products_of(snapshot: Snapshot) -> tuple[Product, ...]:
    """Return the installed products in the order of their keys; updates of a product (ParentDisplayName) are none."""
    entries = sorted((path for path in snapshot.registry if _is_entry(path)), key=str.lower)
    found = (_product(path, snapshot) for path in entries)
    return tuple(product for product in found if product is not None)


def _is_entry(path: str) -> bool:
    parts = path.lower().split("\\")
    return parts[-2] == "uninstall" or (parts[-1] == "installproperties" and "userdata" in parts)


def _product(path: str, snapshot: Snapshot) -> Product | None:
    name, publisher, location, parent = (
        text_of(snapshot.value(path, value))
        for value in ("DisplayName", "Publisher", "InstallLocation", "ParentDisplayName")
    )
    if parent or not (name or location):
        return None
    hidden = snapshot.value(path, "SystemComponent") == 1 or not name
    return Product(name, publisher, location.strip('" '), hidden, path)


def names_company(product: Product, company: Words) -> str:
    """Return how an uninstall entry names a company (its company_words), a sentence's end, "" when it does not."""
    if not company or product.hidden:
        return ""
    if same_company(company, company_words(product.publisher)):
        return f"is of {product.publisher}"
    if _is_distinctive(company) and contains_words(words_of(product.name), company):
        return "has the company in its name"
    if any(folder == company for folder in _folders(product.location)):
        return f"is installed in {product.location}"
    return ""


def names_product(product: Product, driver_product: str) -> str:
    """Return how an uninstall entry names the product that a driver's file names, "" when it does not."""
    wanted = _significant(driver_product)
    if not _is_distinctive(wanted):
        return ""
    name = _significant(product.name)
    if contains_words(name, wanted) or (_is_distinctive(name) and len(name) > 1 and contains_words(wanted, name)):
        return f"is the product {driver_product} that the driver's file names"
    if any(_without_common(folder) == wanted for folder in _folders(product.location)):
        return f"is installed in {product.location}, the folder of {driver_product}"
    return ""


def contains_file(product: Product, image: str) -> str:
    """Return how an uninstall entry's folder holds a file, "" when it does not."""
    folder = product.location.rstrip("\\").lower()
    is_shared = "\\" not in folder or folder.rpartition("\\")[2] in words("shared_folders")
    if not is_shared and image.lower().startswith(f"{folder}\\"):
        return f"is installed in {product.location}, where the driver lies"
    return ""


def _folders(location: str) -> list[Words]:
    return [words_of(part) for part in location.split("\\")[1:] if part]


def _significant(text: str) -> Words:
    """Return the words of a product's name without numbers and common ones."""
    return tuple(word for word in _without_common(words_of(text)) if not word[:1].isdigit())


def _without_common(text: Words) -> Words:
    common = words("common_words")
    return tuple(word for word in text if word not in common)


def _is_distinctive(name: Words) -> bool:
    """Tell whether words are enough to know something by: two, or one that is not short."""
    return len(name) > 1 or any(len(word) > 3 for word in name)
