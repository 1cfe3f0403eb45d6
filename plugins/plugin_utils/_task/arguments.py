# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to the collection: what stands here may change in any release.

"""Checks arguments as Ansible does, and says where in them a mistake is: of a list, Ansible does not say in which
entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError

from .._planning.resource import BadOption

_Spec = Mapping[str, Mapping[str, Any]]

_RULES = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
_OPTIONS = "options"


def validated(spec: _Spec, rules: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments with their types and defaults. Raises BadOption, which says where the mistakes are.

    spec, rules: as AnsibleModule takes them.
    """
    checked = ArgumentSpecValidator(spec, **rules).validate(given)
    if checked.error_messages:
        raise BadOption("; ".join(mistakes(spec, rules, given) or checked.error_messages))
    arguments: dict[str, Any] = checked.validated_parameters
    return arguments


def mistakes(spec: _Spec, rules: Mapping[str, Any], given: Mapping[str, Any], place: str = "") -> list[str]:
    """Return what is wrong with arguments, each with its place. place: what messages call the whole of them."""
    nested = {name for name, option in spec.items() if _OPTIONS in option and given.get(name) is not None}
    flat = {name: {"type": "raw"} if name in nested else option for name, option in spec.items()}
    checked = ArgumentSpecValidator(flat, **rules).validate(given)
    prefix = f"{place}." if place else ""
    unknown = sorted(".".join(each) if isinstance(each, tuple) else each for each in checked.unsupported_parameters)
    return [
        *(f"{prefix}{name} is unknown: it must be one of {', '.join(sorted(spec))}" for name in unknown),
        *(f"{place}: {error}" if place else str(error) for error in checked.errors if not _is_unknown(error)),
        *(each for name in sorted(nested) for each in _within(f"{prefix}{name}", spec[name], given[name])),
    ]


def _is_unknown(error: Any) -> bool:
    return isinstance(error, UnsupportedError)


def _within(place: str, option: Mapping[str, Any], given: Any) -> Iterator[str]:
    """Yield what is wrong with the mappings below an option."""
    rules = {name: option[name] for name in _RULES if name in option}
    for own, entry in _entries(place, option, given):
        if isinstance(entry, Mapping):
            yield from mistakes(option[_OPTIONS], rules, entry, own)
        else:
            yield f"{own} is {entry!r}: give a mapping of {', '.join(sorted(option[_OPTIONS]))}"


def _entries(place: str, option: Mapping[str, Any], given: Any) -> Iterator[tuple[str, Any]]:
    """Yield each mapping below an option, with its place. An entry that says what messages call it has its own."""
    if option["type"] != "list":
        yield place, given
    elif not isinstance(given, list):
        yield f"{place}[0]", given
    else:
        for at, entry in enumerate(given):
            named = entry.get("variable") if isinstance(entry, Mapping) and "variable" in option[_OPTIONS] else None
            yield str(named or f"{place}[{at}]"), entry
