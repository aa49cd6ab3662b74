"""The Python side of the comparison: one JSON command a line, one JSON answer a line.

Started by the oddity-peers program, which takes turns with it. Needs scikit-learn 1.9
and NumPy; the answer to `hello` says which versions ran.
"""

import json
import os
import sys
import time
import warnings

import adfa_ld
import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

warnings.filterwarnings("ignore")

DATA = {}


def model(name, threads):
    return {
        "logistic_regression": lambda: LogisticRegression(max_iter=1000),
        "logistic_regression/liblinear": lambda: LogisticRegression(solver="liblinear"),
        "lda": LinearDiscriminantAnalysis,
        "knn": lambda: KNeighborsClassifier(n_jobs=threads),
        "cart": lambda: DecisionTreeClassifier(random_state=0),
        "gaussian_nb": GaussianNB,
        "svm": lambda: SVC(gamma="auto"),
        "svm/linear": lambda: SVC(kernel="linear"),
        "random_forest": lambda: RandomForestClassifier(100, n_jobs=threads, random_state=0),
    }[name]()


def repeated(call, least):
    """Median seconds of one call, repeated until `least` seconds have passed."""
    spent, value = [], None
    while sum(spent) < least or not spent:
        began = time.perf_counter()
        value = call()
        spent.append(time.perf_counter() - began)
    return float(np.median(spent)), value


def load(command):
    rows = np.fromfile(command["path"], dtype="<f8").reshape(-1, command["columns"] + 1)
    x = np.ascontiguousarray(rows[:, :-1])
    DATA[command["name"]] = (x, rows[:, -1].astype(int))
    return {}


def run(command):
    x, y = DATA[command["data"]]
    n_train, n_test = command["n_train"], command["n_test"]
    train, test = slice(0, n_train), slice(len(x) - n_test, len(x))
    least = command["least_seconds"]
    fit, fitted = repeated(
        lambda: model(command["model"], command["threads"]).fit(x[train], y[train]), least
    )
    predict, predicted = repeated(lambda: fitted.predict(x[test]), least)
    return {"fit": fit, "predict": predict, "accuracy": float((predicted == y[test]).mean())}


def step(command):
    """A scaler (`components` 0) or principal components, with default settings."""
    x = DATA[command["data"]][0][: command["n_rows"]]
    components = command["components"]
    if components == 0:
        model = StandardScaler()
    else:
        model = PCA(components if components < 1 else int(components))
    least = command["least_seconds"]
    fit, fitted = repeated(lambda: model.fit(x), least)
    transform, made = repeated(lambda: fitted.transform(x), least)
    return {
        "fit": fit,
        "transform": transform,
        "last": float(made[-1, -1]),
        "width": made.shape[1],
    }


class CentreDistance:
    """The distance to the nearest centre of scikit-learn's k-means."""

    def fit(self, x):
        from sklearn.cluster import KMeans

        self.clusters = KMeans(8, random_state=0).fit(x)
        return self

    def decision_function(self, x):
        return self.clusters.transform(x).min(axis=1)


class Novelty:
    """A model of scikit-learn whose scores are turned round."""

    def __init__(self, model):
        self.model = model

    def fit(self, x):
        self.model.fit(x)
        return self

    def decision_function(self, x):
        return -self.model.score_samples(x)


def detector_model(kind, threads):
    from pyod.models.cblof import CBLOF
    from pyod.models.copod import COPOD
    from pyod.models.ecod import ECOD
    from pyod.models.hbos import HBOS
    from pyod.models.knn import KNN
    from sklearn.ensemble import IsolationForest
    from sklearn.neighbors import LocalOutlierFactor

    return {
        "isolation_forest": lambda: Novelty(IsolationForest(n_jobs=threads, random_state=0)),
        "hbos": HBOS,
        # Several jobs take longer than one: they copy the columns, and print.
        "ecod": ECOD,
        "copod": COPOD,
        "knn_distance": lambda: KNN(n_jobs=threads),
        "lof": lambda: Novelty(LocalOutlierFactor(novelty=True, n_jobs=threads)),
        "k_means_distance": CentreDistance,
        # With the default of 0.9 it refuses clusters of about the same size.
        "cblof": lambda: CBLOF(alpha=0.8, random_state=0),
    }[kind]()


def detector(command):
    """A one-class detector with default settings: fit, and score of the same rows."""
    x = DATA[command["data"]][0][: command["n_rows"], : command["n_columns"]]
    x = np.ascontiguousarray(x)
    least = command["least_seconds"]
    fit, fitted = repeated(
        lambda: detector_model(command["kind"], command["threads"]).fit(x), least
    )
    score, scores = repeated(lambda: fitted.decision_function(x), least)
    return {"fit": fit, "score": score, "mean": float(scores.mean())}
def one_class_model(name):
    from sklearn.covariance import MinCovDet
    from sklearn.mixture import GaussianMixture
    from sklearn.svm import OneClassSVM

    if name == "kernel_pca":
        from pyod.models.kpca import KPCA

        model = KPCA(n_components=20)
        return model, model.decision_function
    model, scores = {
        "one_class_svm": lambda: (OneClassSVM(), "decision_function"),
        "gmm": lambda: (GaussianMixture(3, random_state=0), "score_samples"),
        "gmm/diag": lambda: (GaussianMixture(3, covariance_type="diag", random_state=0),
                             "score_samples"),
        "mcd": lambda: (MinCovDet(random_state=0), "mahalanobis"),
    }[name]()
    sign = 1.0 if scores == "mahalanobis" else -1.0
    return model, lambda x: sign * getattr(model, scores)(x)


def one_class(command):
    """A one-class detector of scikit-learn, PyOD or STUMPY, with default settings."""
    least = command["least_seconds"]
    if command["model"] == "matrix_profile":
        import numba
        import stumpy

        numba.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        x = np.fromfile(command["path"], dtype="<f8")
        stumpy.stump(x[:1000], command["size"])  # compiles
        score, made = repeated(lambda: stumpy.stump(x, command["size"]), least)
        return {"score": score, "mean": float(made[:, 0].astype(float).mean())}
    x = DATA[command["data"]][0]
    train, test = x[: command["n_train"]], x[len(x) - command["n_test"] :]
    made = {}

    def fit():
        model, made["scores"] = one_class_model(command["model"])
        model.fit(train)

    fit_seconds, _ = repeated(fit, least)
    score, scores = repeated(lambda: made["scores"](test), least)
    return {"fit": fit_seconds, "score": score, "mean": float(np.mean(scores))}


def search(command):
    x, y = DATA[command["data"]]
    n_train = command["n_train"]
    forest = RandomForestClassifier(random_state=42)
    if command["kind"] == "random":
        axes = {
            "n_estimators": list(range(200, 2001, 200)),
            "max_features": ["sqrt"],
            "max_depth": [*range(10, 111, 10), None],
            "min_samples_split": [2, 5, 10],
            "min_samples_leaf": [1, 2, 4],
            "bootstrap": [True, False],
        }
        task = RandomizedSearchCV(
            forest, axes, n_iter=command["draws"], cv=3, random_state=42,
            n_jobs=command["threads"],
        )
    else:
        axes = {
            "bootstrap": [True],
            "max_depth": [80, 90, 100, 110],
            "max_features": [2, 3],
            "min_samples_leaf": [3, 4, 5],
            "min_samples_split": [8, 10, 12],
            "n_estimators": [100, 200, 300, 1000],
        }
        task = GridSearchCV(forest, axes, cv=3, n_jobs=command["threads"])
    began = time.perf_counter()
    task.fit(x[:n_train], y[:n_train])
    return {"seconds": time.perf_counter() - began, "score": float(task.best_score_)}


def features(command):
    """Loading the zip, and the vocabularies and matrices of 1-, 2- and 3-grams."""
    began = time.perf_counter()
    by_class = adfa_ld.traces(command["path"])
    widths = [adfa_ld.counts(by_class, n).shape[1] for n in (1, 2, 3)]
    return {"seconds": time.perf_counter() - began, "widths": widths}


def read(command):
    """A file of text to columns in memory, with default settings."""
    path, header, peer = command["path"], command["header"], command["peer"]
    # Polars takes its number of threads when it is imported.
    os.environ["POLARS_MAX_THREADS"] = str(command["threads"])
    if peer == "pandas":
        import pandas

        began = time.perf_counter()
        table = pandas.read_csv(path, header=0 if header else None)
    elif peer == "pyarrow":
        import pyarrow
        import pyarrow.csv

        pyarrow.set_cpu_count(command["threads"])
        began = time.perf_counter()
        options = pyarrow.csv.ReadOptions(autogenerate_column_names=not header)
        table = pyarrow.csv.read_csv(path, read_options=options)
    else:
        import polars

        types = None
        if command["numbers"]:
            # It tells the types from a hundred rows, and stops at the first 0.5 after whole ones.
            with open(path, encoding="utf-8") as lines:
                names = next(lines).strip().split(",")
            types = {name: polars.Float64 for name in names[1:]}
        began = time.perf_counter()
        table = polars.read_csv(path, has_header=header, schema_overrides=types)
    return {"seconds": time.perf_counter() - began, "rows": table.shape[0]}


def versions_of_others():
    """The versions of what few cases need, as far as it is there."""
    from importlib import metadata

    versions = {}
    for name in ("pandas", "pyarrow", "polars", "pyod", "stumpy"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return versions


def hello(_command):
    return {
        "python": sys.version.split()[0],
        "scikit-learn": sklearn.__version__,
        "numpy": np.__version__,
        **versions_of_others(),
    }


COMMANDS = {"hello": hello, "load": load, "run": run, "search": search, "step": step,
            "features": features, "read": read, "detector": detector, "one_class": one_class}

for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(COMMANDS[request["command"]](request)), flush=True)
