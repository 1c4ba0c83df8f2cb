"""Certificates for TLS: good, expired, from another authority, and those that clients sign in with."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID, ObjectIdentifier

LOCAL = ("localhost", "127.0.0.1", "::1")
_UPN = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")


@dataclass(frozen=True)
class Pair:
    """The files of a certificate and its key, and the certificate's bytes (DER)."""

    certificate: Path
    key: Path
    der: bytes


class Authority:
    """A root that certifies leaves. Its certificate is in `file`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self._name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, self._key.public_key(), _subject(name), 365)
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        builder = builder.add_extension(_key_usage(), critical=True)
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        made = builder.add_extension(identifier, critical=False).sign(self._key, hashes.SHA256())
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(made.public_bytes(Encoding.PEM))

    def server(self, name: str, *, names: tuple[str, ...] = LOCAL, days: int = 90) -> Pair:
        """A server's certificate; with negative `days` it has expired."""
        entries = [_general(entry) for entry in names]
        return self._leaf(name, names[0], entries, ExtendedKeyUsageOID.SERVER_AUTH, days)

    def odd(self, name: str) -> Pair:
        """A server's certificate with an alternative name (an X.400 address) that no library here reads."""
        names = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x30\x02\xa3\x00")
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name, key.public_key(), _subject(self._name), 90)
        made = builder.add_extension(names, critical=False).sign(self._key, hashes.SHA256())
        return self._written(name, made, key, "")

    def client(self, name: str, user: str, passphrase: str = "") -> Pair:
        """A client's certificate for `user`, its key perhaps encrypted."""
        # The name stands as Windows wants it: a user principal name (UTF8String) among the alternative names.
        upn = x509.OtherName(_UPN, bytes([0x0C, len(user)]) + user.encode())
        return self._leaf(name, user, [upn], ExtendedKeyUsageOID.CLIENT_AUTH, 90, passphrase)

    def itself(self, names: tuple[str, ...] = LOCAL) -> Pair:
        """A server's certificate that is its own authority."""
        entries = x509.SubjectAlternativeName([_general(entry) for entry in names])
        builder = _builder(names[0], self._key.public_key(), _subject(names[0]), 90)
        made = builder.add_extension(entries, critical=False).sign(self._key, hashes.SHA256())
        return self._written("itself", made, self._key, "")

    def _leaf(
        self,
        name: str,
        common: str,
        entries: list[Any],
        use: ObjectIdentifier,
        days: int,
        passphrase: str = "",
    ) -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(common, key.public_key(), _subject(self._name), days)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        for extension in (x509.SubjectAlternativeName(entries), x509.ExtendedKeyUsage([use]), issuer):
            builder = builder.add_extension(extension, critical=False)
        made = builder.sign(self._key, hashes.SHA256())
        return self._written(name, made, key, passphrase)

    def _written(self, name: str, made: x509.Certificate, key: Any, passphrase: str) -> Pair:
        cipher = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        files = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        files[0].write_bytes(made.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cipher))
        return Pair(*files, made.public_bytes(Encoding.DER))


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(name: str, public: Any, issuer: x509.Name, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(_subject(name)).issuer_name(issuer)
    builder = builder.public_key(public).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days=days))


def _key_usage() -> x509.KeyUsage:
    uses = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment")
    more = ("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{use: use in ("key_cert_sign", "crl_sign") for use in uses + more})
