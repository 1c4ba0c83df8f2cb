"""Whether the host key that a machine offers may be trusted. Nothing here turns that check off."""

from collections.abc import Sequence

from igaudit.collect.host_certificates import CERTIFICATE, HostCertificate
from igaudit.collect.known_hosts import AUTHORITY, REVOKED, HostKey, KnownKey, read_known
from igaudit.collect.ssh_config import Settings
from igaudit.errors import Unreachable

ALGORITHMS = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
"""The algorithms by which each type of host key can be asked for, the best first."""


def known_name(settings: Settings) -> str:
    """The name that known_hosts has a machine under."""
    if settings.host_key_alias:
        return settings.host_key_alias.lower()
    name = settings.address.lower()
    return name if settings.port == 22 else f"[{name}]:{settings.port}"


def known_keys(settings: Settings) -> list[KnownKey]:
    """Every line of the known_hosts files about the target. Raises Unreachable for an unreadable file.

    As for ssh, a line without a port speaks of every port.
    """
    names = {known_name(settings)} | (set() if settings.host_key_alias else {settings.address.lower()})
    return [k for path in settings.known_hosts for k in read_known(path) if any(map(k.is_for, names))]


def algorithms_for(known: Sequence[KnownKey]) -> tuple[str, ...]:
    """The host key algorithms to ask the server for, the known types first.

    Certificates come before them, where an authority is known: a server that has several keys would
    otherwise offer one that nobody has seen.
    """
    every = [name for names in ALGORITHMS.values() for name in names]
    plain = [name for k in known if not k.marker for name in ALGORITHMS.get(k.key.type, ())]
    signed = [name + CERTIFICATE for name in every] if any(k.marker == AUTHORITY for k in known) else []
    return tuple(dict.fromkeys([*signed, *plain, *every]))


def check(settings: Settings, offered: HostKey, known: Sequence[KnownKey]) -> None:
    """Return if `offered` is the target's key; otherwise raise Unreachable, which says what to do."""
    if offered.type.endswith(CERTIFICATE):
        certificate = HostCertificate.parse(offered.blob, settings)
        _refuse_revoked(settings, [certificate.key, certificate.signer], known)
        if any(k.marker == AUTHORITY and k.key == certificate.signer for k in known):
            certificate.check(settings)
            return
        offered = certificate.key
    _refuse_revoked(settings, [offered], known)
    if any(not k.marker and k.key == offered for k in known):
        return
    own = [k for k in known if not k.marker and k.key.type in ALGORITHMS and k.is_for(known_name(settings))]
    raise _changed(settings, offered, own) if own else _unknown(settings, offered)


def plain(key: HostKey, settings: Settings) -> HostKey:
    """`key`, or the key in it, if it is a certificate. Raises Unreachable."""
    return HostCertificate.parse(key.blob, settings).key if key.type.endswith(CERTIFICATE) else key


def _refuse_revoked(settings: Settings, keys: list[HostKey], known: Sequence[KnownKey]) -> None:
    for line in known:
        if line.marker == REVOKED and line.key in keys:
            raise Unreachable(
                f"the host key of {settings.where} is marked as revoked: {line.key} ({line.place})",
                "Somebody said that this key must not be trusted any more. Ask the machine's administrator.",
            )


class UnknownHostKey(Unreachable):
    """Nobody has said yet that `key` is the machine's."""

    def __init__(self, settings: Settings, key: HostKey, message: str, advice: str) -> None:
        self.settings = settings
        self.key = key
        super().__init__(message, advice)


def _unknown(settings: Settings, offered: HostKey) -> UnknownHostKey:
    return UnknownHostKey(
        settings,
        offered,
        f"the host key of {settings.where} is not known; it offers {offered}",
        "Compare the fingerprint with the one that the machine's administrator gives you. If they are the "
        f"same, add the key: igaudit doctor --trust {settings.url}",
    )


def _changed(settings: Settings, offered: HostKey, known: Sequence[KnownKey]) -> Unreachable:
    was = ", ".join(f"{k.key} ({k.place})" for k in known)
    remove = f"ssh-keygen -R '{known_name(settings)}' -f {known[0].place.rpartition(':')[0]}"
    return Unreachable(
        f"the host key of {settings.where} has changed: known is {was}; it now offers {offered}",
        "Either the machine was installed anew or was given a new key, or another machine answers in its "
        "place, which may be an attack. Ask its administrator first. If the new key is right, take the old "
        f"one out: {remove}; then add the new one: igaudit doctor --trust {settings.url}",
    )
