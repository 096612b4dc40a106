"""Suite `cluster`: scripts/cluster leaves the machine as it was, also when it is interrupted. Linux and root only."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cluster import run, wait_for

ROOT = Path(os.environ["SPARKWASM_ROOT"])
# What a machine does by itself between two looks.
RESTLESS = ("random", "file-nr", "inode", "dentry", "ns_last_pid", "nf_conntrack_count", "quota.syncs", "pty.nr", "sched_domain")


def machine():
    """All that a cluster could leave behind: network, mounts, cgroups, settings of the kernel, processes."""
    settings = [l for l in run("sysctl", "-a").splitlines() if not any(word in l.split("=")[0] for word in RESTLESS)]
    groups = [str(p) for p in Path("/sys/fs/cgroup").rglob("*") if p.is_dir() and not p.is_symlink()]
    return {
        "links": run("ip", "-oneline", "link").splitlines(),
        "addresses": [l.split(" valid_lft")[0] for l in run("ip", "-oneline", "address").splitlines()],
        "routes": run("ip", "route", "show", "table", "all").splitlines(),
        "nftables": run("nft", "list", "ruleset").splitlines(),
        "namespaces": run("ip", "netns").splitlines(),
        "mounts": sorted(Path("/proc/mounts").read_text().splitlines()),
        "cgroups": sorted(groups),
        "settings": sorted(settings),
        "run": sorted(os.listdir("/run")),
        "processes": sorted({name for name in processes() if any(word in name for word in ("node-init", "containerd", "kube", "forward"))}),
    }


def processes():
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            pass


@pytest.fixture
def own(tmp_path):
    """A local cluster beside the one that may be running."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    environment = {**os.environ, "SPARKWASM_CLUSTER": str(tmp_path)}
    environment.pop("SPARKWASM_CALLED", None)
    yield environment
    subprocess.run([ROOT / "scripts/cluster", "down"], env=environment, check=True)


def test_up_and_down(own, proven):
    """up ends with a Ready node, down leaves the machine as it was"""
    cluster = str(ROOT / "scripts/cluster")
    run(cluster, "up", env=own)  # builds what is not built yet
    run(cluster, "down", env=own)
    before = machine()
    started = time.monotonic()
    run(cluster, "up", env=own)
    took = time.monotonic() - started
    nodes = run(cluster, "kubectl", "get", "nodes", "--no-headers", env=own)
    assert nodes.split()[1] == "Ready"
    assert machine() != before
    proven("scripts/cluster up, a second time", measured=took, limit=60)
    run(cluster, "down", env=own)
    assert machine() == before
    proven("scripts/cluster down leaves network, mounts, cgroups, settings, processes as they were")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted(own, number, proven):
    """an interrupted start cleans up after itself; after kill -9 `down` does"""
    before = machine()
    starting = subprocess.Popen(
        [ROOT / "scripts/cluster", "up"], env=own, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )
    for line in starting.stderr:
        if "containerd answers" in line:
            break
    starting.send_signal(number)
    starting.stderr.close()
    assert starting.wait(60) != 0
    if number == signal.SIGKILL:
        run(str(ROOT / "scripts/cluster"), "down", env=own)
    wait_for("the machine is as it was", lambda: machine() == before, 20, 0.5)
    proven(f"interrupted by {number.name}, the start leaves nothing" + (" once `down` has run" if number == signal.SIGKILL else ""))
