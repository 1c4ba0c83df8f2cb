"""SSH servers made to differ, and what each must be found to be: worked out by hand from the standards.

What a row does not say is as in GOOD, which passes every check. The numbers of bits are those of the keys.
"""

from dataclasses import dataclass

GOOD = """
KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256
Ciphers aes256-gcm@openssh.com,aes256-ctr
MACs hmac-sha2-512-etm@openssh.com
"""

KEX, CIPHER, CBC = "key-exchange", "ciphers", "ciphers-without-cbc"
MAC, SHA1_MAC, SIGN = "macs", "macs-without-sha1", "host-key-signatures"
KEY, LASTING, GROUP, LONG_GROUP = "host-keys", "host-keys-lasting", "groups", "groups-lasting"
QUANTUM = "post-quantum"


@dataclass(frozen=True)
class Row:
    """One server: its lines of sshd_config, its host keys, and the checks that must fail or be unknown.

    `keys` are kinds with their bits; `authority` is the key that signs certificates for them. `moduli` are
    the sizes of the groups in its moduli file. `like_ours` is the beginning of the version that its
    defaults were worked out for.
    """

    name: str
    lines: str = ""
    fails: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ("ed25519",)
    authority: str = ""
    moduli: tuple[int, ...] = (3072,)
    address: str = "127.0.0.1"
    good: str = GOOD


def row(name: str, lines: str = "", *fails: str, unknown: tuple[str, ...] = (), **more: object) -> Row:
    """A row of the table."""
    return Row(name, lines, frozenset(fails), frozenset(unknown), **more)  # type: ignore[arg-type]


def kex(name: str, methods: str, *fails: str, **more: object) -> Row:
    """A server of which only the key exchange is another."""
    return row(f"kex: {name}", f"KexAlgorithms {methods}", *fails, **more)


def keys(name: str, kinds: str, *fails: str, lines: str = "", **more: object) -> Row:
    """A server of which only the host keys are others. OpenSSH 9.1 refuses short ones unless it is told."""
    return row(f"keys: {name}", lines, *fails, keys=tuple(kinds.split()), **more)


GEX = "diffie-hellman-group-exchange-sha256"
SHORT = "RequiredRSASize 1024"

ROWS = (
    row("everything approved"),
    # Key exchange: only hybrids resist a quantum computer; groups of 2048 bits are tolerated, SHA-1 is not.
    kex("the hybrid alone", "sntrup761x25519-sha512@openssh.com"),
    kex("Curve25519", "curve25519-sha256", QUANTUM),
    kex("Curve25519 by its old name", "curve25519-sha256@libssh.org", QUANTUM),
    kex("P-256", "ecdh-sha2-nistp256", QUANTUM),
    kex("P-384", "ecdh-sha2-nistp384", QUANTUM),
    kex("P-521", "ecdh-sha2-nistp521", QUANTUM),
    kex("group 14 with SHA-256", "diffie-hellman-group14-sha256", QUANTUM),
    kex("group 16", "diffie-hellman-group16-sha512", QUANTUM),
    kex("group 18", "diffie-hellman-group18-sha512", QUANTUM),
    kex("group 14 with SHA-1", "diffie-hellman-group14-sha1", KEX, QUANTUM),
    kex("group 1", "diffie-hellman-group1-sha1", KEX, QUANTUM),
    kex("the hybrid, and SHA-1 too", "sntrup761x25519-sha512@openssh.com,diffie-hellman-group14-sha1", KEX),
    kex("groups of 3072 bits", GEX, QUANTUM),
    kex("groups of 2048 bits", GEX, QUANTUM, LONG_GROUP, moduli=(2048,)),
    kex("groups of 2048 and 3072 bits", GEX, QUANTUM, LONG_GROUP, moduli=(2048, 3072)),
    kex("groups of 4096 bits", GEX, QUANTUM, moduli=(4096,)),
    # Without a file of groups OpenSSH falls back on one that is as long as the client lets it be.
    kex("groups without a file of them", GEX, QUANTUM, moduli=()),
    kex("groups with SHA-1", "diffie-hellman-group-exchange-sha1", KEX, QUANTUM),
    kex("groups beside the hybrid", f"sntrup761x25519-sha512@openssh.com,{GEX}", LONG_GROUP, moduli=(2048,)),
    kex("the defaults without the hybrids", "-sntrup761*,mlkem768*", QUANTUM),
    # Ciphers: CBC is only to be avoided, 3DES is prohibited (and in CBC mode). The server knows strict kex.
    row("ciphers: AES-GCM", "Ciphers aes128-gcm@openssh.com"),
    row("ciphers: AES-CTR", "Ciphers aes128-ctr,aes192-ctr,aes256-ctr"),
    row("ciphers: ChaCha20", "Ciphers chacha20-poly1305@openssh.com"),
    row("ciphers: AES-256 in CBC", "Ciphers aes256-cbc", CBC),
    row("ciphers: AES in CBC beside GCM", "Ciphers aes256-gcm@openssh.com,aes128-cbc,aes192-cbc", CBC),
    row("ciphers: 3DES", "Ciphers 3des-cbc", CIPHER, CBC),
    row("ciphers: 3DES beside GCM", "Ciphers aes256-gcm@openssh.com,3des-cbc", CIPHER, CBC),
    row("ciphers: the defaults with CBC before them", "Ciphers ^aes128-cbc", CBC),
    # MACs: SHA-1 and tags of 64 bits are only to be avoided; MD5 and cut-off hashes are prohibited.
    row("MACs: SHA-256", "MACs hmac-sha2-256"),
    row("MACs: SHA-512, encrypt-then-MAC", "MACs hmac-sha2-512-etm@openssh.com,hmac-sha2-512"),
    row("MACs: UMAC of 128 bits", "MACs umac-128@openssh.com,umac-128-etm@openssh.com"),
    row("MACs: SHA-1", "MACs hmac-sha1", SHA1_MAC),
    row("MACs: SHA-1, encrypt-then-MAC", "MACs hmac-sha2-256,hmac-sha1-etm@openssh.com", SHA1_MAC),
    row("MACs: UMAC of 64 bits", "MACs umac-64@openssh.com", SHA1_MAC),
    row("MACs: UMAC of 64 bits, encrypt-then-MAC", "MACs umac-64-etm@openssh.com", SHA1_MAC),
    row("MACs: MD5", "MACs hmac-md5", MAC, SHA1_MAC),
    row("MACs: SHA-1 cut off", "MACs hmac-sha1-96", MAC, SHA1_MAC),
    row("MACs: MD5 cut off", "MACs hmac-md5-96-etm@openssh.com,hmac-sha2-256", MAC, SHA1_MAC),
    row("MACs: the defaults without SHA-1 and 64 bits", "MACs -hmac-sha1*,umac-64*"),
    # Host keys: RSA below 2048 bits and DSA are prohibited, RSA below 3072 bits is for a while only.
    keys("RSA of 1024 bits", "rsa-1024", KEY, LASTING, lines=SHORT),
    keys("RSA of 2047 bits", "rsa-2047", KEY, LASTING, lines=SHORT),
    keys("RSA of 2048 bits", "rsa-2048", LASTING),
    keys("RSA of 3071 bits", "rsa-3071", LASTING),
    keys("RSA of 3072 bits", "rsa-3072"),
    keys("RSA of 4096 bits", "rsa-4096"),
    keys("RSA too short for the server itself", "rsa-2048 ed25519", lines="RequiredRSASize 3072"),
    keys("ECDSA on P-256", "ecdsa-256"),
    keys("ECDSA on P-384", "ecdsa-384"),
    keys("ECDSA on P-521", "ecdsa-521"),
    keys("DSA", "dsa", KEY, SIGN, lines="HostKeyAlgorithms ssh-dss"),
    keys("DSA beside Ed25519", "ed25519 dsa", KEY, SIGN, lines="HostKeyAlgorithms +ssh-dss"),
    keys("DSA that is not offered", "ed25519 dsa", lines="HostKeyAlgorithms ssh-ed25519"),
    keys("the usual three", "rsa-3072 ecdsa-256 ed25519"),
    keys("four kinds", "rsa-3072 ecdsa-256 ecdsa-384 ed25519"),
    # The fifth kind is not asked for any more: what it is like stays open.
    keys("five kinds", "rsa-3072 ecdsa-256 ecdsa-384 ecdsa-521 ed25519", unknown=(KEY, LASTING)),
    keys(
        "five kinds, a short RSA key among them",
        "rsa-1024 ecdsa-256 ecdsa-384 ecdsa-521 ed25519",
        KEY,
        LASTING,
        lines=SHORT,
    ),
    # Signatures with a host key: RSA with SHA-1 is prohibited.
    keys("RSA with SHA-1", "rsa-3072", SIGN, lines="HostKeyAlgorithms ssh-rsa"),
    keys("RSA with SHA-1 beside SHA-2", "rsa-3072 ed25519", SIGN, lines="HostKeyAlgorithms +ssh-rsa"),
    keys("RSA with SHA-256 alone", "rsa-3072", lines="HostKeyAlgorithms rsa-sha2-256"),
    # Certificates: the authority's key counts as well.
    keys("Ed25519 signed by Ed25519", "ed25519", authority="ed25519"),
    keys("Ed25519 signed by RSA of 2048 bits", "ed25519", LASTING, authority="rsa-2048"),
    keys("Ed25519 signed by RSA of 1024 bits", "ed25519", KEY, LASTING, lines=SHORT, authority="rsa-1024"),
    keys("RSA of 2048 bits signed by Ed25519", "rsa-2048", LASTING, authority="ed25519"),
    keys("ECDSA signed by RSA of 3072 bits", "ecdsa-256", authority="rsa-3072"),
    # What must make no difference.
    row("a banner, and words in the greeting", "Banner /etc/hostname\nVersionAddendum hello there"),
    row("IPv6", "AddressFamily inet6", address="::1"),
    row("IPv4 alone", "AddressFamily inet"),
    row("no compression", "Compression no"),
    row("passwords and root", "PasswordAuthentication yes\nPermitRootLogin yes\nMaxAuthTries 20"),
    row("what is passed on", "AcceptEnv LANG LC_*\nX11Forwarding yes\nGatewayPorts yes\nPermitTunnel yes"),
    row("a Match block", "", good=f"{GOOD}Match User nobody\nPubkeyAcceptedAlgorithms ssh-rsa\n"),
    row("users' keys with SHA-1", "PubkeyAcceptedAlgorithms +ssh-rsa"),
    row("Kerberos without a key of its own", "GSSAPIAuthentication yes"),
    # Everything at once.
    keys(
        "nothing approved",
        "rsa-1024 dsa",
        KEX,
        CIPHER,
        CBC,
        MAC,
        SHA1_MAC,
        SIGN,
        KEY,
        LASTING,
        QUANTUM,
        lines=f"{SHORT}\nKexAlgorithms diffie-hellman-group1-sha1\nCiphers 3des-cbc\nMACs hmac-md5\n"
        "HostKeyAlgorithms ssh-rsa,ssh-dss",
    ),
)
