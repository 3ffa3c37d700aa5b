# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains in PyTorch what core.tuning.trainer trains, from the same weights on the same samples.

    DRIFTSCOPE_WRITE_SAMPLES=samples.json tst_core_tuning_trainer lossesAreThoseOfPyTorch
    python make_reference.py samples.json ../checkpoints/smollm2-like > losses.json

Needs torch, transformers and peft. Weights, products and moments are fp32. Every sample runs alone, so that nothing
depends on how samples are packed. LoRA's first matrices are drawn as the program draws them: uniform within
1/sqrt(in) from one generator, layer by layer in the order of the targets.
"""
import json
import math
import sys

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def learning_rate(step, total, plan):
    if step < plan["warmupSteps"]:
        return plan["learningRate"] * (step + 1) / plan["warmupSteps"]
    share = min(1.0, (step - plan["warmupSteps"]) / max(1.0, total - plan["warmupSteps"]))
    end = plan["finalLearningRate"]
    return end + (plan["learningRate"] - end) * 0.5 * (1 + math.cos(math.pi * share))


def with_lora(model, method, seed):
    model = get_peft_model(model, LoraConfig(r=method["rank"], lora_alpha=method["alpha"], lora_dropout=0.0,
                                             target_modules=method["targets"], task_type="CAUSAL_LM"))
    generator = torch.Generator().manual_seed(seed)
    for layer in model.base_model.model.model.layers:
        for target in method["targets"]:
            module = getattr(layer.mlp if target in ("gate_proj", "up_proj", "down_proj") else layer.self_attn, target)
            down = module.lora_A["default"].weight
            bound = 1 / math.sqrt(down.shape[1])
            with torch.no_grad():
                down.copy_(torch.empty(down.shape).uniform_(-bound, bound, generator=generator))
                module.lora_B["default"].weight.zero_()
    return model


def losses(model, sample):
    logits = model(torch.tensor([sample["tokens"]])).logits[0]
    sums = [torch.zeros(()), torch.zeros(())]
    for position, target, is_answer in sample["terms"]:
        sums[0 if is_answer else 1] = sums[0 if is_answer else 1] - torch.log_softmax(logits[position], -1)[target]
    return sums


def train(model, steps, plan, text_weight):
    decayed = [p for p in model.parameters() if p.requires_grad and p.dim() > 1]
    plain = [p for p in model.parameters() if p.requires_grad and p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": plan["weightDecay"]},
                                   {"params": plain, "weight_decay": 0.0}],
                                  lr=0.0, betas=(plan["beta1"], plan["beta2"]), eps=1e-8)
    told = []
    for step, samples in enumerate(steps):
        terms = [term for sample in samples for term in sample["terms"]]
        answers = sum(1 for term in terms if term[2])
        texts = len(terms) - answers
        both = [losses(model, sample) for sample in samples]
        answer_loss = sum(sums[0] for sums in both) / answers
        text_loss = sum(sums[1] for sums in both) / texts
        (answer_loss + text_weight * text_loss).backward()
        norm = torch.nn.utils.clip_grad_norm_(decayed + plain, plan["clipNorm"])
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, len(steps), plan)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        told.append({"answerLoss": answer_loss.item(), "textLoss": text_loss.item(), "gradientNorm": norm.item()})
    return told


def main():
    given = json.load(open(sys.argv[1]))
    torch.set_num_threads(1)
    result = {"samples": given["hash"]}
    for name in ("full", "lora"):
        model = AutoModelForCausalLM.from_pretrained(sys.argv[2], dtype=torch.float32, attn_implementation="eager")
        model.train()
        if name == "lora":
            model = with_lora(model, given["method"], given["seed"])
        result[name] = train(model, given["steps"], given["optimization"], given["textLoss"])
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
