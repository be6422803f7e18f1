from torch.utils.data import DataLoader
from torchvision import datasets, transforms


def main():
    transform = transforms.Compose(
        [
            transforms.ToTensor(),
            transforms.Lambda(lambda x: x.view(-1)),  #! unpicklable-worker-args
        ]
    )
    data = datasets.FakeData(8, transform=transform)
    for x, y in DataLoader(data, num_workers=1):
        print(x.shape)


if __name__ == "__main__":
    main()
