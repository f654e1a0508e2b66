"""The one place that imports ONNX Runtime: its telemetry is switched off before the library is loaded."""

from __future__ import annotations

import os
from types import ModuleType

SWITCH = "ORT_DISABLE_TELEMETRY"
"""Read once, when the library is loaded. Source: "Disabling Telemetry" in Privacy.md of ONNX Runtime 1.32."""


def load_onnxruntime() -> ModuleType:
    """Return the module ``onnxruntime``, which sends nothing and keeps no device id, whatever the environment says.

    Official builds since 1.32 have telemetry switched on: loading one connects to its maker's server and writes a device
    id and a queue of events, with the path of the executable, below the user's cache folder.
    """
    os.environ[SWITCH] = "1"
    import onnxruntime

    # Of no effect where the switch was; it silences a library that somebody else had loaded before.
    onnxruntime.disable_telemetry_events()
    return onnxruntime  # type: ignore[no-any-return]
