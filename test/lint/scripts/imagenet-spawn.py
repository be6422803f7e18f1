import argparse

import torch
import torch.multiprocessing as mp
from torch.utils.data import DataLoader, TensorDataset

parser = argparse.ArgumentParser(description="PyTorch ImageNet Training")
parser.add_argument("data", metavar="DIR", nargs="?", default="imagenet", help="path to dataset")
parser.add_argument("-j", "--workers", default=1, type=int, metavar="N")
parser.add_argument("--epochs", default=2, type=int, metavar="N")
parser.add_argument("--multiprocessing-distributed", action="store_true")


def main():
    args = parser.parse_args()
    ngpus_per_node = 1
    if args.multiprocessing_distributed:
        mp.spawn(main_worker, nprocs=ngpus_per_node, args=(ngpus_per_node, args))
    else:
        main_worker(0, ngpus_per_node, args)


def main_worker(gpu, ngpus_per_node, args):
    dataset = TensorDataset(torch.randn(8, 2))
    train_loader = DataLoader(dataset, batch_size=4, num_workers=args.workers)  #! windows-spawn-slow-epochs
    for epoch in range(0, args.epochs):
        train(train_loader, epoch, args)


def train(train_loader, epoch, args):
    for i, (images,) in enumerate(train_loader):
        images.sum()


if __name__ == '__main__':
    main()
