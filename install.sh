#!/bin/sh
# Installs wave, the executable for this machine, without root.
#
#   sh install.sh            the newest release
#   sh install.sh 0.1.0      that one
#
# WAVE_INSTALL_DIR  the folder to install to, ~/.local/bin unless told
# WAVE_RELEASES     where the releases are, such as https://github.com/OWNER/wave/releases
#
# The file is installed only if it has the SHA-256 sum of the release's SHA256SUMS and runs here.

set -eu
# The release fills it in.
releases=@RELEASES@

fail() {
  echo "error: $1" >&2
  [ -z "${2:-}" ] || echo "hint: $2" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

# Name of the executable for this machine, as releases have it.
asset_name() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    *) fail "there is no executable for $(uname -s)" "on Windows use WSL, or wave-windows-x86_64.exe to read runs" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=x86_64 ;;
    aarch64 | arm64) arch=aarch64 ;;
    *) fail "there is no executable for $(uname -m)" "build it: see README.md" ;;
  esac
  echo "wave-$os-$arch"
}

# download URL FILE
download() {
  if has curl; then
    curl --fail --silent --show-error --location --output "$2" "$1" 2>"$work/why"
  elif has wget; then
    wget --no-verbose --output-document="$2" "$1" 2>"$work/why"
  else
    fail "cannot download: neither curl nor wget is there"
  fi || {
    why=$(tail -n 1 "$work/why")
    fail "cannot download $1${why:+: $why}" "is there such a release?"
  }
}

sha256() {
  if has sha256sum; then
    sum=$(sha256sum "$1")
  elif has shasum; then
    sum=$(shasum -a 256 "$1")
  else
    fail "cannot check the download: neither sha256sum nor shasum is there"
  fi
  echo "${sum%% *}"
}

# Says how to make the program found by its name, where it is not.
tell_path() {
  case ":$PATH:" in
    *":$dir:"*)
      found=$(command -v wave || :)
      [ "$found" = "$dir/wave" ] || echo "note: wave on your path is $found, not this one"
      return
      ;;
  esac
  case ${SHELL:-} in
    */fish) line="fish_add_path '$dir'" file=$HOME/.config/fish/config.fish ;;
    */zsh) line="export PATH=\"$dir:\$PATH\"" file=$HOME/.zshrc ;;
    */bash) line="export PATH=\"$dir:\$PATH\"" file=$HOME/.bashrc ;;
    *) line="export PATH=\"$dir:\$PATH\"" file=$HOME/.profile ;;
  esac
  echo "$dir is not on your path; put this into $file:"
  echo "  $line"
}

# All is within a function that the last line calls: a script that was cut off does nothing.
main() {
  version=${1:-}
  releases=${WAVE_RELEASES:-$releases}
  case $releases in
    @*) fail "this copy of the script does not know where the releases are" "set WAVE_RELEASES" ;;
  esac
  case $version in
    "") base=$releases/latest/download ;;
    *) base=$releases/download/v${version#v} ;;
  esac
  dir=${WAVE_INSTALL_DIR:-${HOME:?HOME is not set}/.local/bin}
  asset=$(asset_name)
  work=$(mktemp -d)
  new=
  trap 'rm -rf "$work" ${new:+"$new"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  download "$base/SHA256SUMS" "$work/SHA256SUMS"
  expected=$(awk -v name="$asset" '{ sub(/^\*/, "", $2) } $2 == name { print $1 }' "$work/SHA256SUMS")
  [ -n "$expected" ] || fail "this release has no $asset"
  download "$base/$asset" "$work/$asset"
  actual=$(sha256 "$work/$asset")
  [ "$actual" = "$expected" ] ||
    fail "$asset is not what was released: its SHA-256 sum is $actual, not $expected" \
      "nothing was installed; try again"

  chmod 755 "$work/$asset"
  told=$("$work/$asset" --version 2>"$work/why") ||
    fail "$asset does not run here: $(tail -n 1 "$work/why")" \
      "nothing was installed; on Linux it needs glibc"
  mkdir -p "$dir" || fail "cannot make the folder $dir" "set WAVE_INSTALL_DIR"
  # Beside its place, so that the old one is replaced at once and whole.
  new=$dir/.wave.$$
  { cp "$work/$asset" "$new" && mv -f "$new" "$dir/wave"; } ||
    fail "cannot write $dir/wave" "set WAVE_INSTALL_DIR"
  echo "installed $told as $dir/wave"
  tell_path
}

main "$@"
