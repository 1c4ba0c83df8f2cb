"""Getting a publisher's files: gently, conditionally, bounded, and on from where it broke off.

Nothing but https is followed, or http where the user named it. Proxies come from the environment.
"""

import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx

from igaudit import __version__
from igaudit.errors import ContentError, StoreError, Unreachable, UsageError
from igaudit.feeds.cache import BrokeOff, Kept
from igaudit.feeds.source import Document

_GONE = (404, 410)
_LATER = (429, 503)
_CONDITIONS = {"If-None-Match", "If-Modified-Since"}
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited: seconds to connect, without a byte, for one file, and when asked to come later."""

    connect: float = 15.0
    silence: float = 60.0
    file: float = 900.0
    later: float = 120.0
    between: float = 0.2
    tries: int = 3
    redirects: int = 5


@dataclass(slots=True)
class Fetcher:
    """Gets the files of one feed. `wait` sleeps for so many seconds; `told` is called with each address."""

    cache: Path
    max_bytes: int
    patience: Patience = field(default_factory=Patience)
    wait: Callable[[float], None] = time.sleep
    told: Callable[[str], object] = str
    _client: httpx.Client | None = None
    _used: set[str] = field(default_factory=set)

    def __enter__(self) -> "Fetcher":
        patience = self.patience
        self._client = httpx.Client(
            timeout=httpx.Timeout(patience.silence, connect=patience.connect),
            verify=ssl.create_default_context(),
            headers={
                "User-Agent": f"igaudit/{__version__}",
                "Accept": "application/json, */*;q=0.5",
                "Accept-Encoding": "identity",
            },
        )
        try:
            self.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.cache}: cannot be written: {error.strerror}") from None
        return self

    def __exit__(self, *_: object) -> None:
        assert self._client is not None
        self._client.close()

    def __call__(self, address: str) -> Document:
        """The document at `address`; raises Unreachable, ContentError, StoreError."""
        found = self.if_there(address)
        if found is None:
            hint = "the publisher may have moved it: see --url"
            raise Unreachable(f"{address}: there is nothing there", hint)
        return found

    def if_there(self, address: str) -> Document | None:
        """The document at `address`; None where the publisher answers that there is none."""
        if self._used:
            self.wait(self.patience.between)
        self.told(address)
        kept, until = Kept(self.cache, address), time.monotonic() + self.patience.file
        self._used.add(kept.name)
        try:
            return self._persevere(kept, until)
        except OSError as error:
            raise StoreError(f"{self.cache}: cannot be written: {error.strerror}") from None

    def forget_others(self) -> None:
        """Take away what is kept of addresses that were not asked for: the feed has left them."""
        for path in self.cache.iterdir():
            if path.name.partition(".")[0] not in self._used:
                path.unlink(missing_ok=True)

    def _persevere(self, kept: Kept, until: float) -> Document | None:
        for left in reversed(range(self.patience.tries)):
            try:
                return self._attempt(kept, until)
            except BrokeOff as stop:
                if not left or time.monotonic() > until:
                    hint = "what came is kept; ask again" if kept.part_size() else "ask again"
                    raise Unreachable(f"{kept.address}: {stop}", hint) from None
        raise AssertionError("the last try gives an answer or an error")

    def _attempt(self, kept: Kept, until: float) -> Document | None:
        headers = kept.headers()
        with self._answer(kept.address, headers) as answer:
            if answer.status_code in _GONE:
                return None
            if answer.status_code == 304 and _CONDITIONS & headers.keys():
                return Document(kept.address, kept.body(self.max_bytes))
            if answer.status_code == 416 and "Range" in headers:
                kept.forget_part()
                raise BrokeOff("the publisher could not go on where it broke off")
            if answer.status_code not in (200, 206):
                raise Unreachable(f"{kept.address}: HTTP status {answer.status_code}")
            return Document(kept.address, self._body(answer, kept, until))

    @contextmanager
    def _answer(self, address: str, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The first answer that neither leads elsewhere nor asks to come later."""
        url, waited = _checked(address), 0.0
        for _ in range(self.patience.redirects + 1 + self.patience.tries):
            with self._asked_for(url, headers) as answer:
                if answer.status_code in _MOVED:
                    url = _moved(url, answer)
                elif answer.status_code in _LATER and (pause := _pause(answer)) is not None:
                    waited += pause
                else:
                    yield answer
                    return
            if answer.status_code in _LATER:
                if waited > self.patience.later:
                    raise Unreachable(f"{address}: the publisher asks to come back later", _when(waited))
                self.wait(pause or 0.0)
        raise Unreachable(f"{address}: led from place to place, or put off, too often")

    @contextmanager
    def _asked_for(self, url: httpx.URL, headers: dict[str, str]) -> Iterator[httpx.Response]:
        assert self._client is not None
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                yield answer
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout) as error:
            raise BrokeOff(f"broke off: {error or type(error).__name__}") from None
        except httpx.InvalidURL as error:
            raise Unreachable(f"{url}: leads to no location of the web: {error}") from None
        except httpx.HTTPError as error:
            raise Unreachable(f"{url}: {type(error).__name__}: {error}", _ADVICE) from None

    def _body(self, answer: httpx.Response, kept: Kept, until: float) -> bytes:
        """The whole body, kept; what came before it broke off goes before what comes now."""
        start = kept.begin(answer)
        self._bounded(start + _length(answer), kept)
        with kept.open_part(start) as part:
            size = start
            for chunk in answer.iter_raw():
                size += len(chunk)
                self._bounded(size, kept)
                part.write(chunk)
                if time.monotonic() > until:
                    raise Unreachable(f"{kept.address}: took longer than {self.patience.file:.0f} seconds")
        return kept.finish(answer, self.max_bytes)

    def _bounded(self, size: int, kept: Kept) -> None:
        if size > self.max_bytes:
            kept.forget_part()
            raise ContentError.at(kept.address, f"larger than {self.max_bytes} bytes: not what this feed is")


_ADVICE = "is there a way to the internet from here? a proxy is named by HTTPS_PROXY; or see `feeds import`"


def _checked(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise UsageError(f"--url {address[:200]}: {error}") from None
    if url.scheme not in ("https", "http") or not url.host:
        raise UsageError(f"--url {address[:200]}: an https address is needed")
    if url.userinfo:
        raise UsageError("--url: leave name and password out: they would be seen and kept")
    return url


def _moved(url: httpx.URL, answer: httpx.Response) -> httpx.URL:
    """Where an answer leads: to https, or from plain http to plain http."""
    try:
        target = url.join(answer.headers.get("location", ""))
    except httpx.InvalidURL:
        target = httpx.URL("")
    if target.scheme != "https" and not (target.scheme == url.scheme == "http"):
        raise Unreachable(f"{url}: leads to {str(target)[:200] or 'nowhere'}, which is not https")
    return target.copy_with(username=None, password=None) if target.userinfo else target


def _pause(answer: httpx.Response) -> float | None:
    """For how many seconds the publisher asks to wait; None where a 503 asks nothing."""
    asked = answer.headers.get("retry-after", "").strip()
    if re.fullmatch("[0-9]{1,6}", asked):
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return 10.0 if answer.status_code == 429 else None


def _when(seconds: float) -> str:
    return f"ask again in {seconds:.0f} seconds"


def _length(answer: httpx.Response) -> int:
    stated = answer.headers.get("content-length", "")
    return int(stated) if re.fullmatch("[0-9]{1,15}", stated) else 0
