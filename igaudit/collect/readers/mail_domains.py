"""Reads, from the DNS and from mail servers, what the mail domains of an organisation publish."""

import json

from igaudit.collect.mail.dns import Questions
from igaudit.collect.mail.published import look
from igaudit.collect.organisation import NotProvided
from igaudit.collect.transport import Limits
from igaudit.model.collector import Collector, Probe
from igaudit.model.organisation import Organisation, SourceFile

WITHOUT_FILES = True


def read(
    files: tuple[SourceFile, ...], organisation: Organisation, probe: Probe, collector: Collector
) -> bytes:
    """One JSON line for each domain, with questions of its own; raises NotProvided where none is named."""
    if not organisation.mail_domains:
        entry = "`mail_domains: {example.nhs.uk: {dkim_selectors: […]}}`"
        raise NotProvided(f"no mail domain: name it in {organisation.file} under {entry}")
    lines = []
    for domain, selectors in sorted(organisation.mail_domains.items()):
        seen = look(domain, selectors, Questions(), Limits())
        lines.append(json.dumps({"domain": domain, "seen": seen}) + "\n")
    return "".join(lines).encode()
