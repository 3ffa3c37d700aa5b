# SPDX-License-Identifier: GPL-3.0-or-later
"""Expected continuations and embeddings of tiny checkpoints, by transformers 4.57.6 and torch 2.11 in fp32.

    python make_text_references.py ../checkpoints/llama [other checkpoint folders]

writes NAME.text.json beside this script: prompts (token ids, seeded), the 24 ids that follow greedily, the most likely
next tokens with their logits, and the hidden states after the last norm, as mean over the prompt and at its last token.
Prompts whose two best tokens ever come within 2e-3 are left out: rounding would decide there.
"""
import json
import pathlib
import random
import sys

import torch
from transformers import AutoModelForCausalLM

STEPS = 24


def continued(model, ids):
    tokens, closest = list(ids), 1e9
    for _ in range(STEPS):
        with torch.no_grad():
            logits = model(torch.tensor([tokens])).logits[0, -1]
        best = torch.topk(logits, 2).values
        closest = min(closest, float(best[0] - best[1]))
        tokens.append(int(torch.argmax(logits)))
    return tokens[len(ids):], closest


def case_of(model, ids):
    with torch.no_grad():
        out = model(torch.tensor([ids]), output_hidden_states=True)
    hidden = out.hidden_states[-1][0]  # after the last norm
    best = torch.topk(out.logits[0, -1], 5)
    return {
        "ids": ids,
        "next": [[int(i), round(float(v), 6)] for v, i in zip(best.values, best.indices)],
        "mean": [round(float(v), 6) for v in hidden.mean(0)],
        "last": [round(float(v), 6) for v in hidden[-1]],
    }


def main():
    for folder in map(pathlib.Path, sys.argv[1:]):
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        rng = random.Random(7)
        top = min(500, model.config.vocab_size)
        header = [rng.randrange(3, top) for _ in range(40)]
        cases = []
        for length in (1, 7, 30, 60, 100, 150, 12, 90):
            ids = (header + [rng.randrange(3, top) for _ in range(200)])[:length]
            continuation, closest = continued(model, ids)
            if closest > 2e-3:
                cases.append(case_of(model, ids) | {"continuation": continuation})
        target = pathlib.Path(__file__).parent / f"{folder.name}.text.json"
        target.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
        print(target, len(cases), "cases")


if __name__ == "__main__":
    main()
