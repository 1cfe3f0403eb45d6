# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab server: a prefix grown from a description, and the services that put it on the loopback."""

from __future__ import annotations

import copy
import subprocess
import urllib.parse
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from tests.lab import auth, commands, export, hive, powershell, seed, sshd, wine
from tests.lab.endpoint import Endpoint
from tests.lab.prefix import LabFault, Prefix

Document = Mapping[str, Any]


class LabServer:
    """A Windows server made of a description (the document of the contract); a context manager.

    document: see README.md for what of it becomes real.
    powershell: "normal", "absent", "noisy" or "constrained", see powershell.py.
    """

    def __init__(self, document: Document, powershell: str = "normal") -> None:
        """Nothing runs until the server is entered."""
        self.document: dict[str, Any] = copy.deepcopy(dict(document))
        self.prefix: Prefix
        self.endpoint: Endpoint
        self._powershell = powershell
        self._sshd: sshd.Sshd | None = None

    def __enter__(self) -> LabServer:
        """Start the server. Where Wine fails, a fresh prefix is tried once; a fault of the description fails twice."""
        try:
            return self._come_up()
        except (LabFault, subprocess.TimeoutExpired):
            return self._come_up()

    def _come_up(self) -> LabServer:
        self.prefix = Prefix()
        try:
            powershell.install(self.prefix, self._powershell)
            seed.grow(self.prefix, self.document)
            self.endpoint = Endpoint(self.prefix)
            self.endpoint.start()
        except BaseException:
            self.prefix.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._sshd is not None:
            self._sshd.close()
        self.endpoint.close()
        self.prefix.close()

    @property
    def sshd(self) -> sshd.Sshd:
        """The server's OpenSSH service, started when it is asked for first."""
        if self._sshd is None:
            self._sshd = sshd.Sshd(self.prefix)
        return self._sshd

    def hostvars(self, connection: str) -> dict[str, Any]:
        """Ansible's variables of this host: "winrm" (Basic, HTTPS), "winrm-ntlm" (NTLM, HTTP), "psrp" or "ssh"."""
        made: dict[str, Any] = {"ansible_host": "127.0.0.1"} | {
            "winrm": self._winrm,
            "winrm-ntlm": self._winrm_ntlm,
            "psrp": self._psrp,
            "ssh": self._ssh,
        }[connection]()
        return made

    def _winrm(self) -> dict[str, Any]:
        return _account() | {
            "ansible_connection": "winrm",
            "ansible_port": self.endpoint.https_port,
            "ansible_winrm_scheme": "https",
            "ansible_winrm_transport": "basic",
            "ansible_winrm_server_cert_validation": "ignore",
        }

    def _winrm_ntlm(self) -> dict[str, Any]:
        return _account() | {
            "ansible_connection": "winrm",
            "ansible_port": self.endpoint.http_port,
            "ansible_winrm_scheme": "http",
            "ansible_winrm_transport": "ntlm",
        }

    def _psrp(self) -> dict[str, Any]:
        return _account() | {
            "ansible_connection": "psrp",
            "ansible_port": self.endpoint.https_port,
            "ansible_psrp_protocol": "https",
            "ansible_psrp_auth": "basic",
            "ansible_psrp_cert_validation": "ignore",
        }

    def _ssh(self) -> dict[str, Any]:
        return self.sshd.hostvars() | {"ansible_connection": "ssh", "ansible_shell_type": "cmd"}

    def testinfra_url(self) -> str:
        """The host specification for pytest-testinfra's winrm backend, which speaks NTLM over HTTP."""
        account = f"{auth.USER}:{urllib.parse.quote(auth.PASSWORD)}"
        return f"winrm://{account}@127.0.0.1:{self.endpoint.http_port}?no_ssl=true"

    def wine(
        self, *arguments: str, stdin: bytes | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program on the server, without any connection: wine("sc", "query", "FAMv4")."""
        return wine.run(self.prefix.folder, arguments, stdin=stdin, timeout=timeout)

    def export_registry(self) -> str:
        """The whole registry at this moment as text in a stable order, to compare before and after; see export.py."""
        return export.text(self.prefix)

    def registry(self) -> export.Registry:
        """The whole registry at this moment, to look values up."""
        return export.Registry(self.prefix)

    def values(self, key: str) -> dict[str, Any] | None:
        """The values of a key as the document writes them; None when there is no such key."""
        return self.registry().values(key)

    def read_value(self, key: str, name: str) -> Any:
        """One value as the document writes it; None when it is not there. Case of the name does not matter."""
        found = {own.lower(): value for own, value in (self.values(key) or {}).items()}
        return found.get(name.lower())

    def set_value(self, key: str, name: str, value: Any) -> None:
        """Write one value, given as the document writes it; the key is made when it is not there."""
        self._control(seed.set_operation(key, name, value))

    def delete_value(self, key: str, name: str) -> None:
        """Delete one value."""
        self._control(("delete_value", *hive.split(key), name))

    def delete_key(self, key: str) -> None:
        """Delete a key with all below it."""
        self._control(("delete", *hive.split(key)))

    def secure_key(self, key: str, how: str) -> None:
        """Deny a key to everybody: "access_denied" altogether, "read_only" for writing."""
        self._control(("secure", *hive.split(key), seed.DENY[how]))

    def start(self, name: str) -> None:
        """Start a driver or a service."""
        self._control(("start", name))

    def stop(self, name: str) -> None:
        """Stop a driver or a service; OSError when it does not stop."""
        self._control(("stop", name))

    def status(self, name: str) -> str | None:
        """What the service manager says of a driver or a service: "running", "stopped", …; None when it has none."""
        answer = self.wine("sc", "query", name).stdout.decode()
        words = [line.split()[-1].lower() for line in answer.splitlines() if line.strip().startswith("STATE")]
        return words[0] if words else None

    def commands_asked(self) -> list[str]:
        """Every command line that netsh and other stubs were asked so far."""
        return commands.asked(self.prefix)

    def reboot(self) -> None:
        """Stop everything and start again: what Start says of each driver decides what runs then."""
        seed.restart(self.prefix)

    def _control(self, operation: tuple[str, ...]) -> None:
        failed = self.prefix.control([operation])
        if failed:
            raise OSError(failed[0], f"Windows error {failed[0]} in {operation}")


def _account() -> dict[str, Any]:
    return {"ansible_user": auth.USER, "ansible_password": auth.PASSWORD}
