"""Other programs are no workers of multiprocessing."""
import subprocess
import sys
from threading import Thread

out = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, text=True)
print(out.stdout)
t = Thread(target=lambda: print("thread"))
t.start()
t.join()
