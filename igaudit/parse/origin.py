"""Who stands behind a source of packages: the distribution itself, or somebody else."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Whose servers are the distribution's own. A mirror elsewhere may carry the same packages; only apt can
# tell, since its signed index names its origin.
_HOSTS: Mapping[str, str] = {
    "debian": r"(.+\.)?debian\.org",
    "ubuntu": r"(.+\.)?ubuntu\.com",
    "rhel": r"(.+\.)?redhat\.com",
    "rocky": r"(.+\.)?rockylinux\.org",
    "almalinux": r"(.+\.)?almalinux\.org",
    "centos": r"(.+\.)?centos\.org",
    "ol": r"(.+\.)?oracle\.com|yum\$ociregion\.\$ocidomain",
    "fedora": r"(.+\.)?fedoraproject\.org",
    "amzn": r"cdn\.amazonlinux\.com|amazonlinux\..+\.amazonaws\.com|\$amazonlinux\.\$awsregion\.\$awsdomain",
    "sles": r"(.+\.)?suse\.com|(.+\.)?susecloud\.net",
    "opensuse-leap": r"(.+\.)?suse\.com|(download|cdn)\.opensuse\.org",
}


@dataclass(frozen=True, slots=True)
class Origins:
    """The distribution's id, and what apt's index files name as their origin, by the file's name."""

    os: str
    by_index: Mapping[str, str]

    @classmethod
    def read(cls, lines: Iterable[str], os: str) -> "Origins":
        """From lines of `grep -H '^Origin:'` over the index files."""
        pairs = (line.removeprefix("./").partition(":Origin:") for line in lines)
        return cls(os, {re.sub("_(In)?Release$", "", name): origin.strip() for name, _, origin in pairs})

    @property
    def own_known(self) -> bool:
        """Whether an index of the distribution itself is there at all."""
        return any(map(self._is_own, self.by_index.values()))

    @property
    def own_security_known(self) -> bool:
        """Whether the distribution's index of security updates is there."""
        named = (name for name, origin in self.by_index.items() if self._is_own(origin))
        return any(name.endswith(("-security", "_updates")) for name in named)

    def own(self, uri: str, suite: str) -> bool:
        """Whether the distribution stands behind a source: by the origin in its index, else by the server."""
        origin = self.by_index.get(index_name(uri, suite))
        return self.own_host(uri) if origin is None else self._is_own(origin)

    def own_host(self, uri: str) -> bool:
        """Whether an address is on the distribution's own servers."""
        if uri.startswith("plugin:") and "susecloud" in uri:
            return self.os == "sles"
        # On openSUSE's servers, everybody's own projects lie below /repositories/.
        own_project = self.os == "opensuse-leap" and "/repositories/" in uri
        pattern = _HOSTS.get(self.os)
        return pattern is not None and not own_project and re.fullmatch(pattern, host_of(uri)) is not None

    def _is_own(self, origin: str) -> bool:
        return bool(self.os) and origin.lower().startswith(self.os)


def host_of(uri: str) -> str:
    """The server's name in an address; "" for a path or a disc."""
    found = re.match(r"[^/\s]*://([^/:\s]+)", uri)
    return found[1].lower() if found else ""


def index_name(uri: str, suite: str) -> str:
    """The name of apt's index file for a source: its address with `_` for `/` and odd characters as %xx."""
    place = re.sub(r"^[a-z0-9+]+:/*", "", uri).rstrip("/")
    path = f"{place}/{suite.removeprefix('./')}" if suite.endswith("/") else f"{place}/dists/{suite}"
    quoted = re.sub(r'[\\|{}[\]<>"^~_=!@#$%&*\s]', lambda odd: f"%{ord(odd[0]):02x}", path.rstrip("/"))
    return quoted.replace("/", "_")
