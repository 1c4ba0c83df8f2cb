"""Each form of log: sign-ins told from failures, from other lines and from what cannot be read.

The lines have the shapes that the products' documentation and published samples show.
"""

# ruff: noqa: E501 (a line of a log is as long as it is)

import json
from pathlib import Path

import pytest

from igaudit.collect.readers.logs.event import two_letters
from igaudit.errors import ContentError
from tests.collect.readers.log_reading import read

KEY, OTHER_KEY = "B" * 42 + "A=", "C" * 42 + "A="


def test_openvpn_connects_once_the_server_goes_on_with_it(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "2026-11-20 18:08:58 198.51.100.7:1 TLS: Username/Password authentication succeeded for username 'ana' [CN SET]\n"
        "2026-11-20 18:08:59 198.51.100.7:1 [laptop] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n"
        "2026-11-20 18:08:59 laptop/198.51.100.7:1 MULTI_sva: pool returned IPv4=10.77.0.2\n"
        "2026-11-20 18:09:59 ben/198.51.100.8:2 Peer Connection Initiated with [AF_INET]198.51.100.8:2\n",
        zone="UTC",
    )
    assert found.who == [
        ("ana", "198.51.100.7", "session", "2026-11-20T18:08:59Z"),
        ("ben", "198.51.100.8", "session", "2026-11-20T18:09:59Z"),
    ]
    assert found.counts == (2, 0, 2, 0)


@pytest.mark.parametrize(
    "lines",
    [
        ["TLS Auth Error: Auth Username/Password verification failed for peer", "[eve] Peer", "AUTH"],
        ["[eve] Peer", "AUTH"],
        ["TLS Auth Error: Auth Username/Password verification failed for peer", "[eve] Peer"],
    ],
)
def test_openvpn_refuses_before_or_after_the_tls_session(tmp_path: Path, lines: list[str]) -> None:
    said = {
        "[eve] Peer": "[eve] Peer Connection Initiated with [AF_INET]198.51.100.7:1",
        "AUTH": "SENT CONTROL [eve]: 'AUTH_FAILED' (status=1)",
    }
    text = "".join(f"2026-11-20 18:08:59 198.51.100.7:1 {said.get(line, line)}\n" for line in lines)
    found = read(tmp_path, text, zone="UTC")
    assert (found.sign_ins, found.counts) == ([], (0, 1, len(lines) - 1, 0))


def test_openvpn_lets_in_who_was_refused_before(tmp_path: Path) -> None:
    connected = "198.51.100.7:1 [ana] Peer Connection Initiated with [AF_INET]198.51.100.7:1"
    found = read(
        tmp_path,
        f"2026-11-20 18:00:00 {connected}\n"
        "2026-11-20 18:00:01 198.51.100.7:1 SENT CONTROL [ana]: 'AUTH_FAILED' (status=1)\n"
        "2026-11-20 18:01:00 198.51.100.7:1 TLS: Initial packet from [AF_INET]198.51.100.7:1, sid=1 2\n"
        f"2026-11-20 18:01:01 {connected}\n",
        zone="UTC",
    )
    assert found.who == [("ana", "198.51.100.7", "session", "2026-11-20T18:01:01Z")]


REFUSED = "TLS Auth Error: Auth Username/Password verification failed for peer"
CONNECTED = "[ana] Peer Connection Initiated with [AF_INET]198.51.100.7:1"


@pytest.mark.parametrize(
    ("lines", "times", "failures"),
    [
        ([REFUSED, CONNECTED, CONNECTED], ["02"], 1),
        ([REFUSED, CONNECTED, REFUSED, CONNECTED], [], 2),
        ([REFUSED, CONNECTED, REFUSED, CONNECTED, CONNECTED], ["04"], 2),
        ([REFUSED, REFUSED, CONNECTED], [], 1),
        ([CONNECTED, REFUSED, CONNECTED], ["00"], 1),
        ([CONNECTED, REFUSED, CONNECTED, CONNECTED], ["00", "03"], 1),
        ([REFUSED, CONNECTED, "SENT CONTROL [ana]: 'AUTH_FAILED' (status=1)", CONNECTED], ["03"], 1),
    ],
)
def test_openvpn_that_says_little_still_tells_one_connection_from_the_next(
    tmp_path: Path, lines: list[str], times: list[str], failures: int
) -> None:
    """With `verb 1` no line says where a connection begins, and many clients keep to one port."""
    text = "".join(f"2026-11-1{at} 18:00:0{at} 198.51.100.7:1 {line}\n" for at, line in enumerate(lines))
    found = read(tmp_path, text, zone="UTC")
    assert [who[3][-3:-1] for who in found.who] == times
    assert found.counts[1] == failures


@pytest.mark.parametrize(
    ("written", "country"),
    [("gb", "GB"), ("UK", "GB"), ("EL", "GR"), ("EU", ""), ("XX", ""), ("France", ""), ("ÄÖ", "")],
)
def test_a_country_is_an_iso_code_or_none(written: str, country: str) -> None:
    assert two_letters(written) == country


def test_openvpn_s_word_for_no_name_is_no_part_of_one(tmp_path: Path) -> None:
    text = "2026-11-20 18:08:59Z 198.51.100.7:1 [{}] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n"
    found = read(tmp_path, text.format("UNDEFEATED") + text.format("UNDEF"))
    assert [who[0] for who in found.who] == ["UNDEFEATED"] and found.counts == (1, 0, 0, 1)


def test_openvpn_in_syslog_in_the_access_server_and_over_ipv6(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Nov 20 23:54:24 gw openvpn[1312]: 198.51.100.7:1 [ana] Peer Connection Initiated with [AF_INET]198.51.100.7:1\n"
        "2026-11-19T10:51:22+0530 [stdout#info] [OVPN 4] OUT: '2026-11-19 05:21:22 198.51.100.8:2 [ben_AUTOLOGIN] "
        "Peer Connection Initiated with [AF_INET]198.51.100.8:2 (via [AF_INET]192.0.2.1%ens160)'\n"
        "2026-11-18 10:00:00 2001:db8::5:1194 [cat] Peer Connection Initiated with [AF_INET6]2001:db8::5:1194\n"
        "Fri Nov 20 00:17:18 2026 [server] Peer Connection Initiated with [AF_INET]192.0.2.1:1194\n",
        zone="Europe/London",
        year=2026,
    )
    assert found.who == [
        ("ana", "198.51.100.7", "session", "2026-11-20T23:54:24Z"),
        ("ben_AUTOLOGIN", "198.51.100.8", "session", "2026-11-19T05:21:22Z"),
        ("cat", "2001:db8::5", "session", "2026-11-18T10:00:00Z"),
    ]
    assert found.counts == (3, 0, 1, 0), "what a client calls its server is no sign-in"


V2 = (
    "TITLE,OpenVPN 2.6.9 x86_64-pc-linux-gnu\nTIME,2026-11-20 12:07:00,1795176420\n"
    "HEADER,CLIENT_LIST,Common Name,Real Address,Virtual Address,Virtual IPv6 Address,Bytes Received,Bytes Sent,"
    "Connected Since,Connected Since (time_t),Username,Client ID,Peer ID,Data Channel Cipher\n"
    "CLIENT_LIST,laptop,udp4:198.51.100.7:44311,10.8.0.2,,4820,4212,2026-11-20 12:06:02,1795176362,ana,0,0,AES-256-GCM\n"
    "CLIENT_LIST,UNDEF,198.51.100.9:1,,,0,0,2026-11-20 12:06:02,1795176362,UNDEF,1,1,\n"
    "HEADER,ROUTING_TABLE,Virtual Address,Common Name,Real Address,Last Ref,Last Ref (time_t)\n"
    "ROUTING_TABLE,10.8.0.2,laptop,198.51.100.7:44311,2026-11-20 12:06:58,1795176418\n"
    "GLOBAL_STATS,Max bcast/mcast queue length,0\nEND\n"
)


@pytest.mark.parametrize("text", [V2, V2.replace(",", "\t")], ids=["version 2", "version 3"])
def test_openvpn_status(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert found.who == [("ana", "198.51.100.7", "session", "2026-11-20T12:06:02Z")]
    assert found.file["state"] and found.file["begins"] == found.file["ends"] == "2026-11-20T12:07:00Z"
    assert found.counts == (1, 0, 8, 0)


def test_openvpn_status_of_version_1(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "OpenVPN CLIENT LIST\nUpdated,2026-11-20 12:07:00\n"
        "Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since\n"
        "ana,198.51.100.7:42356,95918,233324,Fri Nov 20 12:06:02 2026\nben,198.51.100.8:1,1\n"
        "ROUTING TABLE\nVirtual Address,Common Name,Real Address,Last Ref\n"
        "10.8.0.6,ana,198.51.100.7:42356,2026-11-20 12:06:52\nGLOBAL STATS\nMax bcast/mcast queue length,1\nEND\n",
        zone="UTC",
    )
    assert found.who == [("ana", "198.51.100.7", "session", "2026-11-20T12:06:02Z")]
    assert found.unreadable == [{"at": "a.log:5", "says": "5 cells of a client expected, 3 found"}]


def test_wireguard_joins_endpoints_and_handshakes(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f"wg0\t{KEY}\t198.51.100.7:51820\nwg0\t{OTHER_KEY}\t(none)\nwg0\t{KEY}\t1795176362\nwg0\t{OTHER_KEY}\t0\n",
        values={"user": {KEY: "ana"}},
    )
    assert found.who == [("ana", "198.51.100.7", "handshake", "2026-11-20T12:06:02Z")]
    assert found.file["state"]


def test_wireguard_knows_a_peer_that_never_came(tmp_path: Path) -> None:
    found = read(tmp_path, f"wg0\t{KEY}\t198.51.100.7:51820\nwg0\t{KEY}\t0\n")
    assert found.sign_ins == []


def test_wireguard_endpoints_alone_tell_no_time(tmp_path: Path) -> None:
    found = read(tmp_path, f"wg0\t{KEY}\t[2001:db8::7]:51820\n")
    assert found.who == [(KEY, "2001:db8::7", "handshake", "")]


@pytest.mark.parametrize(
    "line",
    [
        f"wg0\t{KEY}\t{OTHER_KEY}\t51820\toff",
        f"wg0\t{KEY}\t{OTHER_KEY}\t198.51.100.7:1\t10.0.0.2/32\t1795176362\t1\t2\toff",
        f"wg0\t{KEY}\t(none)\t198.51.100.7:1\t10.0.0.2/32\t1795176362\t1\t2\toff",
        f"wg0\t{KEY}\t{OTHER_KEY}",
        f"wg0\t{KEY}",
    ],
    ids=["dump of an interface", "dump of a peer", "dump without a preshared key", "preshared", "private"],
)
def test_wireguard_refuses_what_may_be_a_secret_key_and_says_nothing_of_it(tmp_path: Path, line: str) -> None:
    with pytest.raises(ContentError) as error:
        read(tmp_path, f"wg0\t{KEY}\t198.51.100.7:51820\n{line}\n")
    assert "a.log: line 2 may hold a private or preshared key" in str(error.value)
    assert KEY[:20] not in str(error.value) and OTHER_KEY[:20] not in str(error.value)


def test_cisco_asa(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "<166>Nov 20 2026 14:32:18 fw1 : %ASA-6-113039: Group <Staff> User <ana smith> IP <198.51.100.7> AnyConnect parent session started.\n"
        "Nov 20 14:33:18 192.0.2.1 : %FTD-6-716001: Group Staff User ben IP 198.51.100.8 WebVPN session started.\n"
        "2026-11-20T14:34:18+00:00 fw1 %ASA-4-722051: Group 'Staff' User 'cat' IP '2001:db8::7' IPv4 Address <10.1.1.1> IPv6 address <::> assigned to session\n"
        '<166>2026-11-20T14:35:18Z fw1 : %ASA-6-605005: Login permitted from 198.51.100.9/5678 to outside:192.0.2.1/ssh for user "admin"\n'
        '<166>Nov 20 2026 14:36:18 fw1 : %ASA-6-605005: Login permitted from serial to console for user "admin"\n'
        "<166>Nov 20 2026 14:36:18 fw1 : %ASA-6-113015: AAA user authentication Rejected : reason = Invalid password : local database : user = ***** : user IP = 203.0.113.9\n"
        "<166>Nov 20 2026 14:36:19 fw1 : %ASA-6-302013: Built inbound TCP connection 1 for outside:203.0.113.9/5 to inside:10.1.2.3/443\n"
        "Nov 20 14:36:20 web1 CRON[1]: (root) CMD (true)\n"
        "<166>Nov 20 2026 14:37:18 fw1 : %ASA-6-113039: Group <Staff> User <d\n",
        zone="UTC",
        year=2026,
    )
    assert found.who == [
        ("admin", "198.51.100.9", "administration", "2026-11-20T14:35:18Z"),
        ("ana smith", "198.51.100.7", "AnyConnect session", "2026-11-20T14:32:18Z"),
        ("ben", "198.51.100.8", "WebVPN session", "2026-11-20T14:33:18Z"),
        ("cat", "2001:db8::7", "address assigned", "2026-11-20T14:34:18Z"),
    ]
    assert found.counts == (4, 1, 3, 1)
    assert found.unreadable[0]["at"] == "a.log:9"


FORTI = 'devname="FGT-01" devid="FGT60F" logid="0101039947" type="event" subtype="vpn" level="information" vd="root"'


def test_fortigate(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f'date=2026-11-20 time=09:02:25 tz="+0100" {FORTI} action="tunnel-up" tunneltype="ssl-tunnel" remip=198.51.100.7 user="ana" reason="x"\n'
        f'date=2026-11-20 time=09:02:25 eventtime=1795176362473809731 {FORTI} action="tunnel-up" tunneltype="ipsec" remip=198.51.100.8 user="N/A" xauthuser="ben"\n'
        f'date=2026-11-20 time=09:02:25 eventtime=1795176362 {FORTI} action="tunnel-up" tunneltype="ipsec" remip=192.0.2.9 user="N/A" xauthuser="N/A" vpntunnel="site2"\n'
        f'date=2026-11-20 time=09:03:25 eventtime=1795176363 {FORTI} action="ssl-login-fail" remip=203.0.113.9 user="root"\n'
        'date=2026-11-20 time=09:04:25 eventtime=1795176364 devname="FGT" logid="0100032001" type="event" subtype="system" action="login" status="success" user="admin" srcip=198.51.100.9 ui="https(198.51.100.9)"\n'
        'date=2026-11-20 time=09:05:25 eventtime=1795176365 devname="FGT" logid="0000000013" type="traffic" subtype="forward" srcip=10.1.1.1 user="ana" action="close"\n',
    )
    assert found.who == [
        ("admin", "198.51.100.9", "administration", "2026-11-20T12:06:04Z"),
        ("ana", "198.51.100.7", "ssl-tunnel", "2026-11-20T08:02:25Z"),
        ("ben", "198.51.100.8", "ipsec", "2026-11-20T12:06:02Z"),
    ]
    assert found.counts == (3, 1, 2, 0)


def test_fortigate_does_not_believe_a_line_that_names_two_users(tmp_path: Path) -> None:
    forged = 'user="x" remip=10.0.0.1 user="chief"'
    found = read(
        tmp_path,
        f'date=2026-11-20 time=09:02:25 tz="+0000" {FORTI} action="tunnel-up" tunneltype="ssl-tunnel" remip=198.51.100.7 {forged}\n'
        f'date=2026-11-20 time=09:02:25 tz="+0000" {FORTI} action="tunnel-up" tunneltype="ssl-tunnel" remip=198.51.100.7 user="a\\" b"\n',
    )
    assert found.counts == (1, 0, 0, 1)
    assert found.unreadable == [{"at": "a.log:1", "says": "names a user or an address twice"}]


def gp(event: str, user: str, status: str, precise: str = "2026-11-20T08:02:11.114+01:00") -> str:
    tail = f"gw1,741,0x0,{precise},,0,,,,12,0,0,0,,PA-3220,1"
    return (
        f"<14>Nov 20 08:02:11 pa 1,2026/11/20 08:02:11,016,GLOBALPROTECT,0,2817,2026/11/20 08:02:10,vsys1,{event},login,SAML,,"
        f'{user},FR,LT-1,198.51.100.7,0.0.0.0,0.0.0.0,0.0.0.0,6c1f,PF3,6.2.4,Windows,"Windows 11 , 64-bit",1,,,"",{status},,0,,0,{tail}\n'
    )


def test_globalprotect_of_pan_os_9_1_and_later(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        gp("gateway-auth", "ana", "success")
        + gp("gateway-auth", "eve", "failure")
        + gp("gateway-logout", "ana", "success")
        + gp("portal-auth", "ben", "success", "")
        + "Nov 20 08:02:12 pa 1,2026/11/20 08:02:12,016,TRAFFIC,end,2817,2026/11/20 08:02:12,10.1.1.1\n"
        + "<14>Nov 20 08:02:11 pa 1,2026/11/20 08:02:11,016,GLOBALPROTECT,0,2817,2026/11/20\n",
        zone="UTC",
        year=2026,
    )
    assert found.who == [
        ("ana", "198.51.100.7", "gateway-auth", "2026-11-20T07:02:11Z"),
        ("ben", "198.51.100.7", "portal-auth", "2026-11-20T08:02:10Z"),
    ]
    assert found.sign_ins[0]["country"] == "FR"
    assert found.counts == (2, 1, 2, 1)


def test_globalprotect_in_the_older_system_log(tmp_path: Path) -> None:
    line = (
        "Nov 20 08:02:59 pa 1,2026/11/20 08:02:59,007,SYSTEM,globalprotect,0,2026/11/20 08:02:59,,globalprotect{event},"
        'GW,0,0,general,informational,"GlobalProtect ... {said}",641,0x8000000000000000,0,0,0,0,,PA-VM\n'
    )
    said = "Login from: 198.51.100.7, User name: trust\\ana, Auth type: profile."
    found = read(
        tmp_path,
        line.format(event="gateway-auth-succ", said=said)
        + line.format(event="portal-auth-fail", said=said)
        + line.format(event="gateway-logout-succ", said="User name: trust\\ana.")
        + line.format(event="portal-auth-succ", said="nothing"),
        zone="UTC",
    )
    assert found.who == [("trust\\ana", "198.51.100.7", "gateway-auth", "2026-11-20T08:02:59Z")]
    assert found.counts == (1, 1, 1, 1)


def sign_in(**more: object) -> dict[str, object]:
    return {
        "id": "1",
        "createdDateTime": "2026-11-20T19:15:41.6195833Z",
        "userDisplayName": "Ana Smith",
        "userPrincipalName": "ana@trust.example",
        "ipAddress": "198.51.100.7",
        "isInteractive": True,
        "authenticationRequirement": "multiFactorAuthentication",
        "userAgent": "Mozilla/5.0",
        "status": {"errorCode": 0, "failureReason": "Other."},
        "deviceDetail": {"displayName": "ANA-LAPTOP"},
        "location": {"city": "Leeds", "state": "England", "countryOrRegion": "GB"},
        **more,
    }


@pytest.mark.parametrize(
    "dumped",
    [
        lambda items: json.dumps({"@odata.context": "x", "value": items}, indent=1),
        lambda items: json.dumps(items),
        lambda items: "\n".join(map(json.dumps, items)),
        lambda items: "\n".join(
            json.dumps({"time": "x", "category": "SignInLogs", "properties": i}) for i in items
        ),
        lambda items: "﻿" + json.dumps(items),
    ],
    ids=["Graph", "array", "lines", "diagnostic settings", "with a byte order mark"],
)
def test_entra_json_keeps_the_account_and_nothing_else_of_the_person(tmp_path: Path, dumped: object) -> None:
    items = [
        sign_in(),
        sign_in(status={"errorCode": 50126}),
        sign_in(userPrincipalName="", servicePrincipalId="s"),
        sign_in(isInteractive=False, authenticationRequirement="singleFactorAuthentication"),
        sign_in(status={}),
    ]
    found = read(tmp_path, dumped(items), name="signins.json")  # type: ignore[operator]
    assert found.who == [
        ("ana@trust.example", "198.51.100.7", "interactive", "2026-11-20T19:15:41Z"),
        ("ana@trust.example", "198.51.100.7", "non-interactive", "2026-11-20T19:15:41Z"),
    ]
    assert [(one["factors"], one["country"]) for one in found.sign_ins] == [("multi", "GB"), ("single", "GB")]
    assert found.counts == (2, 1, 1, 1)
    for personal in ("Ana Smith", "Leeds", "England", "ANA-LAPTOP", "Mozilla"):
        assert personal not in found.raw


PORTAL = (
    "Date (UTC),Request ID,User agent,User,Username,Incoming token type,Application ID ,Resource ID ,IP address,Location,"
    "Status,Sign-in error code,Authentication requirement,Autonomous system  number,Incoming token type\n"
)


def portal(date: str, status: str = "Success", code: str = "0", location: str = "Leeds, England, GB") -> str:
    return f'{date},r,Mozilla,Ana Smith,ana@trust.example,none,a,b,198.51.100.7,"{location}",{status},{code},Multifactor authentication,1,none\n'


def test_entra_portal_csv_with_blanks_in_headings_and_one_twice(tmp_path: Path) -> None:
    text = PORTAL + portal("2026-11-20T10:00:00Z") + portal("2026-11-20T10:01:00Z", "Failure", "50126")
    found = read(tmp_path, f"﻿{text}", name="InteractiveSignIns.csv")
    assert found.who == [("ana@trust.example", "198.51.100.7", "sign-in", "2026-11-20T10:00:00Z")]
    assert (found.sign_ins[0]["factors"], found.sign_ins[0]["country"]) == ("multi", "GB")
    assert found.counts == (1, 1, 0, 0)
    assert "Ana Smith" not in found.raw and "Leeds" not in found.raw


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_seen_by_the_headings(tmp_path: Path, separator: str) -> None:
    head = "Date (UTC),Username,IP address,Status,Sign-in error code\n"
    text = f"{head}2026-11-20T10:00:00Z,ana,198.51.100.7,Success,0\n".replace(",", separator)
    assert read(tmp_path, text).counts == (1, 0, 0, 0)


def test_of_two_headings_that_are_the_same_the_first_counts(tmp_path: Path) -> None:
    head = "Date (UTC),User name,IP address,Status,Sign-in error code,Username\n"
    found = read(tmp_path, f"{head}2026-11-20T10:00:00Z,ana,198.51.100.7,Success,0,ben\n")
    assert [one["user"] for one in found.sign_ins] == ["ana"]


def test_entra_portal_tells_success_by_its_word_where_there_is_no_code(tmp_path: Path) -> None:
    rows = portal("2026-11-20T10:00:00Z", code="") + portal("2026-11-20T10:00:00Z", "Interrupted", "")
    assert read(tmp_path, PORTAL + rows).counts == (1, 1, 0, 0)


def test_entra_older_export(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "CreatedDateTime,UserPrincipalName,UserDisplayName,AppDisplayName,IPAddress,City,Country,Status\n"
        "2026-11-20T10:00:00Z,ana@trust.example,Ana,Teams,198.51.100.7,Paris,FR,Success\n"
        "2026-11-20T10:00:00Z,ana@trust.example,Ana,Teams\n",
    )
    assert [one["country"] for one in found.sign_ins] == ["FR"]
    assert found.unreadable == [{"at": "a.log:3", "says": "8 cells expected, 4 found"}]


@pytest.mark.parametrize(
    ("dates", "first"),
    [
        (["03/11/2026 10:00:00", "13/11/2026 10:00:00"], "2026-11-03T10:00:00Z"),
        (["11/3/2026 10:00:00 AM", "11/13/2026 9:00:00 AM"], "2026-11-03T10:00:00Z"),
        (["11/3/2026 12:00:00 AM", "11/13/2026 12:30:00 PM"], "2026-11-03T00:00:00Z"),
    ],
)
def test_the_order_of_a_date_is_decided_by_the_whole_file(
    tmp_path: Path, dates: list[str], first: str
) -> None:
    found = read(tmp_path, PORTAL + "".join(map(portal, dates)))
    assert min(one["at"] for one in found.sign_ins) == first


def test_the_order_of_dates_is_never_guessed(tmp_path: Path) -> None:
    found = read(tmp_path, PORTAL + portal("03/04/2026 10:00:00"))
    assert [one.get("at") for one in found.sign_ins] == [None]
    assert "add `day_first: true`" in next(iter(found.file["untimed"]))
    told = read(tmp_path, PORTAL + portal("03/04/2026 10:00:00"), day_first=True)
    assert told.sign_ins[0]["at"] == "2026-04-03T10:00:00Z"


def test_dates_of_two_orders_in_one_file_are_of_none(tmp_path: Path) -> None:
    found = read(tmp_path, PORTAL + portal("13/04/2026 10:00:00") + portal("04/13/2026 10:00:00"))
    assert [one.get("at") for one in found.sign_ins] == [None]


EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='x'/>"
    "<EventID>{code}</EventID><TimeCreated SystemTime='2026-11-19T05:10:05.080038000Z'/></System><EventData>"
    "<Data Name='TargetUserName'>{user}</Data><Data Name='TargetDomainName'>TRUST</Data>"
    "<Data Name='LogonType'>{kind}</Data><Data Name='IpAddress'>{address}</Data></EventData></Event>"
)


def event(code: int = 4624, user: str = "ana", kind: int = 10, address: str = "198.51.100.7") -> str:
    return EVENT.format(code=code, user=user, kind=kind, address=address)


@pytest.mark.parametrize(
    "text",
    [
        event() + "\n" + event(kind=3) + "\n",
        f'<?xml version="1.0"?>\n<Events>{event()}{event(kind=3)}</Events>',
        (event() + "\r\n" + event(kind=3)).encode("utf-16"),
    ],
    ids=["wevtutil", "Event Viewer", "redirected by PowerShell"],
)
def test_windows_xml(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert found.who == [
        ("TRUST\\ana", "198.51.100.7", "RDP", "2026-11-19T05:10:05Z"),
        ("TRUST\\ana", "198.51.100.7", "network", "2026-11-19T05:10:05Z"),
    ]


@pytest.mark.parametrize(
    "other",
    [
        event(user="SRV1$", kind=3),
        event(user="ANONYMOUS LOGON", kind=3),
        event(address="-"),
        event(address="::1"),
        event(address="127.0.0.1"),
        event(code=4634),
    ],
    ids=["a machine", "nobody", "no address", "IPv6 loopback", "loopback", "sign-out"],
)
def test_windows_lines_that_are_no_sign_in_from_another_machine(tmp_path: Path, other: str) -> None:
    assert read(tmp_path, f"{event()}\n{other}\n").counts == (1, 0, 1, 0)


def test_cisco_s_ipsec_clients_are_users_too(tmp_path: Path) -> None:
    said = "Group = staff, Username = TRUST\\ana, IP = 198.51.100.7"
    found = read(
        tmp_path,
        f"<166>Nov 20 2026 14:32:18 fw : %ASA-6-713228: {said} Assigned private IP address 10.8.0.2 to remote user\n"
        f"<166>Nov 20 2026 14:32:19 fw : %ASA-6-713228: {said}, Assigned private IP address 10.8.0.2 to remote user\n"
        "<166>Nov 20 2026 14:32:20 fw : %ASA-6-713228: something else\n",
        zone="UTC",
    )
    assert found.who == [("TRUST\\ana", "198.51.100.7", "IPsec session", "2026-11-20T14:32:19Z")]
    assert found.counts == (2, 0, 0, 1)


@pytest.mark.parametrize(("given", "counts"), [("N/A", (0, 0, 1, 0)), ("10.8.0.2", (0, 0, 0, 1))])
def test_fortigate_s_tunnel_of_nobody_is_one_between_sites_unless_it_is_given_an_address(
    tmp_path: Path, given: str, counts: tuple[int, ...]
) -> None:
    head = 'date=2026-11-20 time=10:16:10 devname="FGT" devid="FGT1" tz="+0000" logid="0101037138" type="event" subtype="vpn"'
    said = f'action="tunnel-up" remip=198.51.100.7 user="N/A" xauthuser="N/A" assignip={given} tunneltype="ipsec"'
    found = read(tmp_path, f'{head} action="negotiate"\n{head} {said}\n')
    assert found.counts == (counts[0], counts[1], counts[2] + 1, counts[3])


@pytest.mark.parametrize("kind", [10, 12])
def test_windows_gives_a_desktop_to_no_machine_whatever_the_name(tmp_path: Path, kind: int) -> None:
    (found,) = read(tmp_path, event(user="SRV1$", kind=kind)).who
    assert found[:2] == ("TRUST\\SRV1$", "198.51.100.7")


@pytest.mark.parametrize("written", ["198.51.100.7:3389", "pc1.example"])
def test_windows_keeps_a_sign_in_from_what_is_no_address(tmp_path: Path, written: str) -> None:
    found = read(tmp_path, event(address=written))
    assert found.counts == (1, 0, 0, 0) and "address" not in found.sign_ins[0]


def test_windows_unescapes_and_expands_nothing(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'
    found = read(tmp_path, bomb + event(user="a&amp;b &b;") + "\n" + event(code=4625) + event()[:200])
    assert [one["user"] for one in found.sign_ins] == ["TRUST\\a&b &b;"]
    assert found.counts == (1, 1, 0, 1)
    assert found.unreadable[0]["says"] == "the last event is cut short"


def test_windows_csv_and_json_with_the_fields_of_the_event(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        '"TimeCreated","Id","TargetUserName","TargetDomainName","LogonType","IpAddress"\n'
        '"19/11/2026 05:10:05","4624","ana","TRUST","10","198.51.100.7"\n',
        zone="UTC",
    )
    dated = {
        "Id": 4624,
        "TimeCreated": "/Date(1795065005080)/",
        "TargetUserName": "ana",
        "TargetDomainName": "-",
    }
    objects = read(tmp_path, json.dumps([{**dated, "LogonType": "7", "IpAddress": "::ffff:198.51.100.7"}]))
    assert rows.who == [("TRUST\\ana", "198.51.100.7", "RDP", "2026-11-19T05:10:05Z")]
    assert objects.who == [("ana", "198.51.100.7", "unlock", "2026-11-19T05:10:05Z")]
