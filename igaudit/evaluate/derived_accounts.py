"""Accounts and their use, which two collectors know one half each of."""

from typing import Any

from igaudit.evaluate.view import FactView, Partial
from igaudit.model.facts import Reason, Unread


def unlocked(view: FactView) -> Any:
    """`accounts.unlocked`: people's accounts that a password opens, and when each was last seen.

    Where only part of the sign-ins is known nothing is: an account may be in use in a way that was not seen.
    """
    users, passwords = view.get(("accounts", "users")), view.get(("accounts", "passwords"))
    seen = view.get(("sign_ins", "last_seen"))
    for value in (users, passwords, seen):
        if isinstance(value, Unread | Partial):
            return value.gap if isinstance(value, Partial) else value
    if any("kind" not in user for user in users):
        return Unread(Reason.INCOMPLETE_RECORD, "people's accounts cannot be told from those of the system")
    people = {user.get("name") for user in users if user["kind"] == "person" and user.get("shell_lets_in")}
    last = {sign_in.get("user"): sign_in.get("at") for sign_in in seen}
    return [
        {
            "account": password["account"],
            "last_seen": last.get(password["account"]),
            "last_changed": password.get("last_changed"),
        }
        for password in passwords
        if password.get("account") in people and _opens(password, view.today.isoformat())
    ]


def _opens(password: dict[str, Any], today: str) -> bool:
    """Whether the password opens the account: it is set, and the account has not expired."""
    expires = password.get("expires")
    return password.get("state") == "set" and not (isinstance(expires, str) and expires <= today)
