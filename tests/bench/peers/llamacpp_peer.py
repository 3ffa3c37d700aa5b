# SPDX-License-Identifier: GPL-3.0-or-later
"""Ranks a workload with llama.cpp and prints one JSON line.

--mode naive: every prompt is evaluated on its own. --mode cache: the prefix is evaluated once, its cells in the
key-value memory are given to one sequence a candidate without copying, and all suffixes run as one batch.
Needs llama-cpp-python (0.3.36 tested); --model is a GGUF file.
"""
import ctypes
import json
from pathlib import Path

import llama_cpp

import peerrun

CELLS = 8192  # of the key-value memory: prefix and all suffixes of a query


class Ranker:
    def __init__(self, path, threads, answers):
        self.silence = llama_cpp.llama_log_callback(lambda level, text, data: None)  # kept: C holds a pointer to it
        llama_cpp.llama_log_set(self.silence, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        model_options = llama_cpp.llama_model_default_params()
        self.model = llama_cpp.llama_model_load_from_file(str(path).encode(), model_options)
        if not self.model:
            raise SystemExit(f"{path} cannot be loaded")
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        options = llama_cpp.llama_context_default_params()
        options.n_ctx = options.n_batch = CELLS
        options.n_seq_max = 64
        options.n_threads = options.n_threads_batch = threads
        options.kv_unified = True  # sequences share cells: copying a sequence copies no numbers
        self.context = llama_cpp.llama_init_from_model(self.model, options)
        self.memory = llama_cpp.llama_get_memory(self.context)
        self.batch = llama_cpp.llama_batch_init(CELLS, 0, 1)
        self.first, self.second = (self.encode(answer)[0] for answer in answers)

    def encode(self, text):
        raw = text.encode()
        ids = (llama_cpp.llama_token * (len(raw) + 8))()
        count = llama_cpp.llama_tokenize(self.vocabulary, raw, len(raw), ids, len(ids), False, False)
        return list(ids[:count])

    def evaluate(self, runs):
        """runs: (tokens, position of the first, sequence). One pass; the margin after each run's last token."""
        row, last = 0, []
        for tokens, start, sequence in runs:
            for offset, token in enumerate(tokens):
                self.batch.token[row] = token
                self.batch.pos[row] = start + offset
                self.batch.n_seq_id[row] = 1
                self.batch.seq_id[row][0] = sequence
                self.batch.logits[row] = offset + 1 == len(tokens)
                row += 1
            last.append(row - 1)
        self.batch.n_tokens = row
        if llama_cpp.llama_decode(self.context, self.batch) != 0:
            raise SystemExit("llama_decode failed")
        logits = [llama_cpp.llama_get_logits_ith(self.context, index) for index in last]
        return [row_logits[self.first] - row_logits[self.second] for row_logits in logits]

    def rank(self, query, mode):
        llama_cpp.llama_memory_clear(self.memory, False)
        if mode == "naive":
            margins = []
            for suffix in query["suffixes"]:
                margins += self.evaluate([(self.encode(query["prefix"] + suffix), 0, 0)])
                llama_cpp.llama_memory_clear(self.memory, False)
            return margins
        prefix = self.encode(query["prefix"])
        self.evaluate([(prefix, 0, 0)])
        for number in range(len(query["suffixes"])):
            llama_cpp.llama_memory_seq_cp(self.memory, 0, number + 1, -1, -1)
        return self.evaluate([(self.encode(suffix), len(prefix), number + 1)
                              for number, suffix in enumerate(query["suffixes"])])


def main():
    chosen = peerrun.parser(__doc__, ("naive", "cache")).parse_args()
    with open(chosen.workload, encoding="utf-8") as file:
        answers = json.load(file)["answers"]
    ranker = Ranker(chosen.model, chosen.threads, answers)
    kind = Path(chosen.model).stem.rsplit(".", 1)[-1].lower()  # model.bf16.gguf: bf16
    peerrun.run(f"llama.cpp-{chosen.mode}-{kind}", chosen, lambda query: ranker.rank(query, chosen.mode))


if __name__ == "__main__":
    main()
