# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_filter_driver_info
short_description: List every driver of a server and classify which were left behind
description:
  - Returns every driver (service of type kernel driver, file system driver or recognizer), loaded or not, disabled or
    not, in one remote execution. Each comes with what the registry, its file and the service manager say of it, and
    with a classification.
  - No list of services and no list of programs shows a driver whose product is gone. The module finds it by what is
    missing. No uninstall entry names its company or product, no service of that company can start, it serves no device,
    and it is not Microsoft's.
  - Each classification comes with its evidence. What cannot be read or cannot be known is V(unknown), never a guess.
  - RV(findings) tells, whatever is chosen, what cannot be read, names in filter lists that no driver has, network
    components and providers that a product left, and where the registry and the service manager say different things of
    a driver. So it does with a driver that the collection removed and that still runs, with one that does harm although
    its product is installed, and with one that only a device without hardware seems to own.
  - The server is only read.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.drivers
  - server_baseline.windows.waivers
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: none
  idempotent:
    description: >-
      When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
    support: full
options:
  classifications:
    description:
      - The classifications whose drivers are returned. By default all are.
      - V(known_leftover) is in the catalogue and has no owner. V(orphan) has no owner. The file of V(dangling) is
        missing. V(owned) belongs to a product, a device that is there or a service that can start. V(system) is Windows'
        own. V(unknown) cannot be classified.
    type: list
    elements: str
    choices: [known_leftover, orphan, dangling, owned, system, unknown]
    default: []
  select:
    description:
      - A L(JMESPath,https://jmespath.org) expression on the list of the drivers that O(match) and O(classifications)
        choose. Its result is returned in RV(selected). It has the functions of O(match).
    type: str
notes:
  - Since Windows 10 1903 an INF can declare a filter (AddFilter). Such a filter is in no list that this module reads.
  - A product that is installed for one user is found while that user's hive is loaded, or if Windows Installer
    installed it.
seealso:
  - module: server_baseline.windows.win_filter_driver
"""

EXAMPLES = r"""
- name: Find what was left behind
  server_baseline.windows.win_filter_driver_info:
    classifications: [known_leftover, orphan, dangling]
  register: leftovers

- name: Report why
  ansible.builtin.debug:
    msg: "{{ item.name }} ({{ item.classification }}): {{ item.evidence | join('; ') }}"
  loop: "{{ leftovers.drivers }}"
  loop_control:
    label: "{{ item.name }}"

- name: List old minifilters of open-file products, with the file of each
  server_baseline.windows.win_filter_driver_info:
    match: group == 'FSFilter Open File' && version_lt(file_version, '5.0')
    select: "[].{driver: name, file: image, version: file_version}"

- name: Use Microsoft's list of altitudes, and an entry of your own
  server_baseline.windows.win_filter_driver_info:
    altitudes_file: files/allocated-altitudes.md
    known_drivers:
      - company: Tidevault*
        file_version: "<6.2"
        vendor: Tidevault
        product: Continuous Backup
        breaks: Its uninstaller leaves the driver, which then holds every file open.
        cure: Disable it and restart.
        source: our ticket 4711

- name: Find drivers that let programs take over the server, by what their files say and by their hashes
  server_baseline.windows.win_filter_driver_info:
    blocklist_file:
      - files/SiPolicy_Enforced.xml
      - files/drivers.json
    identify: [signer, hash]
    select: "[?blocked].{driver: name, file: image, rules: blocked[].rule}"
"""

RETURN = r"""
drivers:
  description: The drivers that are chosen, in order of name. A field is V(null) when it is not there or not known.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the key below C(Services).
      type: str
    display_name:
      description: The value in the registry, which may be a reference such as C(@oem7.inf,%name%;text).
      type: str
    type:
      description: 1 kernel driver, 2 file system driver or filter, 8 recognizer.
      type: int
    start:
      description: 0 boot, 1 system, 2 automatic, 3 on demand, 4 disabled.
      type: int
    start_type:
      description: V(boot), V(system), V(auto), V(demand) or V(disabled).
      type: str
    error_control:
      description: 0 ignore, 1 normal, 2 severe, 3 critical.
      type: int
    group:
      description: The load-order group.
      type: str
    altitude:
      description: The altitude of the first instance of a minifilter.
      type: str
    instances:
      description: >-
        The instances of a minifilter, each with C(name), C(altitude), C(flags), and C(place), the key that has it.
      type: list
      elements: dict
    needs:
      description: The services that it needs (C(DependOnService)).
      type: list
      elements: str
    packages:
      description: The INF files that own it, as far as its key and its devices name them.
      type: list
      elements: str
    hidden:
      description: Whether services.msc does not show it.
      type: bool
    image_path:
      description: The value of C(ImagePath).
      type: str
    image:
      description: The full path of its file.
      type: str
    exists:
      description: Whether the file is there.
      type: bool
    date:
      description: When the file was changed last.
      type: str
    file_version:
      description: The version of the file.
      type: str
    company:
      description: The company that the file names.
      type: str
    product:
      description: The product that the file names.
      type: str
    description:
      description: The description that the file has.
      type: str
    product_version:
      description: The version of the product that the file names.
      type: str
    original_filename:
      description: The name that the file was made with.
      type: str
    signer:
      description:
        - The subject of the certificate of the embedded signature, with O(identify). Nobody has verified it.
        - V(catalogue or none) where none is embedded. A catalogue may sign the file all the same.
        - V(null) for what was not asked, because O(identify) does not have it or the file passes for Windows' own.
      type: str
    sha256:
      description: The SHA-256 of the file, with O(identify); V(null) for what was not asked.
      type: str
    authentihash:
      description: The SHA-256 that Authenticode signs, with O(identify); V(null) for what was not asked.
      type: str
    unidentified:
      description: Why the signer and the hash could not be told.
      type: str
    status:
      description: The status that the service manager returns, such as V(running).
      type: str
    running:
      description: Whether it runs.
      type: bool
    can_stop:
      description: Whether it can be stopped.
      type: bool
    marked_for_deletion:
      description: Whether the service manager deletes it when the server starts next (C(DeleteFlag)).
      type: bool
    start_override:
      description: The start type that C(StartOverride) says besides C(start).
      type: int
    filter_lists:
      description: >-
        The lists C(UpperFilters) and C(LowerFilters) of classes and devices, and C(DumpFilters), that name it, by their
        paths.
      type: list
      elements: str
    needed_by:
      description: The services that need it.
      type: list
      elements: str
    safe_boot:
      description: The entries of C(SafeBoot) that name it.
      type: list
      elements: str
    devices:
      description: The Plug and Play devices that it is installed for, present or not.
      type: list
      elements: str
    network:
      description:
        - The network components that need it. Each has C(component_id), C(kind) (V(filter) or V(protocol)), C(run_type)
          (V(mandatory), V(optional) or V(unknown)), C(package), C(bound_to), the adapters, C(removable), whether its INF
          lets a user remove it, and C(remove), the command that removes it.
      type: list
      elements: dict
    protected:
      description: Why M(server_baseline.windows.win_filter_driver) would refuse to disable it; empty when it would not.
      type: list
      elements: str
    vendor:
      description: The company that O(altitudes_file) gives.
      type: str
    owner:
      description: >-
        Its owner, with C(kind) (V(product), V(device), V(service) or V(driver)), C(name), and C(by), the evidence.
      type: dict
    known:
      description: The entry of the catalogue that matches it.
      type: dict
    blocked:
      description: The rules of O(blocklist_file) that name it, each with C(list) and C(rule), the id.
      type: list
      elements: dict
    classification:
      description: See O(classifications).
      type: str
    evidence:
      description: The evidence for the classification, in sentences.
      type: list
      elements: str
  sample:
    - name: FAMv4
      start_type: system
      company: Vision Works Solutions Incorporated
      running: true
      classification: known_leftover
selected:
  description: The result of O(select).
  returned: when O(select) is given
  type: raw
findings:
  description: >-
    One entry for each driver that is chosen, for each thing that could not be read, and for each thing that is wrong
    beside the drivers.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: >-
        V(filter_driver), V(filter_driver.unread), V(filter_driver.network_component), V(filter_driver.provider_order),
        V(filter_driver.blocklist), V(filter_driver.hidden), V(filter_driver.delete_flag),
        V(filter_driver.start_override) or V(filter_driver.control_sets).
      type: str
    subject:
      description: The driver, the key that could not be read, the component, or the registry value.
      type: str
    status:
      description: >-
        V(drifted) for a leftover that the catalogue knows and for a dead entry, V(attention) for what a person has to look
        at, V(pending) for a disabled or removed driver that still runs and for what the next start does, V(waived) if a
        waiver covers it today, else V(compliant) or V(unknown).
      type: str
    found:
      description: The classification of the driver, C(Start) and C(status).
      type: dict
    wanted:
      description: V(null), because this module has no desired state.
      type: dict
    evidence:
      description: What the status rests on.
      type: list
      elements: str
    why:
      description: What is bad about a leftover.
      type: str
    fix:
      description: The remedy.
      type: str
    source:
      description: Where that is documented.
      type: str
    title:
      description: What is to be done, in a short sentence; the same on every server with the same cause.
      type: str
    kind:
      description: >-
        The classification of the driver. Else what was found: V(dead_entry), V(removed), V(network_component),
        V(unreadable), V(no_key) or V(other_view).
      type: str
    act:
      description: >-
        Who or what acts: V(enforce), V(restart), V(update), V(decide) or V(none). C(docs/reading_an_audit.md) in the
        collection explains these words and the status.
      type: str
    severity:
      description: V(info), V(warning), V(error) or V(critical). V(info) is a hint, which asks for nothing.
      type: str
    restart:
      description: Whether the change takes effect with a restart alone.
      type: bool
    since:
      description: Since when a restart is pending, in UTC; empty where that is not known.
      type: str
    waiver:
      description: C(until), C(by) and C(reason) of the waiver that covers it; empty without one.
      type: dict
server:
  description: >-
    Which server was judged, with C(null) for what is not known. The model of a Windows before 6.0 is told where network
    drivers are judged.
  returned: when the server was read
  type: dict
  contains:
    name:
      description: The name of the computer.
      type: str
    product:
      description: The product, as Windows calls itself.
      type: str
    release:
      description: The version of Windows with its build.
      type: str
    model:
      description: The model of the machine.
      type: str
  sample: {"name": "EX2007", "product": "Windows Server (R) 2008 Standard", "release": "6.0.6002", "model": "PowerEdge 2950"}
judged:
  description: When the server was judged, in UTC.
  returned: when the server was read
  type: str
  sample: "2026-11-23T14:00:00Z"
"""
