"""VUS of ours and of the three reference programs, in turns, on the attacks of HAI.

    cargo build -p oddity-eval --example volume_stream
    python volume.py --data-dir DATA --wheels WHEELS --ours TARGET/debug/examples/volume_stream

Reads the labels of DATA/hai/etapr/HAI_Attack_Stream.csv (440,335 rows, -1 in an attack) and makes
seeded scores. WHEELS holds the unpacked wheels vus 0.0.6, TSB_AD 1.5 and timeeval 1.5.0, each in a
folder of its name. Prints one JSON object a turn: seconds of ours (before and after), of theirs,
and both values. `--windows opt=100,2022=4` chooses versions and windows: the time of the references
is proportional to the window plus 1, and that of 2022 and timeeval is minutes at 100.
"""

import argparse
import importlib.util
import json
import pathlib
import subprocess
import sys
import time
import types

import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--data-dir", type=pathlib.Path, required=True)
parser.add_argument("--wheels", type=pathlib.Path, required=True)
parser.add_argument("--ours", required=True)
parser.add_argument("--windows", default="opt=100")
parser.add_argument("--rounds", type=int, default=1)
FOUND = parser.parse_args()
np.float_ = np.float64  # timeeval was written for numpy 1


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, FOUND.wheels / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def paper(y, s, window):
    metricor = load("vus_metrics", "vus/vus/basic_metrics.py").basic_metricor()
    *_, roc, pr = metricor.RangeAUC_volume(y, s, window)
    return pr, roc


def opt(y, s, window):
    metricor = load("tsb_metrics", "TSB_AD/TSB_AD/evaluation/basic_metrics.py").basic_metricor()
    *_, roc, pr = metricor.RangeAUC_volume_opt(y, s, window)
    return pr, roc


def timeeval(y, s, window):
    """Both areas by one pass, of which the program's own two measures make two."""
    package = types.ModuleType("timeeval_metrics")
    package.__path__ = [str(FOUND.wheels / "timeeval/timeeval/metrics")]
    sys.modules["timeeval_metrics"] = package
    load("timeeval_metrics.metric", "timeeval/timeeval/metrics/metric.py")
    metric = load("timeeval_metrics.vus_metrics", "timeeval/timeeval/metrics/vus_metrics.py").RangePrVUS(window)
    areas = []
    for buffer in range(window + 1):
        metric._buffer_size = buffer
        areas.append(metric._range_pr_roc_auc_support(y, s)[:2])
    return np.mean(areas, axis=0)


text = (FOUND.data_dir / "hai/etapr/HAI_Attack_Stream.csv").read_text().split()
y = (np.array([int(value) for value in text]) == -1).astype(int)
rng = np.random.default_rng(1)
s = rng.random(len(y)) * rng.random(len(y)) + 0.2 * np.convolve(y, np.ones(30) / 30, "same") * rng.random(len(y))
ours = subprocess.Popen([FOUND.ours], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
ours.stdin.write(f"{len(y)}\n" + "".join(f"{label},{float(score)!r}\n" for label, score in zip(y, s)))


def ask(version, window):
    ours.stdin.write(f"{version} {window}\n")
    ours.stdin.flush()
    return json.loads(ours.stdout.readline())


ask("opt", 2)
print(json.dumps({"samples": len(y), "events": int(np.sum(np.diff(np.r_[0, y]) == 1)), "numpy": np.__version__}))
for _ in range(FOUND.rounds):
    for choice in FOUND.windows.split(","):
        version, window = choice.split("=")
        before = [ask(version, window) for _ in range(3)]
        start = time.perf_counter()
        sorted_scores = np.sort(s)
        sort = time.perf_counter() - start
        start = time.perf_counter()
        pr, roc = {"2022": paper, "opt": opt, "timeeval": timeeval}[version](y, s, int(window))
        theirs = time.perf_counter() - start
        after = [ask(version, window) for _ in range(3)]
        seconds = sorted(one["seconds"] for one in before + after)
        answer = {
            "version": version, "window": int(window), "theirs": round(theirs, 3), "numpy_sort": round(sort, 4),
            "ours": seconds[2], "ours_range": [seconds[0], seconds[-1]], "ratio": round(theirs / seconds[2], 1),
            "pr": [before[0]["pr"], float(pr)], "roc": [before[0]["roc"], float(roc)],
        }
        print(json.dumps(answer), flush=True)
ours.stdin.close()
ours.wait()
