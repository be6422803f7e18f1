from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

import torch
from torch.utils.data import DataLoader, TensorDataset

if TYPE_CHECKING:
    from collections.abc import Sequence

NUM_WORKERS: int = 1
loader: DataLoader[Any] = DataLoader(TensorDataset(torch.arange(4.0)), num_workers=NUM_WORKERS)


def stream(source: DataLoader[Any]) -> Iterator[torch.Tensor]:
    yield from (x for (x,) in source)


total: float = 0.0
for value in stream(loader):  #! missing-main-guard
    total += float(value)
