"""The algorithms of a custom policy for IPsec, by strongSwan's names.

The constants are those of `Set-VpnConnectionIPsecConfiguration` (Microsoft Learn).
"""

from collections.abc import Mapping
from typing import Any

_IKE = ("EncryptionMethod", "IntegrityCheckMethod", "DHGroup")
_ESP = ("CipherTransformConstants", "AuthenticationTransformConstants", "PfsGroup")
CONSTANTS = _IKE + _ESP
_IKE_CIPHERS = {"DES": "des", "DES3": "3des", "AES128": "aes128", "AES192": "aes192", "AES256": "aes256"}
_GCM = {"GCMAES128": "aes128gcm16", "GCMAES192": "aes192gcm16", "GCMAES256": "aes256gcm16"}
_HASHES = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA384": "sha384"}
_PROOFS = {"MD596": "md5", "SHA196": "sha1", "SHA256128": "sha256", **dict.fromkeys(_GCM, "gcm")}
_GROUPS = {"Group1": "modp768", "Group2": "modp1024", "Group14": "modp2048", "Group24": "modp2048s256"}
_GROUPS |= {"PFS1": "modp768", "PFS2": "modp1024", "PFS2048": "modp2048", "PFS24": "modp2048s256"}
_GROUPS |= {"ECP256": "ecp256", "ECP384": "ecp384", "PFSMM": ""}


def algorithms(policy: Mapping[str, Any]) -> dict[str, object]:
    """`ike_algorithms`, `esp_algorithms` and `pfs`; nothing where a part of the policy is not told.

    What Windows calls otherwise stays as it is, and is approved by nobody.
    """
    if not all(isinstance(policy.get(name), str) for name in CONSTANTS):
        return {}

    def of(name: str, known: dict[str, str]) -> str:
        said = str(policy[name]).lower()
        return {key.lower(): value for key, value in known.items()}.get(said, said)

    ciphers = _IKE_CIPHERS | _GCM
    ike = [of(name, known) for name, known in zip(_IKE, (ciphers, _HASHES, _GROUPS), strict=True)]
    esp = [of("CipherTransformConstants", ciphers)]
    proof = of("AuthenticationTransformConstants", _PROOFS)
    # AES-GCM is its own proof; any other cipher without one protects nothing.
    if not (esp[0] in _GCM.values() and proof in ("gcm", "none")):
        esp.append(proof)
    group = of("PfsGroup", _GROUPS)
    return {
        "ike_algorithms": ike,
        "esp_algorithms": esp if group in ("none", "") else [*esp, group],
        "pfs": group != "none",
    }
