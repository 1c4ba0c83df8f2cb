"""On which offers of an SSH service the Terrapin attack works (CVE-2023-48795)."""

from collections.abc import Iterable

CHACHA = "chacha20-poly1305@openssh.com"


def truncatable(ciphers: Iterable[str], macs: Iterable[str]) -> list[str]:
    """The offers by which messages can be cut off unnoticed where the strict key exchange is not offered.

    They are ChaCha20-Poly1305, and any cipher in CBC mode together with a MAC of the kind encrypt-then-MAC
    (Bäumer, Brinkmann, Schwenk: Terrapin Attack, 2023, section 4).
    """
    then_mac = [name for name in macs if "-etm@" in name]
    found = [name for name in ciphers if name == CHACHA]
    if then_mac:
        cbc = (name for name in ciphers if name.partition("@")[0].endswith("-cbc"))
        found += [f"{name} with {then_mac[0]}" for name in cbc]
    return found
