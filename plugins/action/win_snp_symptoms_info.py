# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tells what a server suffers where its network drivers do not carry the Scalable Networking Pack."""

from __future__ import annotations

from ..plugin_utils._resources import snp_symptoms
from ..plugin_utils._task.action import InfoAction


class ActionModule(InfoAction):
    """The action of win_snp_symptoms_info: what was read, and what each sign means."""

    RESOURCE = snp_symptoms
