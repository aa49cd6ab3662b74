"""The Python side for online detectors and hidden Markov models: river, rrcf and hmmlearn.

Started by the oddity-peers program; one JSON command a line, one JSON answer a line. Written with
river 0.26.1, rrcf 0.4.4, hmmlearn 0.3.3 and NumPy 2.4.6; the answer to `hello` says which ran.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
import rrcf
from hmmlearn.hmm import CategoricalHMM
from river.anomaly import HalfSpaceTrees


def half_space_trees(command):
    rows = [dict(enumerate(row)) for row in command["rows"]]
    model = HalfSpaceTrees(n_trees=25, height=8, window_size=250, seed=1)
    began = time.perf_counter()
    for row in rows:
        model.score_one(row)
        model.learn_one(row)
    return time.perf_counter() - began


def robust_random_cut_forest(command):
    rows, size = np.array(command["rows"]), 256
    forest = [rrcf.RCTree(random_state=seed) for seed in range(40)]
    began = time.perf_counter()
    for at, row in enumerate(rows):
        for tree in forest:
            if size < len(tree.leaves):
                tree.forget_point(at - size - 1)
            tree.insert_point(row, index=at)
            tree.codisp(at)
    return time.perf_counter() - began


def hmm(command):
    sequences = [np.array(sequence)[:, None] for sequence in command["sequences"]]
    x, lengths = np.concatenate(sequences), [len(sequence) for sequence in sequences]
    model = CategoricalHMM(10, n_iter=10, tol=-np.inf, random_state=1, implementation="scaling")
    began = time.perf_counter()
    model.fit(x, lengths)
    fitted = time.perf_counter()
    for sequence in sequences:
        model.score(sequence)
    return {"fit": fitted - began, "score": time.perf_counter() - fitted}


CASES = {
    "half_space_trees": lambda command: {"seconds": half_space_trees(command)},
    "robust_random_cut_forest": lambda command: {"seconds": robust_random_cut_forest(command)},
    "hmm": hmm,
}

for line in sys.stdin:
    command = json.loads(line)
    if command["command"] == "hello":
        answer = {name: version(name) for name in ("river", "rrcf", "hmmlearn", "numpy")}
    else:
        answer = CASES[command["command"]](command)
    print(json.dumps(answer), flush=True)
