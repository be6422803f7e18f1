#!/usr/bin/env python
# coding: utf-8

# In[1]:


import torch
from torch.utils.data import DataLoader, TensorDataset


# In[2]:


ds = TensorDataset(torch.randn(16, 2))
dl = DataLoader(ds, batch_size=8, num_workers=1)


# In[3]:


xb, = next(iter(dl))  #! missing-main-guard
xb.shape
