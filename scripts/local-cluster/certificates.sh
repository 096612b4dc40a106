# shellcheck shell=bash disable=SC2154 # what settings.sh sets
# Certificates and kubeconfigs of the local cluster. Sourced by scripts/cluster after settings.sh.

certificate_days=365

private_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; } # <name>

authority() { # <name> <common name>
  private_key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$2" -days "$certificate_days" -out "$1.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
}

certificate() { # <name> <authority> <subject> <serverAuth | clientAuth> [<subject alternative names>]
  private_key "$1"
  {
    echo basicConstraints=critical,CA:FALSE
    echo keyUsage=critical,digitalSignature,keyEncipherment
    echo "extendedKeyUsage=$4"
    [ -z "${5:-}" ] || echo "subjectAltName=$5"
  } >"$1.ext"
  openssl req -new -key "$1.key" -subj "$3" |
    openssl x509 -req -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days "$certificate_days" -extfile "$1.ext" -out "$1.crt"
  rm "$1.ext"
}

write_kubeconfig() { # <file> <user> <server>
  local pki=$run/pki
  cat >"$1" <<X
apiVersion: v1
kind: Config
clusters: [{name: $cluster, cluster: {server: "$3", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}}]
users: [{name: $2, user: {client-certificate-data: $(base64 -w0 "$pki/$2.crt"), client-key-data: $(base64 -w0 "$pki/$2.key")}}]
contexts: [{name: $cluster, context: {cluster: $cluster, user: $2}}]
current-context: $cluster
X
  chmod 600 "$1"
}

# The certificates that kubeadm would make: https://kubernetes.io/docs/setup/best-practices/certificates/
make_certificates() (
  local user
  mkdir -m 700 "$run/pki"
  cd "$run/pki" || exit
  authority ca kubernetes-ca
  authority front-proxy-ca front-proxy-ca
  openssl genrsa -out sa.key 2048
  openssl rsa -in sa.key -pubout -out sa.pub
  certificate apiserver ca /CN=kube-apiserver serverAuth "$(printf 'DNS:%s,' kubernetes{,.default{,.svc{,.cluster.local}}})DNS:localhost,IP:$api_service_ip,IP:$node_ip,IP:127.0.0.1"
  certificate apiserver-kubelet-client ca /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
  certificate front-proxy-client front-proxy-ca /CN=front-proxy-client clientAuth
  certificate kubelet-server ca "/O=system:nodes/CN=system:node:$node" serverAuth "DNS:$node,IP:$node_ip,IP:127.0.0.1"
  certificate kubelet ca "/O=system:nodes/CN=system:node:$node" clientAuth
  certificate admin ca /O=system:masters/CN=admin clientAuth
  certificate controller-manager ca /CN=system:kube-controller-manager clientAuth
  certificate scheduler ca /CN=system:kube-scheduler clientAuth
  certificate proxy ca /CN=system:kube-proxy clientAuth
  for user in kubelet admin controller-manager scheduler proxy; do
    write_kubeconfig "$run/$user.conf" "$user" "https://$node_ip:6443"
  done
)
