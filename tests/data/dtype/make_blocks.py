# SPDX-License-Identifier: GPL-3.0-or-later
"""Random blocks of every GGUF quantisation, and the values that the gguf package (numpy) reads from them.

    python make_blocks.py        # needs: pip install gguf

Writes blocks.json: {type: {"bytes": hex, "values": [...]}}, 3 blocks each. Bytes are random but for the scales, which are
drawn so that no value is infinite; so every bit pattern of the packed parts occurs.
Q8_K, which the package lacks, is spelled out here from ggml-common.h: fp32 scale, 256 int8, 16 int16 sums.
FP8 of safetensors: all 256 patterns as torch reads them, if torch is there.
"""
import json
import pathlib

import numpy as np
from gguf import GGMLQuantizationType, quants

# (type, offsets of fp16 scales in a block)
TYPES = [("Q4_0", 18, [0]), ("Q4_1", 20, [0, 2]), ("Q5_0", 22, [0]), ("Q5_1", 24, [0, 2]), ("Q8_0", 34, [0]),
         ("Q2_K", 84, [80, 82]), ("Q3_K", 110, [108]), ("Q4_K", 144, [0, 2]), ("Q5_K", 176, [0, 2]), ("Q6_K", 210, [208]),
         ("IQ4_NL", 18, [0]), ("IQ4_XS", 136, [0])]


def main():
    random = np.random.default_rng(20240607)
    out = {}
    for name, size, scales in TYPES:
        blocks = random.integers(0, 256, (3, size), dtype=np.uint8)
        for at in scales:
            blocks[:, at:at + 2] = random.normal(0, 0.05, (3, 1)).astype(np.float16).view(np.uint8)
        values = quants.dequantize(blocks, GGMLQuantizationType[name]).astype(np.float32).ravel()
        out[name] = {"bytes": blocks.tobytes().hex(), "values": [float(np.format_float_scientific(v)) for v in values]}
    blocks = random.integers(0, 256, (3, 292), dtype=np.uint8)
    blocks[:, :4] = random.normal(0, 0.01, (3, 1)).astype(np.float32).view(np.uint8)
    values = (blocks[:, :4].copy().view(np.float32) * blocks[:, 4:260].view(np.int8).astype(np.float32)).ravel()
    out["Q8_K"] = {"bytes": blocks.tobytes().hex(), "values": [float(np.format_float_scientific(v)) for v in values]}
    try:
        import torch
        patterns = torch.arange(256, dtype=torch.uint8)
        for name, dtype in (("F8_E4M3", torch.float8_e4m3fn), ("F8_E5M2", torch.float8_e5m2)):
            values = patterns.view(dtype).to(torch.float32).tolist()
            out[name] = {"bytes": bytes(range(256)).hex(),
                         "values": ["nan" if v != v else "inf" if v == float("inf") else "-inf" if v == -float("inf") else v
                                    for v in values]}
    except ImportError:
        print("no torch: FP8 is left out")
    pathlib.Path(__file__).with_name("blocks.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
