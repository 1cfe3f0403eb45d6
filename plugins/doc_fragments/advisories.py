# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option that adds to the advisories, and changes them."""

from __future__ import annotations


class ModuleDocFragment:
    """The option of every module that judges drivers of network adapters."""

    DOCUMENTATION = r"""
options:
  advisories:
    description:
      - Advisories of your own, and changes to those of the collection.
      - An entry with the O(advisories[].id) of an advisory of the collection replaces the fields that it names. An
        entry with another id is a
        new advisory, and needs O(advisories[].applies_to), O(advisories[].requirement), O(advisories[].affects) and
        O(advisories[].why).
      - Keep them in the inventory, and pass them to each module that judges drivers with C(module_defaults).
    type: list
    elements: dict
    default: []
    suboptions:
      id:
        description: >-
          The name of the advisory, such as V(broadcom-netxtreme2-snp) or V(driver-age).
        type: str
        required: true
      enabled:
        description: >-
          V(false) switches an advisory of the collection off.
        type: bool
      applies_to:
        description:
          - >-
            A JMESPath expression on an adapter, as M(server_baseline.windows.nic_driver_facts) returns it, with all
            its settings, its team under C(teaming) and the server under C(server). The page docs/nic_drivers.md lists
            what there is.
          - >-
            C(keyword('*LsoV2IPv4').effective) finds a setting case-insensitively. C(version_lt), C(version_le),
            C(version_gt), C(version_ge), C(version_eq) compare versions number by number, C(glob) matches patterns of
            V(*) and V(?).
          - >-
            A field that does not exist, a doubled backslash between apostrophes, and a setting that is no
            standardized one give a warning, because such an advisory applies to nothing.
        type: str
      requirement:
        description: >-
          What the driver must be. It must meet all that is named; name at least one besides
          O(advisories[].requirement.of) and O(advisories[].requirement.product).
        type: dict
        suboptions:
          at_least:
            description:
              - >-
                This version or a later one, such as V('3.7.19'), compared number by number.
              - >-
                Write it in quotes. YAML reads 3.10 without quotes as the number 3.1, and a number is refused.
            type: raw
          above:
            description: >-
              A later version than this one, in quotes as for O(advisories[].requirement.at_least).
            type: raw
          below:
            description: >-
              An earlier version than this one, in quotes.
            type: raw
          at_most:
            description: >-
              This version, the last good one, or an earlier one, in quotes.
            type: raw
          not:
            description: >-
              None of these versions, each in quotes. Earlier and later ones are good.
            type: list
            elements: raw
          of:
            description:
              - >-
                Which version the tests of versions are about. V(driver) is the version of the installation,
                V(driver_file) that of the driver's file, V(bus_driver) that of the lower half of a split driver,
                V(team) that of the teaming driver.
              - >-
                V(tcpip) is the file version of tcpip.sys, V(product) that of an installed product's uninstall entry,
                V(windows) that of Windows with build and revision, such as C(10.0.20348.2402).
              - >-
                V(driver) where it is not set.
            type: str
            choices: [driver, driver_file, bus_driver, team, tcpip, product, windows]
          product:
            description: >-
              The name of the installed product, as a pattern of V(*) and V(?). O(advisories[].requirement.of=product)
              needs it.
            type: str
          never:
            description: >-
              No version is good, so that the advisory always holds. The text says what is known.
            type: str
          keyword:
            description:
              - >-
                Settings of the adapter, each with the value that must be in effect, a list of good values, or bounds,
                which are a dictionary of C(at_least) and C(at_most) with whole numbers.
              - >-
                Where the adapter does not have the setting, the advisory is unknown.
            type: dict
          hotfix:
            description: >-
              One of these updates of Windows must be installed, such as V(KB950224).
            type: list
            elements: str
          not_before:
            description: >-
              A driver of this day or later, such as V(2008-02-28).
            type: str
          max_age_days:
            description: >-
              A driver that is not older than this number of days.
            type: int
          provider:
            description: >-
              A driver of this provider, as a pattern of V(*) and V(?). The driver of another provider is unknown.
            type: str
          unknown:
            description: >-
              No good version is known, so that every driver is unknown. The text says what is known.
            type: str
      affects:
        description:
          - >-
            What a driver does not support while the advisory holds.
          - >-
            Features (V(chimney), V(rss), V(netdma), V(rsc), V(task_offload)), groups of settings as the option
            O(server_baseline.windows.win_tcp_offload#module:adapters) has them, such as V(vmq), V(lso) or
            V(checksum_offload), or single settings such as V('*EEE').
          - >-
            With an empty list the advisory is a hint only.
        type: list
        elements: str
      needs:
        description: >-
          What must stay on while the advisory holds, named as in O(advisories[].affects).
        type: list
        elements: str
      scope:
        description:
          - >-
            Where O(advisories[].affects) counts. V(server) is the whole server for a feature. V(adapter) is this
            adapter alone, if it has the setting of that name.
          - >-
            Groups and single settings always are the adapter's. V(server) where it is not set.
        type: str
        choices: [server, adapter]
      severity:
        description: >-
          How bad it is. V(warning) where it is not set.
        type: str
        choices: [info, warning, error, critical]
      why:
        description: >-
          What is wrong, in a sentence.
        type: str
      fix:
        description: >-
          What to do, in a sentence.
        type: str
      source:
        description: >-
          Where that is documented.
        type: str
"""
