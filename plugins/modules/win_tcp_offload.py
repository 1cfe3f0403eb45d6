# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: win_tcp_offload
short_description: Set TCP offload features of servers and network adapters, and restore them
description:
  - Sets the features of SNP (the Scalable Networking Pack - TCP Chimney, RSS, NetDMA) and later ones (RSC, task
    offload) where each release
    of Windows stores them, from Server 2003 SP2 to Server 2025, in every language of the server.
  - The settings of a server are read first. Only what differs is written, and then everything is read back.
  - A feature that a release does not have, and a keyword that a driver does not have, is V(not_applicable) in
    RV(findings) and never written.
    What cannot be read is V(unknown); the task then fails and writes nothing.
  - Every change is entered in a ledger on the server (C(HKLM\SOFTWARE\Server Baseline\Ledger)) before it is made.
    O(state=restored) restores
    the previous value with its type, or its absence.
version_added: 1.0.0
author: Server Baseline contributors (@server-baseline)
extends_documentation_fragment:
  - server_baseline.windows.server
  - server_baseline.windows.server.diff
  - server_baseline.windows.advisories
  - server_baseline.windows.waivers
options:
  profile:
    description:
      - Sets O(chimney), O(rss) and O(netdma) at once. One of these options that is set itself takes precedence.
      - V(snp_disabled) leaves RSS as it is from Windows Server 2008 on, where Microsoft recommends it to be on
        (KB2643970). Only O(rss=disabled)
        turns it off there, with a warning. V(snp_enabled) leaves TCP Chimney as it is from Windows Server 2016 on,
        where it is deprecated.
      - V(by_driver) turns features off where an advisory (O(advisories)) that affects them holds, or cannot be decided,
        for the driver of a
        physical adapter that is present. It turns them on again where no advisory speaks against them any more, if the
        ledger says that this profile
        turned them off, or that they were turned off with O(review_when=by_driver). It leaves alone what someone else
        turned off.
      - It does the same with keywords of single adapters that an advisory affects, each with its own entry in the
        ledger. What O(adapters) names outweighs it.
    type: str
    choices: [snp_disabled, snp_enabled, by_driver]
  chimney:
    description:
      - TCP Chimney. V(automatic) exists from Windows Server 2008 R2 on.
      - On Server 2003 a change takes effect at once, by C(netsh interface ip set chimney), and stays.
      - The word C(default) of C(netsh) is refused for every feature. C(netsh) never shows it, so a server cannot be
        compared with it.
    type: str
    choices: [enabled, disabled, automatic]
  rss:
    description: Receive-side scaling. On Server 2003 a change takes effect when the server restarts.
    type: str
    choices: [enabled, disabled]
  netdma:
    description:
      - NetDMA. Windows Server 2012 and later do not have it.
      - On Server 2003 and 2008 a change takes effect when the server restarts.
    type: str
    choices: [enabled, disabled]
  rsc:
    description: Receive segment coalescing, from Windows Server 2012 on.
    type: str
    choices: [enabled, disabled]
  task_offload:
    description:
      - All task offloads of the TCP/IP stack. A change takes effect when the server restarts, as far as is known.
      - From Windows Server 2008 on it is V(unknown) where C(DisableTaskOffload) is not there. C(netsh interface ip set
        global taskoffload) is
        another control there, which is not read.
      - V(disabled) is refused where an advisory says that a driver needs it (C(needs) of O(advisories)), and warns where
        it is not known whether it does. The same is so of every feature and keyword.
    type: str
    choices: [enabled, disabled]
  autotuning:
    description: >-
      How far the receive window of TCP may grow (C(autotuninglevel) of C(netsh interface tcp set global)).
      V(disabled) fixes it at its default.
    type: str
    choices: [disabled, highlyrestricted, restricted, normal, experimental]
  ecn:
    description: Explicit congestion notification (C(ecncapability)).
    type: str
    choices: [enabled, disabled]
  timestamps:
    description: TCP timestamps of RFC 1323 (C(timestamps)).
    type: str
    choices: [enabled, disabled]
  initial_rto:
    description: >-
      The time in milliseconds after which a connection is asked for once more (C(initialrto)), 300 to 3000, from
      Windows Server 2008 R2 on.
    type: int
  uro:
    description: >-
      UDP receive segment coalescing (C(uro) of C(netsh interface udp set global)), from Windows Server 2025 on.
    type: str
    choices: [enabled, disabled]
  adapters:
    description:
      - Settings of network adapters. Of two entries for one adapter and keyword the later counts.
      - A keyword is written only where the driver declares it (C(Ndi\params)) and its list or range of values has the
        new one.
      - Large send offload goes off before checksum offload and comes back after it.
    type: list
    elements: dict
    default: []
    suboptions:
      match:
        description:
          - Which adapters are meant.
          - A text with one of C(==), C(!), C(<), C(>), C('), C("), C(`), C(||), C(&&) is a JMESPath expression,
            evaluated on each adapter as
            M(server_baseline.windows.nic_driver_facts) returns it. The adapter is meant where it finds anything but
            false, null and the empty.
          - Any other text is a pattern of C(*) and C(?), which is compared, case-insensitively, with the name of the
            connection and the
            description of the adapter. Hidden and non-present adapters are left out. For a name with one of the
            characters above write C(?).
        type: str
        required: true
      rss:
        description: All keywords of receive-side scaling (C(*RSS)) that the adapter's driver has.
        type: str
        choices: [enabled, disabled]
      tcp_connection_offload:
        description:
          - All keywords of TCP connection offload, the adapter's half of Chimney (C(*TCPConnectionOffloadIPv4),
            C(*TCPConnectionOffloadIPv6)) that the adapter's driver has.
        type: str
        choices: [enabled, disabled]
      tcp_connection_offload_ipv4:
        description: The same for IPv4 alone. It takes precedence over O(adapters[].tcp_connection_offload).
        type: str
        choices: [enabled, disabled]
      tcp_connection_offload_ipv6:
        description: The same for IPv6 alone. It takes precedence over O(adapters[].tcp_connection_offload).
        type: str
        choices: [enabled, disabled]
      lso:
        description:
          - All keywords of large send offload (C(*LsoV1IPv4), C(*LsoV2IPv4), C(*LsoV2IPv6) and the like) that the
            adapter's driver has.
        type: str
        choices: [enabled, disabled]
      lso_ipv4:
        description: The same for IPv4 alone. It takes precedence over O(adapters[].lso).
        type: str
        choices: [enabled, disabled]
      lso_ipv6:
        description: The same for IPv6 alone. It takes precedence over O(adapters[].lso).
        type: str
        choices: [enabled, disabled]
      rsc:
        description: All keywords of receive segment coalescing (C(*RscIPv4), C(*RscIPv6)) that the adapter's driver
          has.
        type: str
        choices: [enabled, disabled]
      rsc_ipv4:
        description: The same for IPv4 alone. It takes precedence over O(adapters[].rsc).
        type: str
        choices: [enabled, disabled]
      rsc_ipv6:
        description: The same for IPv6 alone. It takes precedence over O(adapters[].rsc).
        type: str
        choices: [enabled, disabled]
      checksum_offload:
        description:
          - All keywords of checksum offload, IP, TCP and UDP, sent and received (C(*TCPChecksumOffloadIPv4) and the
            like) that the
            adapter's driver has.
        type: str
        choices: [enabled, disabled]
      checksum_offload_ipv4:
        description: The same for IPv4 alone. It takes precedence over O(adapters[].checksum_offload).
        type: str
        choices: [enabled, disabled]
      checksum_offload_ipv6:
        description: The same for IPv6 alone. It takes precedence over O(adapters[].checksum_offload).
        type: str
        choices: [enabled, disabled]
      vmq:
        description: All keywords of virtual machine queues (C(*VMQ)) that the adapter's driver has.
        type: str
        choices: [enabled, disabled]
      uso:
        description: All keywords of UDP segmentation offload (C(*UsoIPv4), C(*UsoIPv6)) that the adapter's driver has.
        type: str
        choices: [enabled, disabled]
      uso_ipv4:
        description: The same for IPv4 alone. It takes precedence over O(adapters[].uso).
        type: str
        choices: [enabled, disabled]
      uso_ipv6:
        description: The same for IPv6 alone. It takes precedence over O(adapters[].uso).
        type: str
        choices: [enabled, disabled]
      sriov:
        description: Whether the adapter offers virtual functions to virtual machines (C(*SRIOV)).
        type: str
        choices: [enabled, disabled]
      rdma:
        description: Remote direct memory access (C(*NetworkDirect)).
        type: str
        choices: [enabled, disabled]
      eee:
        description: Energy-efficient Ethernet (C(*EEE)).
        type: str
        choices: [enabled, disabled]
      flow_control:
        description: Flow control, when enabled in both directions (C(*FlowControl)).
        type: str
        choices: [enabled, disabled]
      interrupt_moderation:
        description: Interrupt moderation (C(*InterruptModeration)).
        type: str
        choices: [enabled, disabled]
      jumbo_packet:
        description: The largest frame in bytes (C(*JumboPacket)), such as 9014; what a driver takes differs.
        type: int
      rss_profile:
        description: How processors are chosen for receive-side scaling (C(*RSSProfile)).
        type: str
        choices: [closest, closest_static, numa, numa_static, conservative, balanced]
      rss_queues:
        description: The number of queues of receive-side scaling (C(*NumRSSQueues)).
        type: int
      rss_processors:
        description: >-
          The number of processors of receive-side scaling (C(*MaxRssProcessors)). Where the INF does not declare
          it, only O(adapters[].keywords) sets it.
        type: int
      rss_base_processor:
        description: The first processor of receive-side scaling (C(*RssBaseProcNumber)).
        type: int
      rss_max_processor:
        description: The last processor of receive-side scaling (C(*RssMaxProcNumber)).
        type: int
      power_saving:
        description: Whether Windows may turn the adapter off to save power (C(PnPCapabilities), of which 24 and 280
          mean no). Physical adapters only.
        type: str
        choices: [enabled, disabled]
      keywords:
        description:
          - Keywords by their names, such as C(*FlowControl), with their values in the registry. These take precedence
            over the other settings.
          - A name is refused when it is no standardized keyword and no matching adapter has it. A value is refused when
            the driver does not take it.
          - V(default) takes a keyword back to the default that its driver declares.
          - >-
            C(*MaxRssProcessors), C(*RssBaseProcNumber), C(*RssOrVmqPreference) and C(LSOSize) count for some drivers
            whose INF does not declare them. There they are set where the value is a dictionary with C(value),
            C(undeclared=true) and C(type), which is V(dword) or V(string), the default. V(default) then deletes the
            value. Without that word they are not set, and a warning says so.
        type: dict
        default: {}
  require_match:
    description:
      - Whether an entry of O(adapters) that matches no adapter fails the task. It is reported in RV(findings) in any
        case.
      - Where the task looks at drivers, so does an advisory of O(advisories) that applies to no adapter.
    type: bool
    default: false
  restart_adapters:
    description:
      - Whether adapters that were changed are restarted (disabled and enabled by C(netsh interface set interface)),
        which their drivers need to
        see the change. Server 2003 has to restart instead.
      - The adapter that carries the connection is not restarted, and no adapter of which it is not known whether it
        does (such as one without an
        address of its own, which may lie under the one that does).
      - An adapter that the network stack does not show is not restarted either, because it may be disabled.
      - On Server 2008 R2 no adapter is restarted while Chimney is enabled, as with the restart of one it would fail on
        all adapters, and the server may hang (KB2477730). O(chimney=disabled) in the same task turns it off first, and
        the adapters are restarted once it was read to be off. Where Chimney is V(automatic), the task warns.
      - RV(adapters_to_restart) names them, and RV(restarts_skipped) says why.
      - When a restart fails, the task fails and names the adapter.
    type: str
    choices: [never, allowed]
    default: never
  restart_connection_adapter:
    description: Whether O(restart_adapters=allowed) extends to the adapter that carries the connection. The task may
      lose its connection.
    type: bool
    default: false
  reason:
    description: Why the settings are changed. The ledger keeps it, and O(state=restored) shows it.
    type: str
    default: ''
  review_when:
    description:
      - When to look at the change again, in your own words, such as V(driver >= 3.7.19). The ledger keeps it.
      - V(by_driver) leaves it to O(profile=by_driver), which restores a feature or a keyword as soon as no advisory
        affects it any more.
    type: str
    default: ''
  overwrite:
    description:
      - Whether O(state=restored) restores what somebody else has changed since the collection changed it. It counts for
        what the task names itself, that is a feature by its own option, or a setting of O(adapters). All else of this
        kind is left alone, with a finding V(refused) and a warning.
    type: bool
    default: false
  state:
    description:
      - V(present) sets what the options say.
      - V(restored) restores what the collection changed. The options then name what is restored, whatever states they
        give. An entry of O(adapters) without settings means all of its adapters' settings, and a task without any
        option everything.
    type: str
    choices: [present, restored]
    default: present
notes:
  - Each ledger entry is checked before anything is made of it, namely whether the collection would have made it so,
    whether this Windows knows the word, and whether the driver of the adapter takes the value. An entry that fails, or
    that a newer release has made, is refused and named, and nothing of it is restored or closed. The task fails where it
    names the subject itself; else the other subjects go on, with a warning.
  - From Windows Server 2008 on features are read from C(netsh interface tcp dump), whose line C(set global) is in
    English on every language,
    and set with C(netsh interface tcp set global); O(uro) likewise by C(netsh interface udp). A word that the dump does
    not show is never sent.
  - C(netsh) of Windows Server 2008 may damage values below C(Tcpip\Parameters) when it sets anything (KB967224). They
    are compared before and
    after, and restored, with a warning.
  - Values of Server 2003 (C(EnableTCPChimney), C(EnableRSS), C(EnableTCPA)) are ignored registry values on later
    releases. They are
    reported and left alone.
seealso:
  - module: server_baseline.windows.win_tcp_offload_info
  - module: server_baseline.windows.nic_driver_facts
"""

EXAMPLES = r"""
- name: Turn SNP off until the driver supports it
  server_baseline.windows.win_tcp_offload:
    profile: snp_disabled
    reason: Broadcom driver 3.5.8.0 drops MAPI sessions
    review_when: driver 3.7.19 or later
  register: offload

- name: Say which servers must restart
  ansible.builtin.debug:
    msg: Restart {{ inventory_hostname }}
  when: offload.reboot_required

- name: Turn connection and large send offload off on the Broadcom adapters, and restart those that may be
  server_baseline.windows.win_tcp_offload:
    adapters:
      - match: hardware.vendor_id == '14E4'
        tcp_connection_offload: disabled
        lso: disabled
      - match: Backup LAN
        lso_ipv6: disabled
        power_saving: disabled
        keywords:
          "*FlowControl": 3
    restart_adapters: allowed

- name: Set what netsh sets for all connections, and the frames and processors of the storage adapters
  server_baseline.windows.win_tcp_offload:
    autotuning: normal
    ecn: disabled
    initial_rto: 1000
    adapters:
      - match: Storage*
        jumbo_packet: 9014
        rss_profile: numa
        rss_base_processor: 2

- name: Restore everything
  server_baseline.windows.win_tcp_offload:
    state: restored
"""

RETURN = r"""
before:
  description:
    - The state of each setting before the task. Features go by their names; keywords by connection and keyword.
    - Features have C(state) and, where the registry keeps them, the value by its name (null when it is not there).
      Keywords have C(value) and
      C(effective), which is the driver's default where there is no value.
  returned: success
  type: dict
  sample: {"chimney": {"state": "enabled", "EnableTCPChimney": null}, "LAN: *LsoV2IPv4": {"value": "1", "effective":
    "1"}}
after:
  description: The state of each setting after the task, as read back; in check mode as predicted. Of the same form as
    RV(before).
  returned: success
  type: dict
  sample: {"chimney": {"state": "disabled", "EnableTCPChimney": 0}, "LAN: *LsoV2IPv4": {"value": "0", "effective": "0"}}
operations:
  description: What was written, or in check mode would be, in its order. The fields besides C(operation) depend on its
    kind.
  returned: success
  type: list
  elements: dict
  contains:
    operation:
      description: V(ledger_entry), V(set_value), V(delete_value) or V(run_command).
      type: str
  sample:
    - operation: run_command
      command: {"program": "netsh", "arguments": "interface ip set chimney DISABLED"}
reboot_required:
  description: >-
    Whether a change takes effect only when the server restarts. On Server 2003 that is so of everything but O(chimney).
    It stays true on later runs
    until the server has been restarted, where the time of its last shutdown is known.
  returned: success
  type: bool
adapter_restart_required:
  description: >-
    Whether adapters were changed and not restarted, by this task or by an earlier one. It stays true until the adapter
    or the server was restarted, where the time of the server's last shutdown is known. Of adapters only restarts count
    that this module made.
  returned: success
  type: bool
adapters_to_restart:
  description: The names of these adapters.
  returned: success
  type: list
  elements: str
restarts_skipped:
  description: Why each of these adapters is not restarted, by its name.
  returned: success
  type: dict
  sample: {"LAN": "it carries the connection; only restart_connection_adapter: true restarts it"}
connection_at_risk:
  description: Whether an adapter that was changed carries the connection, or may. Its restart interrupts the
    connection.
  returned: success
  type: bool
findings:
  description: One entry for each setting that was judged, each ignored registry value, and each entry of O(adapters)
    that matches no adapter.
  returned: when the server could be read
  type: list
  elements: dict
  contains:
    id:
      description: >-
        The rule: V(tcp_offload), V(tcp_offload.ignored_value), V(tcp_offload.match), or with O(profile=by_driver)
        V(tcp_offload.rss_off), V(tcp_offload.power_saving_on) and V(tcp_offload.chimney_on), which are worth a look
        whatever the drivers are.
      type: str
    subject:
      description: The setting, as in RV(before).
      type: str
    status:
      description: >-
        V(compliant), V(drifted) (check mode), V(fixed), V(pending) (it takes effect with a restart), V(refused),
        V(not_applicable) or V(unknown).
      type: str
    found:
      description: The state that was found.
      type: raw
    wanted:
      description: The desired state.
      type: str
    evidence:
      description: What the status is based on.
      type: list
      elements: str
    why:
      description: What is bad about the state that was found.
      type: str
    fix:
      description: How to do it by hand.
      type: str
    source:
      description: Where that is documented.
      type: str
    title:
      description: What is to be done, in a short sentence; the same on every server with the same cause.
      type: str
    kind:
      description: The cause in a word, such as V(setting) or V(restart), or the id of the advisory.
      type: str
    act:
      description: >-
        Who or what acts: V(enforce), V(restart), V(update), V(decide) or V(none). C(docs/reading_an_audit.md) in the
        collection explains these words and the kinds.
      type: str
    severity:
      description: V(info), V(warning), V(error) or V(critical); that of the advisory where one is the cause.
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
