"""igaudit audits machines against the NHS's security standards, written as code.

The library is `igaudit.api`; `docs/python.md` shows it at work.
"""

__version__ = "0.1.0"
