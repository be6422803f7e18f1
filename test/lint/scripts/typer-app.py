import torch
import typer
from torch.utils.data import DataLoader

app = typer.Typer()


@app.command()
def train(workers: int = 2):
    for x in DataLoader(torch.arange(8), num_workers=workers):
        x.sum()


app()  #! missing-main-guard
