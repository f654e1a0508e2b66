"""Limits that a process for untrusted bytes sets for itself: time, memory, and an end with the process that started it."""

from __future__ import annotations

import os
import signal


def end_with_starter() -> None:
    """End this process as soon as the other end of its standard input is closed, whatever it is doing.

    The process that started it may have been killed, and an article may take a minute.
    """
    import select
    import threading

    def wait() -> None:
        poll = select.poll()
        poll.register(0, 0)  # no events: a hang-up is always reported
        poll.poll()
        os._exit(1)

    if hasattr(select, "poll"):  # not on Windows, where the process ends when it reads its next request
        threading.Thread(target=wait, daemon=True).start()


def alarm(seconds: float) -> None:
    """Let the system end this process after ``seconds``, 0 for never; not on Windows.

    There is no signal handler: it would wait for native code to return.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def limit_private_memory(megabytes: int) -> None:
    """Limit the private memory of this process, in MiB; memory-mapped files such as the geodata do not count."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would contain the article
