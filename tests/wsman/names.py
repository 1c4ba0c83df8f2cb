"""The names of the WS-Management protocol: namespaces, actions, resources, states and faults (MS-WSMV)."""

from dataclasses import dataclass

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
WSMAN_FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"

PREFIXES = {
    "s": SOAP,
    "a": ADDRESSING,
    "x": TRANSFER,
    "w": WSMAN,
    "p": MICROSOFT,
    "rsp": SHELL,
    "f": WSMAN_FAULT,
    "cfg": CONFIG,
    "wsmid": IDENTITY,
}

ANONYMOUS = f"{ADDRESSING}/role/anonymous"
CMD_SHELL = f"{SHELL}/cmd"
FAULT_ACTION = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
RUNNING = f"{SHELL}/CommandState/Running"
DONE = f"{SHELL}/CommandState/Done"

ACTIONS = {
    f"{TRANSFER}/Create": "Create",
    f"{TRANSFER}/Delete": "Delete",
    f"{TRANSFER}/Get": "Get",
    f"{SHELL}/Command": "Command",
    f"{SHELL}/Send": "Send",
    f"{SHELL}/Receive": "Receive",
    f"{SHELL}/Signal": "Signal",
}


def tag(prefix: str, name: str) -> str:
    """The name of an element as ElementTree writes it."""
    return f"{{{PREFIXES[prefix]}}}{name}"


@dataclass(frozen=True)
class Fault:
    """An answer that is a fault; `sender` says whose mistake it is."""

    code: int
    subcode: str
    text: str
    sender: bool = True
    detail: str = ""


class Refused(Exception):
    """Answer with a fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


class Drop(Exception):
    """Hang up without an answer."""


TIMED_OUT = Fault(2150858793, "w:TimedOut", "The WS-Management service cannot complete in time.", False)
NO_SUCH = Fault(
    2150858843,
    "w:InvalidSelectors",
    "The request contained selectors that name nothing here.",
    detail="http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors",
)
NO_COMMAND_ID = Fault(87, "w:InvalidParameter", "The parameter is incorrect.")
NO_SUCH_ACTION = Fault(2150858763, "a:ActionNotSupported", "The action is not supported.")
ABORTED = Fault(995, "w:OperationAborted", "The I/O operation has been aborted.", False)
BAD_TIMEOUT = Fault(2150858767, "a:InvalidMessageInformationHeader", "The operation timeout is invalid.")
NOT_FOUND = Fault(2147942402, "w:InternalError", "The system cannot find the file specified.", False)
# The subcodes of those below are not known from recordings.
TOO_MANY_SHELLS = Fault(2150859173, "w:QuotaLimit", "This user has too many shells open on this computer.")
TOO_MANY_OPERATIONS = Fault(2150859174, "w:QuotaLimit", "This user has too many operations under way.")
BUSY = Fault(170, "w:InternalError", "The requested resource is in use.", False)
DENIED = Fault(5, "w:AccessDenied", "Access is denied.")
ENDED = Fault(109, "w:InternalError", "The pipe has been ended.", False)
TOO_LARGE = Fault(2150858755, "w:EncodingLimit", "The message is larger than MaxEnvelopeSize.")
