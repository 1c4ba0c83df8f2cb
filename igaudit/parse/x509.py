"""Facts of a certificate, from its bytes (RFC 5280)."""

import ipaddress
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

_T = TypeVar("_T", bound=x509.ExtensionType)
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
_SERVER_USE = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
# The CA/Browser Forum's policies: extended, domain, organisation and individual validation.
_PUBLIC_POLICIES = ("2.23.140.1.1", "2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3")
_STUMBLES = (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A certificate: its bytes, and what could be read of it."""

    der: bytes
    facts: dict[str, object] = field(default_factory=dict)


def loaded(der: bytes) -> Loaded:
    """What can be read; a field that makes no sense is left out."""
    try:
        certificate = x509.load_der_x509_certificate(der)
    except ValueError:
        return Loaded(der)
    facts: dict[str, object] = {}
    for read in (_names, _dates, _signature, _key, _uses):
        with suppress(*_STUMBLES):
            facts |= dict(read(certificate))
    return Loaded(der, facts)


Fields = Iterator[tuple[str, object]]


def _names(certificate: x509.Certificate) -> Fields:
    subject = certificate.subject.rfc4514_string()
    yield "subject", subject[:200]
    yield "self_signed", certificate.subject == certificate.issuer
    names = _extension(certificate, x509.SubjectAlternativeName)
    dns = names.get_values_for_type(x509.DNSName) if names else []
    addresses = names.get_values_for_type(x509.IPAddress) if names else []
    yield "names", [name[:253] for name in [*dns, *map(str, addresses)][:1000]]


def _dates(certificate: x509.Certificate) -> Fields:
    yield "starts", certificate.not_valid_before_utc.date().isoformat()
    yield "expires", certificate.not_valid_after_utc.date().isoformat()


def _signature(certificate: x509.Certificate) -> Fields:
    """The hash; where the algorithm has no choice of hash, its name."""
    algorithm = certificate.signature_hash_algorithm
    if algorithm:
        yield "signature", algorithm.name
    else:
        of = certificate.signature_algorithm_oid
        known = {SignatureAlgorithmOID.ED25519: "ed25519", SignatureAlgorithmOID.ED448: "ed448"}
        yield "signature", known.get(of, of.dotted_string)


def _key(certificate: x509.Certificate) -> Fields:
    key = certificate.public_key()
    yield (
        "curve",
        _CURVES.get(key.curve.name, key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else None,
    )
    kinds = {rsa.RSAPublicKey: "rsa", ec.EllipticCurvePublicKey: "ec", dsa.DSAPublicKey: "dsa"}
    kinds |= {ed25519.Ed25519PublicKey: "ed25519", ed448.Ed448PublicKey: "ed448"}
    yield "key_type", next((name for kind, name in kinds.items() if isinstance(key, kind)), "other")
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | dsa.DSAPublicKey):
        yield "key_bits", key.key_size


def _uses(certificate: x509.Certificate) -> Fields:
    usage = _extension(certificate, x509.ExtendedKeyUsage)
    yield "server_auth", usage is None or any(use in _SERVER_USE for use in usage)
    constraints = _extension(certificate, x509.BasicConstraints)
    yield "is_ca", bool(constraints and constraints.ca)
    policies = _extension(certificate, x509.CertificatePolicies)
    named = {policy.policy_identifier.dotted_string for policy in policies or ()}
    yield "public", bool(named.intersection(_PUBLIC_POLICIES))


def _extension(certificate: x509.Certificate, kind: type[_T]) -> _T | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def is_for(name: str, certificate: Loaded) -> bool | None:
    """Whether it is for this DNS name or address (RFC 6125); None where that cannot be told.

    Only subject alternative names count. An address that is not in it says nothing: callers may know a name.
    """
    names = certificate.facts.get("names")
    if not isinstance(names, list):
        return None
    try:
        wanted = str(ipaddress.ip_address(name))
    except ValueError:
        found = any(_covers(pattern.lower(), name.lower()) for pattern in names)
        return found or (False if "." in name else None)
    return True if wanted in names else None


def _covers(pattern: str, name: str) -> bool:
    """A star stands for the whole first label."""
    if pattern.startswith("*."):
        return "." in pattern[2:] and name.partition(".")[2] == pattern[2:]
    return pattern == name
