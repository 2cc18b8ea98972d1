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

for tool in apt-get dpkg sha256sum; do
    command -v "$tool" >/dev/null || fail "$tool is not on this machine, so it is no Debian to get packages of"
done

# The archive's address, out of sources in either format. It ends in /debian wherever it is not a snapshot.
APT_ETC=${APT_ETC:-/etc/apt}
URIS=$(cat "$APT_ETC"/sources.list.d/*.sources "$APT_ETC"/sources.list "$APT_ETC"/sources.list.d/*.list 2>/dev/null |
    awk 'tolower($1) == "uris:" { for (i = 2; i <= NF; i++) print $i }
         $1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^[a-z+]+:\//) { print $i; break } }' || true)
URI=$(grep -m1 -E '/debian/*$' <<<"$URIS" || head -n1 <<<"$URIS")
[ -n "$URI" ] || fail "no package source found in $APT_ETC"
for KEY in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp,none}; do [ ! -f "$KEY" ] || break; done
[ -f "$KEY" ] || fail "no key to check packages with: install debian-archive-keyring"

mkdir -p "$DEST"
DEST=$(cd "$DEST" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

# fetch ARCH: 0 when DEST/micropython works; else the reason is the last line of the log.
fetch() {
    local arch=$1 work=$WORK/$1 loader package
    mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,deb}
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\nSigned-By: %s\n' \
        "$URI" "$SUITE" "$arch" "$KEY" >"$work/parts/micropython.sources"
    local apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts"
        -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Architectures::="$arch"
        -o APT::Architecture="$arch" -o Debug::NoLocking=1 -o APT::Sandbox::User=root
        -o APT::Update::Error-Mode=any -o Acquire::Languages=none
        -o Acquire::Retries="${RETRIES:-2}")
    "${apt[@]}" update || return 1
    (cd "$work/deb" && "${apt[@]}" download micropython:"$arch" libc6:"$arch" libffi8:"$arch" \
        libmbedcrypto16:"$arch" libmbedtls21:"$arch" libmbedx509-7:"$arch") || return 1
    rm -rf "$DEST/root"
    for package in "$work"/deb/*.deb; do dpkg -x "$package" "$DEST/root" || return 1; done
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
