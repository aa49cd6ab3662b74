"""Scores a long CSV file of a plant as `oddity score` does, with scikit-learn or PyTorch.

usage: score_stream.py isolation_forest|lstm_autoencoder TRAIN.csv DATA.csv [THREADS]

It fits on the training file, then reads the data in parts of 16,384 rows with pandas, scales them and
scores each row (isolation forest) or the window of ten rows that ends with it (LSTM autoencoder: 64 and 64
units, the mean squared error of the window; three epochs in batches of 256), and prints rows a
second of the scoring and the peak of memory. Versions: scikit-learn 1.9.1, PyTorch 2.15, pandas 3.
"""

import resource
import sys
import time

import numpy as np
import pandas as pd

PART = 16_384
WINDOW = 10


def columns(path):
    head = pd.read_csv(path, nrows=5)
    names = [name for name in head.columns if name != "time" and not name.startswith("attack")]
    whole = pd.read_csv(path, usecols=names)
    return [name for name in names if 1 < whole[name].nunique()]


def main():
    kind, train, data = sys.argv[1:4]
    threads = int(sys.argv[4]) if 4 < len(sys.argv) else 2
    names = columns(train)
    x = pd.read_csv(train, usecols=names)[names].to_numpy()
    x = x[: int(0.8 * len(x))]
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    deviation[deviation == 0.0] = 1.0
    x = (x - mean) / deviation
    score = {"isolation_forest": forest, "lstm_autoencoder": network}[kind](x, threads)
    began, n_rows, highest = time.perf_counter(), 0, 0.0
    for part in pd.read_csv(data, usecols=names, chunksize=PART):
        scores = score((part[names].to_numpy() - mean) / deviation)
        n_rows += len(part)
        highest = max(highest, float(scores.max(initial=0.0)))
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{kind}: {n_rows} rows, {n_rows / seconds:.0f} a second, peak {peak:.0f} MiB, highest {highest:.4f}")


def forest(x, threads):
    from sklearn.ensemble import IsolationForest

    fitted = IsolationForest(n_jobs=threads, random_state=0).fit(x)
    return lambda rows: -fitted.score_samples(rows)


def network(x, threads):
    import torch
    from torch import nn

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    d = x.shape[1]

    class Autoencoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.down = nn.LSTM(d, 64, batch_first=True)
            self.up = nn.LSTM(64, 64, batch_first=True)
            self.out = nn.Linear(64, d)

        def forward(self, windows):
            states, _ = self.down(windows)
            code = states[:, -1:, :].expand(-1, windows.shape[1], -1)
            return self.out(self.up(code)[0])

    def windows(rows):
        return np.lib.stride_tricks.sliding_window_view(rows, WINDOW, axis=0).transpose(0, 2, 1)

    model = Autoencoder()
    optimiser = torch.optim.Adam(model.parameters())
    all_windows = windows(x.astype(np.float32))
    for _ in range(3):
        for at in np.array_split(np.random.permutation(len(all_windows)), len(all_windows) // 256):
            batch = torch.from_numpy(np.ascontiguousarray(all_windows[at]))
            optimiser.zero_grad()
            loss = ((model(batch) - batch) ** 2).mean()
            loss.backward()
            optimiser.step()
    kept = np.zeros((0, d), dtype=np.float32)

    def score(rows):
        nonlocal kept
        rows = np.concatenate([kept, rows.astype(np.float32)])
        kept = rows[-(WINDOW - 1):]
        scores = []
        with torch.inference_mode():
            all_windows = windows(rows)
            for first in range(0, len(all_windows), 1024):
                batch = torch.from_numpy(np.ascontiguousarray(all_windows[first : first + 1024]))
                scores.append(((model(batch) - batch) ** 2).mean(dim=(1, 2)).numpy())
        return np.concatenate(scores) if scores else np.zeros(0)

    return score


main()
