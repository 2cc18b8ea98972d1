#!/usr/bin/env bash
# Gets Chromium and its WebDriver from Debian's packages into a folder of its own, and axe-core from npm.
#
#   tools/get_browser.sh DEST         then run DEST/chromedriver, which starts DEST/chromium; DEST/axe.min.js
#
# No root, no change to the system: what this machine lacks of their libraries is unpacked beside them.
set -euo pipefail

fail() { echo "get_browser: $*" >&2; exit 1; }
[ $# = 1 ] || fail "usage: tools/get_browser.sh DEST"
command -v npm >/dev/null || fail "npm is not on this machine, and axe-core comes from there"
. "$(dirname "$0")/debian.sh"
. /etc/os-release
SUITE=${SUITE:-${VERSION_CODENAME:-stable}}
AXE=4.10.2

mkdir -p "$1"
DEST=$(cd "$1" && pwd)
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -p "$WORK"/{parts,lists/partial,archives/partial,npm}
{
    printf 'Types: deb\nURIs: %s\nSuites: %s %s-updates\nComponents: main\nSigned-By: %s\n' "$URI" "$SUITE" "$SUITE" "$KEY"
} >"$WORK/parts/own.sources"
APT=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$WORK/parts" -o Dir::State::lists="$WORK/lists"
    -o Dir::Cache::archives="$WORK/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Debug::NoLocking=1
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries="${RETRIES:-2}")
"${APT[@]}" update || fail "no packages from $URI"
"${APT[@]}" install -y --download-only --no-install-recommends chromium chromium-driver fonts-dejavu-core fontconfig-config ||
    fail "Chromium and what it needs cannot be had"
rm -rf "$DEST/root"
for package in "$WORK"/archives/*.deb; do dpkg -x "$package" "$DEST/root"; done
[ -x "$DEST/root/usr/lib/chromium/chromium" ] || fail "the package of chromium holds no chromium: is it installed already?"
LIBRARIES=$(find "$DEST/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
for program in chromium:usr/lib/chromium/chromium chromedriver:usr/bin/chromedriver; do
    printf '#!/bin/sh\nLD_LIBRARY_PATH="%s" FONTCONFIG_PATH="%s" exec "%s" "$@"\n' "$LIBRARIES" "$DEST/root/etc/fonts" \
        "$DEST/root/${program#*:}" >"$DEST/${program%%:*}"
    chmod +x "$DEST/${program%%:*}"
done
(cd "$WORK/npm" && npm pack --silent "axe-core@$AXE" >/dev/null && tar xzf axe-core-*.tgz) || fail "axe-core cannot be had"
cp "$WORK/npm/package/axe.min.js" "$DEST/axe.min.js"
"$DEST/chromedriver" --version || fail "the driver does not run"
