"""The collector of cycles rests while any large work goes on, and is back when the last of it ends."""

from __future__ import annotations

import gc
import threading

import pytest

from jingtu.platform.collecting import uncollected


def test_it_is_back_after_an_error_and_after_work_within_work() -> None:
    assert gc.isenabled()

    def work() -> None:
        with uncollected():
            with uncollected():
                assert not gc.isenabled()
            assert not gc.isenabled()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert gc.isenabled()


def test_the_first_to_end_does_not_wake_it_for_the_other() -> None:
    inside, done = threading.Event(), threading.Event()

    def work() -> None:
        with uncollected():
            inside.set()
            done.wait(10)

    other = threading.Thread(target=work)
    other.start()
    assert inside.wait(10)
    with uncollected():
        pass
    assert not gc.isenabled()
    done.set()
    other.join()
    assert gc.isenabled()


def test_where_it_rested_already_it_is_left_resting() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
