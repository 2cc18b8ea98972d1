#!/usr/bin/env bash
# Gets a real 32-bit MicroPython (unix port) from Debian's packages into a folder of its own.
#
#   tools/get_micropython.sh DEST     then run DEST/micropython
#
# No root, no build, no change to the system: the i386 package is unpacked beside its own C library and
# run through its own loader. Where the packages come from, and the keys that vouch for them, are this
# machine's own: its apt sources and its keyring. Needs Debian's apt-get and dpkg, and a network.
set -euo pipefail

DEST=$1
SUITE=${SUITE:-trixie}
ARCH=${ARCH:-i386}
fail() { echo "get_micropython: $*" >&2; exit 1; }

for tool in apt-get dpkg sha256sum; do
    command -v "$tool" >/dev/null || fail "$tool is not on this machine (it is not a Debian)"
done
if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    URI=$(awk '/^URIs:/{print $2; exit}' /etc/apt/sources.list.d/debian.sources)
elif [ -f /etc/apt/sources.list ]; then
    URI=$(awk '$1=="deb"{for (i=2; i<=NF; i++) if ($i ~ /^http/) {print $i; exit}}' /etc/apt/sources.list)
fi
[ -n "${URI:-}" ] || fail "no package source found in /etc/apt"
KEY=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$KEY" ] || fail "$KEY is missing: install debian-archive-keyring"

mkdir -p "$DEST"
DEST=$(cd "$DEST" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$WORK"/{parts,lists/partial,cache/archives/partial,deb}
printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\nSigned-By: %s\n' \
    "$URI" "$SUITE" "$ARCH" "$KEY" >"$WORK/parts/micropython.sources"
APT=(-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$WORK/parts" -o Dir::State::lists="$WORK/lists"
    -o Dir::Cache="$WORK/cache" -o APT::Architectures::="$ARCH" -o APT::Architecture="$ARCH"
    -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
apt-get -qq "${APT[@]}" update || fail "apt-get update failed: is there a network?"
cd "$WORK/deb"
apt-get -qq "${APT[@]}" download micropython:"$ARCH" libc6:"$ARCH" libffi8:"$ARCH" \
    libmbedcrypto16:"$ARCH" libmbedtls21:"$ARCH" libmbedx509-7:"$ARCH" || fail "the packages could not be fetched"
rm -rf "$DEST/root"
for package in *.deb; do dpkg -x "$package" "$DEST/root"; done
sha256sum ./*.deb >"$DEST/SHA256SUMS"
LOADER=$(find "$DEST/root" -name 'ld-linux*.so.2' | head -1)
printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' \
    "$LOADER" "$(dirname "$LOADER")" "$DEST/root/usr/bin/micropython" >"$DEST/micropython.new"
chmod +x "$DEST/micropython.new"
"$DEST/micropython.new" -c 'import asyncio, ffi, vfs; vfs.VfsRom' || fail "what was fetched does not run here"
mv "$DEST/micropython.new" "$DEST/micropython"
