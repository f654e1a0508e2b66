"""Import ONNX Runtime with its telemetry disabled; no other module imports it."""

from __future__ import annotations

import os
from types import ModuleType

SWITCH = "ORT_DISABLE_TELEMETRY"
"""Read once, when the library is loaded. Source: "Disabling Telemetry" in Privacy.md of ONNX Runtime 1.32."""


def load_onnxruntime() -> ModuleType:
    """Return the module ``onnxruntime`` with telemetry disabled, whatever the environment variable was.

    Official builds since 1.32 have telemetry switched on: loading one connects to its maker's server and writes a device
    id and a queue of events, with the path of the executable, below the user's cache folder.
    """
    os.environ[SWITCH] = "1"
    import onnxruntime

    # Needed only where other code had imported the library before the variable was set.
    onnxruntime.disable_telemetry_events()
    return onnxruntime  # type: ignore[no-any-return]
