# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranks a workload with Hugging Face transformers and prints one JSON line.

--mode naive: every prompt on its own. --mode batch: a query's prompts as one padded batch.
--mode cache: the shared prefix once, its key-value cache repeated for one padded batch of suffixes.
Needs torch, transformers and tokenizers; --model is a Hugging Face folder with tokenizer.json.
"""
import json

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, DynamicCache

import peerrun

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


class Ranker:
    def __init__(self, folder, dtype, device, answers):
        self.device = device
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval().to(device)
        self.first, self.second = (self.encode(answer)[0] for answer in answers)

    def encode(self, text):
        return self.tokenizer.encode(text).ids

    def margins(self, rows, past=0, cache=None):
        """First answer's logit minus the second's after each row; rows are padded on the left."""
        width = max(len(row) for row in rows)
        tokens = torch.zeros(len(rows), width, dtype=torch.long)
        mask = torch.ones(len(rows), past + width, dtype=torch.long)
        for number, row in enumerate(rows):
            gap = width - len(row)
            tokens[number, gap:] = torch.tensor(row)
            mask[number, past:past + gap] = 0
        positions = (mask.cumsum(1) - 1)[:, past:].clamp(min=0)
        logits = self.model(input_ids=tokens.to(self.device), attention_mask=mask.to(self.device),
                            position_ids=positions.to(self.device), past_key_values=cache,
                            use_cache=cache is not None, logits_to_keep=1).logits[:, -1].float()
        return (logits[:, self.first] - logits[:, self.second]).tolist()

    @torch.inference_mode()
    def rank(self, query, mode):
        if mode == "cache":
            prefix = self.encode(query["prefix"])
            cache = DynamicCache(config=self.model.config)
            self.model(input_ids=torch.tensor([prefix], device=self.device), past_key_values=cache, use_cache=True,
                       logits_to_keep=1)
            cache.batch_repeat_interleave(len(query["suffixes"]))
            return self.margins([self.encode(suffix) for suffix in query["suffixes"]], len(prefix), cache)
        prompts = [self.encode(query["prefix"] + suffix) for suffix in query["suffixes"]]
        if mode == "batch":
            return self.margins(prompts)
        return [self.margins([prompt])[0] for prompt in prompts]


def main():
    parser = peerrun.parser(__doc__, ("naive", "batch", "cache"))
    parser.add_argument("--dtype", choices=TYPES, default="fp32")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    with open(chosen.workload, encoding="utf-8") as file:
        answers = json.load(file)["answers"]
    ranker = Ranker(chosen.model, TYPES[chosen.dtype], chosen.device, answers)
    peerrun.run(f"transformers-{chosen.mode}-{chosen.dtype}", chosen, lambda query: ranker.rank(query, chosen.mode))


if __name__ == "__main__":
    main()
