"""Suite `pss`: every pod is read back from the API and looked at from inside; what is not `restricted` is refused."""

import pytest
import yaml

from cluster import CommandFailed
from platform_values import everything
from release import merged

# What runs inside every container: fails unless the kernel itself holds it to `restricted`.
INSIDE = r"""
status() { sed -n "s/^$1:[[:space:]]*//p" /proc/self/status; }
fail() { echo "$1"; exit 1; }
[ "$(id -u)" != 0 ] || fail "runs as root"
[ "$(status CapBnd)" = 0000000000000000 ] || fail "capabilities: $(status CapBnd)"
[ "$(status CapEff)" = 0000000000000000 ] || fail "capabilities: $(status CapEff)"
[ "$(status NoNewPrivs)" = 1 ] || fail "may gain privileges"
[ "$(status Seccomp)" = 2 ] || fail "no seccomp filter"
for folder in / /etc /usr /opt /opt/spark /var /home; do
  ! touch "$folder/.written" 2>/dev/null || fail "$folder is writable"
done
echo restricted
"""


def containers(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


@pytest.fixture(scope="class")
def release(store, new_release):
    # everything that the chart can run
    release = new_release("demo", **merged(everything(store), {
        "master": {"replicaCount": 2}, "historyServer": {"enabled": True}, "hiveMetastore": {"enabled": True},
    }))
    release.install()
    return release


class TestPodSecurity:
    def test_every_pod_of_the_api(self, release, namespace, profile, proven):
        """every pod that the API server has is restricted, field by field"""
        pods = namespace.pods()
        assert len(pods) >= 14
        for pod in pods:
            spec, of_pod = pod["spec"], pod["spec"]["securityContext"]
            name = pod["metadata"]["name"]
            assert of_pod["runAsNonRoot"] is True, name
            assert of_pod["seccompProfile"] == {"type": "RuntimeDefault"}, name
            if profile == "kubernetes":
                assert (of_pod["runAsUser"], of_pod["fsGroup"]) == (1000, 1000), name
            assert not any(spec.get(field) for field in ("hostNetwork", "hostPID", "hostIPC")), name
            assert not any("hostPath" in volume for volume in spec["volumes"]), name
            for container in containers(pod):
                security = container["securityContext"]
                assert security["allowPrivilegeEscalation"] is False, (name, container["name"])
                assert security["readOnlyRootFilesystem"] is True, (name, container["name"])
                assert security["capabilities"] == {"drop": ["ALL"]}, (name, container["name"])
                assert not security.get("privileged"), (name, container["name"])
        proven(f"{len(pods)} pods read back from the API: uid, capabilities, seccomp, root file system, escalation")

    def test_every_container_from_inside(self, release, namespace, proven):
        """the kernel holds every running container to it"""
        looked_at = 0
        running = {n: p for n, p in release.pods().items() if p["status"]["phase"] != "Succeeded"}  # the migration's has ended
        for name, pod in running.items():
            for container in pod["spec"]["containers"]:
                assert namespace.exec(name, ["sh", "-c", INSIDE], container["name"]).strip() == "restricted"
                looked_at += 1
        assert looked_at >= 13
        proven(f"{looked_at} containers from inside: no capability, seccomp filter on, nothing of the image writable")

    @pytest.mark.parametrize("component", ["master", "worker"])
    @pytest.mark.parametrize("override, named", [
        ({"spec": {"hostNetwork": True}}, "hostNetwork"),
        ({"spec": {"securityContext": {"runAsUser": 0}}}, "runAsUser"),
        ({"spec": {"volumes": [{"name": "root", "hostPath": {"path": "/"}}]}}, "hostPath"),
    ])
    def test_bad_pod_overrides(self, namespace, new_release, component, override, named, proven):
        """podOverrides that break restricted are refused before anything is written"""
        before = namespace.all_objects()
        with pytest.raises(CommandFailed) as failure:
            new_release("bad", **{component: {"podOverrides": override}}).install()
        assert f"{component}.podOverrides" in failure.value.output and named in failure.value.output
        assert namespace.all_objects() == before
        proven(f"{component}.podOverrides with {named} is refused before anything is written")

    def test_the_namespace_enforces(self, namespace, proven):
        """the API server of this cluster does refuse a pod that is not restricted"""
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad"},
               "spec": {"containers": [{"name": "c", "image": "none"}]}}
        with pytest.raises(CommandFailed) as failure:
            namespace.kubectl("create", "--filename", "-", stdin=yaml.safe_dump(pod))
        assert 'violates PodSecurity "restricted' in failure.value.output
        proven("the namespace enforces: a pod that is not restricted is refused by the API server")
