# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the same model with unquantised matrices: gguf_widen.py model.Q4_1.gguf model.bf16.gguf --type bf16

llama.cpp is fastest on CPUs with bf16 matrices, so a quantised file alone would not be a fair peer.
Needs gguf (0.17 tested) and numpy. Norms and biases stay fp32, as llama.cpp wants them.
"""
import argparse

import gguf
from gguf.quants import dequantize, quantize

TYPES = {"f32": gguf.GGMLQuantizationType.F32, "f16": gguf.GGMLQuantizationType.F16,
         "bf16": gguf.GGMLQuantizationType.BF16}
FILE_TYPES = {"f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16,
              "bf16": gguf.LlamaFileType.MOSTLY_BF16}


def copy_fields(reader, writer):
    for field in reader.fields.values():
        kind = field.types[0] if field.types else None
        if kind is None or field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.file_type"):
            continue
        part = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=part)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--type", choices=TYPES, default="bf16")
    chosen = parser.parse_args()
    reader = gguf.GGUFReader(chosen.source)
    writer = gguf.GGUFWriter(chosen.target, reader.get_field("general.architecture").contents())
    copy_fields(reader, writer)
    writer.add_file_type(FILE_TYPES[chosen.type])
    for tensor in reader.tensors:
        wide = dequantize(tensor.data, tensor.tensor_type)
        kind = TYPES[chosen.type] if wide.ndim > 1 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(tensor.name, quantize(wide, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
