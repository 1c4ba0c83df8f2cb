"""Options that several verbs share, and what they mean together."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from igaudit.api import (
    Connection,
    Elevation,
    Library,
    Limits,
    Plan,
    Wanted,
    WinrmSettings,
    load_content,
    load_inventory,
    make_plan,
    parse_target,
)
from igaudit.cli.asking import ask_hidden
from igaudit.cli.joining import replayed_runs
from igaudit.collect.transport import WINRM_SCHEMES
from igaudit.content import Content
from igaudit.errors import UsageError, near
from igaudit.load.targets import parse_service
from igaudit.model.policy import NETWORK_VIEWS, SEVERITIES
from igaudit.model.target import Target
from igaudit.model.windows_account import parse_account
from igaudit.plan import DEFAULT_PROFILE

F = TypeVar("F", bound=Callable[..., Any])


def _stack(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


PATH = click.Path(path_type=Path)
target_options = _stack(
    click.argument("targets", nargs=-1, metavar="TARGET…"),
    click.option("-i", "--inventory", type=PATH, help="A file of targets."),
    click.option("--role", "roles", multiple=True, help="A role that every target has (repeatable)."),
    click.option("--tag", "tags", multiple=True, help="A tag that every target has (repeatable)."),
)
content_options = _stack(
    click.option("--content", "own", multiple=True, type=PATH, help="A site's own content, searched first."),
)
plan_options = _stack(
    click.option(
        "--profile",
        help="The profile: which policies, set how. Default: that of the run that is replayed; organisation "
        "where a target is one; otherwise server.",
    ),
    click.option("--policy", "policies", multiple=True, help="Only this policy (repeatable)."),
    click.option("--check", "checks", multiple=True, help="Only this check (repeatable)."),
    click.option("--toolkit", "toolkits", multiple=True, help="Report on this toolkit only (repeatable)."),
    content_options,
)
connection_options = _stack(
    click.option(
        "--sudo", is_flag=True, help="Become root with `sudo -n` or `doas -n`, where that is allowed."
    ),
    click.option("--ask-sudo-password", is_flag=True, help="Ask once for the password that sudo wants."),
    click.option(
        "--temporary-files",
        is_flag=True,
        help="Ask what needs a temporary file on the target too (Windows: secedit).",
    ),
    click.option("--ssh-config", type=PATH, help="Instead of ~/.ssh/config."),
    click.option(
        "--winrm-auth",
        type=click.Choice(WINRM_SCHEMES),
        default=WINRM_SCHEMES[0],
        show_default=True,
        help="How Windows targets are signed in to. auto: by certificate where one is given, by Kerberos "
        "where there is a ticket and no password, otherwise by NTLM.",
    ),
    click.option(
        "--winrm-user", default="", help="The account on Windows targets that name none: DOMAIN\\user."
    ),
    click.option(
        "--winrm-password-env",
        metavar="NAME",
        default="",
        help="The environment variable that holds its password. Default: the keyring, or a question.",
    ),
    click.option(
        "--winrm-ca",
        type=PATH,
        help="The authorities (PEM) of Windows targets' certificates. Default: the system's.",
    ),
    click.option("--winrm-cert", type=PATH, help="A certificate (PEM) to sign in to Windows targets with."),
    click.option(
        "--winrm-key", type=PATH, help="Its key (PEM, not encrypted), where that is a file of its own."
    ),
    click.option(
        "--connect-timeout", default=10.0, show_default=True, help="Seconds until a target is signed in to."
    ),
    click.option(
        "--target-timeout", default=120.0, show_default=True, help="Seconds that one target may take."
    ),
    click.option(
        "--max-bytes", default=32 << 20, show_default=True, help="The longest answer of one target."
    ),
    click.option(
        "--jobs", default=16, show_default=True, type=click.IntRange(1, 256), help="Targets at a time."
    ),
)
overlay_options = _stack(
    click.option("--waivers", type=PATH, help="A file of accepted failures."),
    click.option("--attestations", type=PATH, help="A file of signed statements."),
    click.option(
        "--as-of", metavar="DAY", help="The day to judge by (YYYY-MM-DD); default: the day of collection."
    ),
)
network_options = _stack(
    click.option(
        "--service",
        "services",
        multiple=True,
        help="A service of every target to look at from here, such as `https 8443` (repeatable).",
    ),
    click.option(
        "--network",
        type=click.Choice(NETWORK_VIEWS),
        default="named",
        show_default=True,
        help="Which services are looked at from here: none, those named, or all that a target listens on.",
    ),
)
data_options = _stack(
    click.option("--feeds", type=PATH, help="The folder of the feeds; default: that of `igaudit feeds`."),
    click.option("--geoip", type=PATH, help="A country database (.mmdb) for sign-ins, in place of the feed."),
)
group_option = click.option("--group", "groups", multiple=True, help="Only this fact group (repeatable).")
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice([str(severity) for severity in SEVERITIES]),
    default=str(SEVERITIES[-1]),
    show_default=True,
    help="The least severity whose failure makes the exit status 3.",
)


def library_of(own: tuple[Path, ...]) -> Library:
    """All content, a site's own first; raises ContentError, UsageError."""
    for folder in own:
        if not folder.is_dir():
            raise UsageError(f"--content {folder}: there is no such folder")
    return load_content(Content.of(*(folder.resolve() for folder in own)))


def plan_from(options: dict[str, Any], targets: tuple[Target, ...] = ()) -> Plan:
    """Takes the plan's options out of a verb's keyword arguments; raises ContentError, UsageError.

    Without a profile among them it is the one that suits `targets`.
    """
    profile = options.pop("profile") or _suiting(targets)
    wanted = Wanted(profile, *(options.pop(name) for name in ("policies", "checks", "toolkits")))
    return make_plan(library_of(options.pop("own")), wanted)


def _suiting(targets: tuple[Target, ...]) -> str:
    for run in replayed_runs(targets):
        return str(run.wanted["profile"])
    return "organisation" if any(target.organisation for target in targets) else DEFAULT_PROFILE


def say_unread_sources(plan: Plan, targets: tuple[Target, ...]) -> None:
    """Name on standard error the files of organisations that no check of the plan asks for."""
    read = {collector.name for collector in plan.collectors}
    for target in (target for target in targets if target.organisation):
        unread = sorted(target.organisation.sources.keys() - read) if target.organisation else []
        if unread:
            more = "no check of this run reads them" + (
                "" if plan.profile.name == "organisation" else "; --profile organisation has all policies"
            )
            click.echo(f"igaudit: {target.name}: not opened: {', '.join(unread)}: {more}", err=True)


def with_groups(plan: Plan, groups: tuple[str, ...]) -> Plan:
    """The plan with these collectors in place of those that its checks read; raises UsageError."""
    collectors = plan.library.collectors
    wrong = [f"no fact group `{name}`{near(name, collectors)}" for name in groups if name not in collectors]
    if wrong:
        raise UsageError("\n".join(wrong))
    return replace(plan, collectors=tuple(collectors[name] for name in groups))


def targets_from(
    targets: tuple[str, ...], inventory: Path | None, options: dict[str, Any]
) -> tuple[Target, ...]:
    """The targets of the command line and the inventory, with the roles, tags and services of the options.

    Raises UsageError for none, or two alike.
    """
    roles, tags = options.pop("roles"), options.pop("tags")
    services = tuple(parse_service(text) for text in options.pop("services"))
    found = tuple(parse_target(text) for text in targets)
    found += load_inventory(inventory) if inventory else ()
    if not found:
        hint = "name one (for example `local` or `ssh://user@name`) or an inventory (-i)"
        raise UsageError(f"no target: {hint}")
    names = [target.name for target in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"named more than once: {', '.join(twice)}")
    return tuple(
        replace(t, roles=(*t.roles, *roles), tags=(*t.tags, *tags), services=(*t.services, *services))
        for t in found
    )


def connection_from(options: dict[str, Any]) -> Connection:
    """Takes the connection's options out of a verb's keyword arguments; asks for the password if told."""
    limits = Limits(*(options.pop(name) for name in ("connect_timeout", "target_timeout", "max_bytes")))
    sudo, ask = options.pop("sudo"), options.pop("ask_sudo_password")
    password = click.prompt("Password for sudo", hide_input=True, err=True) if ask else None
    return Connection(
        limits=limits,
        elevation=Elevation("auto" if sudo or ask else "none", password),
        jobs=options.pop("jobs"),
        ssh_config=options.pop("ssh_config"),
        temporary_files=options.pop("temporary_files"),
        ask_passphrase=_ask_passphrase,
        network=options.pop("network", "off"),
        winrm=_winrm_from(options),
    )


def _winrm_from(options: dict[str, Any]) -> WinrmSettings:
    """The settings for Windows targets; raises UsageError for files and variables that cannot be used."""
    names = ("auth", "user", "ca", "cert", "key", "password_env")
    auth, user, ca, certificate, key, password_env = (options.pop(f"winrm_{name}") for name in names)
    user = str(parse_account(user)) if user else ""
    settings = WinrmSettings(auth, user, ca, certificate, key, password_env, _ask_password)
    if ca or certificate or key or password_env:
        from igaudit.collect.winrm_sign_in import check_settings

        check_settings(settings)
    return settings


def _ask_password(account: str) -> str | None:
    return ask_hidden(f"Password of {account}")


def _ask_passphrase(path: str) -> str | None:
    return ask_hidden(f"Passphrase of {path}")
