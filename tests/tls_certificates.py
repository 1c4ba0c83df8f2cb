"""Certificates of every kind, good and bad, from an authority of the tests' own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "www.example.test"
NOW = datetime.now(UTC).replace(microsecond=0)
PUBLIC = "2.23.140.1.2.1"
_SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")
_SHA1_WITH_RSA = bytes.fromhex("2a864886f70d010105")


def new_key(kind: str) -> Any:
    """A private key: `rsa-2048`, `p256`, `p384`, `p521`, `k256`, `ed25519`."""
    if kind.startswith("rsa-"):
        return rsa.generate_private_key(65537, int(kind[4:]))
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1(), "k256": ec.SECP256K1()}
    return (
        ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(curves[kind])
    )


@dataclass
class Issued:
    """A certificate and its key."""

    key: Any
    certificate: x509.Certificate


@dataclass(frozen=True)
class Leaf:
    """What a server's certificate should be like; the defaults are good."""

    key: str = "p256"
    names: tuple[str, ...] = (NAME,)
    age: int = 10
    left: int = 90
    digest: str = "sha256"
    issuer: str = "middle"
    is_ca: bool = False
    use: Any = ExtendedKeyUsageOID.SERVER_AUTH
    public: bool = False
    chain: bool = True
    common_name: str = NAME


@dataclass
class Authority:
    """A root, an intermediate that it certified, and one that it certified with SHA-1."""

    folder: Path
    issued: dict[str, Issued] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.issued["root"] = self._sign("Test Root", "p384", 3650, None)
        self.issued["middle"] = self._sign("Test Authority", "p256", 1825, "root")
        self.issued["old"] = self._sign("Old Authority", "rsa-2048", 1825, "root")
        self.root = self._write("root.pem", [self.issued["root"].certificate])
        self.issued["sha1"] = self._sign("SHA-1 Authority", "p256", 1825, "old", "sha1")

    def key(self, kind: str) -> Any:
        """A key of this kind, made once: RSA takes its time."""
        if kind not in self.keys:
            self.keys[kind] = new_key(kind)
        return self.keys[kind]

    def _sign(self, name: str, kind: str, days: int, issuer: str | None, digest: str = "sha256") -> Issued:
        key, by = new_key(kind), self.issued.get(issuer or "")
        builder = _builder(name, key, by, NOW - timedelta(days=30), NOW + timedelta(days=days))
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        return Issued(key, _signed(builder, by.key if by else key, digest))

    def issue(self, leaf: Leaf) -> tuple[Path, Path]:
        """The files of its chain and its key."""
        key = self.key(leaf.key)
        by = None if leaf.issuer == "itself" else self.issued[leaf.issuer]
        start, end = NOW - timedelta(days=leaf.age), NOW + timedelta(days=leaf.left)
        builder = _builder(leaf.common_name, key, by, start, end)
        if leaf.names:
            names = x509.SubjectAlternativeName([x509.DNSName(name) for name in leaf.names])
            builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.BasicConstraints(leaf.is_ca, None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([leaf.use]), critical=False)
        if leaf.public:
            policy = x509.PolicyInformation(x509.ObjectIdentifier(PUBLIC), None)
            builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=False)
        certificate = _signed(builder, by.key if by else key, leaf.digest)
        above = {"middle": ["middle"], "old": ["old"], "sha1": ["sha1", "old"]}.get(leaf.issuer, [])
        shown = [self.issued[name].certificate for name in above if leaf.chain]
        stem = f"{len(list(self.folder.glob('*.crt')))}"
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / f"{stem}.key").write_bytes(secret)
        return self._write(f"{stem}.crt", [certificate, *shown]), self.folder / f"{stem}.key"

    def _write(self, name: str, certificates: Sequence[x509.Certificate]) -> Path:
        path = self.folder / name
        path.write_bytes(b"".join(c.public_bytes(Encoding.PEM) for c in certificates))
        return path


def _builder(
    name: str, key: Any, by: Issued | None, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
    builder = builder.issuer_name(by.certificate.subject if by else subject)
    return builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)


def _signed(builder: x509.CertificateBuilder, key: Any, digest: str) -> x509.Certificate:
    made = builder.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return made if digest == "sha256" else _with_sha1(made, key)


def _with_sha1(made: x509.Certificate, key: rsa.RSAPrivateKey) -> x509.Certificate:
    """The certificate signed with SHA-1, which the library refuses. Both hashes have names of one length."""
    der, body = (
        data.replace(_SHA256_WITH_RSA, _SHA1_WITH_RSA)
        for data in (made.public_bytes(Encoding.DER), made.tbs_certificate_bytes)
    )
    signature = key.sign(body, padding.PKCS1v15(), hashes.SHA1())
    return x509.load_der_x509_certificate(der.replace(made.signature, signature))
