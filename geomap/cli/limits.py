"""The limits of memory and open files that reading needs, checked before the geodata are opened."""

from __future__ import annotations

from geomap.errors import GeomapError

LEAST_MEMORY = 1_000_000_000
"""Bytes of address space. Measured at the peak, with one thread a library: places 737 MB, map with four formats 831 MB."""


LEAST_FILES = 32
"""Files open at once. Measured: places 12 at least, a batch with one worker between 17 and 32."""


def check_limits() -> None:
    """Raise GeomapError where the process may have too little memory, or too few open files, to open the geodata.

    Libraries that cannot map what they need end the process, with words of their own or none; others call files damaged.
    """
    memory, files = limit("RLIMIT_AS"), limit("RLIMIT_NOFILE")
    if memory is not None and memory < LEAST_MEMORY:
        raise GeomapError(
            f"the limit on memory is {memory // 1_000_000:,} MB, and reading takes {LEAST_MEMORY // 1_000_000:,} MB of "
            "addresses; raise it (ulimit -v)"
        )
    if files is not None and files < LEAST_FILES:
        raise GeomapError(f"the limit on open files is {files}, and reading takes {LEAST_FILES}; raise it (ulimit -n)")


def limit(name: str) -> int | None:
    """Return a soft limit of this process, None where there is none."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return None
    limit = resource.getrlimit(getattr(resource, name))[0]
    return None if limit == resource.RLIM_INFINITY else limit
