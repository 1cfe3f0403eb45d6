# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that the modules on drivers share."""

from __future__ import annotations


class ModuleDocFragment:
    """The options of every module that classifies drivers."""

    DOCUMENTATION = r"""
options:
  match:
    description:
      - A L(JMESPath,https://jmespath.org) expression on one driver, as
        M(server_baseline.windows.win_filter_driver_info) returns it in
        RV(server_baseline.windows.win_filter_driver_info#module:drivers). A driver is chosen when the result is neither
        V(false) nor V(null) nor empty.
      - C(version_lt(a, b)), C(version_le), C(version_gt), C(version_ge) and C(version_eq) compare versions number by
        number. C(glob(text, pattern)) matches patterns of V(*) and V(?), case-insensitively. C(lower(text)) returns the
        text in lower case.
      - The task fails on an invalid expression, and the error shows the place in it.
    type: str
  known_drivers:
    description:
      - Drivers that you know to be left behind, in addition to those of the collection's own catalogue.
      - An entry needs at least one of O(known_drivers[].name), O(known_drivers[].file), O(known_drivers[].company),
        O(known_drivers[].product), O(known_drivers[].original_filename), O(known_drivers[].file_version),
        O(known_drivers[].altitude), O(known_drivers[].sha256) and O(known_drivers[].signer). A driver must meet every
        condition that the entry has.
      - Keep the entries in the inventory, and pass them to each module on drivers with C(module_defaults).
      - A driver that has an owner is not left behind, even if an entry matches it.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the driver, V(*) and V(?) allowed.
        type: str
      file:
        description: The name of its file, such as V(FAMv4.sys), V(*) and V(?) allowed.
        type: str
      company:
        description: The company that its file names, V(*) and V(?) allowed.
        type: str
      product:
        description: The product that its file names, V(*) and V(?) allowed.
        type: str
      original_filename:
        description: The name that its file was made with, V(*) and V(?) allowed.
        type: str
      file_version:
        description: Conditions that the version of its file meets, such as V(>=4.0, <4.2).
        type: str
      altitude:
        description: An altitude of one of its minifilter instances, in quotes.
        type: str
      sha256:
        description: The SHA-256 of its file. An entry with one has every server asked for it, see O(identify).
        type: str
      signer:
        description: >-
          The subject of the certificate of its embedded signature, such as V(CN=CPUID*), V(*) and V(?) allowed. An
          entry with one has every server asked for it, see O(identify).
        type: str
      kind:
        description:
          - What is wrong with it. A driver that has no owner is a known leftover, whatever its kind is.
          - One that a product owns is V(attention) if it is V(harmful), or if it is V(part_of) that product, which
            goes on without it. It is compliant if it is V(left_behind).
        type: str
        choices: [left_behind, harmful, part_of]
        default: harmful
      severity:
        description: How bad its findings are, where that is not what their status says.
        type: str
        choices: [info, warning, error, critical]
      vendor:
        description: Who made it.
        type: str
      software:
        description: The product that installed it, for people.
        type: str
      breaks:
        description: What it does to a server. Findings show it as C(why).
        type: str
      cure:
        description: The remedy. Findings show it as C(fix).
        type: str
      note:
        description: What to look at besides. It follows the remedy.
        type: str
      source:
        description: Where that is documented.
        type: str
  altitudes_file:
    description:
      - The path on the controller of Microsoft's page C(allocated-altitudes.md), from the repository
        MicrosoftDocs/windows-driver-docs.
      - The page names the vendor of a minifilter whose own file names none. The collection does not contain the page.
    type: path
  blocklist_file:
    description:
      - The paths on the controller of published lists of drivers that must not run, each Microsoft's recommended driver
        block rules (the XML) or C(drivers.json) of LOLDrivers, unchanged. The collection contains neither.
      - A driver that a list names is V(attention) and critical, owned or not, with the id of the rule
        (V(filter_driver.blocklist)). It changes no classification, and nothing is disabled for it.
      - Microsoft's rules name a driver by what its file says, and by its signer where O(identify) tells it, or by a
        hash. LOLDrivers name one by a hash, or by its name, company and version. Hashes need O(identify).
    type: list
    elements: path
    default: []
  identify:
    description:
      - What else is read of the files of drivers that do not pass for Windows' own, 20 to 40 on most servers. It is
        read in the same execution, which takes longer, because the files are read as a whole.
      - V(signer) is the subject of the certificate of the embedded signature, which is told and not verified. V(hash)
        is the SHA-256 of the file, and the one that Authenticode signs.
    type: list
    elements: str
    choices: [signer, hash]
    default: []
"""
