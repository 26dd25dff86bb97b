"""A till that runs for weeks: what is done a thousand times must leave nothing behind."""

import os
import threading

from pos_app.store.signin import SignIn
from tests.journeys.conftest import Shop


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 a folder of the kernel's


def test_checking_pins_on_ever_new_worker_threads_does_not_use_up_the_files(shop: Shop) -> None:
    counter = shop.till()
    checker, answers = SignIn(counter.stores), []

    def check() -> None:
        worker = threading.Thread(
            target=lambda: answers.append(checker.check("014-jana", "1111", counter.clock.now()))
        )
        worker.start()
        worker.join()

    check()
    before = open_files()
    for _ in range(8):
        check()

    assert [answer.ok for answer in answers] == [True] * 9
    assert open_files() <= before + 4, "at most the files of one more thread"
