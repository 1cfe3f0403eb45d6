# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenSSH in front of a prefix: a loopback port, keys of its own, and every command run on the lab server."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.lab import wine
from tests.lab.prefix import Prefix

_PATIENCE = 10.0
_REPOSITORY = Path(__file__).resolve().parents[2]


class Sshd:
    """sshd as the user who runs the tests, who alone may log in, by key; close() ends it."""

    def __init__(self, prefix: Prefix) -> None:
        # Outside of the checkout: sshd wants a folder that nobody else can write to.
        self.folder = Path(tempfile.mkdtemp(prefix="lab-sshd-"))
        self.log = self.folder / "executions"
        self.port = _free_port()
        self._prefix = prefix
        self._write_files()
        self._process = self._start()

    @property
    def executions(self) -> int:
        """How many commands ran so far."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    @property
    def key(self) -> Path:
        """The private key that opens the door."""
        return self.folder / "key"

    def hostvars(self) -> dict[str, Any]:
        """Port, user, key and options for Ansible's ssh connection."""
        options = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o IdentitiesOnly=yes -F /dev/null"
        return {
            "ansible_port": self.port,
            "ansible_user": getpass.getuser(),
            "ansible_ssh_private_key_file": str(self.key),
            "ansible_ssh_common_args": options,
            "ansible_ssh_args": "-o ControlMaster=no -o ControlPath=none",
            "ansible_ssh_host_key_checking": False,
        }

    def close(self) -> None:
        """End sshd and remove its files."""
        self._process.terminate()
        self._process.wait()
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()

    def _write_files(self) -> None:
        for name in ("key", "host_key"):
            make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / name)]
            subprocess.run(make, check=True, stdin=subprocess.DEVNULL)
        (self.folder / "key.pub").rename(self.folder / "authorized_keys")
        (self.folder / "sshd_config").write_text(self._configuration())
        command = self.folder / "command"
        command.write_text(self._script())
        command.chmod(0o700)

    def _configuration(self) -> str:
        lines = {
            "Port": str(self.port),
            "ListenAddress": "127.0.0.1",
            "HostKey": str(self.folder / "host_key"),
            "PidFile": "none",
            "AuthorizedKeysFile": str(self.folder / "authorized_keys"),
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "yes",
            "StrictModes": "no",
            "UsePAM": "no",
            "UseDNS": "no",
            "PrintMotd": "no",
            "ForceCommand": str(self.folder / "command"),
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items())

    def _script(self) -> str:
        """What sshd runs for every command: sshd_command.py, with the environment that sshd does not pass on."""
        kept = wine.environment(self._prefix.folder) | {
            "PYTHONPATH": str(_REPOSITORY),
            "LAB_LOG": str(self.log),
        }
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in kept.items())
        return f"#!/bin/sh\n{exports}exec {shlex.quote(sys.executable)} -m tests.lab.sshd_command\n"

    def _start(self) -> subprocess.Popen[bytes]:
        program = wine.program("sshd")
        assert program is not None
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd's chroot, made at boot by the init system
        # sshd ends with the tests, however these end.
        arguments = [
            "setpriv",
            "--pdeathsig",
            "TERM",
            program,
            "-D",
            "-f",
            str(self.folder / "sshd_config"),
            "-E",
            str(self.folder / "sshd.log"),
        ]
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            time.sleep(0.02)
        process.kill()
        raise RuntimeError(f"sshd does not start: {(self.folder / 'sshd.log').read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
