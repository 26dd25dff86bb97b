"""The write gate: a person's write comes before every waiting bulk write."""

import threading
import time

import pytest

from pos_app.store.gate import WriteGate


def test_an_urgent_writer_goes_before_bulk_writers_that_wait_longer() -> None:
    gate, order = WriteGate(), list[str]()

    def bulk() -> None:
        with gate.bulk():
            order.append("bulk")

    def urgent() -> None:
        with gate.urgent():
            order.append("urgent")

    workers = [threading.Thread(target=it) for it in (bulk, bulk, urgent)]
    with gate.bulk():
        for worker in workers:
            worker.start()
            time.sleep(0.02)
    for worker in workers:
        worker.join()

    assert order == ["urgent", "bulk", "bulk"]


def test_only_one_writer_is_inside() -> None:
    gate, inside, most = WriteGate(), 0, 0

    def write(urgent: bool) -> None:
        nonlocal inside, most
        for _ in range(200):
            with gate.urgent() if urgent else gate.bulk():
                inside += 1
                most = max(most, inside)
                inside -= 1

    workers = [threading.Thread(target=write, args=(n % 2 == 0,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (inside, most) == (0, 1)


def test_a_failed_write_leaves_the_gate_open() -> None:
    gate = WriteGate()

    with pytest.raises(ZeroDivisionError), gate.urgent():
        _ = 1 // 0

    with gate.bulk():
        pass
