"""An audit pack: one zip with a manifest of its own, which `verify` reads like a run's."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from igaudit.errors import UsageError
from igaudit.model.result import RunInfo
from igaudit.store.run_folder import MANIFEST, write_private
from igaudit.store.sealed import SEAL
from igaudit.store.sshsig import Signer, sign

SCHEMA = "igaudit-pack/1"
# The earliest moment that a zip can hold: the same pack gives the same bytes whenever it is made.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_pack(
    path: Path, run: RunInfo, tool: str, files: Mapping[str, bytes], signer: Signer | None
) -> None:
    """Write the zip; with a signer its manifest is sealed. Raises UsageError where it cannot be written."""
    manifest = {
        "schema": SCHEMA,
        "tool": tool,
        "run": asdict(run),
        "files": [
            {"path": name, "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(files.items())
        ],
    }
    head = (json.dumps(manifest, indent=1) + "\n").encode()
    whole = {MANIFEST: head, **({SEAL: sign(head, signer).encode()} if signer else {}), **files}
    draft = path.with_name(f".{path.name}.new")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in whole.items():
                entry = zipfile.ZipInfo(name, _MOMENT)
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
        write_private(path, draft.read_bytes())
    except OSError as error:
        raise UsageError(f"--out {path}: cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
