# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: nic_driver_facts
short_description: Return the network drivers of a server, and whether they are good enough
description:
  - Returns the network adapters of a server with their drivers, chips and offload keywords, as the fact C(nic_drivers),
    and judges each
    driver by advisories with sources. Each adapter comes with what must be updated to which version.
  - It takes one remote execution and reads the registry, the version resources of the drivers' files and the list of
    interfaces.
  - The fact holds no time of day, so it changes only when the server does, or when a driver becomes older than an
    advisory allows.
  - What cannot be read, and a version that is no version, is unknown, never assumed good.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.advisories
  - server_baseline.windows.waivers
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: N/A
    details: The module changes nothing.
  facts:
    description: Action returns an C(ansible_facts) dictionary that will update existing host facts.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no
      change.
    support: full
options:
  select:
    description:
      - Which adapters to return, as a JMESPath expression on one adapter that is true for those. By default all are
        returned, hidden and non-present ones too.
      - The functions are those of O(advisories[].applies_to).
    type: str
    default: ''
  require_match:
    description:
      - Whether to fail where O(select) chooses no adapter, or an advisory of O(advisories) applies to none.
      - Without it such an advisory is reported by C(applied_to) alone.
    type: bool
    default: false
seealso:
  - module: server_baseline.windows.win_snp_symptoms_info
  - module: server_baseline.windows.win_snapshot
"""

EXAMPLES = r"""
- name: Know the network drivers
  server_baseline.windows.nic_driver_facts:

- name: Say which drivers must be updated
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.updates }}"
  loop: "{{ ansible_facts['nic_drivers'].adapters | selectattr('updates') }}"
  loop_control:
    label: "{{ item.description }}"

- name: Only physical adapters, and with advisories of our own
  server_baseline.windows.nic_driver_facts:
    select: physical && !hypervisor && present != `false`
    advisories:
      - id: driver-age
        requirement:
          max_age_days: 1825
      - id: intel-oem-driver
        enabled: false
      - id: vmxnet3-rss
        applies_to: hardware.family == 'vmxnet3'
        requirement:
          at_least: '1.8.3.0'
        affects:
          - rss
        why: RSS loses packets with drivers before 1.8.3.
        source: our own incident 4711
"""

RETURN = r"""
ansible_facts:
  description: The facts, under one name.
  returned: success
  type: dict
  contains:
    nic_drivers:
      description: The server and its network adapters.
      type: dict
      contains:
        server:
          description: The server, null for what its registry does not tell.
          type: dict
          sample: {"maker": "Dell Inc.", "model": "PowerEdge 2950", "nt": "5.2", "release": "5.2.3790",
            "windows": "5.2.3790", "service_pack": "2", "product": "Microsoft Windows Server 2003"}
        advisories:
          description: The advisories of O(advisories), each as C(id) and C(applied_to), the number of adapters that it
            applies to. One that applies to none says nothing of this server.
          type: list
          elements: dict
          sample: [{"id": "vmxnet3-rss", "applied_to": 2}]
        unreadable:
          description:
            - The keys of adapters that could not be read, each as C(key) and C(reason). Where there is one, C(adapters)
              may lack an adapter.
          type: list
          elements: dict
        adapters:
          description: The adapters in order of their class keys, then connections whose adapter is gone.
          type: list
          elements: dict
          contains:
            name:
              description: The name of the connection, null when it has none.
              type: str
            description:
              description: What the driver calls the adapter.
              type: str
            guid:
              description: The id of the connection.
              type: str
            class_key:
              description: The last part of the adapter's class key; empty for a connection whose adapter is gone.
              type: str
            service:
              description: The driver service.
              type: str
            driver:
              description:
                - The driver as installed. C(version) as written, C(version_parsed) as numbers without zeros at the end,
                  C(date) ISO 8601, C(provider),
                  C(inf), and C(in_box), whether the INF came with Windows.
              type: dict
              sample: {"version": "3.5.8.0", "version_parsed": [3, 5, 8], "date": "2007-07-27", "provider": "Broadcom",
                "inf": "oem7.inf", "in_box": false}
            driver_file:
              description: The driver's file with its own version and company, null when the service is not known.
              type: dict
            bus_driver:
              description: The lower half of a split driver (NetXtreme II, FastLinQ), with its own version; else null.
              type: dict
            hardware:
              description: Enumerator, instance id, PCI or USB ids, and what they say of the chip's vendor, its family,
                and the vendor of the subsystem (the board).
              type: dict
            hypervisor:
              description: Whose emulated or paravirtual hardware it is; empty for real hardware.
              type: str
            physical:
              description: Whether it is hardware for Windows, that of a hypervisor included; null when Windows does not
                say.
              type: bool
            virtual:
              description: Whether it is made of software alone; null when Windows does not say.
              type: bool
            hidden:
              description: Whether Windows hides it from the list of connections.
              type: bool
            team:
              description: Whether teaming software made it.
              type: bool
            team_member:
              description: Whether teaming software holds it.
              type: bool
            present:
              description:
                - V(true), V(unknown), or V(false) for what Device Manager calls a non-present device, which is
                  configured and not there.
                - No value of the registry says so. It follows from drivers, devices and interfaces.
              type: raw
            carries_connection:
              description: Whether Ansible reaches, or may reach, the server through it; V(true), V(false) or
                V(unknown).
              type: raw
            link:
              description: Status, speed in bit/s, MAC and addresses, null where the network stack does not show the
                adapter.
              type: dict
            keywords:
              description: The settings that have to do with offload, each with C(value), C(default), C(effective) and
                C(allowed).
              type: dict
            snp_support:
              description: How much of SNP (the Scalable Networking Pack) the driver supports, V(full), V(partial),
                V(none) or V(unknown).
              type: str
            advisories:
              description:
                - The advisories that hold, and those of which it is V(unknown) whether they do, with C(evidence),
                  C(severity), C(affects), C(why),
                  C(fix) and C(source).
              type: list
              elements: dict
            updates:
              description: What must be updated to what.
              type: list
              elements: dict
              sample: [{"component": "driver", "found": "3.5.8.0", "needed": "3.7.19"}]
findings:
  description: What the advisories say of each physical adapter, as M(server_baseline.windows.win_baseline) returns it.
  returned: when the server was read
  type: list
  elements: dict
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
