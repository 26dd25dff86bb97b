"""Checking PINs: Argon2id of a peppered digest, and a lock-out that a restart does not lift."""

import hashlib
import hmac
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from pos_app.domain.clock import Now
from pos_app.domain.staff import SignInResult, Staff
from pos_app.store import facts
from pos_app.store.catalog import Catalog, StaffRow
from pos_app.store.db import Stores

TRIES = 5
_FIRST_WAIT_MS = 30_000
_LONGEST_WAIT_MS = 30 * 60_000


def pin_digest(pepper: str, staff_id: str, pin: str) -> bytes:
    """What Argon2id hashes. The pepper is not beside the hash: it came with enrolment."""
    return hmac.digest(pepper.encode(), f"{staff_id}:{pin}".encode(), hashlib.sha256)


class _Lock(NamedTuple):
    failures: int
    since_ms: int
    run: str


class SignIn:
    """Argon2 takes 50 to 100 ms: call `check` on a worker thread."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._catalog = Catalog(stores)
        self._hasher = PasswordHasher()

    def check(self, staff_id: str, pin: str, now: Now) -> SignInResult:
        """Five failures cost 30 s, each further one twice as much, up to half an hour."""
        person = self._person(staff_id)
        if person is None:
            return SignInResult(ok=False, staff=None)
        failures, wait_ms = self._try(staff_id, now)
        if wait_ms:
            return _refused(failures, wait_ms)
        if self._is_right(person, pin):
            return self._welcome(person.staff, now)
        return self._refuse(staff_id, failures, now)

    def _person(self, staff_id: str) -> StaffRow | None:
        rows = self._catalog.staff_rows()
        return next((row for row in rows if row.staff.staff_id == staff_id), None)

    def _try(self, staff_id: str, now: Now) -> tuple[int, int]:
        """Count a failure before looking at the PIN, so that pulling the plug gives no free tries.

        Returns failures including this try, or those before it and the wait that forbids it.
        """
        with self._stores.journal_write() as conn:
            lock = self._lock(conn, staff_id, now)
            wait = _wait_ms(lock.failures) - (now.mono_ms - lock.since_ms)
            if lock.failures >= TRIES and wait > 0:
                return lock.failures, wait
            _save(conn, staff_id, _Lock(lock.failures + 1, now.mono_ms, self._stores.run_id))
            return lock.failures + 1, 0

    def _lock(self, conn: Connection, staff_id: str, now: Now) -> _Lock:
        """A lock of another process starts its wait again: its clock means nothing here."""
        row = conn.exec_driver_sql(
            "SELECT failures, since_ms, run FROM signin_lock WHERE staff_id = ?", (staff_id,)
        ).fetchone()
        lock = _Lock(*row) if row else _Lock(0, now.mono_ms, self._stores.run_id)
        if lock.run != self._stores.run_id:
            lock = _Lock(lock.failures, now.mono_ms, self._stores.run_id)
            _save(conn, staff_id, lock)
        return lock

    def _is_right(self, person: StaffRow, pin: str) -> bool:
        device = self._stores.identity
        pepper = device.device.pin_pepper if device else ""
        try:
            return self._hasher.verify(
                person.pin_hash, pin_digest(pepper, person.staff.staff_id, pin)
            )
        except (VerificationError, InvalidHashError):
            return False

    def _welcome(self, staff: Staff, now: Now) -> SignInResult:
        with self._stores.journal_write() as conn:
            conn.exec_driver_sql("DELETE FROM signin_lock WHERE staff_id = ?", (staff.staff_id,))
            self._say(conn, "signed_in", staff.staff_id, now)
        return SignInResult(ok=True, staff=staff, tries_left=TRIES)

    def _refuse(self, staff_id: str, failures: int, now: Now) -> SignInResult:
        locked = failures >= TRIES
        with self._stores.journal_write() as conn:
            self._say(conn, "locked_out" if locked else "refused", staff_id, now)
        return _refused(failures, _wait_ms(failures) if locked else 0)

    def _say(self, conn: Connection, what: str, staff_id: str, now: Now) -> None:
        payload = {"what": what, "staff_id": staff_id, "detail": ""}
        facts.append(conn, self._stores.identity, "auth.event.v1", staff_id, payload, now)


def _wait_ms(failures: int) -> int:
    doublings = max(failures - TRIES, 0)
    return min(_FIRST_WAIT_MS << min(doublings, 10), _LONGEST_WAIT_MS)


def _refused(failures: int, wait_ms: int) -> SignInResult:
    return SignInResult(
        ok=False, staff=None, tries_left=max(TRIES - failures, 0), wait_s=-(-wait_ms // 1000)
    )


def _save(conn: Connection, staff_id: str, lock: _Lock) -> None:
    conn.exec_driver_sql(
        "INSERT OR REPLACE INTO signin_lock VALUES (?, ?, ?, ?)", (staff_id, *lock)
    )
