import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim


class FakeCifar(torch.utils.data.Dataset):
    def __init__(self, train=True, transform=None):
        self.train, self.transform = train, transform

    def __len__(self):
        return 16

    def __getitem__(self, index):
        image = torch.randn(3, 8, 8)
        if self.transform is not None:
            image = self.transform(image)
        return image, index % 10


batch_size = 4
trainset = FakeCifar(train=True)
trainloader = torch.utils.data.DataLoader(trainset, batch_size=batch_size, shuffle=True, num_workers=1)  #! windows-spawn-slow-epochs
testset = FakeCifar(train=False)
testloader = torch.utils.data.DataLoader(testset, batch_size=batch_size, shuffle=False, num_workers=1)

dataiter = iter(trainloader)  #! missing-main-guard
images, labels = next(dataiter)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3 * 8 * 8, 10)

    def forward(self, x):
        return self.fc(torch.flatten(x, 1))


net = Net()
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(net.parameters(), lr=0.001, momentum=0.9)

for epoch in range(2):  # loop over the dataset multiple times
    running_loss = 0.0
    for i, data in enumerate(trainloader, 0):  #! missing-main-guard
        inputs, labels = data
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item()
print("Finished Training")

correct = 0
with torch.no_grad():
    for data in testloader:  #! missing-main-guard
        images, labels = data
        correct += (net(images).argmax(1) == labels).sum().item()
print(correct)
