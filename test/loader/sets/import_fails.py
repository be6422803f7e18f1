raise ImportError("no module named secret")
