#!/usr/bin/env bash
# Gets a real MicroPython (unix port) from Debian's packages into a folder of its own.
#
#   tools/get_micropython.sh DEST     then run DEST/micropython
#
# No root, no build, no change to the system: the package is unpacked beside its own C library and run
# through its own loader. It comes from this machine's own package sources; apt checks the archive's signature
# with the keys on this machine, and each package against what was signed. 32 bits are tried first, as boards
# have them. One line says what was got, or why nothing was.
set -euo pipefail

fail() { echo "get_micropython: $*" >&2; exit 1; }
[ $# = 1 ] || fail "usage: tools/get_micropython.sh DEST"
DEST=$1
# bookworm's 1.19 knows no ROM file system.
SUITE=${SUITE:-trixie}
case $(uname -m) in
    x86_64 | i?86) ARCHES=${ARCH:-i386 amd64} ;;
    aarch64 | armv7l) ARCHES=${ARCH:-armhf arm64} ;;
    *) ARCHES=${ARCH:-$(dpkg --print-architecture 2>/dev/null || true)} ;;
esac
WANTED='import asyncio, ffi, uctypes, vfs; vfs.VfsRom, vfs.VfsLfs2'

. "$(dirname "$0")/debian.sh"

mkdir -p "$DEST"
DEST=$(cd "$DEST" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# fetch ARCH: 0 when DEST/micropython works; else the reason is the last line of the log.
fetch() {
    local arch=$1 work=$WORK/$1 loader
    unpack_packages "$work" "$SUITE" "$arch" "$DEST/root" \
        micropython libc6 libffi8 libmbedcrypto16 libmbedtls21 libmbedx509-7 || return 1
    (cd "$work/deb" && sha256sum ./*.deb) >"$DEST/SHA256SUMS" || return 1
    loader=$(find "$DEST/root" -type f -name 'ld-linux*.so.*' | head -n1)
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' \
        "$loader" "$(dirname "$loader")" "$DEST/root/usr/bin/micropython" >"$DEST/micropython.new"
    chmod +x "$DEST/micropython.new"
    "$DEST/micropython.new" -c "$WANTED" || { echo "what was fetched for $arch does not run here"; return 1; }
    mv "$DEST/micropython.new" "$DEST/micropython"
}

REASON="no architecture to try"
for arch in $ARCHES; do
    if fetch "$arch" >"$WORK/log" 2>&1; then
        echo "get_micropython: $("$DEST/micropython" -c 'import sys; print(sys.version.split("; ")[1])'), $arch"
        exit 0
    fi
    REASON="$(grep -E '^E: ' "$WORK/log" | head -n1 || true)"
    REASON=${REASON:-$(tail -n1 "$WORK/log")}
done
rm -rf "$DEST/root" "$DEST/micropython.new" "$DEST/SHA256SUMS"
fail "none from $SUITE: ${REASON#E: }"
