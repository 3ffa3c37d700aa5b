# SPDX-License-Identifier: GPL-3.0-or-later
"""Logits after each token that transformers computes for a checkpoint, or peft for an adapter on it.

    python logits.py CHECKPOINT 1,2,3 [ADAPTER]

Prints a JSON list of lists. Exit status 77 where the packages are missing.
"""
import json
import sys

try:
    import torch
    from transformers import AutoModelForCausalLM
    if len(sys.argv) > 3:
        from peft import PeftModel
except ImportError:
    sys.exit(77)

torch.set_num_threads(1)
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32, attn_implementation="eager")
if len(sys.argv) > 3:
    model = PeftModel.from_pretrained(model, sys.argv[3])
model.eval()
with torch.no_grad():
    logits = model(torch.tensor([[int(token) for token in sys.argv[2].split(",")]])).logits[0]
json.dump(logits.tolist(), sys.stdout)
