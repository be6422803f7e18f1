#!/usr/bin/env bash
# Unpacks NVIDIA's real user-space driver (nvidia-smi, libcuda, libnvidia-ml) from Debian's non-free packages into FOLDER,
# without installing it: nothing outside FOLDER changes. Needs apt and a Debian mirror.
# usage: nvidia-userspace.sh FOLDER
set -euo pipefail
folder=$1
[ -x "$folder/usr/bin/nvidia-smi" ] && exit 0
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $codename non-free" > "$work/sources.list"
apt=(-o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$work/lists"
  -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -qq)
apt-get "${apt[@]}" update
cd "$work"
apt-get "${apt[@]}" download nvidia-smi libcuda1 libnvidia-ml1
mkdir -p "$folder"
for package in "$work"/*.deb; do dpkg -x "$package" "$folder"; done
# The packages put the program and the libraries into alternatives folders, which their install scripts link.
real=$(find "$folder/usr/lib" -type f -name nvidia-smi)
mkdir -p "$folder/usr/bin" "$folder/lib"
[ -e "$folder/usr/bin/nvidia-smi" ] || ln -s "$real" "$folder/usr/bin/nvidia-smi"
find "$folder" \( -name 'libcuda.so*' -o -name 'libnvidia-ml.so*' \) -not -path "$folder/lib/*" -exec ln -sf {} "$folder/lib/" \;
