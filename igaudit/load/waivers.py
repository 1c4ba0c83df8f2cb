"""Waivers and attestations: files of the organisation, not of the content."""

from pathlib import Path

from igaudit.load.schema import load_valid
from igaudit.model.waiver import Attestation, Waiver


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a file; raises ContentError."""
    document = load_valid(path, "waivers", str(path))
    return tuple(
        Waiver(
            check=spec["check"],
            target=spec["target"],
            item=spec.get("item", ""),
            reason=spec["reason"],
            risk=spec["risk"],
            approver=spec["approver"],
            ticket=spec.get("ticket", ""),
            until=spec["until"],
            waives_unknown=spec.get("waives_unknown", False),
            place=f"{path}:{document.line('waivers', index)}",
        )
        for index, spec in enumerate(document.data["waivers"])
    )


def load_attestations(path: Path) -> tuple[Attestation, ...]:
    """The attestations of a file; raises ContentError."""
    document = load_valid(path, "attestations", str(path))
    return tuple(
        Attestation(**spec, place=f"{path}:{document.line('attestations', index)}")
        for index, spec in enumerate(document.data["attestations"])
    )
