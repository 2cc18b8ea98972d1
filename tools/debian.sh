# Sourced by what gets packages from this machine's own Debian sources, for itself alone: no root, no change to the
# system. apt checks the archive's signature with the keys on this machine, and each package against what was signed.

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

# unpack_packages WORK SUITE ARCH ROOT PACKAGE...: the packages' files below ROOT; the packages stay in WORK/deb.
unpack_packages() {
    local work=$1 suite=$2 arch=$3 root=$4 package
    shift 4
    mkdir -p "$work"/{parts,lists/partial,cache/archives/partial,deb}
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nArchitectures: %s\nSigned-By: %s\n' \
        "$URI" "$suite" "$arch" "$KEY" >"$work/parts/own.sources"
    local apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts"
        -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Architectures::="$arch"
        -o APT::Architecture="$arch" -o Debug::NoLocking=1 -o APT::Sandbox::User=root
        -o APT::Update::Error-Mode=any -o Acquire::Languages=none
        -o Acquire::Retries="${RETRIES:-2}")
    "${apt[@]}" update || return 1
    (cd "$work/deb" && "${apt[@]}" download "${@/%/:$arch}") || return 1
    rm -rf "$root"
    for package in "$work"/deb/*.deb; do dpkg -x "$package" "$root" || return 1; done
}
