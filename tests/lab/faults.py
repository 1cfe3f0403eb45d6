# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an endpoint counted, and what it is told to do wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Counts:
    """Since the last reset."""

    requests: int = 0
    """WS-Management requests (Create, Command, …), whether they were answered or not."""
    authentications: int = 0
    """HTTP requests that only exchanged proof of who the client is (answered 401, or without a message)."""
    bytes_received: int = 0
    """Everything that clients sent inside TLS: request lines, headers, bodies."""
    bytes_sent: int = 0
    """Everything that was answered inside TLS: status lines, headers, bodies."""
    executions: int = 0
    """Remote executions: commands of winrs shells and pipelines of PowerShell shells."""


class Dropped(Exception):
    """The connection is to be closed without an answer."""


class Failed(Exception):
    """The request is to be answered with an HTTP error."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass
class Rule:
    """Something to do at the n-th request from now."""

    countdown: int
    action: str | None
    before: Callable[[], None] | None = None
    after: Callable[[], None] | None = None


class Faults:
    """The rules that an endpoint follows; each is used up once."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, rule: Rule) -> None:
        """Add a rule."""
        with self._lock:
            self._rules.append(rule)

    @property
    def waiting(self) -> bool:
        """Whether a rule has not been used up yet."""
        return bool(self._rules)

    def clear(self) -> None:
        """Forget every rule that was not used up."""
        with self._lock:
            self._rules.clear()

    def due(self, action: str) -> list[Rule]:
        """Count a request and hand out the rules whose turn it is."""
        with self._lock:
            counted = [rule for rule in self._rules if rule.action in (None, action)]
            for rule in counted:
                rule.countdown -= 1
            ready = [rule for rule in counted if rule.countdown == 0]
            self._rules = [rule for rule in self._rules if rule.countdown > 0]
        return ready


def drop() -> None:
    """Close the connection."""
    raise Dropped


def answer_status(status: int) -> Callable[[], None]:
    """Answer with an HTTP status and nothing else."""

    def fail() -> None:
        raise Failed(status)

    return fail


def wait(seconds: float) -> Callable[[], None]:
    """Let time pass."""
    return lambda: time.sleep(seconds)
