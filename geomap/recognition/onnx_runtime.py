"""Import ONNX Runtime with its telemetry disabled; no other module imports it."""

from __future__ import annotations

import os
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

SWITCH = "ORT_DISABLE_TELEMETRY"
"""Read once, when the library is loaded. Source: "Disabling Telemetry" in Privacy.md of ONNX Runtime 1.32."""


class Session(Protocol):
    """An open network, ``onnxruntime.InferenceSession``."""

    def run(self, output_names: None, input_feed: dict[str, Any]) -> list[Any]:
        """Return the outputs for the inputs by name."""


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


def open_network(path: Path, *, threads: int) -> Session:
    """Open a network for inference on ``threads`` threads of the CPU; ONNX Runtime has a class of exception for every sort of damage."""
    onnxruntime = load_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # errors are raised; onnxruntime does not need to print them
    session: Session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session
