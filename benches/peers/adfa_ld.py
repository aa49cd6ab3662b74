"""ADFA-LD as its study reads it: traces by class, and counts of n-grams."""

import math
import zipfile
from collections import Counter

import numpy as np

ATTACKS = ["Adduser", "Hydra_FTP", "Hydra_SSH", "Java_Meterpreter", "Meterpreter", "Web_Shell"]


def traces(path):
    """The zip to traces as lists of texts, by class of the study."""
    archive = zipfile.ZipFile(path)
    by_class = {name: [] for name in [*ATTACKS, "Normal"]}
    names = sorted(name for name in archive.namelist() if name.endswith(".txt"))
    for name in names:
        parts = name.split("/")
        if len(parts) < 3:
            continue  # The list of calls is no trace.
        calls = archive.read(name).decode().split()
        if parts[-2] == "Training_Data_Master":
            by_class["Normal"].append((0, name, calls))
        elif parts[-3] == "Attack_Data_Master":
            attack, folder = parts[-2].rsplit("_", 1)
            if int(folder) <= 7:
                by_class[attack].append((int(folder), name, calls))
    return [[calls for _, _, calls in sorted(group)] for group in by_class.values()]


def counts(by_class, n):
    """One row a trace, one column an n-gram of the vocabulary: the most frequent 30 % of each class."""
    vocabulary = {}
    for group in by_class:
        together = [call for calls in group for call in calls]
        grams = Counter(" ".join(together[at : at + n]) for at in range(len(together) - n))
        for gram, _ in grams.most_common(math.ceil(0.3 * len(grams))):
            vocabulary.setdefault(gram, len(vocabulary))
    matrix = np.zeros((sum(map(len, by_class)), len(vocabulary)))
    row = 0
    for calls in (calls for group in by_class for calls in group):
        for at in range(len(calls) - n):
            column = vocabulary.get(" ".join(calls[at : at + n]))
            if column is not None:
                matrix[row, column] += 1
        row += 1
    return matrix
