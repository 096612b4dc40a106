# shellcheck shell=bash
# Shared by the scripts: where things are, and how progress and results are told. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/.tools
cache=$root/.cache
# shellcheck disable=SC2034 # read by the scripts that source this file
dist=$root/dist
export PATH="$tools/bin:$PATH"
called=${SPARKWASM_CALLED:-}
export SPARKWASM_CALLED=1
# shellcheck disable=SC2034
version=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version *= *"\([^"]*\)".*/\1/p' "$root/Cargo.toml")

# The leading comment of a script is its help: this prints it and ends, when the first argument asks.
help_asked() {
  case ${1:-} in
    -h | --help) sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; exit 0 ;;
  esac
}

say() { printf '%s\n' "$@" >&2; } # each argument is a line
step() { printf '==> %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$1" >&2; shift; [ $# = 0 ] || printf '       %s\n' "$@" >&2; exit 1; }
# The last word of a script, left out when another script called it.
finish() { [ -n "$called" ] || say "$@"; }
need() { command -v "$1" >/dev/null || die "$1 is not installed" "$2"; }

# install_commands <command:package>…: Debian's packages for the commands that are missing.
install_commands() {
  local missing=() pair
  for pair; do command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}"); done
  [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"
}
install_packages() {
  command -v apt-get >/dev/null || die "these are missing: $*" "install what your distribution calls them, then run this again"
  [ "$(id -u)" = 0 ] || die "these are missing: $*" "run: sudo apt-get install $*"
  # shellcheck disable=SC2016 # sh replaces it
  watched "installing $*" env DEBIAN_FRONTEND=noninteractive sh -ec 'apt-get update -q; apt-get install -q -y --no-install-recommends "$@"' sh "$@"
}

# watched <label> <command…>: runs quietly into .cache/logs, says every 20 seconds that it is still at it,
# shows the end of the log when it fails.
watched() {
  local label=$1 log started=$SECONDS rc=0 ticker
  shift
  mkdir -p "$cache/logs"
  log=$cache/logs/$(printf '%s' "$label" | tr -c 'A-Za-z0-9._-' '-').log
  step "$label"
  (while sleep 20; do printf '    … %s, %ds\n' "$label" "$((SECONDS - started))" >&2; done) &
  ticker=$!
  "$@" >"$log" 2>&1 || rc=$?
  { kill "$ticker" && wait "$ticker"; } 2>/dev/null || true
  if [ "$rc" != 0 ]; then
    tail -n 40 "$log" >&2
    say "failed: $label, the whole log is in ${log#"$root"/}"
    return "$rc"
  fi
  say "    done in $((SECONDS - started))s"
}

# A stamp beside a made file remembers what it was made from, so that a second run has nothing to do.
stamp_of() { printf '%s/.%s.stamp' "${1%/*}" "${1##*/}"; }
fresh() { [ -e "$1" ] && [ "$(cat "$(stamp_of "$1")" 2>/dev/null)" = "$2" ]; } # <file> <made from>
stamp() { printf '%s\n' "$2" >"$(stamp_of "$1")"; }

# The path of a Chromium for tests: the machine's own, Debian's, or none where Playwright brings it.
chromium() {
  local name
  for name in "${CHROMIUM:-chromium}" chromium-browser google-chrome; do
    ! type -P "$name" || return 0 # a file: this function has the name, too
  done
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    install_packages chromium
    type -P chromium
  else
    watched "Chromium (playwright)" npx --prefix "$root/plugin/preview/web" playwright install chromium
  fi
}

# Helm homes of the project's own, so that nothing here touches the user's plugins or repositories.
own_helm_homes() {
  export HELM_CACHE_HOME=$1/cache HELM_CONFIG_HOME=$1/config HELM_DATA_HOME=$1/data
  mkdir -p "$HELM_CACHE_HOME" "$HELM_CONFIG_HOME" "$HELM_DATA_HOME"
}
