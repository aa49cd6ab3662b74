"""The dense autoencoder of the ADFA-LD study in Keras, from the zip to the scores.

    python adfa_dense_keras.py --data-dir DATA --threads 2 --epochs 100 --seed 0

Reads DATA/adfa-ld/ADFA-LD.zip and prints one JSON object: seconds by stage (load, features, fit,
score), and the measures on the 268 rows held out, which are also those that choose the epoch, as
published. The split is the study's own (random state 42).
"""

import os
import tempfile

import suite

FOUND = suite.arguments(epochs=100)
keras = suite.keras_of(FOUND)

import adfa_ld  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from sklearn.model_selection import train_test_split  # noqa: E402

BATCH = 32


@keras.saving.register_keras_serializable()
def penalty(y):
    """Keras 2.2 adds the sum over the batch; Keras 3 divides what this gives by the rows."""
    rows = tf.cast(tf.shape(y)[0], y.dtype)
    return 1e-4 * tf.reduce_sum(tf.abs(y)) * rows


def network(columns):
    """The autoencoder of the study."""
    L = keras.layers
    model = keras.Sequential([
        L.Input((columns,)),
        L.Dense(87, activation="tanh", activity_regularizer=penalty),
        L.Dense(43, activation="relu"),
        L.Dense(43, activation="tanh"),
        L.Dense(columns, activation="relu"),
    ])
    model.compile(optimizer="adam", loss="mse")
    assert model.count_params() == 17_160
    return model


def main():
    stages = suite.Stages()
    by_class = adfa_ld.traces(os.path.join(FOUND.data_dir, "adfa-ld", "ADFA-LD.zip"))
    stages.end("load")
    rows = np.hstack([adfa_ld.counts(by_class, n)[:, :29] for n in (1, 2, 3)])
    attack = np.arange(len(rows)) < len(rows) - len(by_class[-1])
    train, test, train_attack, test_attack = train_test_split(
        rows, attack, test_size=0.2, random_state=42
    )
    train = train[~train_attack]
    assert train.shape == (662, 87)
    stages.end("features")
    model = network(rows.shape[1])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "best.keras")
        keep = keras.callbacks.ModelCheckpoint(path, save_best_only=True)
        history = model.fit(train, train, batch_size=BATCH, epochs=FOUND.epochs,
                            validation_data=(test, test), callbacks=[keep], verbose=0).history
        stages.end("fit")
        model = keras.models.load_model(path)
    scores = ((test - model.predict(test, verbose=0)) ** 2).mean(axis=1)
    stages.end("score")
    stages.write("adfa-dense", FOUND, history, suite.measures_of(test_attack, scores))


main()
