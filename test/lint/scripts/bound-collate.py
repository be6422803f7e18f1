import torch
from torch.utils.data import DataLoader


class Pipeline:
    def __init__(self):
        self.log = open("/dev/null", "w")  #! unpicklable-worker-args

    def collate(self, batch):
        return torch.tensor(batch)

    def run(self):
        for x in DataLoader([1, 2, 3, 4], batch_size=2, num_workers=1, collate_fn=self.collate):
            print(x)


if __name__ == "__main__":
    Pipeline().run()
