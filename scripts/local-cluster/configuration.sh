# shellcheck shell=bash disable=SC2154 # what settings.sh sets
# Configuration files of the node's programs. Sourced by scripts/cluster after settings.sh.

make_configuration() {
  mkdir -p "$run/cni"
  printf 'nameserver %s\n' "$dns_ip" >"$run/resolv.conf" # no resolver outside

  cat >"$run/cni/10-bridge.conflist" <<X
{"cniVersion": "1.0.0", "name": "pods", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "ipMasqBackend": "nftables", "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "/run/cni-ipam", "ranges": [[{"subnet": "$node_pod_cidr"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}, "backend": "nftables"}]}
X

  # restrict_oom_score_adj: a container or virtual machine may lack CAP_SYS_RESOURCE, then scores cannot be lowered.
  cat >"$run/containerd.toml" <<X
version = 3
root = "$node_run/containerd"
state = "/run/containerd"
[grpc]
  address = "$containerd_socket"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = "sparkwasm.local/pause:1"
[plugins.'io.containerd.cri.v1.runtime']
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["$node_bin/cni"]
    conf_dir = "$node_run/cni"
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        BinaryName = "$node_bin/runc"
        SystemdCgroup = false
X

  # Images come from files, so the kubelet must never delete one to make room. A container that crashes is started again
  # after 2 s at most, where by default the pause doubles to 5 minutes: tests crash containers on purpose.
  cat >"$run/kubelet.yaml" <<X
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
cgroupDriver: cgroupfs
cgroupRoot: /$cluster
containerRuntimeEndpoint: unix://$containerd_socket
clusterDNS: [$dns_ip]
clusterDomain: cluster.local
resolvConf: $node_run/resolv.conf
podLogsDir: $node_run/pod-logs
tlsCertFile: $node_run/pki/kubelet-server.crt
tlsPrivateKeyFile: $node_run/pki/kubelet-server.key
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $node_run/pki/ca.crt}}
authorization: {mode: Webhook}
makeIPTablesUtilChains: false
oomScoreAdj: 0
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: "100Mi", nodefs.available: "1%", imagefs.available: "1%"}
nodeStatusUpdateFrequency: 5s
featureGates: {KubeletCrashLoopBackOffMax: true}
crashLoopBackOff: {maxContainerRestartPeriod: 2s}
seccompDefault: true
X

  cat >"$run/kube-proxy.yaml" <<X
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection: {kubeconfig: $node_run/proxy.conf}
mode: nftables
clusterCIDR: $pod_cidr
oomScoreAdj: 0
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
X
}
