# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The TCP offload features of a server as a whole: what each is set to, and where Windows stores that (facts A)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..._catalogue.tcp_features import Row, feature_rows, ignored_values
from ..._protocol.queries import FileQuery, Query, RegistryQuery
from ..._protocol.snapshot import Snapshot
from ..._protocol.values import Value
from ..registry_paths import SERVICES
from ..releases import Release, release_of, release_query
from ..shutdown import shutdown_query
from ..versions import compare_versions
from .netsh import DUMPS, TCP_DUMP, UDP_DUMP, globals_of

PARAMETERS = f"{SERVICES}\\Tcpip\\Parameters"
FEATURES = tuple(feature_rows())

# Server 2003 has the Scalable Networking Pack from SP2 on, and SP1 with KB912222: the version of its driver, tcpip.sys,
# tells, and that of netsh.exe where the driver's was not read (facts A3).
_SNP_SERVICE_PACK = 2
_SNP_VERSION = "5.2.3790.2670"
_NETSH = "%SystemRoot%\\System32\\netsh.exe"

_OVERRIDING = {"enabled": 1, "disabled": 0}  # EnableTCPA (KB951037)

UPDATES = ("KB912222", "KB948496", "KB950224")
_UPDATES_KEY = "HKLM\\SOFTWARE\\Microsoft\\Updates"  # \<product>\<service pack>\<update>


@dataclass(frozen=True)
class Setting:
    """What one feature is set to.

    row: the table's row for this release. applies: whether this server has the feature, None when that is not known.
    value: as stored, a registry value or a word of the dump; None when there is none. state: what the value means, such
    as "enabled"; None when its meaning is not known. overriding: a second value that Windows honours, None when there
    is none. evidence: what the other fields are based on, in words.
    """

    feature: str
    row: Row | None = None
    applies: bool | None = None
    value: Value | None = None
    state: str | None = None
    overriding: Value | None = None
    evidence: tuple[str, ...] = ()


def global_queries(*, udp: bool) -> tuple[Query, ...]:
    """Return what must be read to know the settings of a server. udp: also those of UDP."""
    return (
        release_query(),
        RegistryQuery(PARAMETERS),
        tcpip_query(),
        *(RegistryQuery(f"{_UPDATES_KEY}\\*\\*\\{update}", ("Description",)) for update in UPDATES),
        FileQuery((_NETSH,)),
        shutdown_query(),
        TCP_DUMP,
        *((UDP_DUMP,) if udp else ()),
    )


def setting_of(feature: str, snapshot: Snapshot) -> Setting:
    """Return what a feature is set to."""
    release = release_of(snapshot)
    if release is None:
        return Setting(feature, evidence=("the release of Windows could not be read",))
    row = next((row for row in feature_rows()[feature] if release.is_within(row.first, row.last)), None)
    if row is None:
        return Setting(feature, applies=False, evidence=(f"Windows {release.version} does not have it",))
    if row.requires_snp and (without := _without_snp(release, snapshot)):
        applies, why = without
        return Setting(feature, row, applies, evidence=(why,))
    return _READERS[row.store](row, snapshot)


def state_of(row: Row, value: Value | None, overriding: Value | None = None) -> str | None:
    """Return the state that a stored value means; None when it is not known or the overriding value contradicts it."""
    if row.store == "dump":
        return str(value) if value is not None and _agrees(str(value), overriding) else None
    if value is None:
        return row.default_when_missing or None
    if not isinstance(value, int):
        return None
    return next((state for state, code in row.codes.items() if value == code), row.other_numbers or None)


def _agrees(state: str, overriding: Value | None) -> bool:
    return overriding is None or (isinstance(overriding, int) and overriding == _OVERRIDING.get(state))


def value_of(row: Row, state: str) -> Value:
    """Return a state as its store holds it."""
    return row.codes.get(state, state)


def has_snp(snapshot: Snapshot) -> bool | None:
    """Tell whether a Server 2003 has SNP (the Scalable Networking Pack), None when that is not known."""
    release = release_of(snapshot)
    if release is None:
        return None
    without = _without_snp(release, snapshot)
    return without[0] if without else True


def _without_snp(release: Release, snapshot: Snapshot) -> tuple[bool | None, str] | None:
    """Return whether a feature applies to a Server 2003 without SNP, and why; None when the server has SNP."""
    if release.service_pack >= _SNP_SERVICE_PACK:
        return None
    name, version = (
        ("tcpip.sys", tcpip_version(snapshot)) if tcpip_version(snapshot) else ("netsh.exe", _netsh(snapshot))
    )
    order = compare_versions(version, _SNP_VERSION)
    if order is None:
        return None, "the versions of tcpip.sys and netsh.exe, which tell whether KB912222 is installed, were not read"
    why = f"{name} {version} is older than {_SNP_VERSION}: neither SP2 nor KB912222 is installed"
    return None if order >= 0 else (False, why)


def _netsh(snapshot: Snapshot) -> str | None:
    """Return the version of netsh.exe, None when it was not read."""
    path = f"{snapshot.environment.get('SystemRoot', '')}\\System32\\netsh.exe"
    return (snapshot.files.get(path) or {}).get("file_version")


def _read_registry(row: Row, snapshot: Snapshot) -> Setting:
    values = snapshot.values(PARAMETERS)
    if values is None or PARAMETERS in snapshot.unreadable:
        reason = snapshot.unreadable.get(PARAMETERS, "it was not found")
        return Setting(row.feature, row, evidence=(f"{PARAMETERS} could not be read: {reason}",))
    value = values.get(row.name)
    state = state_of(row, value)
    if value is None:
        inferred = " (inferred)" if row.inferred else ""
        evidence = f"{row.name} is not there, which means {row.default_when_missing or 'nothing known'}{inferred}"
    else:
        evidence = f"{row.name} is {value!r}" + ("" if state else ", which means nothing known")
    return Setting(row.feature, row, True, value, state, evidence=(evidence,))


def _read_dump(row: Row, snapshot: Snapshot) -> Setting:
    words, dump = globals_of(snapshot, row.context), DUMPS[row.context].line
    if words is None:
        return Setting(row.feature, row, evidence=(f'{dump} shows no line "set global"',))
    if row.name not in words:
        return Setting(
            row.feature,
            row,
            False,
            evidence=(f"{dump} does not show {row.name}: this Windows does not have it",),
        )
    word = words[row.name]
    overriding = snapshot.value(PARAMETERS, row.overriding_value) if row.overriding_value else None
    state = state_of(row, word, overriding)
    evidence = (f"{dump} shows {row.name}={word}", *_overriding(row, overriding, state))
    return Setting(row.feature, row, True, word, state, overriding, evidence)


def _overriding(row: Row, value: Value | None, state: str | None) -> tuple[str, ...]:
    """Say what the overriding value of a row is, if there is one."""
    if value is None:
        return ()
    contradicts = "" if state else ", and contradicts it"
    return (f"{row.overriding_value} is {value!r} in the registry, which Windows honours too{contradicts}",)


_READERS: dict[str, Callable[[Row, Snapshot], Setting]] = {"registry": _read_registry, "dump": _read_dump}


def ignored_registry_values(snapshot: Snapshot) -> dict[str, Value]:
    """Return the values of Server 2003's settings on a release that does not read them."""
    release, values = release_of(snapshot), snapshot.values(PARAMETERS)
    if release is None or values is None:
        return {}
    return {
        name: values[name] for name, first in ignored_values().items() if name in values and release.is_within(first)
    }


def recorded_updates(snapshot: Snapshot) -> dict[str, bool | None]:
    """Tell which of the updates that touch these features the registry records; None where that could not be read."""
    recorded = {path.rpartition("\\")[2].upper() for path in snapshot.tree(_UPDATES_KEY)}
    unknown = any(snapshot.unreadable_below(_UPDATES_KEY))
    return {update: True if update in recorded else None if unknown else False for update in UPDATES}


def tcpip_query() -> RegistryQuery:
    """Return the query for tcpip.sys."""
    return RegistryQuery(f"{SERVICES}\\Tcpip", ("ImagePath",), image="ImagePath")


def tcpip_version(snapshot: Snapshot) -> str | None:
    """Return the version of tcpip.sys, None when it was not read."""
    found = [facts for path, facts in snapshot.files.items() if path.lower().endswith("\\tcpip.sys") and facts]
    return found[0].get("file_version") or None if found else None
