"""Write the trained multilingual network as ONNX with int8 weights.

python -m training.multilingual_export RUN/net.pt [RUN/net.pt …] --out OUT --encoder E5_FILE --layers 0,1,2,3

Of several networks the mean of their weights is written: of runs that continue one another it is better than either.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from training.export import write_onnx
from training.multilingual_encoder import read_encoder
from training.multilingual_network import MultilingualNetwork
from training.network import NESTED, PERSON, USE, WIDTH

INPUTS = ("embedded", "owner", "first", "shape", "name", "alone", "stem")


class Scored(nn.Module):
    """The network with the columns of ``geomap.recognition.multilingual_model.SCORES``."""

    def __init__(self, net: MultilingualNetwork) -> None:
        super().__init__()
        self.net = net

    def forward(self, embedded: Tensor, owner: Tensor, *told: Tensor) -> Tensor:
        """Return (b, w, 16); every piece is one, without padding."""
        s = self.net(embedded, torch.ones_like(owner), owner, *told)
        heads = (
            s[..., :3].log_softmax(-1),
            s[..., USE].log_softmax(-1),
            s[..., NESTED : NESTED + 1],
            s[..., PERSON : PERSON + 1],
        )
        return torch.cat(heads, -1)


def export(net: MultilingualNetwork, out: Path) -> None:
    """Write ``net`` to ``out``; every linear map in int8 with a scale for each channel."""
    net.eval()
    example = (
        torch.randn(2, 12, WIDTH),
        torch.zeros(2, 12, dtype=torch.long),
        torch.ones(2, 6, dtype=torch.long),
        *(torch.ones(2, 6, dtype=torch.long) for _ in range(4)),
    )
    write_onnx(Scored(net), example, INPUTS, out, quantise=True)


def main() -> None:
    """Export one network."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("nets", type=Path, nargs="+")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--encoder", type=Path, required=True)
    p.add_argument("--layers", default="0,1,2,3")
    a = p.parse_args()
    net = MultilingualNetwork(read_encoder(a.encoder), tuple(map(int, a.layers.split(","))))
    held = [torch.load(path) for path in a.nets]
    net.load_state_dict({name: sum(weights[name] for weights in held) / len(held) for name in held[0]})
    a.out.mkdir(parents=True, exist_ok=True)
    export(net, a.out / "network.onnx")


if __name__ == "__main__":
    main()
