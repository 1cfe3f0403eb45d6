# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""The options of win_tcp_offload, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..._catalogue.tcp_features import feature_rows, feature_states, profiles
from ..._planning.resource import PRESENT_OR_RESTORED, BadOption, Controller
from ..._planning.waive_option import WAIVE
from ..._windows.network.tcp_settings import FEATURES
from ..nic_driver import advisories
from ..nic_driver.advisories import Advisory, read_advisories
from . import adapter_rules
from .adapter_rules import AdapterRule, read_rules

NAME = "tcp_offload"
BY_DRIVER = (
    "by_driver"  # the profile that leaves features to the drivers, and what review_when of a ledger entry says of them
)

ARGUMENT_SPEC: dict[str, dict[str, Any]] = {
    "profile": {"type": "str", "choices": list(profiles())},
    **{
        feature: {"type": "str", "choices": list(states)} if states else {"type": "int"}
        for feature, states in feature_states().items()
    },
    "adapters": adapter_rules.OPTION,
    "advisories": advisories.OPTION,
    "require_match": {"type": "bool", "default": False},
    "restart_adapters": {"type": "str", "choices": ["never", "allowed"], "default": "never"},
    "restart_connection_adapter": {"type": "bool", "default": False},
    **PRESENT_OR_RESTORED,
    **WAIVE,
}


@dataclass(frozen=True)
class Options:
    """The options of a task.

    profile: "" for none. features: desired state of every feature that the task names, by a profile or by itself;
    BY_DRIVER for those left to the drivers. by_name: the features that the task names itself. rules: the option
    adapters. restores: whether state is restored; features and rules then say what is restored, whatever states they
    give. overwrite: whether what is named is restored over what somebody else has set since. ports: at which the server
    may see the connection.
    """

    profile: str
    features: Mapping[str, str] = field(hash=False)
    by_name: frozenset[str]
    rules: tuple[AdapterRule, ...]
    advisories: tuple[Advisory, ...]
    require_match: bool
    restart_adapters: bool
    restart_connection_adapter: bool
    reason: str
    review_when: str
    restores: bool
    overwrite: bool
    ports: tuple[int, ...]

    @property
    def left_to_drivers(self) -> tuple[str, ...]:
        """The features that the task leaves to the drivers; to restore features no driver is asked."""
        return () if self.restores else tuple(name for name, state in self.features.items() if state == BY_DRIVER)

    @property
    def concerns_udp(self) -> bool:
        """Whether the task may write settings of UDP."""
        return "uro" in self.features or self.restores_everything

    @property
    def leaves_keywords_to_drivers(self) -> bool:
        """Whether the task leaves to the drivers what advisories affect of single adapters."""
        return self.profile == BY_DRIVER and not self.restores

    @property
    def restores_policy(self) -> bool:
        """Whether the task restores what the policy by_driver has set of single adapters."""
        return self.profile == BY_DRIVER and self.restores

    @property
    def restores_everything(self) -> bool:
        """Whether the task restores all that the ledger holds, because it names nothing."""
        return self.restores and not self.features and not self.rules

    @property
    def concerns_adapters(self) -> bool:
        """Whether the task may write settings of adapters."""
        return bool(self.rules) or self.restores_everything or self.profile == BY_DRIVER


def read_options(arguments: Mapping[str, Any], controller: Controller) -> Options:
    """Return the options of a task. Raises BadOption for options that cannot be meant."""
    named = {name: str(arguments[name]) for name in FEATURES if arguments[name] is not None}
    desired = {**profiles().get(arguments["profile"] or "", {}), **named}
    restores = arguments["state"] == "restored"
    options = Options(
        profile=arguments["profile"] or "",
        features={feature: desired[feature] for feature in FEATURES if feature in desired},
        by_name=frozenset(named),
        rules=read_rules(arguments["adapters"], restores=restores),
        advisories=read_advisories(arguments["advisories"]),
        require_match=arguments["require_match"],
        restart_adapters=arguments["restart_adapters"] == "allowed",
        restart_connection_adapter=arguments["restart_connection_adapter"],
        reason=arguments["reason"],
        review_when=arguments["review_when"],
        restores=restores,
        overwrite=restores and arguments["overwrite"],
        ports=controller.ports,
    )
    _check(options)
    return options


def _check(options: Options) -> None:
    """Raise BadOption for what one option alone does not show."""
    if not options.restores and not options.features and not options.rules:
        raise BadOption(
            f"state: present without a setting changes nothing: set profile, one of {', '.join(FEATURES)}, or adapters"
        )
    for feature, state in () if options.restores else options.features.items():
        _check_number(feature, state)
    if options.restart_connection_adapter and not options.restart_adapters:
        raise BadOption(
            "restart_connection_adapter: true has no effect without restart_adapters: allowed; set both or none"
        )


def _check_number(feature: str, state: str) -> None:
    """Raise BadOption for a number that no release takes."""
    rows = feature_rows()[feature]
    if not feature_states()[feature] and not any(row.has(state) for row in rows):
        raise BadOption(f"{feature} is {state}, which netsh does not take: give a number from {rows[0].choices}")
