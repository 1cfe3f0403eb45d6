#!/usr/bin/env bash
# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Audits servers, changes nothing, and ends with
#   0  every server was judged, and none fails
#   1  something has drifted
#   3  nothing has drifted, but not all servers were judged
#   2  the run itself broke
# Usage: drift.sh INVENTORY [ARGUMENT OF ansible-playbook...]
# DRIFT_REPORT: the folder that keeps the report, in all formats. DRIFT_SINCE: an earlier report.json, with which it is
# compared.
# DRIFT_FAIL_ON: the words that fail, with commas between them.
set -uo pipefail

inventory=${1:?Usage: drift.sh INVENTORY [ARGUMENT OF ansible-playbook...]}
shift
report=${DRIFT_REPORT:-$(mktemp -d)} || exit 2
fail_on=${DRIFT_FAIL_ON:-drifted,refused}
rm -f "$report/report.env" "$report/report.json"

# Ansible's exit code says that a server failed, and not why: the report does. Its table was printed by the audit.
ansible-playbook server_baseline.windows.audit -i "$inventory" -e "audit_report=$report/report.json" \
    -e "audit_report_since=${DRIFT_SINCE:-}" "$@"
[ -s "$report/report.json" ] || exit 2
said=$(ansible-playbook server_baseline.windows.report -i localhost, -e "report_from=$report/report.json" \
    -e "report=$report/" -e "report_since=${DRIFT_SINCE:-}" -e "report_fail_on=$fail_on" 2>&1)
code=$(sed -n 's/^BASELINE_EXIT=//p' "$report/report.env" 2>/dev/null)
[ -n "$code" ] || printf '%s\n' "$said" >&2
exit "${code:-2}"
