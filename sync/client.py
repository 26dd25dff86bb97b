"""What a till asks of central, over HTTP, with its token fetched and renewed as needed."""

import contextlib
import logging
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import orjson
import zstandard
from httpx_sse import EventSource

from sync.answers import checked, decoded, parsed, shaped
from sync.digests import Digest, Digests
from sync.errors import CentralError, EnrolRefused, Rejected, ServerBroken, Unauthorised
from sync.keys import DeviceKey, time_message, token_message, verify
from sync.ports import LookedUp, Page, WireFactDict
from sync.seals import sealed
from sync.transport import TIMEOUT, Capped, body_of, exchange, http_client, transport_errors
from sync.trust import ServerTrust
from sync.wire import (
    Answer,
    AuthorityAnswer,
    ChangesAnswer,
    DigestAnswer,
    EnrolAnswer,
    Head,
    HelloAnswer,
    HelloRequest,
    LookupAnswer,
    OwnFactsAnswer,
    PushAnswer,
    SnapshotManifest,
    TimeAnswer,
    TokenAnswer,
)

log = logging.getLogger(__name__)

_HINT_SILENCE_S = 35.0
"""Central sends a heartbeat every 15 s; two missed ones and a bit mean that nobody is there."""
_ZSTD_FROM = 2048
_PAGE_FIELDS = ("positions", "heads")
"""Without these an older central's page does not say how far it goes."""

A = TypeVar("A", bound=Answer)


class Hints:
    """Central's hints as they come: (stream, seq), or None for a heartbeat."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[tuple[str, int] | None]:
        for event in EventSource(self._response).iter_sse():
            if event.event == "head":
                head = parsed(Head, event.data)
                yield head.stream, head.seq
            else:
                yield None

    def close(self) -> None:
        """End the stream from another thread, also while it waits for bytes."""
        stream = self._response.extensions.get("network_stream")
        line = stream.get_extra_info("socket") if stream else None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class CentralClient:
    """Speaks for one enrolled till. Any thread may call; every method raises CentralError only."""

    def __init__(
        self,
        base_url: str,
        device_id: str,
        key: DeviceKey,
        timeout: httpx.Timeout = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
        wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        trust: ServerTrust | None = None,
    ) -> None:
        self._http = http_client(base_url, timeout, transport, trust)
        self._trust = trust
        self._wall_ms = wall_ms
        self._device_id = device_id
        self._key = key
        self._token = ""
        self._token_until = 0.0
        self._token_lock = threading.Lock()
        self._clock_offset_ms = 0

    @property
    def clock_offset_ms(self) -> int:
        """Central's wall clock minus ours, as of the last answer."""
        return self._clock_offset_ms

    def hello(self, message: HelloRequest) -> HelloAnswer:
        body = message.model_dump_json().encode()
        return self._noted(parsed(HelloAnswer, self._call("POST", "/v1/hello", body)))

    def push(self, message: Mapping[str, Any]) -> PushAnswer:
        """Send a batch with the fields of `sync.wire.PushRequest`; Conflict on fork or gap.

        The batch is signed here and no fact when it is recorded: a sale must not wait for it.
        """
        message = {**message, "events": sealed(message["events"], self._key)}
        body, headers = orjson.dumps(message), {"Content-Type": "application/json"}
        if len(body) >= _ZSTD_FROM:
            body = zstandard.ZstdCompressor(level=3).compress(body)
            headers["Content-Encoding"] = "zstd"
        return self._noted(parsed(PushAnswer, self._call("POST", "/v1/events", body, headers)))

    def changes(self, cursor: str, limit: int, again: Sequence[str] = ()) -> Page:
        """A page as plain decoded JSON: its rows go to the replica untouched.

        The streams named in `again` start from nothing, wherever the cursor is.
        """
        params = {"cursor": cursor, "limit": str(limit)}
        if again:
            params["again"] = ",".join(again)
        page = shaped(ChangesAnswer, self._call("GET", "/v1/changes", params=params))
        missing = [name for name in _PAGE_FIELDS if name not in page]
        if missing:
            raise ServerBroken(f"a page without {', '.join(missing)}")
        return page

    def digest(self, cursor: str) -> dict[str, Digests]:
        """Digests of the streams that are where the cursor is, by stream and entity."""
        body = self._call("GET", "/v1/digest", params={"cursor": cursor})
        answer = self._noted(parsed(DigestAnswer, body))
        return {
            stream: {it: Digest(d.count, d.sum) for it, d in found.entities.items()}
            for stream, found in answer.digests.items()
        }

    def snapshot(self) -> SnapshotManifest:
        """The ready-made file for a first load; Rejected when there is none."""
        return self._noted(parsed(SnapshotManifest, self._call("GET", "/v1/snapshots/manifest")))

    def snapshot_bytes(self, name: str, start: int) -> Iterator[bytes]:
        """The file from this byte on, as it comes; Unreachable when it breaks off."""
        headers = self._authorised() | {"Range": f"bytes={start}-", "Accept-Encoding": "identity"}
        with (
            transport_errors(),
            self._http.stream("GET", f"/v1/snapshots/{name}", headers=headers) as response,
        ):
            if response.status_code not in (200, 206):
                checked(response.status_code, response.headers, body_of(response))
            if start and response.status_code != 206:
                raise ServerBroken("the whole file instead of the rest")
            yield from response.iter_raw()

    def lookup(self, code: str) -> LookedUp:
        """Everything central knows of a code or SKU."""
        answer = shaped(LookupAnswer, self._call("GET", "/v1/lookup", params={"code": code}))
        return LookedUp(answer["epoch"], answer["blocks"])

    def own_facts(self, incarnation: int, from_seq: int) -> list[WireFactDict]:
        """This till's own facts as central keeps them, a portion from `from_seq` on."""
        params = {"incarnation": str(incarnation), "from": str(from_seq)}
        body = self._call("GET", "/v1/devices/self/events", params=params)
        facts: list[WireFactDict] = shaped(OwnFactsAnswer, body)["events"]
        return facts

    def sale(self, sale_id: str) -> dict[str, Any] | None:
        """A sale of this store as central has booked it; None while it has not."""
        try:
            return decoded(self._call("GET", f"/v1/sales/{quote(sale_id, safe='')}"))
        except Rejected as error:
            if error.status == 404:
                return None
            raise

    @contextlib.contextmanager
    def notify(self) -> Iterator[Hints]:
        """Listen for hints until the stream ends or breaks."""
        headers = self._authorised() | {"Accept": "text/event-stream"}
        timeout = httpx.Timeout(10.0, connect=3.0, read=_HINT_SILENCE_S)
        with (
            transport_errors(),
            self._http.stream("GET", "/v1/notify", headers=headers, timeout=timeout) as response,
        ):
            if response.status_code != 200:
                checked(response.status_code, response.headers, body_of(response))
            response.stream = Capped(response)
            yield Hints(response)

    def close(self) -> None:
        self._http.close()

    def _call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> bytes:
        """One authorised request; a token that central no longer takes is renewed once."""
        own = self._authorised()
        try:
            return exchange(self._http, method, path, content, {**(headers or {}), **own}, params)
        except Unauthorised:
            self._forget(own)
            own = self._authorised()
            return exchange(self._http, method, path, content, {**(headers or {}), **own}, params)

    def _authorised(self) -> dict[str, str]:
        with self._token_lock:
            if not self._token or time.monotonic() >= self._token_until:
                self._renew()
            return {"Authorization": f"Bearer {self._token}"}

    def _forget(self, used: dict[str, str]) -> None:
        """Drop the token that failed, not one that another thread has fetched since."""
        with self._token_lock:
            if used["Authorization"] == f"Bearer {self._token}":
                self._token = ""

    def _renew(self) -> None:
        """Prove the key. A clock too far off is first set against central's."""
        try:
            answer = self._prove()
        except Unauthorised as refused:
            if refused.reason != "clock_skew":
                raise
            self._ask_time()
            answer = self._prove()
        self._learn_pins()
        self._token = answer.token
        # renewed early, so that no request leaves with a token that expires on the way
        self._token_until = time.monotonic() + max(answer.expires_in_s - 60, 0)

    def _ask_time(self) -> None:
        """Only central's own word sets the clock, where its key is known."""
        nonce = secrets.token_urlsafe(24)
        body = exchange(self._http, "GET", "/v1/time", params={"nonce": nonce})
        answer = parsed(TimeAnswer, body)
        keys = self._trust.central_keys() if self._trust else ()
        message = time_message(nonce, answer.server_time_ms)
        if keys and not any(verify(key, message, answer.sig) for key in keys):
            raise ServerBroken("a time that central has not signed")
        self._noted(answer)

    def _learn_pins(self) -> None:
        """The authority's spare key may be another one by now; asked for with each new token."""
        if self._trust is None or not self._trust.trust.pins:
            return
        try:
            answer = parsed(AuthorityAnswer, exchange(self._http, "GET", "/v1/authority"))
            self._trust.learn(answer)
        except CentralError as error:
            log.info("the pins were not asked for: %s", error)

    def _prove(self) -> TokenAnswer:
        nonce, ts_ms = secrets.token_urlsafe(24), self._wall_ms() + self._clock_offset_ms
        message = {
            "device_id": self._device_id,
            "nonce": nonce,
            "ts_ms": ts_ms,
            "sig": self._key.sign(token_message(self._device_id, nonce, ts_ms)),
        }
        body = exchange(self._http, "POST", "/v1/token", orjson.dumps(message))
        return self._noted(parsed(TokenAnswer, body))

    def _noted(self, answer: A) -> A:
        self._clock_offset_ms = answer.server_time_ms - self._wall_ms()
        return answer


def enrol(
    url: str,
    code: str,
    key: DeviceKey,
    app: str = "",
    hw: str = "",
    transport: httpx.BaseTransport | None = None,
    trust: ServerTrust | None = None,
) -> EnrolAnswer:
    """Spend a one-time code; EnrolRefused says why not. Safe to repeat with the same key."""
    message = {"code": code, "pubkey": key.public, "app": app, "hw": hw}
    with http_client(url, TIMEOUT, transport, trust) as http:
        try:
            body = exchange(http, "POST", "/v1/enrol", orjson.dumps(message))
        except Rejected as error:
            raise EnrolRefused(error.reason) from None
    return parsed(EnrolAnswer, body)
