"""SOAP envelopes: reading a request, whatever its prefixes, and writing an answer as Windows does."""

import re
import uuid
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tests.wsman.names import ACTIONS, ANONYMOUS, BAD_TIMEOUT, FAULT_ACTION, PREFIXES, Fault, Refused, tag

_SECONDS = re.compile(r"P(?:0D)?T(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")


@dataclass(frozen=True)
class Request:
    """What a client asked: `act` is the last word of the action; `timeout` and sizes in seconds and bytes."""

    action: str
    act: str
    message_id: str
    resource: str
    timeout: float
    max_envelope: int
    shell_id: str
    options: dict[str, str]
    body: ET.Element

    def first(self, prefix: str, name: str) -> ET.Element | None:
        """The first element of the body with this name."""
        return next(self.body.iter(tag(prefix, name)), None)

    def text(self, prefix: str, name: str) -> str:
        """Its text, "" where it is not there."""
        found = self.first(prefix, name)
        return (found.text or "") if found is not None else ""


def read_request(xml: bytes) -> Request:
    """The request in an envelope; ParseError where it is none."""
    root = ET.fromstring(xml)
    header, body = root.find(tag("s", "Header")), root.find(tag("s", "Body"))
    if header is None or body is None:
        raise ET.ParseError("an envelope has a header and a body")

    def said(prefix: str, name: str) -> str:
        return (header.findtext(tag(prefix, name)) or "").strip()

    selectors = {s.get("Name", ""): s.text or "" for s in header.iter(tag("w", "Selector"))}
    return Request(
        action=said("a", "Action"),
        act=ACTIONS.get(said("a", "Action"), ""),
        message_id=said("a", "MessageID"),
        resource=said("w", "ResourceURI"),
        timeout=_seconds(said("w", "OperationTimeout")),
        max_envelope=int(said("w", "MaxEnvelopeSize") or 153600),
        shell_id=selectors.get("ShellId", ""),
        options={o.get("Name", ""): o.text or "" for o in header.iter(tag("w", "Option"))},
        body=body,
    )


def _seconds(text: str) -> float:
    if not text:
        return 60.0
    found = _SECONDS.fullmatch(text)
    if not found:
        raise Refused(BAD_TIMEOUT)
    return 60 * float(found[1] or 0) + float(found[2] or 0)


def element(name: str, *inside: str, **attributes: str) -> str:
    """One element; what is inside is XML already."""
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{given}>{''.join(inside)}</{name}>"


def text(name: str, said: str, **attributes: str) -> str:
    """One element of text."""
    return element(name, escape(said), **attributes)


def answer(request: Request, body: str) -> bytes:
    """The envelope that answers `request`."""
    return _envelope(f"{request.action}Response", request.message_id, body)


def fault(request: Request | None, error: Fault) -> bytes:
    """The envelope of a fault, in the form of real Windows."""
    subcode = element("s:Subcode", text("s:Value", error.subcode))
    code = element("s:Code", text("s:Value", "s:Sender" if error.sender else "s:Receiver"), subcode)
    reason = element("s:Reason", f'<s:Text xml:lang="en-US">{escape(error.text)}</s:Text>')
    cause = element("f:WSManFault", text("f:Message", error.text), Code=str(error.code), Machine="127.0.0.1")
    detail = element("s:Detail", text("w:FaultDetail", error.detail) if error.detail else "", cause)
    body = element("s:Fault", code, reason, detail)
    return _envelope(FAULT_ACTION, request.message_id if request else "", body)


def _envelope(action: str, relates_to: str, body: str) -> bytes:
    header = element(
        "s:Header",
        text("a:Action", action),
        text("a:MessageID", f"uuid:{uuid.uuid4()}".upper().replace("UUID:", "uuid:")),
        text("a:To", ANONYMOUS),
        text("a:RelatesTo", relates_to),
    )
    names = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in PREFIXES.items())
    return f'<s:Envelope xml:lang="en-US"{names}>{header}{element("s:Body", body)}</s:Envelope>'.encode()
