# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signers and hashes of real files, read by the payload."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.identity import IDENTITY
from ansible_collections.server_baseline.windows.plugins.plugin_utils._protocol.queries import FileQuery
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.execute import execute
from ansible_collections.server_baseline.windows.plugins.plugin_utils._wire.request import Request
from tests.lab.direct import DirectExecutor
from tests.lab.server import LabServer

DRIVERS = "C:\\windows\\system32\\drivers"
ODD = 'CN=A "quoted" \\ Ö name, Inc.'


@pytest.fixture(scope="module")
def server() -> Iterator[LabServer]:
    """Return a server with a signed driver, an unsigned one and a file that is none."""
    files: dict[str, Any] = {
        f"{DRIVERS}\\signed.sys": {"company": "A", "signer": ODD},
        f"{DRIVERS}\\unsigned.sys": {"company": "A", "size": 200_000},
        f"{DRIVERS}\\zeros.bin": {"size": 7},
        f"{DRIVERS}\\huge.bin": {"size": 7},
    }
    with LabServer({"format": 1, "registry": {}, "files": files}) as server:
        yield server


def identified(server: LabServer, *names: str) -> dict[str, Any]:
    """Return what is told of files below DRIVERS."""
    query = FileQuery(tuple(f"{DRIVERS}\\{name}" for name in names), IDENTITY)
    files = execute(DirectExecutor(server), Request((query,))).document["files"]
    return {path.removeprefix(f"{DRIVERS}\\"): facts for path, facts in files.items()}


def test_the_signer_is_that_of_the_embedded_signature(server: LabServer) -> None:
    found = identified(server, "signed.sys", "unsigned.sys", "zeros.bin")
    # Windows puts a name with such characters in quotes, and doubles those that it holds.
    assert found["signed.sys"]["signer"].replace('""', '"').replace('"', "") == ODD.replace('"', "")
    assert found["unsigned.sys"]["signer"] is None
    assert found["zeros.bin"]["signer"] is None


def test_the_hash_is_that_of_the_whole_file(server: LabServer) -> None:
    folder = server.prefix.drive / "windows" / "system32" / "drivers"
    found = identified(server, "signed.sys", "unsigned.sys", "zeros.bin")
    for name, facts in found.items():
        assert facts["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()


def authentihash(image: bytes) -> str:
    """Return the SHA-256 that Authenticode signs, of a PE file whose signature ends it."""
    header = struct.unpack_from("<I", image, 0x3C)[0] + 24
    entry = header + (144 if struct.unpack_from("<H", image, header)[0] == 0x20B else 128)
    end = struct.unpack_from("<I", image, entry)[0] or len(image)
    signed = image[: header + 64] + image[header + 68 : entry] + image[entry + 8 : end] + b"\0" * (-end % 8)
    return hashlib.sha256(signed).hexdigest()


def test_the_hash_of_authenticode_leaves_out_the_signature(server: LabServer) -> None:
    folder = server.prefix.drive / "windows" / "system32" / "drivers"
    found = identified(server, "signed.sys", "unsigned.sys", "zeros.bin")
    for name in ("signed.sys", "unsigned.sys"):
        image = (folder / name).read_bytes()
        assert found[name]["authentihash"] == authentihash(image) != found[name]["sha256"]
    assert found["zeros.bin"]["authentihash"] is None


def test_what_is_too_large_to_hash_says_so_and_spares_the_others(server: LabServer) -> None:
    with (server.prefix.drive / "windows" / "system32" / "drivers" / "huge.bin").open("r+b") as file:
        file.truncate(300 << 20)
    found = identified(server, "huge.bin", "zeros.bin")
    assert "256 MiB" in found["huge.bin"]["unidentified"]
    assert not {*IDENTITY} & set(found["huge.bin"])
    assert found["zeros.bin"]["sha256"]
