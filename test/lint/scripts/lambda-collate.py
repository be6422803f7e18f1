import torch
from torch.utils.data import DataLoader

if __name__ == "__main__":
    loader = DataLoader(
        [1, 2, 3, 4],
        batch_size=2,
        num_workers=2,
        collate_fn=lambda batch: torch.tensor(batch),  #! unpicklable-worker-args
    )
    for x in loader:
        print(x)
