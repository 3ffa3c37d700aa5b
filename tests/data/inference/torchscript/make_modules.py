# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiny TorchScript language models: one that keeps the contract of TorchScriptModel, and some that break it.

    python make_modules.py       # needs torch; the files here are of torch 2.11

reference.json: logits of keeps.pt at every position of some prompts, each computed alone, in fp32.
"""
import io
import json
import pathlib
import zipfile
from typing import Dict, Tuple

import torch
from torch import Tensor, nn

VOCABULARY, WIDTH = 48, 16
HERE = pathlib.Path(__file__).parent


class Keeps(nn.Module):
    """Each position sees the mean of those before it, so that order, length and mask all matter."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.own = nn.Linear(WIDTH, WIDTH)
        self.past = nn.Linear(WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        mask = attention_mask.unsqueeze(-1).to(torch.float32)
        x = self.embedding(input_ids) * mask
        mean = x.cumsum(1) / mask.cumsum(1).clamp(min=1.0)
        return 3 * self.head(torch.tanh(self.own(x) + 2 * self.past(mean)))


class Tuple_(Keeps):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tuple[Tensor, Tensor]:
        x = self.embedding(input_ids)
        return self.head(x), x


class LastOnly(Keeps):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.head(self.embedding(input_ids))[:, -1]


class Integers(Keeps):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.head(self.embedding(input_ids)).argmax(-1, keepdim=True)


class Named(Keeps):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
        return {"logits": self.head(self.embedding(input_ids))}


class OneInput(Keeps):
    def forward(self, input_ids: Tensor) -> Tensor:
        return self.head(self.embedding(input_ids))


class Raises(Keeps):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        if input_ids.size(1) > 2:
            raise RuntimeError("only two tokens are understood")
        return self.head(self.embedding(input_ids))


def save(module, name):
    """As torch.jit.save, without the debug tables and packed small."""
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(module.eval()), buffer)
    with zipfile.ZipFile(buffer) as full, zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_STORED) as small:
        for entry in full.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                small.writestr(zipfile.ZipInfo(entry.filename.replace(entry.filename.split("/")[0], "m", 1)),
                               full.read(entry))


def main():
    torch.manual_seed(20240607)
    keeps = Keeps().eval()
    save(keeps, "keeps.pt")
    for module, name in ((Tuple_(), "tuple"), (LastOnly(), "last-only"), (Integers(), "integers"), (Named(), "named"),
                         (OneInput(), "one-input"), (Raises(), "raises")):
        save(module, name + ".pt")
    torch.save({"weight": torch.zeros(2, 2)}, HERE / "pickle.pt")
    generator = torch.Generator().manual_seed(1)
    prompts = []
    with torch.no_grad():
        for length in (1, 2, 5, 5, 9, 14):
            ids = torch.randint(VOCABULARY, (1, length), generator=generator)
            logits = keeps(ids, torch.ones_like(ids))
            prompts.append({"ids": ids[0].tolist(), "logits": [[round(v, 6) for v in row] for row in logits[0].tolist()]})
    (HERE / "reference.json").write_text(json.dumps(prompts) + "\n")


if __name__ == "__main__":
    main()
