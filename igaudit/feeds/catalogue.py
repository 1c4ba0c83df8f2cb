"""Every feed that igaudit knows: where it is published, under which licence, and for how long it is believed.

The greatest ages are ours: a few times the interval at which the publisher adds something.
"""

from collections.abc import Mapping

from igaudit.errors import UsageError, near
from igaudit.feeds import (
    cisa_kev,
    debian_dsa,
    eol,
    geoip,
    msrc,
    nhs_alerts,
    tor_exits,
    ubuntu_usn,
)
from igaudit.feeds.source import FeedSource

_MB = 1_000_000
_ALL = (
    FeedSource(
        name="cisa-kev",
        title="Vulnerabilities that are known to be exploited (CISA)",
        address="https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        licence="CC0 1.0",
        attribution="Known exploited vulnerabilities: CISA, under CC0 1.0; CISA endorses no product.",
        max_age_days=14,
        max_bytes=30 * _MB,
        normalise=cisa_kev.normalise,
    ),
    FeedSource(
        name="debian-dsa",
        title="Debian security advisories, DSA and DLA",
        address="https://salsa.debian.org/security-tracker-team/security-tracker/-/raw/master/data",
        licence="none stated",
        attribution="Debian advisories: the Debian security tracker.",
        max_age_days=14,
        max_bytes=40 * _MB,
        normalise=debian_dsa.normalise,
        gather=debian_dsa.gather,
    ),
    FeedSource(
        name="eol",
        title="Support dates of products (endoflife.date)",
        address="https://endoflife.date/api/v1/products/full",
        licence="MIT",
        attribution="Support dates: endoflife.date, MIT licence.",
        max_age_days=180,
        max_bytes=40 * _MB,
        normalise=eol.normalise,
    ),
    FeedSource(
        name="geoip",
        title="Countries by address (DB-IP Lite)",
        address="https://download.db-ip.com/free",
        licence="CC BY 4.0",
        attribution="IP Geolocation by DB-IP (https://db-ip.com), under CC BY 4.0.",
        max_age_days=62,
        max_bytes=200 * _MB,
        normalise=geoip.normalise,
        gather=geoip.gather,
        binary="mmdb",
    ),
    FeedSource(
        name="msrc",
        title="Microsoft's security updates (MSRC, CVRF)",
        address="https://api.msrc.microsoft.com/cvrf/v3.0",
        licence="Microsoft's terms of use",
        attribution="Microsoft's security updates: Microsoft Security Response Center.",
        max_age_days=14,
        max_bytes=80 * _MB,
        normalise=msrc.normalise,
        gather=msrc.gather,
    ),
    FeedSource(
        name="nhs-alerts",
        title="National cyber alerts of the NHS (CC-nnnn)",
        address="https://digital.nhs.uk/restapi/CyberAlert",
        licence="Open Government Licence 3.0",
        attribution="Cyber alerts: NHS England, under the Open Government Licence 3.0.",
        max_age_days=14,
        max_bytes=20 * _MB,
        normalise=nhs_alerts.normalise,
        gather=nhs_alerts.gather,
    ),
    FeedSource(
        name="tor-exits",
        title="Addresses from which the Tor network lets its traffic out",
        address="https://check.torproject.org/torbulkexitlist",
        licence="none stated",
        attribution="Tor exits: the Tor Project.",
        max_age_days=7,
        max_bytes=5 * _MB,
        normalise=tor_exits.normalise,
    ),
    FeedSource(
        name="ubuntu-usn",
        title="Ubuntu security notices (USN)",
        address="https://ubuntu.com/security/notices.json",
        licence="CC BY-SA 4.0",
        attribution="Ubuntu security notices: Canonical Ltd., under CC BY-SA 4.0.",
        max_age_days=14,
        max_bytes=40 * _MB,
        normalise=ubuntu_usn.normalise,
        gather=ubuntu_usn.gather,
    ),
)
FEEDS: Mapping[str, FeedSource] = {source.name: source for source in _ALL}


def feed_named(name: str) -> FeedSource:
    """The feed `name`; raises UsageError with a near miss."""
    if name not in FEEDS:
        raise UsageError(f"no feed `{name}`{near(name, FEEDS)}; there are: {', '.join(FEEDS)}")
    return FEEDS[name]
