"""The engine that measures the user's real PyTorch DataLoader."""

import time

import torch
import torch.utils.data

import loader_sets
from loader_errors import Refused
from loader_measure import Sleep
from loader_std import NOMINAL_STEP_MS

NAME = "torch"
PRELOAD = ["torch", "torch.utils.data"]


class Images(torch.utils.data.Dataset):
    """The built-in images as normalised float tensors of 3 x 224 x 224."""

    def __init__(self):
        self.images = loader_sets.Images()

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        pixels, label = self.images[index]
        side = loader_sets.SIDE
        tensor = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).view(loader_sets.CHANNELS, side, side)
        return tensor.float().div_(255.0).sub_(0.45).div_(0.225), label


def built_in(name):
    if name == "images":
        return Images()
    rows = torch.tensor([list(row) for row in loader_sets.Table().rows])
    return torch.utils.data.TensorDataset(rows[:, :-1].contiguous(), rows[:, -1].contiguous())


def take(given):
    if isinstance(given, torch.utils.data.DataLoader):
        return given.dataset, from_loader(given)
    if isinstance(given, torch.utils.data.IterableDataset):
        return given, {"kind": "iterable"}
    if hasattr(given, "__getitem__") and hasattr(given, "__len__"):
        return given, {"kind": "map"}
    message = "expected a Dataset, an IterableDataset or a DataLoader, got %s"
    raise Refused("usage", message % type(given).__name__)


def from_loader(loader):
    """What a loader of the user tells of how it wants its batches."""
    iterable = isinstance(loader.dataset, torch.utils.data.IterableDataset)
    own = {"kind": "iterable" if iterable else "map", "collate": loader.collate_fn, "init": loader.worker_init_fn}
    if loader.batch_size is not None:
        own["batchSize"] = loader.batch_size
        own["dropLast"] = loader.drop_last
    elif not iterable and loader.batch_sampler is not None:
        own["batches"] = loader.batch_sampler
    elif not iterable:
        raise Refused("usage", "a DataLoader without automatic batching (batch_size=None) cannot be measured")
    own["numWorkers"] = loader.num_workers
    return own


class Torch:
    def __init__(self, dataset, spec):
        options = {"num_workers": spec["workers"], "collate_fn": spec["collate"], "pin_memory": spec.get("pin", False)}
        if spec["batches"] is None:
            options["batch_size"] = spec["batchSize"]
        else:
            options["batch_sampler"] = spec["batches"]
        if spec["workers"] > 0:
            options["prefetch_factor"] = spec["prefetch"]
            options["persistent_workers"] = spec["persistent"]
            options["multiprocessing_context"] = spec["method"]
            options["timeout"] = spec["timeout"]
            options["worker_init_fn"] = spec.get("init")
        self.loader = torch.utils.data.DataLoader(dataset, **options)

    def begin(self):
        return iter(self.loader)

    def close(self):
        # Persistent workers are kept by the loader; the others end with their iterator.
        iterator, self.loader = getattr(self.loader, "_iterator", None), None
        if iterator is not None and hasattr(iterator, "_shutdown_workers"):
            iterator._shutdown_workers()


def open_loader(dataset, spec):
    return Torch(dataset, spec)


def make_batch(dataset, indices, options):
    if hasattr(dataset, "__getitems__"):
        items = dataset.__getitems__(indices)
    else:
        items = [dataset[index] for index in indices]
    return (options.get("collate") or torch.utils.data.default_collate)(items)


def single_thread():
    """Workers run with one thread; gives the way back."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    return lambda: torch.set_num_threads(before)


def duplicate(batch):
    if torch.is_tensor(batch):
        return batch.clone()
    if isinstance(batch, dict):
        return {key: duplicate(value) for key, value in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(duplicate(value) for value in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(duplicate(value) for value in batch)
    return batch


def about():
    return {
        "framework": torch.__version__,
        "cuda": torch.cuda.is_available(),
        "sharing": torch.multiprocessing.get_sharing_strategy(),
    }


def direct(dataset, batches):
    """Seconds of an epoch that indexes the tensors of a TensorDataset batch by batch, without a loader."""
    tensors = getattr(dataset, "tensors", None)
    if not isinstance(dataset, torch.utils.data.TensorDataset) or not tensors:
        return None
    best = None
    for _ in range(5):
        start = time.perf_counter()
        for indices in batches:
            for tensor in tensors:
                tensor[indices]
        took = time.perf_counter() - start
        best = took if best is None else min(best, took)
    return best


def tensors_by_handle(value):
    """Tensors travel to a worker as handles of shared memory, not inside the pickle."""
    return torch.is_tensor(value)


def comparable(batch):
    """The beginning of a batch as plain numbers."""
    if torch.is_tensor(batch):
        return batch.flatten()[:4096].tolist()
    if isinstance(batch, dict):
        return {key: comparable(value) for key, value in batch.items()}
    return [comparable(value) for value in batch] if isinstance(batch, (list, tuple)) else batch


def first_tensor(batch):
    if torch.is_tensor(batch):
        return batch if batch.dim() > 0 else None
    values = batch.values() if isinstance(batch, dict) else batch if isinstance(batch, (list, tuple)) else []
    return next((found for found in map(first_tensor, values) if found is not None), None)


class CudaStep:
    """A small network on the GPU. Launches are asynchronous, as in a training loop that does not read its loss."""

    def __init__(self, batch):
        tensor = first_tensor(batch)
        if tensor is None:
            raise Refused("usage", "the batches hold no tensor; give the time of a training step with --step-ms")
        layers = torch.nn
        if tensor.dim() == 4:
            convolution = layers.Conv2d(tensor.shape[1], 64, 7, stride=2)
            more = [layers.ReLU(), layers.Conv2d(64, 128, 3, stride=2), layers.ReLU(), layers.AdaptiveAvgPool2d(1)]
            self.model = layers.Sequential(convolution, *more, layers.Flatten(), layers.Linear(128, 10)).cuda()
        else:
            width = max(1, tensor[0].numel())
            both = [layers.Linear(width, 512), layers.ReLU(), layers.Linear(512, 1)]
            self.model = layers.Sequential(layers.Flatten(), *both).cuda()
        self.flat = tensor.dim() == 1
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-4)

    def run(self, batch):
        tensor = first_tensor(batch).cuda(non_blocking=True).float()
        self.optimizer.zero_grad(set_to_none=True)
        self.model(tensor.unsqueeze(1) if self.flat else tensor).square().mean().backward()
        self.optimizer.step()

    def finish(self):
        torch.cuda.synchronize()


def make_step(asked_ms, dataset_name, batch):
    if asked_ms is not None or not torch.cuda.is_available():
        seconds = (NOMINAL_STEP_MS.get(dataset_name, 20.0) if asked_ms is None else asked_ms) / 1000.0
        how = "assumed" if asked_ms is None else "given"
        told = {"seconds": seconds, "launchSeconds": seconds, "cpuShare": 0.0, "how": how, "device": None}
        return Sleep(seconds), told
    step = CudaStep(batch)
    for _ in range(3):
        step.run(batch)
    step.finish()
    count, cpu, start = 20, time.process_time(), time.perf_counter()
    for _ in range(count):
        step.run(batch)
    launched = time.perf_counter() - start
    step.finish()
    took = time.perf_counter() - start
    return step, {
        "seconds": took / count,
        "launchSeconds": launched / count,
        "cpuShare": min(1.0, (time.process_time() - cpu) / took),
        "how": "measured",
        "device": torch.cuda.get_device_name(),
    }


def time_pinning(batch):
    """Seconds to bring a batch to the GPU from pageable and from pinned memory; None without a GPU."""
    tensor = first_tensor(batch)
    if tensor is None or not torch.cuda.is_available():
        return None
    try:
        pinned = tensor.pin_memory()
    except RuntimeError as error:
        # WSL2 gives little pinned memory: https://github.com/microsoft/WSL/issues/8447
        return {"pageableSeconds": time_copy(tensor), "pinnedSeconds": None, "reason": str(error)[:200]}
    return {"pageableSeconds": time_copy(tensor), "pinnedSeconds": time_copy(pinned), "reason": None}


def time_copy(tensor):
    tensor.cuda()
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(20):
        tensor.cuda(non_blocking=True)
    torch.cuda.synchronize()
    return (time.perf_counter() - start) / 20
