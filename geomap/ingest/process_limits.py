"""What a process that reads foreign bytes sets for itself: a time, an amount of memory, an end with whoever started it."""

from __future__ import annotations

import os
import signal


def end_with_starter() -> None:
    """End this process as soon as nobody holds the other end of its standard input, whatever it is busy with.

    Its starter may have been killed, and an article may take a minute: nothing of ours is left running for that.
    """
    import select
    import threading

    def wait() -> None:
        poll = select.poll()
        poll.register(0, 0)  # for no event but the hang-up, which is always reported
        poll.poll()
        os._exit(1)

    if hasattr(select, "poll"):  # Windows has none: there the process ends when it asks for more
        threading.Thread(target=wait, daemon=True).start()


def alarm(seconds: float) -> None:
    """Have the system end this process in so many seconds, 0 for never; not on Windows.

    There is no handler, which would wait for native code to return.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def limit_private_memory(megabytes: int) -> None:
    """Let this process have so many MiB of private memory; what is mapped from files, as the geodata are, takes none."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump would hold the article
