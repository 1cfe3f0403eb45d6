# Copyright (c) 2026 Server Baseline contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Embedded signatures: a PE file with a PKCS #7 of a certificate of its own in its attribute certificate table.

Nobody verifies it: what is read of it is whose certificate it is. Layout: "PE Format, The Attribute Certificate Table"
(learn.microsoft.com).
"""

from __future__ import annotations

import datetime
import functools
import struct

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

_SECURITY_INDEX = 4
_REVISION_2, _PKCS_SIGNED_DATA = 0x200, 2


def attach(image: bytes, subject: str) -> bytes:
    """Return a PE file (PE32+) with a signature behind its end. subject: the common name, as "CN=Example"."""
    data = bytearray(image + b"\0" * (-len(image) % 8))
    signature = _signature(subject.removeprefix("CN="))
    padded = signature + b"\0" * (-len(signature) % 8)
    entry = struct.pack("<IHH", 8 + len(padded), _REVISION_2, _PKCS_SIGNED_DATA) + padded
    pe = struct.unpack_from("<I", data, 0x3C)[0]
    struct.pack_into("<II", data, pe + 24 + 112 + 8 * _SECURITY_INDEX, len(data), len(entry))
    return bytes(data) + entry


@functools.cache
def _signature(name: str) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    began = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + datetime.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"driver").add_signer(certificate, key, hashes.SHA256())
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
