"""Countries of addresses, from what the organisation knows, the shape of an address, and a database."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from igaudit.geo.addresses import Address, carrier, kind_of, parsed
from igaudit.geo.database import Places, open_database
from igaudit.model.countries import Countries
from igaudit.model.organisation import KnownNetwork

NOT_ASKED = "not-asked"


def countries_of(
    addresses: Iterable[str],
    database: Path | None,
    networks: tuple[KnownNetwork, ...] = (),
    exits: Iterable[str] = (),
) -> Countries:
    """Where each of `addresses` is.

    The organisation's own `networks` go first, the narrowest of them; then `exits`, those of Tor; then what
    an address is by itself; then the database, an mmdb or DB-IP's CSV. What is no address is left out.
    Raises ContentError where the database cannot be read.
    """
    wanted = {text: found for text in set(addresses) if (found := parsed(text))}
    known = sorted(((ip_network(n.network), n) for n in networks), key=lambda pair: -pair[0].prefixlen)
    tor = {exit_ for text in exits if (exit_ := parsed(text))}
    places, own, carried = {}, {}, {}
    asked: dict[str, Address] = {}
    for text, whole in sorted(wanted.items()):
        way, address = carrier(whole)
        if way:
            carried[text] = way
        if network := _own(address, known) or _own(whole, known):
            places[text], own[text] = network.country, network.name
        elif address in tor or whole in tor:
            places[text] = "tor"
        elif kind := kind_of(address):
            # No router of the internet carries 6to4 or Teredo for a private address: nobody is inside by it.
            places[text] = "reserved" if way in ("6to4", "Teredo") else kind
        else:
            asked[text] = address
    said = _looked_up(asked, database)
    return Countries(said.database, {**places, **said.places}, own, carried)


def check_database(path: Path) -> None:
    """Raises ContentError where the beginning of a file shows that it is no database of countries."""
    open_database(path).check()


def _own(
    address: Address, known: list[tuple[IPv4Network | IPv6Network, KnownNetwork]]
) -> KnownNetwork | None:
    return next((own for network, own in known if address in network), None)


def _looked_up(asked: dict[str, Address], database: Path | None) -> Places:
    if database is None:
        return Places({}, dict.fromkeys(asked, NOT_ASKED))
    return open_database(database).look_up(asked)
