"""Derived facts: what a matcher cannot say, worked out from facts and shipped lists at evaluation.

Each function takes the facts of one target and gives the value, or Unread where it cannot be told. Its
name and type stand under `derived:` in the collector's `collector.yaml`.
"""

from collections.abc import Mapping

from igaudit.evaluate import derived_accounts as accounts
from igaudit.evaluate import derived_certificates as certificates
from igaudit.evaluate import derived_logs as logs
from igaudit.evaluate import derived_network as network
from igaudit.evaluate import derived_sockets as sockets
from igaudit.evaluate import derived_ssh as ssh
from igaudit.evaluate import derived_support as support
from igaudit.evaluate import derived_updates as updates
from igaudit.evaluate.view import Derive

DERIVED: Mapping[str, Derive] = {
    "accounts.unlocked": accounts.unlocked,
    "certificates.lifetimes": certificates.lifetimes,
    "logging.days_kept": logs.days_kept,
    "logging.kept_since_first_start": logs.kept_since_first_start,
    "os.support_ends": support.support_ends,
    "os.support_days_left": support.support_days_left,
    "os.extended_support_ends": support.extended_support_ends,
    "os.extended_support_days_left": support.extended_support_days_left,
    "sign_ins.current": ssh.record_is_current,
    "software.support": support.software_support,
    "sockets.exposed": sockets.exposed,
    "network.ssh_post_quantum": network.ssh_post_quantum,
    "ssh_keys.all_host_keys": network.all_host_keys,
    "sshd.ciphers_offered": network.ciphers_offered,
    "sshd.host_key_algorithms_offered": network.host_key_algorithms_offered,
    "sshd.kex_offered": network.kex_offered,
    "sshd.macs_offered": network.macs_offered,
    "sshd.post_quantum_kex": ssh.post_quantum_kex,
    "sshd.strict_kex_offered": network.strict_kex_offered,
    "sshd.truncatable": network.truncatable,
    "updates.pending": updates.pending,
}
