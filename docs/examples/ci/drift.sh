#!/usr/bin/env bash
# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Ends with 0 where every server is as the baseline wants it, with 2 where one has drifted, with 4 where one was not reached. Changes nothing.
# Drift is what enforcing would change: drivers that are only found, and network drivers that are due, do not count.
# Usage: drift.sh INVENTORY [ARGUMENT OF ansible-playbook...]
set -euo pipefail

inventory=$1
shift
exec ansible-playbook server_baseline.windows.audit -i "$inventory" \
    -e '{"audit_fail_on": ["drifted"], "audit_nic_drivers": false, "audit_classifications": []}' "$@"
