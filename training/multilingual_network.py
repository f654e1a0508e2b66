"""The multilingual network: layers of multilingual-e5-small, told shapes and lexicon, with the mixer and heads of the English one."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from geomap.recognition.features import FEATURES, LEXICON_CLASSES
from geomap.recognition.multilingual_features import N_SHAPES
from geomap.recognition.multilingual_model import unpack_embeddings
from training.multilingual_encoder import Encoder
from training.network import N_USES, WIDTH, Layer, Mixer

N_CLASSES = len(LEXICON_CLASSES)


class MultilingualNetwork(nn.Module):
    """Embedded pieces in, scores of each token out, in the columns of ``training.network.Network``."""

    def __init__(self, encoder: Encoder, layers: tuple[int, ...], head: int = 256) -> None:
        super().__init__()
        self.positions = nn.Embedding(512, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        sizes = {"shape": N_SHAPES, "name": FEATURES, "alone": N_CLASSES, "stem": N_CLASSES}
        self.told_in = nn.ModuleDict({name: nn.Embedding(n, WIDTH) for name, n in sizes.items()})
        self.told_out = nn.ModuleDict({name: nn.Embedding(n, 16) for name, n in sizes.items()})
        for table in self.told_in.values():
            nn.init.normal_(table.weight, std=0.005)
        self.layers = nn.ModuleList(Layer() for _ in layers)
        self.enter = nn.Linear(WIDTH + 16 * len(sizes), head)
        self.mix = nn.ModuleList([Mixer(head), Mixer(head)])
        self.scores = nn.Linear(head, 8 + N_USES)
        self.drop = nn.Dropout(0.1)
        self.word_drop = nn.Dropout(0.2)
        self._load(encoder, layers)
        self.positions.weight.requires_grad_(False)

    @torch.no_grad()
    def _load(self, encoder: Encoder, layers: tuple[int, ...]) -> None:
        def tensor(name: str, width: int = 0) -> Tensor:
            return torch.from_numpy(encoder.floats(name, width))

        self.positions.weight.copy_(tensor("emb.pos", WIDTH) + tensor("emb.type", WIDTH)[0])
        self.norm.weight.copy_(tensor("emb.ln.w"))
        self.norm.bias.copy_(tensor("emb.ln.b"))
        for mine, number in zip(self.layers, layers, strict=True):
            at = f"l{number}."
            mine.qkv.weight.copy_(torch.cat([tensor(f"{at}{part}.w", WIDTH) for part in "qkv"]))
            mine.qkv.bias.copy_(torch.cat([tensor(f"{at}{part}.b") for part in "qkv"]))
            for module, name, width in ((mine.out, "ao", WIDTH), (mine.up, "fi", WIDTH), (mine.down, "fo", 4 * WIDTH)):
                module.weight.copy_(tensor(f"{at}{name}.w", width))
                module.bias.copy_(tensor(f"{at}{name}.b"))
            for module, name in ((mine.norm1, "aln"), (mine.norm2, "oln")):
                module.weight.copy_(tensor(f"{at}{name}.w"))
                module.bias.copy_(tensor(f"{at}{name}.b"))

    def forward(
        self,
        embedded: Tensor,
        here: Tensor,
        owner: Tensor,
        first: Tensor,
        shape: Tensor,
        name: Tensor,
        alone: Tensor,
        stem: Tensor,
    ) -> Tensor:
        """Return the scores (b, w, 19) of tokens.

        ``embedded`` (b, s, width), ``here`` (b, s) 1 for a piece and 0 for padding; ``owner`` (b, s) the token each piece belongs to, for none
        the last column of the features; ``first`` (b, w) the piece of each token; the features (b, w), 0 for padding.
        """
        told = {"shape": shape, "name": name, "alone": alone, "stem": stem}
        bias = torch.where(here > 0, 0.0, -10000.0)[:, None, None, :]
        x = embedded + self.positions.weight[: embedded.shape[1]]
        known = sum(self.told_in[key](value) for key, value in told.items())
        x = x + torch.gather(known, 1, owner[:, :, None].expand(-1, -1, WIDTH))
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x, bias)
        x = torch.gather(x, 1, first[:, :, None].expand(-1, -1, WIDTH))
        x = torch.cat([x, *(self.told_out[key](value) for key, value in told.items())], -1)
        x = self.enter(self.word_drop(x))
        mask = (shape > 0).to(x.dtype)[:, :, None]
        for mixer in self.mix:
            x = mixer(x, mask)
        return self.scores(self.word_drop(x))


def embeddings(rows: Tensor) -> nn.Embedding:
    """Return the frozen embeddings of packed ``rows`` (n, bytes)."""
    return nn.Embedding.from_pretrained(torch.from_numpy(unpack_embeddings(rows.numpy())), freeze=True)
