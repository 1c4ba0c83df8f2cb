"""Which cycle of the list of support dates a Windows belongs to, by its release and edition.

The list has one row per release, or one for the editions of homes and small offices (-w), one for those
of enterprises and schools (-e) and one for those of long service (-e-lts, -iot-lts): Microsoft's lifecycle
pages give them different ends.
"""

from collections.abc import Collection, Iterator

PRODUCTS = {"windows": "windows", "windows-server": "windows-server"}

# EditionID in lower case, without the N of Europe's and the Eval of trials.
_SHORT = frozenset(
    {"core", "coresinglelanguage", "corecountryspecific", "professional", "professionaleducation"}
    | {"professionalworkstation", "professionalcountryspecific", "professionalsinglelanguage", "cloudedition"}
)
_LONG = frozenset({"enterprise", "education", "serverrdsh", "iotenterprise", "iotenterprisek"})
_ENDINGS = (
    (_SHORT, ("-w", "")),
    (_LONG, ("-e", "")),
    (frozenset({"enterprises"}), ("-e-lts",)),
    (frozenset({"iotenterprises", "iotenterprisesk"}), ("-iot-lts", "-e-lts")),
)
# Channels of servers whose releases are called by half-years (EditionID ends in ACor).
_CHANNEL, _NANO, _HCI = "acor", "nano server", "azurestackhci"


def windows_cycle(name: str, version: str, edition: str, installation: str, known: Collection[str]) -> str:
    """The cycle among `known`; "" where the list has none for this release and edition."""
    told = version.lower().replace(" ", "-")
    clients = (f"{told}{ending}" for ending in _endings(edition.lower()))
    servers = _servers(told, edition.lower(), installation.lower())
    found: Iterator[str] = clients if name == "windows" else servers
    return next((cycle for cycle in found if cycle in known), "")


def _endings(edition: str) -> tuple[str, ...]:
    plain = edition.removesuffix("eval")
    for editions, endings in _ENDINGS:
        if plain in editions or plain.removesuffix("n") in editions:
            return endings
    return ()


def _servers(version: str, edition: str, installation: str) -> Iterator[str]:
    """Nano Server and Azure Stack HCI have lives of their own, which the list does not tell."""
    if installation == _NANO or _HCI in edition:
        return
    if edition.endswith(_CHANNEL):
        # Windows Server 2019 and version 1809 of the channel are the same build.
        yield from (f"{'1809' if version == '2019' else version}-sac", f"{version}-ac")
        return
    yield from (version, f"{version}-sp1", f"{version}-sp2")
