"""The study of NSL-KDD's http connections in Keras, from the CSV files to the scores.

    python kdd_http_keras.py --data-dir DATA --threads 2 --epochs 100 --seed 0

Reads DATA/nsl-kdd/KDDTrain+.txt and KDDTest+.txt and prints one JSON object: seconds by stage
(load, features, fit, score), and the measures. The best epoch's model goes through a file, as in
the study; drawing is left out, and errors are taken at once in place of a loop over windows.
"""

import os
import tempfile

import suite

FOUND = suite.arguments(epochs=100)
keras = suite.keras_of(FOUND)

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.decomposition import PCA  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

SIZE = 10
# Columns by place: the files have no header. 41 features, the label, the difficulty.
SERVICE, LABEL, N_FEATURES = 2, 41, 41


def http(name):
    """Features of the http connections, and whether each is normal."""
    table = pd.read_csv(os.path.join(FOUND.data_dir, "nsl-kdd", name), header=None)
    table = table[table[SERVICE] == "http"]
    return table.iloc[:, :N_FEATURES], (table[LABEL] == "normal").to_numpy()


def windows(rows):
    """Without overlap; as published, the last whole window is left out."""
    return np.stack([rows[at : at + SIZE] for at in range(0, len(rows) - SIZE, SIZE)])


def network(columns):
    """The autoencoder of the study."""
    L = keras.layers
    encoder = keras.Sequential([
        L.Input((SIZE, columns)),
        L.LSTM(80, activation="selu", return_sequences=True), L.AlphaDropout(0.2),
        L.LSTM(50, activation="selu", return_sequences=True), L.LSTM(20, activation="selu"),
    ])
    decoder = keras.Sequential([
        L.RepeatVector(SIZE),
        L.LSTM(50, activation="selu", return_sequences=True),
        L.LSTM(80, activation="selu", return_sequences=True),
        L.TimeDistributed(L.Dense(columns)),
    ])
    model = keras.Sequential([L.Input((SIZE, columns)), encoder, decoder])
    model.compile(optimizer="adam", loss=keras.losses.Huber(100.0))
    assert model.count_params() == 119_534
    return model


def main():
    stages = suite.Stages()
    train, normal = http("KDDTrain+.txt")
    test, test_normal = http("KDDTest+.txt")
    stages.end("load")
    train = train[normal].select_dtypes("number")
    train = train.loc[:, train.std() != 0]
    scaler = StandardScaler().fit(train)
    pca = PCA(0.8).fit(scaler.transform(train))
    assert train.shape == (38_049, 28) and pca.n_components_ == 14
    made = windows(pca.transform(scaler.transform(train)))
    made = made[np.random.default_rng(FOUND.seed).permutation(len(made))]
    test_windows = windows(pca.transform(scaler.transform(test[train.columns])))
    labels = windows(~test_normal).any(axis=1)
    assert len(made) == 3_804 and len(labels) == 785 and labels.sum() == 634
    stages.end("features")
    model = network(made.shape[2])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "best.keras")
        keep = keras.callbacks.ModelCheckpoint(path, monitor="val_loss", save_best_only=True)
        history = model.fit(made, made, batch_size=64, validation_split=0.2,
                            epochs=FOUND.epochs, callbacks=[keep], verbose=0).history
        stages.end("fit")
        model = keras.models.load_model(path)
    residual = test_windows - model.predict(test_windows, verbose=0)
    scores = np.linalg.norm(residual, axis=2).mean(axis=1)
    scores = (scores - scores.min()) / (scores.max() - scores.min())
    stages.end("score")
    stages.write("kdd-http", FOUND, history, suite.measures_of(labels, scores))


main()
