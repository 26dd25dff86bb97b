"""HTTPS to a server that a till knows by the pins of its authority."""

import secrets
import ssl
import threading
import time
from collections.abc import Callable

import httpx

from sync.answers import M, parsed
from sync.errors import CentralError, Unreachable, Untrusted
from sync.keys import time_message, verify
from sync.tls_faults import tls_fault
from sync.trust import ServerTrust, pinned_context
from sync.wire import AuthorityAnswer, TimeAnswer

_CLOCK_MS = 10 * 60_000
"""A clock that is off by more is the likelier reason than a certificate out of its dates."""
_PATIENCE = httpx.Timeout(5.0, connect=3.0)
_MAX_ANSWER = 64 * 1024
_KEPT = httpx.Limits(keepalive_expiry=60.0)


class PinnedTransport(httpx.BaseTransport):
    """Connects only where the pinned authority has signed. Any thread.

    An authority that is new, at the first contact or because the spare took over, is asked for; it
    counts only if it fits a pin. The request leaves after that, and once.
    """

    def __init__(
        self, own: ServerTrust, wall_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    ) -> None:
        self._own, self._wall_ms = own, wall_ms
        self._lock = threading.Lock()
        self._inner = self._new()
        self._former: list[httpx.HTTPTransport] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        inner = self._inner
        try:
            return self._sent(inner, request)
        except Untrusted as error:
            if error.reason != "wrong_ca":
                raise
        self._meet(request.url, inner)
        return self._sent(self._inner, request)

    def _sent(self, inner: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        try:
            return inner.handle_request(request)
        except httpx.ConnectError as error:
            reason = tls_fault(error)
            if not reason:
                raise
            if reason == "out_of_date" and self._is_clock_off(request.url):
                reason = "clock"
            raise Untrusted(reason) from error

    def close(self) -> None:
        for each in (self._inner, *self._former):
            each.close()

    def _meet(self, url: httpx.URL, failed: httpx.HTTPTransport) -> None:
        """Untrusted if the authority that shows itself is not a pinned one."""
        with self._lock:
            if self._inner is not failed:
                return  # another thread has met it meanwhile
            self._own.meet(ask_unproven(url, "/v1/authority", AuthorityAnswer))
            self._former.append(failed)
            self._inner = self._new()

    def _new(self) -> httpx.HTTPTransport:
        return httpx.HTTPTransport(verify=pinned_context(self._own.trust), limits=_KEPT)

    def _is_clock_off(self, url: httpx.URL) -> bool:
        """By central's signed word; a till that is only enrolling has no key to prove it with."""
        nonce = secrets.token_urlsafe(24)
        try:
            answer = ask_unproven(url, f"/v1/time?nonce={nonce}", TimeAnswer)
        except CentralError:
            return False
        keys, message = self._own.central_keys(), time_message(nonce, answer.server_time_ms)
        is_proven = not keys or any(verify(key, message, answer.sig) for key in keys)
        off_by = answer.server_time_ms - self._wall_ms()
        return is_proven and abs(off_by) > _CLOCK_MS


def ask_unproven(url: httpx.URL, path: str, model: type[M]) -> M:
    """Ask whoever answers, without knowing who it is: only for what proves itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    where = url.join(path)
    try:
        with (
            httpx.Client(verify=context, timeout=_PATIENCE, trust_env=False) as http,
            http.stream("GET", where, headers={"Accept-Encoding": "identity"}) as response,
        ):
            body = b""
            for part in response.iter_raw():  # unpacking is not done for strangers
                body += part
                if len(body) > _MAX_ANSWER:
                    raise Untrusted("wrong_ca")
            status = response.status_code
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise Unreachable(type(error).__name__) from error
    if status != 200:
        raise Untrusted("wrong_ca")
    return parsed(model, body)
