"""Host certificates: host keys that an authority of known_hosts has signed."""

import base64
import fnmatch
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from igaudit.collect.known_hosts import HostKey
from igaudit.collect.ssh_config import Settings
from igaudit.errors import Unreachable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.serialization import SSHCertificate, SSHCertPublicKeyTypes

CERTIFICATE = "-cert-v01@openssh.com"
_SHA1_SIGNATURE = b"\x00\x00\x00\x07ssh-rsa"


@dataclass(frozen=True, slots=True)
class HostCertificate:
    """A certificate whose signature is good: the key in it, and the key that signed it."""

    key: HostKey
    signer: HostKey
    flaw: str
    principals: tuple[str, ...]

    @classmethod
    def parse(cls, blob: bytes, settings: Settings) -> Self:
        """The certificate in the protocol's form; Unreachable if it is none, or its signature is not good."""
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

        try:
            found = load_certificate(blob)
            found.verify_cert_signature()
            key, signer = plain_key(found.public_key()), plain_key(found.signature_key())
        except (ValueError, UnsupportedAlgorithm, InvalidSignature) as e:
            raise _untrusted(settings, str(e) or "its signature is not good") from e
        principals = tuple(p.decode("utf-8", "replace").lower() for p in found.valid_principals)
        return cls(key, signer, _flaw(found, blob), principals)

    def check(self, settings: Settings) -> None:
        """Raise Unreachable unless it is a certificate for the target that holds today."""
        name = (settings.host_key_alias or settings.address).lower()
        if self.flaw:
            raise _untrusted(settings, self.flaw)
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in self.principals):
            raise _untrusted(settings, f"it is for {', '.join(self.principals) or 'nobody'}, not for {name}")


def _untrusted(settings: Settings, why: str) -> Unreachable:
    return Unreachable(
        f"the host certificate of {settings.where} cannot be trusted: {why}",
        "Have the authority sign the machine's host key anew, with its name among the principals.",
    )


def load_certificate(blob: bytes) -> "SSHCertificate":
    """The certificate in the protocol's form, its signature not looked at. Raises ValueError."""
    from cryptography.hazmat.primitives.serialization import SSHCertificate, load_ssh_public_identity

    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")]
    found = load_ssh_public_identity(kind + b" " + base64.b64encode(blob))
    if not isinstance(found, SSHCertificate):
        raise ValueError("it is a plain key")
    return found


def plain_key(key: "SSHCertPublicKeyTypes") -> HostKey:
    """A public key in the protocol's form."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    kind, text = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[:2]
    return HostKey(kind.decode(), base64.b64decode(text))


def _flaw(certificate: "SSHCertificate", blob: bytes) -> str:
    from cryptography.hazmat.primitives.serialization import SSHCertificateType

    if certificate.type != SSHCertificateType.HOST:
        return "it is a user's certificate"
    if not certificate.valid_after <= time.time() < certificate.valid_before:
        return "it is out of date"
    if certificate.critical_options:
        return "it has critical options, which are not known for machines"
    return "its signature uses SHA-1" if _is_sha1(certificate, blob) else ""


def _is_sha1(certificate: "SSHCertificate", blob: bytes) -> bool:
    """Whether it ends in an RSA signature of the old kind: its name, a length, a modulus' worth of bytes."""
    bits = getattr(certificate.signature_key(), "key_size", 0)
    return blob[: -(4 + (bits + 7) // 8)].endswith(_SHA1_SIGNATURE)
