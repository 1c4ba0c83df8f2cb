"""The transports `winrm` and `winrms`: one shell on a Windows machine, on pywinrm's Protocol.

The shell is always ended, whatever went wrong before: `close` says goodbye on a fresh connection where the old
one broke. Where even that fails the target ends the shell by itself, 180 seconds after it last heard of us.
"""

import contextlib
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from typing import Self, TypeVar

from winrm.exceptions import InvalidCredentialsError, WinRMOperationTimeoutError, WSManFaultError

from igaudit.collect.transport import STDERR, STDOUT, Chunk, Limits, WinrmSettings
from igaudit.collect.winrm_errors import ERRORS, busy, explain, quota
from igaudit.collect.winrm_protocol import CODEPAGE, IDLE_TIMEOUT, OPERATION_SECONDS, Client, Failed
from igaudit.collect.winrm_sign_in import one_at_first, sign_in_for
from igaudit.errors import Unreachable
from igaudit.model.target import Target
