"""What both neural peers share: the networks of the studies at the size they run at, their weights
and input by the formula of the fixtures, timing, and the loop of commands."""

import argparse
import json
import os
import sys
import time

import numpy as np

FIXTURES = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../../crates/oddity-neural/tests/fixtures",
)
sys.path.insert(0, FIXTURES)

import descriptions  # noqa: E402
import tensors  # noqa: E402

# Network, and rows of a batch in its study.
NETWORKS = {
    "hai": (lambda: descriptions.hai(59, 100), 64),
    "kdd": (lambda: descriptions.kdd(100.0), 64),
    "adfa_lstm": (descriptions.adfa_lstm, 64),
    "adfa_dense": (descriptions.adfa_dense, 32),
    "device_40": (lambda: descriptions.device(40), 32),
    "device_2000": (lambda: descriptions.device(2000), 32),
}

MADE = {}


def made(name, batch):
    """Description, weights and input, in f32."""
    if (name, batch) not in MADE:
        network = NETWORKS[name][0]()
        weights = {
            tensor: value.astype(np.float32)
            for tensor, value in tensors.weights(network).items()
        }
        x = tensors.stream(f"{network['name']}/input", (batch, *network["input_shape"]))
        MADE[name, batch] = (network, weights, x.astype(np.float32))
    return MADE[name, batch]


def repeated(call, least):
    """Times one call again and again until `least` seconds have passed: its median and least
    seconds, the mean seconds of processor (all threads), and how often it ran."""
    call()
    spent = []
    began = time.perf_counter()
    processor = time.process_time()
    while len(spent) < 3 or time.perf_counter() - began < least:
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
    processor = (time.process_time() - processor) / len(spent)
    return {"seconds": float(np.median(spent)), "least": min(spent), "processor": processor,
            "steps": len(spent)}


def threads():
    """The number of threads: `--threads`, else what oddity-peers sets for its peers."""
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "--threads", type=int, default=int(os.environ.get("OMP_NUM_THREADS", "1"))
    )
    parser.add_argument("--once", action="store_true", help="time everything and end")
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--variants", default="")
    parser.add_argument("--least-seconds", type=float, default=1.0)
    return parser.parse_args()


def request(arguments, command):
    """A command with its defaults filled in."""
    name = command["network"]
    return {
        "batch": NETWORKS[name][1],
        "variant": "best",
        "least_seconds": arguments.least_seconds,
        **command,
    }


def serve(arguments, commands, modes):
    """Answers commands, a line each; with `--once` times every mode of every network."""
    if not arguments.once:
        for line in sys.stdin:
            command = json.loads(line)
            if "network" in command:
                command = request(arguments, command)
            print(json.dumps(commands[command["command"]](command)), flush=True)
        return
    print(json.dumps(commands["hello"]({})), flush=True)
    for name in arguments.networks.split(","):
        for mode, variants in modes(name):
            for variant in variants:
                if arguments.variants and variant not in arguments.variants.split(","):
                    continue
                command = {"network": name, "mode": mode, "variant": variant}
                answer = commands["neural"](request(arguments, command))
                print(f"{name} {mode} {variant}: {1e3 * answer['seconds']:.3f} ms, "
                      f"least {1e3 * answer['least']:.3f}, processor "
                      f"{1e3 * answer['processor']:.3f} (first loss {answer['first_loss']:.7g})", flush=True)
