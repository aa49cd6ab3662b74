"""What the whole-suite scripts share: arguments, threads, stages, and the one line they print."""

import argparse
import json
import os
import time


def arguments(epochs):
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", default=os.environ.get("ODDITY_DATA_DIR"))
    parser.add_argument("--threads", type=int, default=int(os.environ.get("OMP_NUM_THREADS", "2")))
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--seed", type=int, default=0)
    found = parser.parse_args()
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(found.threads)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    if not found.data_dir:
        parser.error("--data-dir, or ODDITY_DATA_DIR")
    return found


def keras_of(found):
    """Keras over TensorFlow, with its threads and seed set."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(found.threads)
    tf.config.threading.set_inter_op_parallelism_threads(found.threads)
    import keras

    keras.utils.set_random_seed(found.seed)
    return keras


class Stages:
    """Seconds by stage; `seconds` is their sum, without the imports."""

    def __init__(self):
        self.spent = {}
        self.began = time.perf_counter()

    def end(self, name):
        now = time.perf_counter()
        self.spent[name] = now - self.began
        self.began = now

    def write(self, name, found, history, measures):
        """One JSON object on standard output."""
        print(json.dumps({
            "suite": name,
            "threads": found.threads,
            "epochs": found.epochs,
            "seed": found.seed,
            "seconds": sum(self.spent.values()),
            "stages": self.spent,
            "loss": history["loss"][-1],
            "best_validation_loss": min(history["val_loss"]),
            "measures": measures,
        }), flush=True)


def measures_of(labels, scores):
    """ROC AUC, average precision, and the best F1 over all thresholds (an oracle's figure)."""
    import numpy as np
    from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

    precision, recall, _ = precision_recall_curve(labels, scores)
    both = precision + recall
    f1 = np.where(both > 0, 2 * precision * recall / np.where(both > 0, both, 1), 0)
    return {
        "roc_auc": float(roc_auc_score(labels, scores)),
        "average_precision": float(average_precision_score(labels, scores)),
        "best_f1_oracle": float(f1.max()),
        "n_samples": len(labels),
        "n_anomalies": int(np.sum(labels)),
    }
