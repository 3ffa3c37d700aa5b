# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks a bundle on the machine that it was unpacked on.

First `score` on tiny checkpoints is compared with reference logits, on the CPU and on the GPU if there is one, in every
precision. Then, with --model FOLDER (a Hugging Face checkpoint on this machine), `bench` runs beside transformers with
a prefix cache on the same device, and the share of the device's peak is told: the rate of one large matrix product.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import torch

HERE = Path(__file__).resolve().parent
# Largest difference of a logit. Half precision is held to its own steps: 8 and 11 bits of a number below 32.
TOLERANCE = {"fp32": 1e-3, "bf16": 0.5, "fp16": 0.05}


def program(*arguments, text=None):
    # The bundle runs with the very PyTorch that runs this check.
    environment = {**os.environ, "TORCH_DIR": str(Path(torch.__file__).parent)}
    return subprocess.run([str(HERE / "driftscope-cli"), *arguments], input=text, capture_output=True, text=True,
                          env=environment, check=False)


def check_scores(folder, device, precision):
    """Largest difference of the last logits from the reference's; None with a message if it did not run."""
    reference = json.loads((folder / "reference.json").read_text(encoding="utf-8"))
    lines = "".join(json.dumps({"id": number, "ids": item["ids"]}) + "\n"
                    for number, item in enumerate(reference["inputs"]))
    done = program("score", "--checkpoint", str(folder), "--device", device, "--precision", precision, "--full-logits",
                   text=lines)
    if done.returncode != 0:
        print(f"  {folder.name} {device} {precision}: {done.stderr.strip().splitlines()[-1]}")
        return None
    worst = 0.0
    for line, right in zip(done.stdout.splitlines(), reference["last_logits"]):
        got = json.loads(line)["results"][0]["logits"]
        worst = max(worst, max(abs(a - b) for a, b in zip(got, right)))
    return worst


def peak_rate(device, dtype):
    """Floating-point operations a second of a large product: the practical peak."""
    size = 8192 if device == "cuda" else 2048
    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    best = 0.0
    for _ in range(10):
        if device == "cuda":
            torch.cuda.synchronize()
        start = time.perf_counter()
        torch.mm(a, b)
        if device == "cuda":
            torch.cuda.synchronize()
        best = max(best, 2 * size**3 / (time.perf_counter() - start))
    return best


def bench(model, device, precision, queries):
    done = program("bench", "--checkpoint", model, "--device", device, "--precision", precision, "--peers",
                   str(HERE / "peers"), "--python", sys.executable, "--peer-model", model, "--rounds", "3",
                   "--queries", str(queries))
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    for line in lines:
        print("  " + json.dumps(line))
    if done.returncode != 0:
        print(done.stderr.strip())
        return False
    limit = next((line for line in lines if line.get("contender", "").startswith("gemm-limit")), None)
    own = next((line for line in lines if line.get("contender") == f"driftscope-{precision}"), None)
    if limit and own:
        types = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
        peak = peak_rate(device, types[precision])
        rate = own["shareOfGemmRate"] * limit["flopsPerSecond"]
        print(f"  {rate / 1e12:.2f} of {peak / 1e12:.2f} TFLOP/s: {100 * rate / peak:.1f} % of peak, one query at a time")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="Hugging Face checkpoint for the measurement")
    parser.add_argument("--precision", nargs="+", default=None, help="of the measurement; default: bf16 on GPUs, fp32")
    parser.add_argument("--queries", type=int, default=8)
    chosen = parser.parse_args()
    has_gpu = torch.cuda.is_available()
    print(f"PyTorch {torch.__version__}, " + (torch.cuda.get_device_name() if has_gpu else "no GPU"))
    good = True
    for device, precisions in (("cpu", ("fp32", "bf16")), ("cuda", ("fp32", "bf16", "fp16"))):
        if device == "cuda" and not has_gpu:
            refused = program("score", "--checkpoint", str(HERE / "references" / "llama"), "--device", "cuda", text="")
            print("cuda: " + refused.stderr.strip())
            good &= refused.returncode == 1
            continue
        for precision in precisions:
            for folder in sorted((HERE / "references").iterdir()):
                worst = check_scores(folder, device, precision)
                passes = worst is not None and worst <= TOLERANCE[precision]
                good &= passes
                if worst is not None:
                    print(f"{'ok  ' if passes else 'FAIL'} {device} {precision} {folder.name}: {worst:.2g}")
    device = "cuda" if has_gpu else "cpu"
    for precision in (chosen.precision or (["bf16"] if has_gpu else ["fp32"])) if chosen.model else []:
        print(f"bench on {device} in {precision}")
        good &= bench(chosen.model, device, precision, chosen.queries)
    print("all good" if good else "something failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
