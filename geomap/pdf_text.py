"""Print the title and the text of the PDF on standard input; a process of its own, so that a hostile file harms none but it."""

from __future__ import annotations

import io
import logging
import sys

MAX_PAGES = 300
MAX_CHARACTERS = 3_000_000
MAX_MEMORY = 1_500_000_000
"""Address space, bytes."""


def main() -> None:
    """Write one line of title, then the text; one line on stderr and exit code 1 where there is none to be had."""
    _limit(int(sys.argv[1]))
    sys.stdout.buffer.write(read_pdf(sys.stdin.buffer.read()).encode("utf-8", "replace"))


def read_pdf(data: bytes) -> str:
    """Return one line of title, then the text of the pages; exit with one line that says why there is none."""
    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            sys.exit("it is locked by a password")
        title = " ".join(str(reader.metadata.title or "").split()) if reader.metadata else ""
        pages, n_characters = [], 0
        for page in reader.pages[:MAX_PAGES]:
            pages.append(page.extract_text())
            n_characters += len(pages[-1])
            if n_characters > MAX_CHARACTERS:
                sys.exit("it has more text than an article")
    except MemoryError:
        sys.exit("it asks for too much memory")
    except Exception as error:  # noqa: BLE001 - a broken PDF raises anything, and this process does nothing else
        sys.exit(" ".join(f"{type(error).__name__}: {error}".split()))
    return f"{title}\n{chr(10).join(pages)}"


def _limit(seconds: int) -> None:
    """Bound time and memory where the system can."""
    try:
        import resource
    except ImportError:  # Windows: the parent's time-out remains
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


if __name__ == "__main__":
    main()
