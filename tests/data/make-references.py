# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tiny random checkpoints with the logits that transformers computes for them.

    python make-references.py CHECKPOINTS_FOLDER GGUF_FOLDER

Needs torch, transformers 4.57 and gguf. Weights are stored in bfloat16; the logits are those of the stored values in
fp32 with eager attention. What a family's class leaves open is chosen so that leaving out a feature changes the logits:
windows, original contexts and caps are small against the inputs. Each input runs on a model of its own, because
dynamic scaling remembers the longest input it has seen.
"""
import copy
import json
import pathlib
import sys

import gguf
import numpy
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

BASE = dict(vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, tie_word_embeddings=False,
            rope_theta=100.0, bos_token_id=1, eos_token_id=2, pad_token_id=0)
SHORT, LONG = [1.0, 1.1, 1.3, 1.2], [1.5, 2.5, 4.0, 7.0]
PHI3 = dict(original_max_position_embeddings=16, rope_scaling=dict(type="longrope", short_factor=SHORT, long_factor=LONG))
GEMMA = dict(head_dim=8, hidden_activation="gelu_pytorch_tanh", tie_word_embeddings=True)
GEMMA2 = dict(GEMMA, num_hidden_layers=3, query_pre_attn_scalar=8, sliding_window=6, attn_logit_softcapping=2.0,
              final_logit_softcapping=5.0)
GEMMA3 = dict(GEMMA, num_hidden_layers=4, query_pre_attn_scalar=13, sliding_window=6, sliding_window_pattern=2,
              rope_local_base_freq=50.0, rope_scaling=dict(rope_type="linear", factor=8.0))
YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=32)

# name: (model_type, fields beyond BASE, kinds of files)
MODELS = {
    "llama-biases": ("llama", dict(attention_bias=True, mlp_bias=True, head_dim=12), "h"),
    "llama-linear": ("llama", dict(rope_scaling=dict(type="linear", factor=4.0)), "h"),
    "llama-dynamic": ("llama", dict(max_position_embeddings=16, rope_scaling=dict(type="dynamic", factor=3.0)), "h"),
    "llama-yarn": ("llama", dict(rope_scaling=dict(YARN)), "h"),
    "llama-yarn-factor": ("llama", dict(rope_scaling=dict(YARN, attention_factor=1.3, beta_fast=4.0, beta_slow=0.5,
                                                          truncate=False)), "h"),
    "llama-yarn-mscale": ("llama", dict(rope_scaling=dict(YARN, mscale=0.7, mscale_all_dim=1.4)), "h"),
    "mistral-window": ("mistral", dict(sliding_window=7), "g"),
    "qwen1.5": ("qwen2", dict(num_key_value_heads=4), "h"),
    "qwen2-window": ("qwen2", dict(num_hidden_layers=3, use_sliding_window=True, sliding_window=6, max_window_layers=1),
                     "h"),
    "phi3": ("phi3", dict(sliding_window=9, original_max_position_embeddings=128), "hg"),
    "phi3-longrope": ("phi3", PHI3, "hg"),
    "phi3-partial": ("phi3", dict(PHI3, partial_rotary_factor=0.75, tie_word_embeddings=True, rope_scaling=dict(
        type="longrope", short_factor=SHORT[:3], long_factor=LONG[:3])), "hg"),
    "smollm3": ("smollm3", dict(num_hidden_layers=4, no_rope_layers=[1, 0, 0, 1], tie_word_embeddings=True), "h"),
    "smollm3-window": ("smollm3", dict(num_hidden_layers=4, no_rope_layer_interval=2, use_sliding_window=True,
                                       sliding_window=7), "h"),
    "smollm3-default": ("smollm3", dict(num_hidden_layers=4), "g"),
    "gemma": ("gemma", GEMMA, "g"),
    "gemma2": ("gemma2", GEMMA2, "g"),
    "gemma3-nested": ("gemma3_text", GEMMA3, "n"),
    "gemma3-rope-parameters": ("gemma3_text", GEMMA3, "N"),
}


def make_model(model_type, fields):
    config = AutoConfig.for_model(model_type, **dict(BASE, **fields))
    config._attn_implementation = "eager"
    torch.manual_seed(20240)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    for name, weight in model.named_parameters():
        if "norm" in name:
            values = torch.randn(weight.shape) * 0.2 + (0 if "gemma" in model_type else 1)
        else:
            values = torch.randn(weight.shape) * (0.4 if "bias" in name else 0.25)
        weight.data.copy_(values.to(torch.bfloat16).float())
    model.tie_weights()
    return model


def make_inputs():
    """Ids only: a shared beginning, ends of its own, and lengths on both sides of 16 (the original context)."""
    generator = torch.Generator().manual_seed(7)
    start = torch.randint(3, 64, (14,), generator=generator).tolist()
    return [start[:12]] + [start + torch.randint(3, 64, (n - 14,), generator=generator).tolist()
                           for n in (16, 17, 29, 29, 45)]


def reference(model):
    inputs = make_inputs()
    logits = []
    for ids in inputs:
        with torch.no_grad():
            logits.append(copy.deepcopy(model)(torch.tensor([ids])).logits[0, -1].tolist())
    return {"maker": "tests/data/make-references.py, transformers fp32 eager",
            "inputs": [{"text": None, "ids": ids} for ids in inputs],
            "last_logits": [[round(value, 6) for value in row] for row in logits]}


def tensors_of(model):
    tensors = {name: tensor for name, tensor in model.state_dict().items()}
    if model.config.tie_word_embeddings:
        tensors.pop("lm_head.weight", None)
    return tensors


def newer_spelling(text):
    """The text config as transformers 5 writes it."""
    text = dict(text, dtype="bfloat16")
    local, scaling = text.pop("rope_local_base_freq"), text.pop("rope_scaling")
    pattern = text.pop("sliding_window_pattern")
    text["layer_types"] = ["full_attention" if (i + 1) % pattern == 0 else "sliding_attention"
                           for i in range(text["num_hidden_layers"])]
    text["rope_parameters"] = {"full_attention": dict(scaling, rope_theta=text.pop("rope_theta")),
                               "sliding_attention": {"rope_type": "default", "rope_theta": local}}
    return text


def write_folder(folder, model_type, fields, kind, model):
    folder.mkdir(parents=True, exist_ok=True)
    config = dict(BASE, **fields, model_type=model_type)
    tensors = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in tensors_of(model).items()}
    if kind in "nN":
        text = newer_spelling(config) if kind == "N" else dict(config, torch_dtype="bfloat16")
        config = {"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"], "text_config": text,
                  "vision_config": {"hidden_size": 8}}
        prefix = ("model.language_model.", "language_model.model.")[kind == "n"]
        tensors = {prefix + name.removeprefix("model."): tensor for name, tensor in tensors.items()}
        tensors["vision_tower.patch.weight"] = torch.zeros(2, 2, dtype=torch.bfloat16)
    else:
        config["torch_dtype"] = "bfloat16"
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "reference.json").write_text(json.dumps(reference(model)) + "\n")


GGUF_NAMES = {"input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
              "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "self_attn.qkv_proj": "attn_qkv",
              "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
              "mlp.gate_up_proj": "ffn_up", "post_attention_layernorm": "ffn_norm"}
BRANCH_NAMES = {"post_attention_layernorm": "post_attention_norm", "pre_feedforward_layernorm": "ffn_norm",
                "post_feedforward_layernorm": "post_ffw_norm"}
OUTER_NAMES = {"model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output"}


def gguf_name(name, has_branch_norms):
    stem, ending = name.rsplit(".", 1)
    if stem in OUTER_NAMES:
        return OUTER_NAMES[stem] + "." + ending
    _, _, layer, part = stem.split(".", 3)
    names = dict(GGUF_NAMES, **(BRANCH_NAMES if has_branch_norms else {}))
    return f"blk.{layer}.{names[part]}.{ending}"


def permuted(weight, heads):
    """Rows of each head as the interleaved rotary kernel wants them."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(path, model_type, model):
    config = model.config
    arch = {"mistral": "llama"}.get(model_type, model_type)
    writer = gguf.GGUFWriter(str(path), arch)
    head_dim = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_key_length(head_dim)
    writer.add_value_length(head_dim)
    rotated = int(head_dim * getattr(config, "partial_rotary_factor", 1.0))
    writer.add_rope_dimension_count(rotated)
    if getattr(config, "sliding_window", None) and arch != "smollm3":
        writer.add_sliding_window(config.sliding_window)
    if arch == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if arch == "phi3" and config.rope_scaling:
        writer.add_rope_scaling_orig_ctx_len(config.original_max_position_embeddings)
        ratio = config.max_position_embeddings / config.original_max_position_embeddings
        writer.add_rope_scaling_attn_factors(
            float(numpy.sqrt(1 + numpy.log(ratio) / numpy.log(config.original_max_position_embeddings))))
        for side in ("long", "short"):
            writer.add_tensor(f"rope_factors_{side}.weight",
                              numpy.array(config.rope_scaling[f"{side}_factor"], dtype=numpy.float32))
    for name, tensor in tensors_of(model).items():
        values = tensor.float().numpy()
        if "norm" in name and arch.startswith("gemma"):
            values = values + 1
        if arch in ("llama", "smollm3") and ("q_proj" in name or "k_proj" in name):
            values = permuted(values, config.num_attention_heads if "q_proj" in name else config.num_key_value_heads)
        values = numpy.ascontiguousarray(values, dtype=numpy.float32)
        name = gguf_name(name, arch == "gemma2")
        if values.ndim == 1:
            writer.add_tensor(name, values)
        else:
            writer.add_tensor(name, gguf.quants.quantize(values, gguf.GGMLQuantizationType.BF16),
                              raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    path.with_suffix(".reference.json").write_text(json.dumps(reference(model)) + "\n")


def main():
    checkpoints, ggufs = map(pathlib.Path, sys.argv[1:3])
    ggufs.mkdir(parents=True, exist_ok=True)
    for name, (model_type, fields, kinds) in MODELS.items():
        model = make_model(model_type, fields)
        for kind in kinds:
            if kind == "g":
                write_gguf(ggufs / f"{name}-BF16.gguf", model_type, model)
            else:
                write_folder(checkpoints / name, model_type, fields, kind, model)
        print(name)


main()
