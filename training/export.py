"""Write a trained network as the files that ship: the network as ONNX with int8 weights, vocabulary, lexicon.

python -m training.export RUN/net.pt OUT --minilm MINILM --lexicon LEXICON.npz --layers 1,3,5 [--float]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from geomap.recognition.onnx_runtime import load_onnxruntime
from training.network import NESTED, USE, Network, kinds

INPUTS = ("pieces", "word_of", "first", "shape", "name", "alone")


class SmallEmbedding(nn.Module):
    """The rows of an embedding as int8 with one scale a row."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
        self.register_buffer("table", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, numbers: Tensor) -> Tensor:
        """Return the rows of ``numbers``."""
        return self.table[numbers].float() * self.scale[numbers]


class Scored(nn.Module):
    """The network with its scores as log probabilities, nested as log odds, and the vectors of its words."""

    def __init__(self, net: Network) -> None:
        super().__init__()
        self.net = net

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return (b, w, 6): outside, begin, inside; literal, associative; nested; and (b, w, width)."""
        vectors = self.net.vectors(*inputs)
        s = self.net.scores_of(vectors, *inputs[3:])
        return torch.cat([s[..., :3].log_softmax(-1), kinds(s[..., USE]), s[..., NESTED : NESTED + 1]], -1), vectors


def export(net: Network, out: Path, *, quantise: bool) -> None:
    """Write ``net`` to ``out``; every linear map in int8 with a scale for each channel when ``quantise``."""
    net.eval()
    if quantise:
        net.pieces = SmallEmbedding(net.pieces.weight.data)
    example = (
        torch.randint(5, 900, (2, 12)),
        torch.zeros(2, 12, dtype=torch.long),
        torch.ones(2, 6, dtype=torch.long),
        *(torch.ones(2, 6, dtype=torch.long) for _ in range(3)),
    )
    write_onnx(Scored(net), example, INPUTS, out, quantise=quantise, outputs=("scores", "vectors"))


def write_onnx(
    scored: nn.Module,
    example: tuple[Tensor, ...],
    inputs: tuple[str, ...],
    out: Path,
    *,
    quantise: bool,
    outputs: tuple[str, ...] = ("scores",),
) -> None:
    """Write a network as ONNX; the first two of its ``inputs`` are (windows, pieces, …), the others and ``outputs`` (windows, words, …)."""
    axes = {name: {0: "windows", 1: "pieces" if name in inputs[:2] else "words"} for name in inputs} | {
        name: {0: "windows", 1: "words"} for name in outputs
    }
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            scored,
            example,
            str(plain),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        if quantise:
            load_onnxruntime()  # before its quantisation, which would load it with telemetry
            from onnxruntime.quantization import QuantType, quantize_dynamic

            quantize_dynamic(
                plain,
                out,
                per_channel=True,
                reduce_range=False,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul"],
                extra_options={"MatMulConstBOnly": True},
            )
        else:
            out.write_bytes(plain.read_bytes())
    model = onnx.load(out)
    del model.metadata_props[:]
    model.producer_name, model.producer_version, model.doc_string = "geomap", "", ""
    onnx.save(model, out)


def main() -> None:
    """Export one network."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("net", type=Path)
    p.add_argument("out", type=Path)
    p.add_argument("--minilm", type=Path, required=True)
    p.add_argument("--lexicon", type=Path, required=True)
    p.add_argument("--layers", default="1,3,5")
    p.add_argument("--float", action="store_true")
    a = p.parse_args()
    net = Network(None, tuple(map(int, a.layers.split(","))))
    net.load_state_dict(torch.load(a.net))
    a.out.mkdir(parents=True, exist_ok=True)
    export(net, a.out / "network.onnx", quantise=not a.float)
    (a.out / "vocabulary.txt").write_bytes((a.minilm / "vocab.txt").read_bytes())
    held = np.load(a.lexicon)
    (a.out / "lexicon.bin").write_bytes(held["hashes"].astype("<u4").tobytes() + held["classes"].tobytes())


if __name__ == "__main__":
    main()
