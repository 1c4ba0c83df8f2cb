"""How WinRM, Windows' remote management, signs in and encrypts, as a service and as a client.

Defaults are those of "Installation and configuration for Windows Remote Management" (Microsoft Learn): Basic
and Digest are on for the client and off for the service, and nothing goes unencrypted.
"""

from igaudit.parse.windows.steps import Steps, told


def settings(steps: Steps) -> dict[str, object]:
    """Seven settings, each Group Policy's, or else its own, or else Windows' default."""
    basic, unencrypted = ("AllowBasic", "auth_basic"), ("AllowUnencryptedTraffic", "allow_unencrypted")
    credssp, digest = ("AllowCredSSP", "auth_credssp"), ("AllowDigest", "auth_digest")
    return told(
        service_basic=lambda: _said(steps, "service", basic, usual=False),
        service_unencrypted=lambda: _said(steps, "service", unencrypted, usual=False),
        service_credssp=lambda: _said(steps, "service", credssp, usual=False),
        service_keeps_passwords=lambda: not steps.key("service_policy").number("DisableRunAs"),
        client_basic=lambda: _said(steps, "client", basic, usual=True),
        client_unencrypted=lambda: _said(steps, "client", unencrypted, usual=False),
        client_digest=lambda: _said(steps, "client", digest, usual=True),
    )


def _said(steps: Steps, side: str, names: tuple[str, str], *, usual: bool) -> bool:
    said = steps.key(f"{side}_policy").number(names[0])
    if said is None:
        said = steps.key(side).number(names[1])
    return usual if said is None else bool(said)
