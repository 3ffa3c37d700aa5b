# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranks a workload with Hugging Face transformers and prints one JSON line.

--mode naive: every prompt on its own. --mode batch: a query's prompts as one padded batch.
--mode cache: the shared prefix once, its key-value cache repeated for one padded batch of suffixes.
Needs torch, transformers and tokenizers; --model is a Hugging Face folder with tokenizer.json.
"""
import argparse
import json
import resource
import statistics
import time

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM, DynamicCache


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--mode", choices=("naive", "batch", "cache"), default="cache")
    parser.add_argument("--dtype", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--queries", type=int, default=0, help="only the first N; 0 = all")
    parser.add_argument("--scores", help="file for the margins of all queries")
    return parser.parse_args()


class Ranker:
    def __init__(self, folder, dtype, answers):
        self.tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()
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
        logits = self.model(input_ids=tokens, attention_mask=mask, position_ids=positions, past_key_values=cache,
                            use_cache=cache is not None, logits_to_keep=1).logits[:, -1].float()
        return (logits[:, self.first] - logits[:, self.second]).tolist()

    @torch.inference_mode()
    def rank(self, query, mode):
        if mode == "cache":
            prefix = self.encode(query["prefix"])
            cache = DynamicCache(config=self.model.config)
            self.model(input_ids=torch.tensor([prefix]), past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache.batch_repeat_interleave(len(query["suffixes"]))
            return self.margins([self.encode(suffix) for suffix in query["suffixes"]], len(prefix), cache)
        prompts = [self.encode(query["prefix"] + suffix) for suffix in query["suffixes"]]
        if mode == "batch":
            return self.margins(prompts)
        return [self.margins([prompt])[0] for prompt in prompts]


def main():
    chosen = options()
    with open(chosen.workload, encoding="utf-8") as file:
        work = json.load(file)
    ranker = Ranker(chosen.model, torch.bfloat16 if chosen.dtype == "bf16" else torch.float32, work["answers"])
    queries = work["queries"][: chosen.queries or None]
    ranker.rank({**queries[0], "suffixes": queries[0]["suffixes"][:2]}, chosen.mode)  # warms up, untimed
    seconds, margins = [], []
    for query in queries:
        start = time.perf_counter()
        margins.append(ranker.rank(query, chosen.mode))
        seconds.append(time.perf_counter() - start)
    if chosen.scores:
        with open(chosen.scores, "w", encoding="utf-8") as file:
            json.dump(margins, file)
    middle = statistics.median(seconds)
    print(json.dumps({"contender": f"transformers-{chosen.mode}-{chosen.dtype}", "seconds_per_query": middle,
                      "candidates_per_s": len(queries[0]["suffixes"]) / middle,
                      "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
