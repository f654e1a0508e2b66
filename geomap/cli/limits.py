"""Check the process's limits on memory and open files before the geodata are opened."""

from __future__ import annotations

from geomap.errors import GeomapError

MIN_MEMORY = 1_000_000_000
"""Bytes of address space. Measured at the peak, with one thread a library: places 737 MB, map with four formats 831 MB."""


MIN_FILES = 32
"""Files open at once. Measured: places 12 at least, a batch with one worker between 17 and 32."""


def check_limits() -> None:
    """Raise GeomapError where the process may have too little memory, or too few open files, to open the geodata.

    Otherwise some libraries end the process, with or without a message, and others report damaged files.
    """
    memory, files = limit("RLIMIT_AS"), limit("RLIMIT_NOFILE")
    if memory is not None and memory < MIN_MEMORY:
        raise GeomapError(
            f"the limit on memory is {memory // 1_000_000:,} MB, and geomap needs {MIN_MEMORY // 1_000_000:,} MB of "
            "address space; raise it (ulimit -v)"
        )
    if files is not None and files < MIN_FILES:
        raise GeomapError(f"the limit on open files is {files}, and geomap needs {MIN_FILES}; raise it (ulimit -n)")


def limit(name: str) -> int | None:
    """Return a soft limit of this process, None where there is none."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return None
    limit = resource.getrlimit(getattr(resource, name))[0]
    return None if limit == resource.RLIM_INFINITY else limit
