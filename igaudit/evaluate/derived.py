"""Derived facts: what a matcher cannot say, worked out from facts and shipped lists at evaluation.

Each function takes the facts of one target and gives the value, or Unread where it cannot be told. Its
name and type stand under `derived:` in the collector's `collector.yaml`.
"""

from collections.abc import Mapping

from igaudit.evaluate import derived_abroad as abroad
from igaudit.evaluate import derived_accounts as accounts
from igaudit.evaluate import derived_alerts as alerts
from igaudit.evaluate import derived_app_updates as app_updates
from igaudit.evaluate import derived_assets as assets
from igaudit.evaluate import derived_backups as backups
from igaudit.evaluate import derived_browsers as browsers
from igaudit.evaluate import derived_certificates as certificates
from igaudit.evaluate import derived_device_joins as device_joins
from igaudit.evaluate import derived_devices as devices
from igaudit.evaluate import derived_evidence as evidence
from igaudit.evaluate import derived_exploited as exploited
from igaudit.evaluate import derived_journeys as journeys
from igaudit.evaluate import derived_logs as logs
from igaudit.evaluate import derived_network as network
from igaudit.evaluate import derived_places as places
from igaudit.evaluate import derived_rdp as rdp
from igaudit.evaluate import derived_registers as registers
from igaudit.evaluate import derived_schannel as schannel
from igaudit.evaluate import derived_seen as seen
from igaudit.evaluate import derived_services as services
from igaudit.evaluate import derived_sockets as sockets
from igaudit.evaluate import derived_ssh as ssh
from igaudit.evaluate import derived_support as support
from igaudit.evaluate import derived_tls as tls
from igaudit.evaluate import derived_travel as travel
from igaudit.evaluate import derived_updates as updates
from igaudit.evaluate import derived_web as web
from igaudit.evaluate import derived_windows_updates as windows_updates
from igaudit.evaluate.view import Derive

DERIVED: Mapping[str, Derive] = {
    "accounts.unlocked": accounts.unlocked,
    "alert_responses.alerts": alerts.alerts,
    "app_updates.snaps_held_days": app_updates.snaps_held_days,
    "backups.hours_since_known_success": backups.hours_since_known_success,
    "backups.hours_since_run": backups.hours_since_run,
    "backups.hours_since_success": backups.hours_since_success,
    "assets.gone_but_seen": assets.gone_but_seen,
    "assets.machines": assets.machines,
    "assets.repeated": assets.repeated,
    "certificates.lifetimes": certificates.lifetimes,
    "databases.postgresql_servers": services.joined("databases", ("postgresql",)),
    "databases.sign_in_rules": services.joined("databases", ("postgresql_rules",)),
    "databases.servers": services.joined("databases", ("postgresql", "mysql", "openldap")),
    "devices.grace": devices.grace,
    "devices.newest_sync": devices.newest_sync,
    "devices.support": devices.support,
    "devices.users": devices.users,
    "devices.wipes": devices.actions,
    "disposals.judged": registers.judged_disposals,
    "disposals.last_entry": registers.last_disposal,
    "disposals.names_seen_again": seen.names_seen_again,
    "disposals.neighbours_seen_again": seen.neighbours_seen_again,
    "disposals.seen_again": seen.seen_again,
    "disposals.still_registered": seen.still_registered,
    "documents.newest": evidence.newest_documents,
    "entra_devices.personal": device_joins.personal,
    "hosting.places": places.hosting_places,
    "gateway_sign_ins.database_date": abroad.database_date,
    "gateway_sign_ins.database_licence": abroad.database_licence,
    "gateway_sign_ins.devices_abroad": travel.devices_abroad,
    "gateway_sign_ins.journeys": journeys.of_gateways,
    "gateway_sign_ins.located": abroad.of_logs(abroad.every, "sign-ins"),
    "gateway_sign_ins.through_gateways": abroad.of_logs(abroad.through_gateway, "a VPN gateway"),
    "gateway_sign_ins.to_cloud": abroad.of_logs(abroad.to_cloud, "Entra ID"),
    "gateway_sign_ins.to_windows": abroad.of_logs(abroad.to_windows, "Windows"),
    "gateway_sign_ins.tor_list_current": abroad.tor_list_current,
    "leavers.still_enrolled": device_joins.still_enrolled,
    "logging.days_kept": logs.days_kept,
    "logging.kept_since_first_start": logs.kept_since_first_start,
    "mail_servers.services": services.joined("mail_servers", ("postfix", "dovecot", "exim")),
    "mobile_device_statistics.wipes": devices.wipes,
    "mobile_devices.let_in": device_joins.let_in,
    "os.support_ends": support.support_ends,
    "os.support_days_left": support.support_days_left,
    "os.extended_support_ends": support.extended_support_ends,
    "os.extended_support_days_left": support.extended_support_days_left,
    "privileged_accounts.registrations": device_joins.registrations,
    "rdp.exposed": rdp.exposed,
    "restore_tests.systems": evidence.restored_systems,
    "schannel.suite_classes": schannel.suite_classes,
    "sign_ins.current": ssh.record_is_current,
    "sign_ins.journeys": journeys.of_machine,
    "sign_ins.located": abroad.located("sign_ins", "remote", abroad.every),
    "software.browsers": browsers.majors_behind,
    "software.support": support.software_support,
    "sockets.exposed": sockets.exposed,
    "ssh.post_quantum": network.post_quantum,
    "ssh_keys.all_host_keys": network.all_host_keys,
    "sshd.ciphers_offered": network.ciphers_offered,
    "sshd.host_key_algorithms_offered": network.host_key_algorithms_offered,
    "sshd.kex_offered": network.kex_offered,
    "sshd.macs_offered": network.macs_offered,
    "sshd.post_quantum_kex": ssh.post_quantum_kex,
    "sshd.strict_kex_offered": network.strict_kex_offered,
    "sshd.truncatable": network.truncatable,
    "suppliers.places": places.supplier_places,
    "tls.lifetimes": tls.lifetimes,
    "tls.suite_classes": tls.suite_classes,
    "travel_approvals.judged": evidence.judged_approvals,
    "updates.alerted": exploited.alerted,
    "updates.builds_missed": windows_updates.builds_missed,
    "updates.known_exploited": exploited.known_exploited,
    "updates.pending": updates.pending,
    "vpn.bare_l2tp": services.bare_l2tp,
    "vpn.ipsec_connections": services.joined("vpn", ("ipsec",)),
    "vpn.openvpn_files": services.joined("vpn", ("openvpn",)),
    "vpn.pptp_files": services.joined("vpn", ("pptp",)),
    "vpn.wireguard_interfaces": services.joined("vpn", ("wireguard",)),
    "web_servers.plain_sites": services.joined(
        "web_servers", ("nginx_plain", "apache_plain", "haproxy_plain")
    ),
    "web_servers.sites": web.sites,
}
