"""Data sets that need PyTorch."""

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, get_worker_info


class Ragged(Dataset):
    def __len__(self):
        return 64

    def __getitem__(self, index):
        return torch.ones(index % 5 + 1)


class Stream(IterableDataset):
    def __iter__(self):
        info = get_worker_info()
        first, stride = (info.id, info.num_workers) if info else (0, 1)
        return iter(torch.full((8,), float(i)) for i in range(first, 640, stride))


class Replayed(IterableDataset):
    def __iter__(self):
        return iter(torch.full((8,), float(i)) for i in range(640))


def tensors():
    return TensorDataset(torch.randn(640, 8), torch.zeros(640))


def loader():
    return DataLoader(tensors(), batch_size=16, shuffle=True, num_workers=4)


def empty_stream():
    class Nothing(IterableDataset):
        def __iter__(self):
            return iter(())

    return Nothing()


def guarded_loader():
    for _ in DataLoader(tensors(), num_workers=2):
        pass
    return tensors()


class ManyTensors(Dataset):
    def __len__(self):
        return 256

    def __getitem__(self, index):
        value = sum(range(20000))
        return [torch.full((4,), float(index + value)) for _ in range(16)]


def many_tensors():
    return ManyTensors()
