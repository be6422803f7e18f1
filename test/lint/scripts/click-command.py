import click
import torch
from torch.utils.data import DataLoader


@click.command()
@click.option("--epochs", default=1)
@click.option("--num-workers", "-j", default=2, help="workers")
def main(epochs, num_workers):
    for x in DataLoader(torch.arange(8), num_workers=num_workers):
        x.sum()


main()  #! missing-main-guard
