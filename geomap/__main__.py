"""Run geomap as ``python -m geomap``."""

import os
import sys


def _leave_current_folder() -> None:
    """Remove the current folder, which ``-m`` puts before the standard library, from ``sys.path``.

    A ``resource.py`` beside an article must not be executed. If geomap itself is in the folder, it is moved to the end.
    """
    if sys.flags.safe_path:
        return
    here = sys.path.pop(0)
    if os.path.realpath(os.path.join(here, "geomap", "__main__.py")) == os.path.realpath(__file__):  # noqa: PTH118
        sys.path.append(here)


_leave_current_folder()

from geomap.cli.process import main  # noqa: E402 - after the folder is removed

main()
