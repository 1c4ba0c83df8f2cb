"""TLS towards a Windows target: whose word is taken for its certificate, and what went wrong where it failed.

Certificates are always verified, and nothing turns that off.
"""

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from igaudit.collect.transport import WinrmSettings, readable
from igaudit.errors import Unreachable, UsageError

_MAX_FILE = 16 * 1024 * 1024
# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_NOT_YET, _EXPIRED, _NAME, _ADDRESS = 9, 10, 62, 64
_SELF_SIGNED, _UNKNOWN = (18, 19), (2, 20, 21)


def trusted(settings: WinrmSettings) -> str:
    """The file or folder of the certificates that a target's must lead to: the named one or the system's.

    Raises UsageError where there is none that could be used.
    """
    if settings.ca:
        _check_authorities(settings.ca)
        return str(settings.ca)
    paths = ssl.get_default_verify_paths()
    for place in (paths.cafile, paths.capath):
        if place and Path(place).exists():
            return place
    raise UsageError("this system has no file of certificate authorities: name one with --winrm-ca")


def _check_authorities(path: Path) -> None:
    if path.is_dir():
        return
    found = _certificates(path, "--winrm-ca")
    now = datetime.now(UTC)
    if all(each.not_valid_after_utc < now for each in found):
        last = max(each.not_valid_after_utc for each in found)
        raise UsageError(
            f"--winrm-ca {path}: expired on {last:%Y-%m-%d}; get the authority's new certificate"
        )


def check_certificate(settings: WinrmSettings) -> tuple[str, str]:
    """The files of the certificate and the key that we sign in with; raises UsageError.

    The key may stand in the certificate's file, and must not be encrypted: pywinrm cannot open it.
    """
    if settings.certificate is None:
        raise UsageError("signing in with a certificate needs one: --winrm-cert FILE and --winrm-key FILE")
    path, key_path = settings.certificate, settings.key or settings.certificate
    certificate = _certificates(path, "--winrm-cert")[0]
    public = _public_key(key_path)
    if certificate.not_valid_after_utc < datetime.now(UTC):
        raise UsageError(f"--winrm-cert {path}: expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
    if certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public:
        raise UsageError(f"--winrm-key {key_path} is not the key of the certificate in {path}")
    return str(path), str(key_path)


def _public_key(path: Path) -> bytes:
    text = _read(path, "--winrm-key")
    if b"PRIVATE KEY-----" not in text:
        raise UsageError(f"--winrm-key {path}: no private key in PEM form (`-----BEGIN PRIVATE KEY-----`)")
    try:
        key = load_pem_private_key(text, None)
    except TypeError:
        raise UsageError(
            f"--winrm-key {path}: the key is encrypted, and only an unencrypted one can be used: write it "
            "anew with `openssl pkey -in OLD -out NEW`, and let nobody else read the file"
        ) from None
    except (ValueError, UnsupportedAlgorithm) as e:
        raise UsageError(f"--winrm-key {path}: not a key that can be used: {readable(str(e))}") from None
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _certificates(path: Path, option: str) -> list[x509.Certificate]:
    text = _read(path, option)
    if b"-----BEGIN CERTIFICATE-----" not in text:
        hint = "convert it with `openssl x509 -inform der -in OLD -out NEW`"
        raise UsageError(f"{option} {path}: no certificate in PEM form; {hint}")
    try:
        return x509.load_pem_x509_certificates(text)
    except (ValueError, UnsupportedAlgorithm) as e:
        raise UsageError(f"{option} {path}: a certificate that cannot be read: {readable(str(e))}") from None


def _read(path: Path, option: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_FILE)
    except OSError as e:
        raise UsageError(f"{option} {path}: {e.strerror or e}") from None


def tls_trouble(error: Exception, where: str, name: str) -> Unreachable:
    """What a TLS handshake failed for, and what to do about it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrusted(error, where, name)
    said = str(getattr(error, "reason", None) or error)
    for sign, what, advice in _HANDSHAKES:
        if sign in said:
            return Unreachable(f"{where}: {what}", advice)
    if isinstance(error, ssl.SSLError):
        return Unreachable(f"{where}: no TLS connection comes about: {readable(said)}")
    return Unreachable(
        f"{where} hangs up in the TLS handshake: {readable(said)}",
        "A listener without a certificate does so: on the target, `winrm enumerate winrm/config/listener` "
        "must show a CertificateThumbprint at Transport = HTTPS.",
    )


_HANDSHAKES = (
    (
        "WRONG_VERSION_NUMBER",
        "what answers there speaks no TLS",
        "Is it the port of plain HTTP (5985)? Then write winrm:// instead of winrms://.",
    ),
    ("HTTP_REQUEST", "what answers there speaks no TLS", "Write winrm:// instead of winrms://."),
    (
        "PROTOCOL_VERSION",
        "the target speaks no TLS 1.2",
        "Enable TLS 1.2 there: SCHANNEL\\Protocols\\TLS 1.2\\Server, Enabled = 1, DisabledByDefault = 0.",
    ),
    (
        "UNSUPPORTED_PROTOCOL",
        "the target speaks no TLS 1.2",
        "Enable TLS 1.2 there: SCHANNEL\\Protocols\\TLS 1.2\\Server, Enabled = 1, DisabledByDefault = 0.",
    ),
    (
        "HANDSHAKE_FAILURE",
        "the target and this machine have no way of encryption in common",
        "Look at the target's cipher suites (`Get-TlsCipherSuite`) and at the key of its certificate.",
    ),
    (
        "CERTIFICATE_REQUIRED",
        "the target asks for a certificate of ours",
        "Sign in with one: --winrm-auth certificate, --winrm-cert and --winrm-key.",
    ),
    (
        "UNKNOWN_CA",
        "the target does not accept our certificate",
        "Its issuer must stand in the target's trusted root store (Cert:\\LocalMachine\\Root).",
    ),
)


def _distrusted(error: ssl.SSLCertVerificationError, where: str, name: str) -> Unreachable:
    code, what = error.verify_code, readable(error.verify_message or str(error))
    if code in (_NAME, _ADDRESS):
        return Unreachable(
            f"{where}: its certificate is for another name than {name}",
            "Reach it by a name that stands in its certificate (`address` in an inventory), or give its "
            "listener a certificate with that name.",
        )
    if code == _EXPIRED:
        return Unreachable(
            f"{where}: its certificate, or that of an authority above it, has expired",
            "Renew the certificate of the target's HTTPS listener. If it is still good, check our clock.",
        )
    if code == _NOT_YET:
        return Unreachable(f"{where}: its certificate is not valid yet", "Check the clocks of both machines.")
    if code in _SELF_SIGNED:
        return Unreachable(
            f"{where}: its certificate is self-signed, or its root is not trusted here: {what}",
            "Name the root's certificate, or that self-signed one, as a PEM file with --winrm-ca.",
        )
    if code in _UNKNOWN:
        return Unreachable(
            f"{where}: nobody trusted here vouches for its certificate: {what}",
            "Name the certificate of its authority as a PEM file with --winrm-ca (that of the root and, "
            "where the target does not send it, that of the authority between).",
        )
    return Unreachable(f"{where}: its certificate cannot be trusted: {what}")
