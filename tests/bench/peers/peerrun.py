# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers share: the command line, the timing loop and the JSON line that `driftscope-cli bench` reads."""
import argparse
import json
import os
import resource
import statistics
import time


def parser(description, modes):
    """The options that every peer has; a peer adds its own."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--workload", required=True, help='{"answers": [..], "queries": [{"prefix", "suffixes"}]}')
    made.add_argument("--model", required=True)
    made.add_argument("--mode", choices=modes, default="cache")
    made.add_argument("--threads", type=int, default=os.cpu_count())
    made.add_argument("--queries", type=int, default=0, help="only the first N; 0 = all")
    made.add_argument("--repeats", type=int, default=1, help="rounds over the queries")
    made.add_argument("--scores", help="file for the margins of all queries")
    return made


def machine_seconds():
    """CPU seconds that all programs of the machine have used since it started; None where the system does not say."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(field) for field in file.readline().split()[1:9]]
    except OSError:
        return None
    return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")  # neither idle nor waiting for disks


class Stopwatch:
    """Wall time of a piece of work and the cores that other programs took meanwhile."""

    def __init__(self):
        self.machine, self.own, self.start = machine_seconds(), time.process_time(), time.perf_counter()

    def read(self):
        seconds = time.perf_counter() - self.start
        own = time.process_time() - self.own
        others = 0.0 if self.machine is None else max(0.0, machine_seconds() - self.machine - own) / seconds
        return {"seconds": seconds, "other_cores": others}


def run(contender, chosen, rank):
    """Times rank(query), which gives one margin a suffix, and prints the line."""
    with open(chosen.workload, encoding="utf-8") as file:
        queries = json.load(file)["queries"]
    queries = queries[: chosen.queries or None]
    warm = queries[0] if chosen.mode == "cache" else {**queries[0], "suffixes": queries[0]["suffixes"][:2]}
    rank(warm)  # untimed
    timings, margins = [], []
    for number in range(chosen.repeats):
        for query in queries:
            watch = Stopwatch()
            scores = rank(query)
            timings.append(watch.read())
            if number == 0:
                margins.append(scores)
    if chosen.scores:
        with open(chosen.scores, "w", encoding="utf-8") as file:
            json.dump(margins, file)
    middle = statistics.median(timing["seconds"] for timing in timings)
    print(json.dumps({"contender": contender, "candidates_per_s": len(queries[0]["suffixes"]) / middle,
                      "seconds_per_query": middle, "queries": len(queries), "timings": timings,
                      "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
