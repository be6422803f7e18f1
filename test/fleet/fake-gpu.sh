#!/bin/sh
# To be run in a mount namespace of its own: shows the files by which Linux tells an RTX 4090 with driver 550.54.14,
# and a /dev/shm of its own. Nothing outside the namespace sees any of it.
# usage: fake-gpu.sh FOLDER COMMAND…
set -e
F=$1
shift
mkdir -p "$F/pci/0000:01:00.0" "$F/bus/nvidia" "$F/module/nvidia" "$F/driver/nvidia" "$F/dev"
echo 0x030000 >"$F/pci/0000:01:00.0/class"
echo 0x10de >"$F/pci/0000:01:00.0/vendor"
echo 0x2684 >"$F/pci/0000:01:00.0/device"
echo '0x0000000082000000 0x0000000082ffffff 0x0000000000040200' >"$F/pci/0000:01:00.0/resource"
echo '0x0000006000000000 0x00000067ffffffff 0x000000000014220c' >>"$F/pci/0000:01:00.0/resource"
ln -s "$F/bus/nvidia" "$F/pci/0000:01:00.0/driver"
echo 550.54.14 >"$F/module/nvidia/version"
echo 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14  Thu Feb 22 01:44:30 UTC 2024' >"$F/driver/nvidia/version"
mount --bind "$F/pci" /sys/bus/pci/devices
mount --bind "$F/module" /sys/module
mount --bind "$F/driver" /proc/driver
mount -t tmpfs -o mode=755 tmpfs "$F/dev"
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty /dev/ptmx "$F/dev/"
mkdir "$F/dev/pts" "$F/dev/shm"
mount --rbind /dev/pts "$F/dev/pts"
mount -t tmpfs -o size=8g tmpfs "$F/dev/shm"
mknod -m 666 "$F/dev/nvidia0" c 195 0
mknod -m 666 "$F/dev/nvidiactl" c 195 255
mknod -m 666 "$F/dev/nvidia-uvm" c 508 0
mount --move "$F/dev" /dev
exec "$@"
