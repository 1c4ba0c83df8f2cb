"""Names of Windows accounts, in the forms that a sign-in takes."""

import re
from dataclasses import dataclass

from igaudit.errors import UsageError

# What Windows allows in no account name ("User Naming Attributes", sAMAccountName), and controls.
_FORBIDDEN = re.compile(r'["/\\\[\]:;|=,+*?<>@\x00-\x1f\x7f]')
_FORMS = r"write it as DOMAIN\user, user@REALM, .\user (an account of the target itself) or user"


@dataclass(frozen=True, slots=True)
class Account:
    r"""An account: its name, with the `domain` of `DOMAIN\user` or the `realm` of `user@REALM`, or neither.

    The domain `.` is the target itself.
    """

    name: str
    domain: str = ""
    realm: str = ""

    def __str__(self) -> str:
        if self.domain:
            return f"{self.domain}\\{self.name}"
        return f"{self.name}@{self.realm}" if self.realm else self.name

    @property
    def local(self) -> bool:
        """Whether it is said to be an account of the target itself."""
        return self.domain == "."


def parse_account(text: str) -> Account:
    r"""`DOMAIN\user`, `user@REALM`, `.\user` or `user`; raises UsageError, which says what is wrong."""
    domain, backslash, rest = text.rpartition("\\")
    name, at, realm = rest.partition("@")
    account = Account(name, domain, realm)
    if why := _wrong(text, account, bool(backslash), bool(at)):
        raise UsageError(f"user `{text}`: {why}; {_FORMS}")
    return account


def _wrong(text: str, account: Account, backslash: bool, at: bool) -> str:
    if "/" in text:
        return "a domain is parted from the name by a backslash"
    if text.count("\\") > 1:
        return "there is more than one backslash"
    if backslash and at:
        return "it names its domain twice"
    if not account.name or (backslash and not account.domain) or (at and not account.realm):
        return "a part of it is empty"
    if len(text) > 256 or not text.isprintable():
        return "no account is called that"
    wrong = _FORBIDDEN.search(account.name) or _FORBIDDEN.search(account.domain + account.realm)
    return f"`{wrong.group()}` stands in no account name" if wrong else ""
