"""Trains a small convolutional network with PyTorch and reports numbers; it judges nothing.

usage: python train_torch.py PLAN    PLAN: the JSON object of src/training/plan.ts

Each line on stdout is one JSON object of src/training/protocol.ts. Whatever the framework itself prints goes to stderr.
Runs with PyTorch 1.10 or newer and needs nothing beside it, not even NumPy.
"""

import json
import math
import os
import sys
import time

# The framework's own prints must not get between the reports.
REPORTS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)

TIMED_STEPS = 3
BEGAN = time.perf_counter()


def finite(number):
    """JSON has no NaN and no infinity: they are reported as null."""
    return number if math.isfinite(number) else None


def report(event, **fields):
    fields["event"] = event
    REPORTS.write(json.dumps(fields, allow_nan=False) + "\n")
    REPORTS.flush()


def choose_device(torch, wanted):
    """The device to train on, and why it is not the GPU where the GPU was not ruled out."""
    if wanted == "cpu":
        return torch.device("cpu"), None
    if wanted == "cuda" or torch.cuda.is_available():
        # Fails here, with the framework's own words, where there is no working GPU.
        torch.zeros(1, device="cuda")
        return torch.device("cuda", torch.cuda.current_device()), None
    try:
        torch.zeros(1, device="cuda")
    except Exception as error:
        return torch.device("cpu"), str(error).splitlines()[0]
    return torch.device("cpu"), "torch.cuda.is_available() is False"


def describe(torch, device):
    if device.type != "cuda":
        return processor_name()
    return torch.cuda.get_device_name(device)


def processor_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as info:
            for line in info:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    import platform

    return platform.processor() or platform.machine()


def synchronise(torch, device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def product_samples(torch, device, plan):
    """Chosen entries of the product of two matrices, whose entries src/training/product.ts makes in the same way."""
    size, modulus = plan["product"]["size"], plan["product"]["modulus"]
    left_row, left_column, right_row, right_column = plan["product"]["factors"]
    index = torch.arange(size, dtype=torch.int64)
    left = (index[:, None] * left_row + index[None, :] * left_column) % modulus
    right = (index[:, None] * right_row + index[None, :] * right_column) % modulus
    scaled = [(matrix.double() / modulus - 0.5).float().to(device) for matrix in (left, right)]
    result = scaled[0] @ scaled[1]
    tf32 = device.type == "cuda" and bool(torch.backends.cuda.matmul.allow_tf32)
    entries = result.cpu()
    values = [finite(float(entries[row, column])) for row, column in plan["product"]["entries"]]
    return {"values": values, "tf32": tf32, "device": str(result.device)}


def images(torch, labels, size, plan, generator):
    """Gratings, one direction per class, with random phase, plus noise: float32 [count, 1, size, size]."""
    count = len(labels)
    angle = labels.float() * (math.pi / plan["classes"])
    phase = torch.rand(count, generator=generator) * 2 * math.pi
    at = torch.arange(size, dtype=torch.float32)
    along = torch.cos(angle)[:, None, None] * at[None, None, :] + torch.sin(angle)[:, None, None] * at[None, :, None]
    waves = torch.cos(2 * math.pi * plan["frequency"] * along + phase[:, None, None])
    noise = torch.randn(count, size, size, generator=generator)
    return (waves + plan["noise"] * noise).unsqueeze(1)


def network(torch, size, classes, width):
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, width, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(width, 2 * width, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(2 * width * (size // 4) ** 2, classes),
    )


class Trainer:
    """The network, its optimiser and the seeded data, on one device."""

    def __init__(self, torch, plan, device):
        self.torch, self.plan, self.device = torch, plan, device
        generator = torch.Generator().manual_seed(plan["seed"])
        size = plan["imageSize"]
        self.labels = torch.tensor([int(digit) for digit in plan["trainLabels"]])
        self.shuffled = torch.tensor([int(digit) for digit in plan["shuffledLabels"]]).to(device)
        tested = torch.tensor([int(digit) for digit in plan["testLabels"]])
        self.images = images(torch, self.labels, size, plan, generator).to(device)
        self.test_images = images(torch, tested, size, plan, generator).to(device)
        self.labels = self.labels.to(device)

    def run(self, name, labels, steps):
        torch, plan, device = self.torch, self.plan, self.device
        torch.manual_seed(plan["seed"])
        model = network(torch, plan["imageSize"], plan["classes"], plan["width"]).to(device)
        optimiser = torch.optim.Adam(model.parameters(), lr=plan["learningRate"])
        batch, count = plan["batchSize"], len(labels)
        for step in range(steps):
            began = time.perf_counter()
            start = step * batch % (count - batch + 1)
            optimiser.zero_grad()
            scores = model(self.images[start : start + batch])
            loss = torch.nn.functional.cross_entropy(scores, labels[start : start + batch])
            loss.backward()
            optimiser.step()
            value = finite(float(loss.item()))
            synchronise(torch, device)
            ms = (time.perf_counter() - began) * 1000
            right = int((scores.argmax(dim=1) == labels[start : start + batch]).sum())
            report("step", run=name, step=step + 1, loss=value, accuracy=right / batch, ms=ms)
            if step == 0 and name == "training":
                report("placed", parameters=places(model, False), gradients=places(model, True))
        with torch.no_grad():
            guesses = model(self.test_images).argmax(dim=1).cpu().tolist()
        report("tested", run=name, predictions=guesses)


def places(model, of_gradients):
    """Devices of the parameters or of their gradients; "none" where a parameter has no gradient."""
    held = [parameter.grad if of_gradients else parameter for parameter in model.parameters()]
    return sorted({"none" if tensor is None else str(tensor.device) for tensor in held})


def time_steps(torch, device):
    """Reports the median time of a step of a network that is large enough to keep a GPU busy."""
    torch.manual_seed(1)
    size, batch = 32, 256
    model = network(torch, size, 10, 64).to(device)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
    pictures = torch.randn(batch, 1, size, size).to(device)
    labels = torch.randint(0, 10, (batch,)).to(device)
    seconds = []
    # The first step loads kernels and is not counted.
    for step in range(TIMED_STEPS + 1):
        synchronise(torch, device)
        began = time.perf_counter()
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(pictures), labels).backward()
        optimiser.step()
        synchronise(torch, device)
        if step > 0:
            seconds.append(time.perf_counter() - began)
    report("timed", device=device.type, ms=sorted(seconds)[len(seconds) // 2] * 1000, threads=torch.get_num_threads())


def peak_memory(torch, device):
    """MiB at most: allocated on the GPU, or resident on the CPU; None where it cannot be told."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**20
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def main():
    plan = json.loads(sys.argv[1])
    import torch

    device, reason = choose_device(torch, plan["device"])
    if plan["task"] == "training":
        # On so small a network threads mostly wait for each other, on a busy machine ten times as long as they compute.
        torch.set_num_threads(1)
    report(
        "ready",
        framework="torch " + str(torch.__version__),
        device=device.type,
        deviceName=describe(torch, device),
        why=reason,
        threads=torch.get_num_threads(),
        pid=os.getpid(),
        ms=(time.perf_counter() - BEGAN) * 1000,
    )
    if plan["task"] == "timing":
        time_steps(torch, device)
        report("done")
        return
    report("product", **product_samples(torch, device, plan))
    trainer = Trainer(torch, plan, device)
    trainer.run("training", trainer.labels, plan["steps"])
    trainer.run("control", trainer.shuffled, plan["steps"])
    report("memory", peakMiB=peak_memory(torch, device))
    if device.type == "cuda":
        time_steps(torch, device)
    report("done")


if __name__ == "__main__":
    main()
