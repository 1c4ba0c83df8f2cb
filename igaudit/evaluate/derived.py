"""Derived facts: what a matcher cannot say, worked out from facts and shipped lists at evaluation.

Each function takes the facts of one target and gives the value, or Unread where it cannot be told. Its
name and type stand under `derived:` in the collector's `collector.yaml`.
"""

from collections.abc import Mapping

from igaudit.evaluate.view import Derive

DERIVED: Mapping[str, Derive] = {}
