"""Options as a class, as in image translation repositories."""
import argparse

import torch
from torch.utils.data import DataLoader, Dataset


class BaseOptions:
    def __init__(self):
        self.initialized = False

    def initialize(self, parser):
        parser.add_argument("--num_threads", default=2, type=int, help="# threads for loading data")
        parser.add_argument("--max_dataset_size", type=int, default=float("inf"))
        self.initialized = True
        return parser

    def gather_options(self):
        if not self.initialized:
            parser = argparse.ArgumentParser(formatter_class=argparse.ArgumentDefaultsHelpFormatter)
            parser = self.initialize(parser)
        self.parser = parser
        return parser.parse_args()

    def parse(self):
        opt = self.gather_options()
        self.opt = opt
        return self.opt


class CustomDatasetDataLoader:
    def __init__(self, opt):
        self.opt = opt
        self.dataset = Toy()
        self.dataloader = DataLoader(self.dataset, batch_size=2, shuffle=True, num_workers=int(opt.num_threads))

    def load_data(self):
        return self

    def __len__(self):
        return min(len(self.dataset), self.opt.max_dataset_size)

    def __iter__(self):
        for i, data in enumerate(self.dataloader):
            if i * 2 >= self.opt.max_dataset_size:
                break
            yield data


class Toy(Dataset):
    def __len__(self):
        return 8

    def __getitem__(self, i):
        return {"A": torch.tensor(float(i)), "path": str(i)}


def create_dataset(opt):
    data_loader = CustomDatasetDataLoader(opt)
    dataset = data_loader.load_data()
    return dataset


opt = BaseOptions().parse()
dataset = create_dataset(opt)
print("The number of training images = %d" % len(dataset))
for i, data in enumerate(dataset):  #! missing-main-guard
    print(data["A"])
