"""The network: a small uncased BERT cut to some of its layers, told case and lexicon, a word mixer and five heads."""

from __future__ import annotations

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  (torch's own custom)

from geomap.recognition.features import FEATURES, LEXICON_CLASSES, SHAPES
from training.corpora import N_LITERAL, USES

WIDTH, HEADS, INNER = 384, 12, 1536
N_USES = len(USES)
USE = slice(6, 6 + N_USES)
NESTED, PERSON = 6 + N_USES, 7 + N_USES
"""Where a word's scores of its use, of standing in a longer name and of a person's name are."""


def kinds(uses: Tensor) -> Tensor:
    """Return the log probabilities (…, 2) of literal and associative by the scores (…, 11) of the uses."""
    log = uses.log_softmax(-1)
    return torch.stack([log[..., :N_LITERAL].logsumexp(-1), log[..., N_LITERAL:].logsumexp(-1)], -1)


def _hidden(pieces: Tensor) -> Tensor:
    """Return the bias (b, 1, 1, s) that hides padding."""
    return torch.where(pieces > 0, 0.0, -10000.0)[:, None, None, :]


class Layer(nn.Module):
    """One transformer layer, post-norm, as BERT has it."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return ``x`` (b, s, width) with every piece told of the others; ``bias`` hides padding."""
        b, s, _ = x.shape
        q, k, v = self.qkv(x).view(b, s, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        if torch.jit.is_tracing() or torch.onnx.is_in_onnx_export():
            a = torch.softmax(q @ k.transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + bias, -1) @ v
        else:
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, dropout_p=0.1 if self.training else 0.0)
        x = self.norm1(x + self.drop(self.out(a.transpose(1, 2).reshape(b, s, WIDTH))))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class Mixer(nn.Module):
    """What a word learns from the words beside it: two residual layers that each see one neighbour on either side."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.near = nn.Linear(3 * width, width)
        self.norm = nn.LayerNorm(width)
        self.drop = nn.Dropout(0.2)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return ``x`` (b, w, width) with every word told of its neighbours; ``mask`` is 0 for padding."""
        x = x * mask
        side = torch.zeros_like(x[:, :1])
        near = torch.cat([torch.cat([side, x[:, :-1]], 1), x, torch.cat([x[:, 1:], side], 1)], -1)
        return self.norm(x + self.drop(F.gelu(self.near(near))))


class Network(nn.Module):
    """Pieces of words in, scores of each word out: news BIO (3), entity-set BIO (3), use (11), nested (1), person (1)."""

    def __init__(self, weights: str | None, layers: tuple[int, ...] = (1, 3, 5), head: int = 256) -> None:
        super().__init__()
        self.pieces = nn.Embedding(30522, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.shape_in, self.name_in, self.alone_in = (
            nn.Embedding(k, WIDTH) for k in (SHAPES, FEATURES, len(LEXICON_CLASSES))
        )
        self.shape_out, self.name_out, self.alone_out = (
            nn.Embedding(k, 16) for k in (SHAPES, FEATURES, len(LEXICON_CLASSES))
        )
        for e in (self.shape_in, self.name_in, self.alone_in):
            nn.init.normal_(e.weight, std=0.005)
        self.layers = nn.ModuleList(Layer() for _ in layers)
        self.enter = nn.Linear(WIDTH + 48, head)
        self.mix = nn.ModuleList([Mixer(head), Mixer(head)])
        self.scores = nn.Linear(head, 8 + N_USES)
        self.drop = nn.Dropout(0.1)
        self.word_drop = nn.Dropout(0.2)
        if weights:
            self._load(load_file(weights), layers)
        self.pieces.weight.requires_grad_(False)
        self.positions.weight.requires_grad_(False)

    def _load(self, bert: dict[str, Tensor], layers: tuple[int, ...]) -> None:
        bert = {k.removeprefix("bert."): v for k, v in bert.items()}
        with torch.no_grad():
            self.pieces.weight.copy_(bert["embeddings.word_embeddings.weight"])
            # the one token type in use is a constant: it goes into the positions
            self.positions.weight.copy_(
                bert["embeddings.position_embeddings.weight"] + bert["embeddings.token_type_embeddings.weight"][0]
            )
            self._copy(self.norm, bert, "embeddings.LayerNorm")
            for mine, number in zip(self.layers, layers, strict=True):
                at = f"encoder.layer.{number}."
                for part in ("weight", "bias"):
                    joined = torch.cat([bert[f"{at}attention.self.{w}.{part}"] for w in ("query", "key", "value")])
                    getattr(mine.qkv, part).copy_(joined)
                self._copy(mine.out, bert, at + "attention.output.dense")
                self._copy(mine.norm1, bert, at + "attention.output.LayerNorm")
                self._copy(mine.up, bert, at + "intermediate.dense")
                self._copy(mine.down, bert, at + "output.dense")
                self._copy(mine.norm2, bert, at + "output.LayerNorm")

    @staticmethod
    def _copy(module: nn.Module, bert: dict[str, Tensor], name: str) -> None:
        module.weight.copy_(bert[name + ".weight"])
        module.bias.copy_(bert[name + ".bias"])

    def forward(
        self, pieces: Tensor, word_of: Tensor, first: Tensor, shape: Tensor, name: Tensor, alone: Tensor
    ) -> Tensor:
        """Return the scores (b, w, 19) of words.

        ``pieces`` (b, s), 0 for padding; ``word_of`` (b, s), the word each piece belongs to, for none the last column
        of the features; ``first`` (b, w), where each word begins; ``shape``, ``name``, ``alone`` (b, w), 0 for padding.
        """
        return self.scores_of(self.vectors(pieces, word_of, first, shape, name, alone), shape, name, alone)

    def vectors(
        self, pieces: Tensor, word_of: Tensor, first: Tensor, shape: Tensor, name: Tensor, alone: Tensor
    ) -> Tensor:
        """Return the last layer (b, w, width) at the first piece of each word; arguments as of ``forward``."""
        return self.last(self.lower(pieces, word_of, shape, name, alone), pieces, first)

    def lower(self, pieces: Tensor, word_of: Tensor, shape: Tensor, name: Tensor, alone: Tensor) -> Tensor:
        """Return the pieces (b, s, width) after all layers but the last."""
        told = self.shape_in(shape) + self.name_in(name) + self.alone_in(alone)
        x = self.pieces(pieces) + self.positions.weight[: pieces.shape[1]]
        x = x + torch.gather(told, 1, word_of[:, :, None].expand(-1, -1, WIDTH))
        x = self.drop(self.norm(x))
        for layer in self.layers[:-1]:
            x = layer(x, _hidden(pieces))
        return x

    def last(self, x: Tensor, pieces: Tensor, first: Tensor) -> Tensor:
        """Return the last layer over ``x`` at the first piece of each word."""
        x = self.layers[-1](x, _hidden(pieces))
        return torch.gather(x, 1, first[:, :, None].expand(-1, -1, WIDTH))

    def scores_of(self, vectors: Tensor, shape: Tensor, name: Tensor, alone: Tensor) -> Tensor:
        """Return the scores (b, w, 19) of words with these ``vectors``."""
        x = torch.cat([vectors, self.shape_out(shape), self.name_out(name), self.alone_out(alone)], -1)
        x = self.enter(self.word_drop(x))
        mask = (shape > 0).to(x.dtype)[:, :, None]
        for mixer in self.mix:
            x = mixer(x, mask)
        return self.scores(self.word_drop(x))
