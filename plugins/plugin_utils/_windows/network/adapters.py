# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Network adapters, as the registry holds them (facts C and D). Reading only; keywords.py says what a keyword means.

One adapter is one class key, joined with its connection, its device, its driver's service and what the network stack
shows of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._protocol.names import CaseInsensitiveDict, equals_ignore_case
from ..._protocol.queries import WHOLE_TREE, Filter, InterfaceQuery, Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value, Values, text_of, texts_of
from ..filetime import date_of_filetime, date_of_text
from ..registry_paths import ADAPTERS, DEVICES, NETWORK, NETWORK_CLASS, SERVICES
from .hardware import HardwareId, enumerator_of, hardware_id
from .keyword_values import Keyword, keywords_of
from .management_interface import ConnectionCarriers, connection_carriers

CLASS = ADAPTERS
CONNECTIONS = f"{NETWORK}\\{NETWORK_CLASS}"

# Characteristics: wdd network/ddinstall-section-in-a-network-inf-file.md (facts D).
_VIRTUAL, _SOFTWARE_ENUMERATED, _PHYSICAL, _HIDDEN = 0x1, 0x2, 0x4, 0x8
_SOFTWARE_ENUMERATORS = ("ROOT", "SW", "SWD", "COMPOSITEBUS")
# Services of the adapters that teaming software makes, and the protocols by which it holds a team's members [M].
TEAM_SERVICES = (
    "ndisimplatformmp",
    "ndisimplatform",
    "blfm",
    "blfp",
    "iansminiport",
    "iansw2k",
    "ianswxp",
    "cpqteam",
    "cpqteammp",
)
_TEAM_PROTOCOLS = ("ms_implat", "ndisimplatform", "blfp", "iansprotocol", "cpqteam")
_DISABLED = 0x1  # of ConfigFlags: CONFIGFLAG_DISABLED (regstr.h)
# Services\<driver>\Enum lists the devices that the driver serves as 0, 1, 2, ...
_SERVED = tuple(str(number) for number in range(64))


@dataclass(frozen=True)
class Adapter:
    """One network adapter. A text that is not there is "", unless None is said.

    key: full path of the class key, "" for a connection that has none any more. class_key: its last part, such as
    "0007". name: of the connection, None when it has none. driver_version: as written. driver_date: ISO, None when
    there is none. is_inbox_inf: None when no INF is named. present: False for a non-present device, None when the
    registry does not tell. Flags that rest on a value that is not there are None. status, speed (bit/s), mac: None when
    the network stack does not show the adapter. carries_connection: whether the controller reaches the server through
    it, None when that is not known. keywords: by name, case-insensitive.
    """

    key: str
    class_key: str
    guid: str
    name: str | None
    description: str
    service: str
    driver_version: str
    driver_date: str | None
    provider: str
    inf: str
    is_inbox_inf: bool | None
    instance_id: str
    hardware_ids: tuple[str, ...]
    enumerator: str
    hardware: HardwareId
    characteristics: int | None
    is_physical: bool | None
    is_virtual: bool | None
    is_hidden: bool | None
    is_team: bool
    is_team_member: bool
    present: bool | None
    status: str | None
    speed: int | None
    mac: str | None
    addresses: tuple[str, ...]
    carries_connection: bool | None
    keywords: CaseInsensitiveDict[Keyword] = field(hash=False)

    @property
    def vendor_id(self) -> str:
        """The PCI or USB vendor, four hexadecimal digits in upper case."""
        return self.hardware.vendor

    @property
    def device_id(self) -> str:
        """The PCI or USB device of the vendor, four hexadecimal digits in upper case."""
        return self.hardware.device

    @property
    def offloads_nothing(self) -> bool:
        """Whether it is a USB adapter, such as the one by which a management processor is reached (RNDIS, CDC)."""
        return self.enumerator == "USB"

    @property
    def is_non_present(self) -> bool:
        """Whether its device is known to be gone: what Device Manager calls a non-present device."""
        return self.present is False

    @property
    def id(self) -> str:
        """What identifies the adapter, also when its connection is renamed: its GUID, else the class key's name."""
        return self.guid or self.class_key

    @property
    def label(self) -> str:
        """A name for messages, which no other adapter of the server has."""
        return self.name or f"{self.description} ({self.class_key or self.guid})"


def adapter_queries(ports: tuple[int, ...] = InterfaceQuery().ports) -> tuple[Query, ...]:
    """Return what must be read to know the adapters. ports: at which the server may see the connection."""
    network = Filter("ClassGUID", any_of=(NETWORK_CLASS,))
    return (
        RegistryQuery(f"{CLASS}\\????"),
        # What serves an adapter stands in its key Ndi, and need not be in the group NDIS (facts D6).
        RegistryQuery(f"{CLASS}\\????\\*", depth=WHOLE_TREE, types=False, naming="Service"),
        RegistryQuery(f"{CONNECTIONS}\\*\\Connection", ("Name", "PnpInstanceID")),
        RegistryQuery(f"{DEVICES}\\*\\*\\*", ("Driver", "HardwareID", "ConfigFlags"), where=network),
        RegistryQuery(
            f"{SERVICES}\\*",
            ("ImagePath", "Count", *_SERVED),
            depth=1,
            image="ImagePath",
            named=True,
        ),
        InterfaceQuery(ports),
    )


def adapters_of(snapshot: Snapshot) -> tuple[Adapter, ...]:
    """Return every adapter in order of its class key, then the connections whose adapter is gone."""
    devices = _devices(snapshot)
    interfaces = CaseInsensitiveDict({str(each["id"]): each for each in snapshot.interfaces})
    carriers = connection_carriers(interfaces)
    keys = [name for name in snapshot.subkeys(CLASS) if re.fullmatch(r"\d{4}", name)]
    read = [_adapter(snapshot, name, devices, interfaces, carriers) for name in keys]
    known = {adapter.guid.lower() for adapter in read}
    gone = [guid for guid in snapshot.subkeys(CONNECTIONS) if guid.startswith("{") and guid.lower() not in known]
    return (
        *(adapter for adapter in read if adapter.guid or adapter.description),
        *(_gone(snapshot, guid) for guid in gone),
    )


def _devices(snapshot: Snapshot) -> dict[str, str]:
    """Return the devices of the class that Enum has: class key -> instance id."""
    devices: dict[str, str] = {}
    for path, values in snapshot.tree(DEVICES).items():
        guid, _unused, class_key = text_of(values.get("Driver")).partition("\\")
        if equals_ignore_case(guid, NETWORK_CLASS):
            devices[class_key] = path[len(DEVICES) + 1 :]
    return devices


def _adapter(
    snapshot: Snapshot,
    class_key: str,
    devices: Mapping[str, str],
    interfaces: CaseInsensitiveDict[dict[str, Any]],
    carriers: ConnectionCarriers,
) -> Adapter:
    key = f"{CLASS}\\{class_key}"
    values = snapshot.values(key) or CaseInsensitiveDict[Value]({})
    guid, service = text_of(values.get("NetCfgInstanceId")), text_of(snapshot.value(f"{key}\\Ndi", "Service"))
    instance = _instance(snapshot, values, guid, devices.get(class_key, ""))
    ids = _hardware_ids(snapshot, values, instance)
    shown = interfaces.get(guid)
    addresses = tuple((shown or {}).get("addresses") or ())
    present = _present(snapshot, service, instance, devices, shown is not None)
    return Adapter(
        key=key,
        class_key=class_key,
        guid=guid,
        name=_connection_name(snapshot, guid),
        service=service,
        instance_id=instance,
        hardware_ids=ids,
        enumerator=enumerator_of(instance),
        hardware=hardware_id((instance, *ids)),
        is_team=service.lower() in TEAM_SERVICES,
        is_team_member=_is_member(snapshot, key),
        present=present,
        carries_connection=_carries(carriers, guid, present, bool(addresses)),
        keywords=keywords_of(snapshot, key),
        **_driver(values),
        **_flags(values, instance),
        **_shown(shown),
    )


def _instance(snapshot: Snapshot, values: Mapping[str, Value], guid: str, device: str) -> str:
    """Return the instance id: 6.x has it in the class key, 5.2 in the connection, Enum on all of them (facts D)."""
    connected = snapshot.value(f"{CONNECTIONS}\\{guid}\\Connection", "PnpInstanceID")
    return text_of(values.get("DeviceInstanceID")) or text_of(connected) or device


def _connection_name(snapshot: Snapshot, guid: str) -> str | None:
    return text_of(snapshot.value(f"{CONNECTIONS}\\{guid}\\Connection", "Name")) or None


def _hardware_ids(snapshot: Snapshot, values: Mapping[str, Value], instance: str) -> tuple[str, ...]:
    listed = snapshot.value(f"{DEVICES}\\{instance}", "HardwareID") if instance else None
    named = [text_of(values.get(name)) for name in ("MatchingDeviceId", "ComponentId")]
    return (
        tuple(texts_of(listed))
        if listed is not None
        else tuple({each.lower(): each for each in named if each}.values())
    )


def _driver(values: Mapping[str, Value]) -> dict[str, Any]:
    inf = text_of(values.get("InfPath"))
    return {
        "description": text_of(values.get("DriverDesc")),
        "driver_version": text_of(values.get("DriverVersion")),
        "driver_date": date_of_filetime(values.get("DriverDateData"))
        or date_of_text(text_of(values.get("DriverDate"))),
        "provider": text_of(values.get("ProviderName")),
        "inf": inf,
        "is_inbox_inf": not re.fullmatch(r"oem\d+\.inf", inf, re.IGNORECASE) if inf else None,
    }


def _flags(values: Mapping[str, Value], instance: str) -> dict[str, Any]:
    """Tell what kind of adapter it is; hypervisors' own count as physical here, as they do for Windows (facts D)."""
    bits = values.get("Characteristics")
    if not isinstance(bits, int):
        return dict.fromkeys(("characteristics", "is_physical", "is_virtual", "is_hidden"))
    software = instance.startswith("{") or enumerator_of(instance) in _SOFTWARE_ENUMERATORS
    return {
        "characteristics": bits,
        "is_physical": bool(bits & _PHYSICAL) and not software,
        "is_virtual": bool(bits & (_VIRTUAL | _SOFTWARE_ENUMERATED)) or software,
        "is_hidden": bool(bits & _HIDDEN),
    }


def _shown(interface: Mapping[str, Any] | None) -> dict[str, Any]:
    shown = interface or {}
    return {
        "status": shown.get("status"),
        "speed": shown.get("speed"),
        "mac": shown.get("mac"),
        "addresses": tuple(shown.get("addresses") or ()),
    }


def _present(snapshot: Snapshot, service: str, instance: str, devices: Mapping[str, str], shown: bool) -> bool | None:
    """Tell whether the device is there.

    No value says so; the network stack, the driver and Enum hint at it (facts D).
    """
    if shown or _is_served(snapshot, service, instance):
        return True
    if not instance or not devices or any(snapshot.unreadable_below(DEVICES)):
        return None
    if not any(equals_ignore_case(each, instance) for each in devices.values()):
        return False
    # A disabled device, and one that did not start, have no driver either, so a missing driver alone proves nothing. It
    # does prove that the device is gone where the device is enabled and the network stack shows other adapters but not
    # this one.
    flags = snapshot.value(f"{DEVICES}\\{instance}", "ConfigFlags")
    is_enabled = isinstance(flags, int) and not flags & _DISABLED
    unserved = _is_served(snapshot, service, instance) is False
    return False if is_enabled and unserved and snapshot.interfaces else None


def _is_served(snapshot: Snapshot, service: str, instance: str) -> bool | None:
    """Tell whether a driver serves a device, None where the driver says nothing [M: that it says so while it runs]."""
    serves = snapshot.values(f"{SERVICES}\\{service}\\Enum") if service else None
    if not instance or serves is None or "Count" not in serves:
        return None
    return any(equals_ignore_case(text_of(value), instance) for name, value in serves.items() if name.isdecimal())


def _is_member(snapshot: Snapshot, key: str) -> bool:
    bound = snapshot.value(f"{key}\\Linkage", "UpperBind")
    return bound is not None and any(name.lower() in _TEAM_PROTOCOLS for name in texts_of(bound))


def _carries(carriers: ConnectionCarriers, guid: str, present: bool | None, has_address: bool) -> bool | None:
    """Tell whether the connection goes through an adapter.

    One without an address of its own may lie under one that has it: members of a team, the adapter under a virtual
    switch.
    """
    if present is False:
        return False
    found = carriers.carries(guid)
    return found if found or has_address else None


def _gone(snapshot: Snapshot, guid: str) -> Adapter:
    """Return the non-present adapter of a connection without a class key (facts D)."""
    instance = text_of(snapshot.value(f"{CONNECTIONS}\\{guid}\\Connection", "PnpInstanceID"))
    nothing: Values = {}
    return Adapter(
        key="",
        class_key="",
        guid=guid,
        name=_connection_name(snapshot, guid),
        service="",
        instance_id=instance,
        hardware_ids=(),
        enumerator=enumerator_of(instance),
        hardware=hardware_id((instance,)),
        is_team=False,
        is_team_member=False,
        present=False,
        carries_connection=False,
        keywords=CaseInsensitiveDict[Keyword]({}),
        **_driver(nothing),
        **_flags(nothing, instance),
        **_shown(None),
    )
