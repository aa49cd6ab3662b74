"""Times measures of alarms on events against their references, in turns, on the samples of HAI.

    cargo build -p oddity-eval --example answer_event_measures
    python event_measures.py --ours target/debug/examples/answer_event_measures \\
        --data-dir DATA --etapr CLONE --affiliation CLONE [--alarms rnn_v1] [--rounds 5]

Clones of github.com/saurf4ng/eTaPR and github.com/ahstat/affiliation-metrics-py, taken at the
commits below. Ours begins with labels and decisions. The references are timed twice: from the runs
of both, which they take, and from the labels, with their own way to find the runs. One table is
written to standard output, with the ratio of each turn's seconds, ours to theirs.
"""

import argparse
import io
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import types

COMMITS = {
    "etapr": "af9e7aed35cfd160cbe0d04c8ec4c102502cb677",
    "affiliation": "8d8449858096bbade6a6e70848d05c9cc9b846fe",
}


def check_out(clone, commit):
    """The tree of a commit, first on the path of imports."""
    archive = subprocess.run(
        ["git", "-C", clone, "archive", commit], check=True, capture_output=True
    ).stdout
    folder = tempfile.mkdtemp()
    tarfile.open(fileobj=io.BytesIO(archive)).extractall(folder)
    sys.path.insert(0, folder)


def etapr(clone, truth, alarms):
    """eTaPR from runs and from labels."""
    check_out(clone, COMMITS["etapr"])
    # The package imports its drawing, which needs OpenCV.
    sys.modules["eTaPR_pkg.DataManage.Time_Plot"] = types.ModuleType("Time_Plot")
    from eTaPR_pkg import etapr as reference
    from eTaPR_pkg.DataManage import File_IO

    def ranges(labels):
        return File_IO.load_stream_2_range(labels, 0, 1, True)

    runs = ranges(truth), ranges(alarms)
    return {
        "runs": lambda: reference.evaluate_w_ranges(*runs, 0.5, 0.1)["f1"],
        "labels": lambda: reference.evaluate_w_streams(truth, alarms, 0.5, 0.1)["f1"],
    }


def affiliation(clone, truth, alarms):
    """Affiliation from runs and from labels."""
    check_out(clone, COMMITS["affiliation"])
    from affiliation.generics import convert_vector_to_events, f1_func
    from affiliation.metrics import pr_from_events

    def of_runs(found, events):
        out = pr_from_events(found, events, (0, len(truth)))
        return f1_func(out["precision"], out["recall"])

    runs = convert_vector_to_events(alarms), convert_vector_to_events(truth)
    return {
        "runs": lambda: of_runs(*runs),
        "labels": lambda: of_runs(*(convert_vector_to_events(v) for v in (alarms, truth))),
    }


def timed(call):
    """Seconds of one call, the best of two, and its value."""
    spent = []
    for _ in range(2):
        began = time.perf_counter()
        value = call()
        spent.append(time.perf_counter() - began)
    return min(spent), value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--ours", required=True)
    parser.add_argument("--data-dir", default=os.environ.get("ODDITY_DATA_DIR"))
    parser.add_argument("--etapr", required=True)
    parser.add_argument("--affiliation", required=True)
    parser.add_argument("--alarms", default="rnn_v1")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    folder = pathlib.Path(given.data_dir) / "hai" / "etapr"
    paths = [folder / f"{name}.csv" for name in ("HAI_Attack_Stream", given.alarms)]
    truth, alarms = ([int(line) < 0 for line in path.read_text().split()] for path in paths)
    truth, alarms = ([int(flag) for flag in flags] for flags in (truth, alarms))
    ours = subprocess.Popen(
        [given.ours, *map(str, paths)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    peers = {
        "etapr-22.6.1": etapr(given.etapr, truth, alarms),
        "f1_affiliation": affiliation(given.affiliation, truth, alarms),
    }
    print(f"{len(truth)} samples, alarms of {given.alarms}, {given.rounds} turns\n")
    print("| measure | ours, ms | peer from | peer, ms | times faster | range | values |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for measure, calls in peers.items():
        for start, call in calls.items():
            turns = []
            for _ in range(given.rounds):
                ours.stdin.write(measure + "\n")
                ours.stdin.flush()
                seconds, value = map(float, ours.stdout.readline().split())
                theirs, expected = timed(call)
                assert abs(value - expected) < 1e-12, (measure, value, expected)
                turns.append((seconds, theirs))
            ratios = [theirs / seconds for seconds, theirs in turns]
            middle = [1e3 * statistics.median(side) for side in zip(*turns)]
            print(f"| {measure} | {middle[0]:.3f} | {start} | {middle[1]:.1f} "
                  f"| {statistics.median(ratios):.0f} | {min(ratios):.0f} to {max(ratios):.0f} "
                  f"| {value:.12f}, {expected:.12f} |")
    ours.stdin.close()
    ours.wait()


main()
