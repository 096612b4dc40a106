# shellcheck shell=bash disable=SC2154 # what settings.sh sets
# Builds the programs of a Kubernetes node from the Go module in binaries/. Sourced by scripts/cluster.

# binaries_folder: where they are, named after all that they are made from.
binaries_folder() {
  local key
  key=$( (cd "$here" && cat build.sh binaries/go.mod binaries/go.sum binaries/cmd/*/*.go && go env GOVERSION GOARCH) | sha256sum | cut -c1-12)
  printf '%s/bin-%s' "$built" "$key"
}

module_version() { go list -C "$here/binaries" -mod=readonly -m -f '{{.Version}}' "$1"; }

# program <name> <go build argument…>
program() {
  local name=$1
  shift
  watched "local cluster: $name" go build -C "$here/binaries" -mod=readonly -trimpath -buildvcs=false -o "$made/$name" "$@"
}

build_binaries() { # <folder>
  local made=$1.partial package name stripped="-s -w"
  [ ! -d "$1" ] || return 0
  need go "install Go 1.26 or newer: https://go.dev/doc/install"
  need gcc "install a C compiler and libseccomp with its headers: runc is linked with them"
  rm -rf "$built"/bin-*
  mkdir -p "$made/cni"
  export CGO_ENABLED=0

  step "building Kubernetes $(module_version k8s.io/kubernetes), containerd, runc: about 15 minutes the first time, then never again"
  local kubernetes containerd runc flags=$stripped
  kubernetes=$(module_version k8s.io/kubernetes)
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1 -X $package.gitMinor=$(cut -d. -f2 <<<"$kubernetes") -X $package.gitTreeState=clean"
  done
  program hyperkube -tags grpcnotrace -ldflags "$flags" ./cmd/hyperkube
  for name in kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do ln -s hyperkube "$made/$name"; done
  program etcd -ldflags "$stripped" go.etcd.io/etcd/server/v3

  containerd=$(module_version github.com/containerd/containerd/v2)
  flags="$stripped -X github.com/containerd/containerd/v2/version.Version=$containerd"
  local without="urfave_cli_no_docs osusergo netgo static_build no_btrfs no_zfs no_devmapper no_aufs"
  program containerd -tags "$without" -ldflags "$flags" github.com/containerd/containerd/v2/cmd/containerd
  program ctr -tags "$without" -ldflags "$flags" github.com/containerd/containerd/v2/cmd/ctr
  program containerd-shim-runc-v2 -tags "$without no_grpc" -ldflags "$flags" github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2
  runc=$(module_version github.com/opencontainers/runc)
  CGO_ENABLED=1 program runc -tags "seccomp urfave_cli_no_docs" -ldflags "$stripped -X main.version=${runc#v}" github.com/opencontainers/runc
  for package in main/bridge main/loopback ipam/host-local meta/portmap; do
    program "cni/${package##*/}" -ldflags "$stripped" "github.com/containernetworking/plugins/plugins/$package"
  done
  program volume-provisioner -ldflags "$stripped" ./cmd/volume-provisioner
  program loopback-forward -ldflags "$stripped" ./cmd/loopback-forward
  mv "$made" "$1"
}
