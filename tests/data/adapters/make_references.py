#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the adapters of this folder and the numbers that transformers and peft give with them.

    python make_references.py BASE OUT      BASE: the folder tests/data/checkpoints

Made with torch 2.11, transformers 4.57 and peft 0.18, in fp32 on the CPU, eager attention. All weights are random.
Each OUT/NAME/reference.json: base, inputs (ids), last_logits of each input, and for those with several adapters their
folders. yes_id 302, no_id 290; gradients are those of -log softmax(yes, no) at the end of the first input.
"""
import json
import pathlib
import shutil
import sys

import torch
from peft import LoraConfig, PeftModel, PromptEncoderConfig, get_peft_model
from transformers import AutoModelForCausalLM

BASE, OUT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
YES, NO = 302, 290


def load(base):
    return AutoModelForCausalLM.from_pretrained(BASE / base, dtype=torch.float32, attn_implementation="eager").eval()


def inputs(seed, count=2):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(0, 500, (n,), generator=generator).tolist() for n in (9, 21)[:count]]


def shake(model, seed):
    """Random values in every trainable tensor, so that nothing is an identity; magnitudes stay positive."""
    generator = torch.Generator().manual_seed(seed)
    for name, p in sorted(model.named_parameters()):
        if not p.requires_grad:
            continue
        noise = torch.randn(p.shape, generator=generator)
        if "magnitude" in name:
            p.data = p.data * (1 + 0.3 * noise.abs())
        elif "lora_" in name or "prompt_encoder" in name:
            p.data = 0.2 * noise
        else:
            p.data = p.data + 0.1 * noise


def last_logits(model, ids):
    with torch.no_grad():
        return [model(torch.tensor([i])).logits[0, -1].tolist() for i in ids]


def write(folder, model, base, ids, **more):
    logits = [[round(v, 6) for v in row] for row in last_logits(model, ids)]
    reference = {"base": base, "inputs": ids, "last_logits": logits, **more}
    (folder / "reference.json").write_text(json.dumps(reference))
    (folder / "README.md").unlink(missing_ok=True)


def gradients(model, ids):
    model.zero_grad()
    logits = model(torch.tensor([ids])).logits[0, -1, [YES, NO]]
    (-torch.log_softmax(logits, 0)[0]).backward()
    return {n.replace(".default", ""): {"shape": list(p.grad.shape), "first4": p.grad.flatten()[:4].tolist(), "l2": p.grad.norm().item()}
            for n, p in model.named_parameters() if p.requires_grad and p.grad is not None}


def lora(name, base, seed, grads=False, **config):
    torch.manual_seed(seed)
    config = {"r": 4, "lora_alpha": 8, "task_type": "CAUSAL_LM", **config}
    model = get_peft_model(load(base), LoraConfig(**config)).eval()
    shake(model, seed)
    model.peft_config["default"].base_model_name_or_path = base  # no path of this machine
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    again = PeftModel.from_pretrained(load(base), folder).eval()
    ids = inputs(seed)
    more = {"gradients": gradients(model, ids[0])} if grads else {}
    write(folder, again, base, ids, **more)


def several(name, base, folders, seed):
    model = PeftModel.from_pretrained(load(base), OUT / folders[0], adapter_name="a").eval()
    names = ["a"]
    for i, other in enumerate(folders[1:]):
        names.append(f"b{i}")
        model.load_adapter(OUT / other, adapter_name=names[-1])
    model.base_model.set_adapter(names)
    folder = OUT / name
    folder.mkdir(exist_ok=True)
    write(folder, model, base, inputs(seed), adapters=folders)


def prompt_encoder(name, base, seed):
    torch.manual_seed(seed)
    config = PromptEncoderConfig(task_type="CAUSAL_LM", num_virtual_tokens=5, encoder_hidden_size=16)
    model = get_peft_model(load(base), config).eval()
    model.peft_config["default"].base_model_name_or_path = base
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    again = PeftModel.from_pretrained(load(base), folder).eval()
    write(folder, again, base, inputs(seed))


ATTENTION = ["q_proj", "v_proj"]
lora("dora", "llama", 1, grads=True, use_dora=True, target_modules=["q_proj", "o_proj", "down_proj", "up_proj"])
lora("dora-second", "llama", 2, use_dora=True, target_modules=["q_proj", "gate_proj"], r=2)
lora("second", "llama", 3, target_modules=["v_proj", "o_proj", "gate_proj"], use_rslora=True)
lora("embedding", "smollm2-like", 4, target_modules=["embed_tokens", "q_proj"])
lora("embedding-dora", "smollm2-like", 5, use_dora=True, target_modules=["embed_tokens"])
lora("head", "llama", 6, target_modules=["lm_head", "k_proj"])
lora("saved", "llama", 7, target_modules=ATTENTION, modules_to_save=["lm_head", "norm"])
lora("saved-embedding", "smollm2-like", 8, target_modules=ATTENTION, modules_to_save=["embed_tokens"])
lora("layer-regex", "llama", 9, target_modules=r".*\.layers\.[1-9]\.(self_attn\.(q|v)|mlp\.down)_proj", r=4,
     rank_pattern={r"self_attn\.q_proj": 2, "down_proj": 3}, alpha_pattern={r"1\.mlp\.down_.*": 5})
lora("layers", "llama", 10, target_modules=ATTENTION, layers_to_transform=[1], layers_pattern="layers")
lora("all-linear", "llama", 11, target_modules="all-linear", exclude_modules=["up_proj"], r=2)
lora("lora-bias", "llama", 12, target_modules=["k_proj", "o_proj"], lora_bias=True)
lora("bias", "qwen2", 13, target_modules=ATTENTION, bias="all")
several("two", "llama", ["layers", "second"], 14)
several("two-dora", "llama", ["dora", "dora-second"], 15)
prompt_encoder("p-tuning", "llama", 16)
