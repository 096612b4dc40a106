# shellcheck shell=bash disable=SC2034 # read by the scripts that source this file
# Names, addresses and folders of the local cluster. Sourced by scripts/cluster and by node-init.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
built=$(cd "$here/../.." && pwd)/.cache/cluster # its programs, kept
state=${SPARKWASM_CLUSTER:-$built}              # another folder is another cluster
run=$state/run                                  # of the running cluster; `down` deletes it
kubeconfig=$state/kubeconfig                    # reaches the API server from the host, on loopback

# One cluster for each clone: its name is in the network namespace and the cgroup.
cluster=sparkwasm-$(printf '%s' "$state" | sha256sum | cut -c1-8)
node=node1

# Inside the node's mount namespace the running cluster is always here, however deep the clone lies:
# the path of a Unix socket may have 108 bytes only.
node_run=/run/node
node_bin=/run/bin
containerd_socket=/run/containerd/containerd.sock

# All of these exist in the cluster's own network namespace only.
node_ip=10.200.0.1
pod_cidr=10.244.0.0/16
node_pod_cidr=10.244.0.0/24
service_cidr=10.96.0.0/16
api_service_ip=10.96.0.1
dns_ip=10.96.0.10
