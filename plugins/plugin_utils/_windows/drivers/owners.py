# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Who owns a driver: an installed product, a device, or a service that is alive (facts F).

Drivers alone do not keep each other alive: a product that is gone leaves several behind. A driver counts for its
company when it has an owner of another kind itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..._protocol.names import equals_ignore_case
from ..._protocol.patterns import matches_pattern
from ..._protocol.snapshot import Snapshot
from .companies import Words, company_words, is_microsoft, same_company
from .devices import doubtful_devices, owning_devices
from .origin import windows_own
from .products import Product, contains_file, names_company, names_product, products_of
from .services import DISABLED, Service, services_of


@dataclass(frozen=True)
class Owner:
    """kind: product, device, service or driver.

    name: of it. by: what ties it to the driver, a clause after its name.
    """

    kind: str
    name: str
    by: str

    @property
    def text(self) -> str:
        """What the owner is, in a sentence."""
        return f"the {self.kind} {self.name} {self.by}"


class Owners:
    """Finds the owners of the drivers of one server.

    vendor: the company of a driver by other means than its file, "" when unknown.
    """

    def __init__(self, snapshot: Snapshot, vendor: Callable[[Service], str]) -> None:
        self._snapshot = snapshot
        self._vendor = vendor

    def company(self, driver: Service) -> str:
        """Return the name of the company of a driver, "" when neither its file nor the altitude list names one."""
        return driver.company if company_words(driver.company) else self._vendor(driver)

    def owner(self, driver: Service) -> Owner | None:
        """Return who owns a driver, None when nobody shows."""
        return self._own(driver) or self._peer(driver)

    def bringer(self, names: tuple[str, ...]) -> Owner | None:
        """Return the first installed product of some names, * and ? allowed, None when there is none."""
        products = (
            each for each in products_of(self._snapshot) if any(matches_pattern(name, each.name) for name in names)
        )
        return next((Owner("product", each.name, "brings it, as the catalogue says") for each in products), None)

    def doubts(self, driver: Service) -> tuple[str, ...]:
        """Return what may stand for an owner of a driver that shows none: sentences on devices that are made by
        software or not present, its own and those of drivers of its company.
        """
        return (*doubtful_devices(driver, self._snapshot), *self._doubtful_peers(driver))

    def _doubtful_peers(self, driver: Service) -> Iterator[str]:
        company = self._words(driver)
        for peer, words, doubt in self._drivers_in_doubt:
            if not equals_ignore_case(peer.name, driver.name) and same_company(company, words):
                yield f"the driver {peer.name} is of its company: {doubt}"

    @cached_property
    def _drivers_in_doubt(self) -> tuple[tuple[Service, Words, str], ...]:
        """The drivers that would count for their company if one of their devices were there, each with one of them."""
        drivers = (each for each in services_of(self._snapshot) if each.is_driver and each.file)
        doubts = ((each, next(doubtful_devices(each, self._snapshot), "")) for each in drivers)
        return tuple(
            (each, self._words(each), doubt)
            for each, doubt in doubts
            if doubt and not windows_own(each, self._snapshot)
        )

    def _own(self, driver: Service) -> Owner | None:
        rules = (self._device, self._product, self._service)
        return next((owner for rule in rules for owner in rule(driver)), None)

    def _words(self, driver: Service) -> Words:
        """Return the company's words, none for Microsoft: it has products and services on every server."""
        company = self.company(driver)
        return () if is_microsoft(company) else company_words(company)

    def _device(self, driver: Service) -> Iterator[Owner]:
        for device, by in owning_devices(driver, self._snapshot):
            yield Owner("device", device, by)

    def _product(self, driver: Service) -> Iterator[Owner]:
        company, named = self._words(driver), driver.file_text("product")
        ties: tuple[Callable[[Product], str], ...] = (
            lambda product: contains_file(product, driver.image),
            lambda product: names_product(product, named),
            lambda product: names_company(product, company),
        )
        for tie in ties:
            for product in products_of(self._snapshot):
                by = tie(product)
                if by:
                    yield Owner("product", product.name or product.location, by)

    def _service(self, driver: Service) -> Iterator[Owner]:
        company, folder = self._words(driver), driver.image.rpartition("\\")[0].lower()
        for service, words in self._living:
            if any(equals_ignore_case(each, driver.name) for each in service.needs):
                yield Owner("service", service.name, "is alive and needs it (DependOnService)")
            elif same_company(company, words):
                yield Owner("service", service.name, f"is alive and of {service.company}")
            elif folder and not self._is_shared(folder) and service.image.lower().startswith(f"{folder}\\"):
                yield Owner("service", service.name, f"is alive and lies with it in {folder}")

    def _is_shared(self, folder: str) -> bool:
        root = self._snapshot.environment.get("SystemRoot", "").lower()
        return not root or folder == root or folder.startswith(f"{root}\\")

    @cached_property
    def _living(self) -> tuple[tuple[Service, Words], ...]:
        """The programs that can start: not disabled, and their file is there."""
        found = (each for each in services_of(self._snapshot) if each.is_win32 and not each.is_driver)
        return tuple((each, company_words(each.company)) for each in found if each.start != DISABLED and each.file)

    @cached_property
    def _living_drivers(self) -> tuple[tuple[Service, Words], ...]:
        """The drivers that count for their company: owned themselves, and able to start.

        What comes with Windows does not count.
        """
        drivers = (
            each for each in services_of(self._snapshot) if each.is_driver and each.start != DISABLED and each.file
        )
        foreign = (each for each in drivers if not windows_own(each, self._snapshot))
        return tuple((each, self._words(each)) for each in foreign if self._own(each))

    def _peer(self, driver: Service) -> Owner | None:
        company = self._words(driver)
        for peer, words in self._living_drivers:
            if not equals_ignore_case(peer.name, driver.name) and same_company(company, words):
                return Owner("driver", peer.name, f"is alive, owned and of {self.company(peer)}")
        return None
