"""PyTorch's side of the neural timings: one JSON command a line, one JSON answer a line.

    {"command": "neural", "network": "hai", "mode": "train", "least_seconds": 1.0}

`mode` is `train` (forward, backward and Adam on one batch) or `infer` (the output of one batch).
Optional: `batch`, and `variant`: `eager` (nn.LSTM where its activations will do, else a cell
written out), `script` (the cell through torch.jit), `compile` (the whole model through
torch.compile), `autocast` (eager in bfloat16), or `best`, which is what was fastest here (see BEST).
The answer has `seconds` (median of a step), `least` (the fastest), `processor` (mean seconds of
processor, all threads: a guide where the machine is busy), `steps` (how many were timed), `first_loss`
(at the weights of the formula, in training mode), `parameters` and `variant`. Run alone:
python neural_torch.py --once --threads 2.
"""

import os

import neural

ARGUMENTS = neural.threads()
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(ARGUMENTS.threads)

import torch  # noqa: E402
from torch import nn  # noqa: E402

torch.set_num_threads(ARGUMENTS.threads)
torch.set_num_interop_threads(1)


def hard_sigmoid(x):
    return torch.clamp(0.2 * x + 0.5, 0.0, 1.0)


ACTIVATIONS = {
    "linear": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "selu": torch.selu,
    "sigmoid": torch.sigmoid, "hard_sigmoid": hard_sigmoid,
}


def steps_of_selu(projected, recurrent):
    """All steps of an LSTM with SELU, over time-major inputs that are projected already. The order of
    the gates is i, f, o, c, so that the three sigmoids are one."""
    units = recurrent.shape[0]
    h = torch.zeros(projected.shape[1], units)
    c = torch.zeros(projected.shape[1], units)
    outputs = []
    for at in range(projected.shape[0]):
        sums = torch.addmm(projected[at], h, recurrent)
        gates = torch.sigmoid(sums[:, : 3 * units])
        i, f, o = gates.chunk(3, 1)
        c = f * c + i * torch.selu(sums[:, 3 * units :])
        h = o * torch.selu(c)
        outputs.append(h)
    return torch.stack(outputs)


def steps_of_relu(projected, recurrent):
    """The same with ReLU and the hard sigmoid of Keras 2."""
    units = recurrent.shape[0]
    h = torch.zeros(projected.shape[1], units)
    c = torch.zeros(projected.shape[1], units)
    outputs = []
    for at in range(projected.shape[0]):
        sums = torch.addmm(projected[at], h, recurrent)
        gates = torch.clamp(0.2 * sums[:, : 3 * units] + 0.5, 0.0, 1.0)
        i, f, o = gates.chunk(3, 1)
        c = f * c + i * torch.relu(sums[:, 3 * units :])
        h = o * torch.relu(c)
        outputs.append(h)
    return torch.stack(outputs)


STEPS = {"selu": steps_of_selu, "relu": steps_of_relu}
SCRIPTED = {}


def scripted(name):
    if name not in SCRIPTED:
        SCRIPTED[name] = torch.jit.script(STEPS[name])
    return SCRIPTED[name]


class Cell(nn.Module):
    """An LSTM layer written out, for activations that nn.LSTM does not have."""

    def __init__(self, inputs, layer, variant):
        super().__init__()
        units = layer["units"]
        self.kernel = nn.Parameter(torch.empty(inputs, 4 * units))
        self.recurrent = nn.Parameter(torch.empty(units, 4 * units))
        self.bias = nn.Parameter(torch.empty(4 * units))
        name = layer["activation"]
        self.steps = scripted(name) if variant == "script" else STEPS[name]

    def load(self, *values):
        for parameter, value in zip((self.kernel, self.recurrent, self.bias), values):
            i, f, c, o = torch.tensor(value).chunk(4, -1)
            parameter.data.copy_(torch.cat([i, f, o, c], -1))

    def forward(self, x):
        return self.steps(x @ self.kernel + self.bias, self.recurrent)


class Fused(nn.LSTM):
    """PyTorch's own LSTM, over time-major inputs."""

    def load(self, kernel, recurrent, bias):
        for parameter, value in zip(
            self.parameters(), (kernel.T, recurrent.T, bias, 0 * bias)
        ):
            parameter.data.copy_(torch.tensor(value))

    def forward(self, x):
        return super().forward(x)[0]


class Network(nn.Module):
    """A described network. Time is the first axis inside."""

    def __init__(self, network, weights, variant):
        super().__init__()
        self.described = network["layers"]
        self.layers = nn.ModuleList()
        width = network["inputs"]
        for at, layer in enumerate(self.described):
            mine = [v for k, v in weights.items() if k.startswith(f"layers.{at}.")]
            if layer["kind"] == "lstm":
                fused = layer["activation"] == "tanh"
                made = Fused(width, layer["units"]) if fused else Cell(width, layer, variant)
                made.load(*mine)
            elif layer["kind"] == "dense":
                made = nn.Linear(width, layer["units"])
                made.weight.data.copy_(torch.tensor(mine[0].T))
                made.bias.data.copy_(torch.tensor(mine[1]))
            elif layer["kind"] == "batch_norm":
                made = nn.BatchNorm1d(width, eps=1e-3, momentum=0.01)
                made.weight.data.copy_(torch.tensor(mine[0]))
                made.bias.data.copy_(torch.tensor(mine[1]))
            else:
                made = nn.Identity()
            width = layer.get("units", width)
            self.layers.append(made)

    def forward(self, x):
        """The output, and the activity penalty as Keras 2.2 has it."""
        series = x.dim() == 3
        penalty = None
        if series:
            x = x.transpose(0, 1)
        for layer, described in zip(self.layers, self.described):
            kind = described["kind"]
            if kind == "lstm":
                x = layer(x)
                if described["steps"] == "last":
                    x = x[-1]
            elif kind == "dense":
                x = ACTIVATIONS[described["activation"]](layer(x))
                if "l1_activity" in described:
                    penalty = described["l1_activity"] * x.abs().sum()
            elif kind == "batch_norm":
                x = layer(x.reshape(-1, x.shape[-1])).view(x.shape)
            elif kind == "repeat":
                x = x.unsqueeze(0).expand(described["times"], -1, -1)
        return (x.transpose(0, 1) if series else x), penalty


def loss_of(loss, output, target):
    if loss["kind"] == "huber":
        return nn.functional.huber_loss(output, target, delta=loss["delta"])
    return nn.functional.mse_loss(output, target)


# What was fastest on a Xeon with AVX-512, by network and mode, where it is not `eager`.
BEST = {
    ("kdd", "train"): "compile",
    ("adfa_lstm", "train"): "compile",
    ("adfa_lstm", "infer"): "compile",
}
MODELS = {}


class Run:
    """A model with its optimiser."""

    def __init__(self, name, batch, variant):
        network, weights, x = neural.made(name, batch)
        self.x = torch.tensor(x)
        self.model = Network(network, weights, variant)
        self.parameters = sum(
            value.numel() for key, value in self.model.named_parameters()
            if not key.endswith("bias_hh_l0")
        )
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), 1e-3, eps=1e-7, fused=True
        )
        self.call = self.model
        if variant == "autocast":
            self.call = torch.autocast("cpu", torch.bfloat16)(self.model)
        if variant == "compile":
            self.call = torch.compile(self.model, dynamic=False)
        self.loss = network["loss"]
        self.first_loss = None

    def step(self):
        self.optimizer.zero_grad()
        output, penalty = self.call(self.x)
        # In bfloat16 too the loss is taken in single precision, as autocast means it.
        loss = loss_of(self.loss, output.float(), self.x)
        if penalty is not None:
            loss = loss + penalty
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def infer(self):
        with torch.inference_mode():
            return self.call(self.x)[0].float().sum().item()


def best(name, mode):
    return BEST.get((name, mode), "eager")


def timed(command):
    name, mode, variant = command["network"], command["mode"], command["variant"]
    if variant == "best":
        variant = best(name, mode)
    key = (name, command["batch"], variant)
    if key not in MODELS:
        run = Run(*key)
        run.model.train()
        run.first_loss = run.step()
        MODELS[key] = run
    run = MODELS[key]
    if mode == "train":
        run.model.train()
        times = neural.repeated(run.step, command["least_seconds"])
    else:
        run.model.eval()
        times = neural.repeated(run.infer, command["least_seconds"])
    return {**times, "first_loss": run.first_loss, "parameters": run.parameters,
            "variant": variant}


def modes(name):
    variants = ["eager", "compile"]
    if name in ("kdd", "adfa_lstm"):
        variants.insert(1, "script")
    if name == "hai":
        variants = ["eager"]
    return [("train", variants), ("infer", variants)]


def hello(_command):
    return {"torch": torch.__version__, "threads": torch.get_num_threads()}


neural.serve(ARGUMENTS, {"hello": hello, "neural": timed}, modes)
