# Sourced by the other scripts: system packages, installed only where we may, asked for plainly where we may not; locked
# Python packages, installed into an environment.

say() { printf '%s\n' "sotram: $*" >&2; }
fail() { say "$*"; exit 1; }

# Run a command as root: as we are, or through sudo when it asks no password. 1 when neither is possible.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# install_packages "what needs them" package…
install_packages() {
    local reason=$1
    shift
    command -v apt-get >/dev/null 2>&1 || fail "$reason needs the system package(s) $*; there is no apt-get here, please install them."
    say "installing $* ($reason)"
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1; then
        as_root true || fail "$reason needs $*. Please run: sudo apt-get install --no-install-recommends $*"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null ||
            say "apt-get update failed; trying with the package lists at hand"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 ||
            fail "$reason needs $*, and apt-get could not install them (its message is above)."
    fi
}

digest() { cat "$@" | sha256sum | cut -d' ' -f1; }

# install_lock ENVIRONMENT FILE…: from the lock with hashes, bytecode compiled on all processors. The lock is whole, so nothing is
# resolved: Debian's pip, asked to, looks past the lock for a requirement with an extra (coverage[toml]) once a newer release is out.
install_lock() {
    local environment=$1 arguments=() file
    shift
    for file in "$@"; do arguments+=(-r "$file"); done
    "$environment/bin/python" -m pip install -qq --no-input --disable-pip-version-check --require-hashes --no-deps \
        --only-binary :all: --no-compile "${arguments[@]}" >&2 || fail "pip could not install $* (its message is above)."
    "$environment/bin/python" -m compileall -q -j 0 "$environment"/lib/python*/site-packages >/dev/null 2>&1 || true
}
