"""Keras's side of the neural timings: one JSON command a line, one JSON answer a line.

    {"command": "neural", "network": "hai", "mode": "train", "least_seconds": 1.0}

`mode` is `train` (forward, backward and Adam on one batch, as one tf.function), `infer` (the output
of one batch, as one tf.function), `fit` (a step within model.fit over 20 batches, with its
overhead) or `predict` (a batch within model.predict over 20). Optional: `batch`, and `variant`:
`graph` (tf.function alone), `xla` (jit_compile), `unroll` (LSTM layers unrolled, tf.function
alone), `unroll_xla`, or `best`, which is what was fastest here (see BEST; `graph` where nothing is
named). `fit` and `predict` leave jit_compile to Keras ("auto") under `graph`. The answer is
that of neural_torch.py. Threads are set at the start: --threads, else OMP_NUM_THREADS. Run
alone: python neural_keras.py --once --threads 2.
"""

import os

import neural

ARGUMENTS = neural.threads()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(ARGUMENTS.threads)
tf.config.threading.set_inter_op_parallelism_threads(ARGUMENTS.threads)

import keras  # noqa: E402
import keras_side  # noqa: E402
import numpy as np  # noqa: E402

keras.config.set_floatx("float32")  # The fixtures compute in f64.

N_BATCHES = 20
# What was fastest on a Xeon with AVX-512, by network and mode, where it is not `graph`.
BEST = {
    ("hai", "infer"): "xla",
    ("kdd", "train"): "unroll_xla",
    ("adfa_lstm", "train"): "unroll_xla",
    ("adfa_lstm", "infer"): "xla",
    ("adfa_dense", "train"): "xla",
}
MODELS = {}


class Run:
    """A model with its optimiser."""

    def __init__(self, name, batch, variant):
        network, weights, x = neural.made(name, batch)
        layers = [keras_side.made(layer) for layer in network["layers"]]
        for layer in layers:
            if isinstance(layer, keras.layers.LSTM):
                layer.unroll = "unroll" in variant
        self.model = keras.Sequential([keras.layers.Input(x.shape[1:]), *layers])
        for at, layer in enumerate(layers):
            for variable in layer.trainable_weights:
                variable.assign(weights[f"layers.{at}.{variable.name}"])
        self.loss = keras_side.loss_function(network["loss"])
        self.batch = batch
        self.x = tf.constant(x)
        self.many = np.tile(x, (N_BATCHES, *[1] * (x.ndim - 1)))
        self.parameters = sum(value.size for value in weights.values())
        jit = "xla" in variant
        self.optimizer = keras.optimizers.Adam()
        self.optimizer.build(self.model.trainable_variables)
        self.train_step = tf.function(self.train_body, jit_compile=jit)
        self.infer_step = tf.function(
            lambda x: tf.reduce_sum(self.model(x, training=False)), jit_compile=jit
        )
        compiled = jit or ("auto" if variant == "graph" else False)
        self.model.compile(optimizer=keras.optimizers.Adam(), loss=self.loss,
                           jit_compile=compiled)
        # On a copy of the model's state: no step has been made yet.
        y = self.model(self.x, training=True)
        penalty = tf.add_n(self.model.losses) * batch if self.model.losses else 0.0
        self.first_loss = float(self.loss(self.x, y) + penalty)

    def train_body(self, x):
        with tf.GradientTape() as tape:
            loss = self.loss(x, self.model(x, training=True))
            if self.model.losses:
                # Keras 2.2 adds the sum over the batch, Keras 3 a mean over its rows.
                loss += tf.add_n(self.model.losses) * self.batch
        variables = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    def train(self):
        return float(self.train_step(self.x))

    def infer(self):
        return float(self.infer_step(self.x))

    def fit(self):
        self.model.fit(self.many, self.many, batch_size=self.batch, epochs=1, verbose=0)

    def predict(self):
        self.model.predict(self.many, batch_size=self.batch, verbose=0)


def timed(command):
    name, mode, variant = command["network"], command["mode"], command["variant"]
    if variant == "best":
        variant = BEST.get((name, mode), "graph")
    key = (name, command["batch"], variant)
    if key not in MODELS:
        MODELS[key] = Run(*key)
    run = MODELS[key]
    times = neural.repeated(getattr(run, mode), command["least_seconds"])
    if mode in ("fit", "predict"):
        for field in ("seconds", "least", "processor"):
            times[field] /= N_BATCHES
        times["steps"] *= N_BATCHES
    return {**times, "first_loss": run.first_loss, "parameters": run.parameters,
            "variant": variant}


def modes(name):
    variants = ["graph", "xla"]
    if name in ("kdd", "adfa_lstm"):
        variants += ["unroll", "unroll_xla"]
    return [("train", variants), ("infer", variants), ("fit", ["graph"]),
            ("predict", ["graph"])]


def hello(_command):
    return {"keras": keras.__version__, "tensorflow": tf.__version__,
            "threads": ARGUMENTS.threads}


neural.serve(ARGUMENTS, {"hello": hello, "neural": timed}, modes)
