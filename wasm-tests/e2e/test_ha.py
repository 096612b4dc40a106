"""Suite `ha`: the master's state in S3, one master and two, under every fault that a user may meet."""

import time
from statistics import median

import pytest

from cluster import wait_for
from faults import LOCAL, crash, frozen, store_away
from jobs import LongJob
from release import SMALL, merged

WORKERS = 2


def installed(store, new_release, masters, **values):
    # a worker's heart beats every 5 s, and the workers' time-out of 20 s is the chart's own
    release = new_release("demo", **merged(SMALL, store.values(), {
        "master": {"replicaCount": masters}, "worker": {"replicaCount": WORKERS, "cores": 1},
    }, values))
    release.install()
    release.wait_for_workers(WORKERS)
    return release


def back(release, other_than=None, timeout=120):
    """Seconds until there is a leader with all workers and the application."""
    started = time.monotonic()
    wait_for("workers and application are back", lambda: release.recovered(WORKERS, 1, other_than), timeout)
    return time.monotonic() - started


@pytest.fixture(scope="class")
def one(store, new_release):
    return installed(store, new_release, 1)


@pytest.fixture(scope="class")
def two(store, new_release):
    return installed(store, new_release, 2)


class TestOneMaster:
    def test_crashes(self, one, new_client, proven):
        """crashes (kill -9) of the only master in a row, during a job"""
        # elsewhere the kubelet waits 10, 20, 40 … s before it starts a container again
        times = 10 if LOCAL else 2
        job, taken = LongJob(new_client(one), 20 * times).wait_until_it_runs(), []
        for _ in range(times):
            (name, pod), = one.pods("master").items()
            before = pod["status"]["containerStatuses"][0]["restartCount"]
            crash(one.namespace, pod)
            started = time.monotonic()
            again = lambda: one.namespace.get("pods", name)["status"]["containerStatuses"][0]["restartCount"] > before
            wait_for("the kubelet starts the master again", again, 60, 0.1)
            back(one)
            taken.append(time.monotonic() - started)
        job.finish()
        proven(f"kill -9 of the only master, {times} times: workers and application are back, at the median", measured=median(taken), limit=60, goal=10)
        proven(f"kill -9 of the only master, {times} times: the longest", measured=max(taken), limit=60)

    def test_pod_deleted(self, one, new_client, proven):
        """the only master's pod is deleted by force during a job, then gently, then together with a worker"""
        job = LongJob(new_client(one), 90).wait_until_it_runs()
        for how, arguments in {"by force": ["--grace-period=0", "--force"], "gently": ["--wait=false"]}.items():
            (name, pod), = one.pods("master").items()
            one.namespace.kubectl("delete", "pod", name, *arguments)
            proven(f"the only master's pod deleted {how}, until all is back", measured=back(one, pod["metadata"]["uid"]), limit=60, goal=13)
        (name, pod), = one.pods("master").items()
        worker = next(iter(one.pods("worker")))
        one.namespace.kubectl("delete", "pod", name, worker, "--grace-period=0", "--force")
        proven("master and a worker deleted together, until all is back", measured=back(one, pod["metadata"]["uid"]), limit=60, goal=30)
        job.finish()

    def test_store_away(self, one, store, new_client, proven):
        """the object store is away for 30 s during a job: the job ends, no state is lost, what was queued is written"""
        job = LongJob(new_client(one), 75).wait_until_it_runs()
        with store_away(store):
            # a second application registers while its state cannot be stored
            second = LongJob(new_client(one), 30, "meanwhile", cores=1)
            time.sleep(30)
        took = wait_for("a leader with workers and the application", lambda: one.recovered(WORKERS, 1) or one.recovered(WORKERS, 2), 120)[1]
        proven("the object store away for 30 s: ALIVE after it is back", measured=took, limit=60, goal=20)
        job.finish()
        (_, pod), = one.pods("master").items()
        crash(one.namespace, pod)
        second.finish()
        proven("the jobs across the outage, and across a crash after it, end with the right result")


class TestTwoMasters:
    def test_service_leads_to_the_leader(self, two, proven):
        """the Service answers with the leader's page, whichever master it meets"""
        states = wait_for("a leader and a standby", lambda: len(two.masters()) == 2 and two.masters(), 60)[0]
        assert sorted(state["status"] for state in states.values()) == ["ALIVE", "STANDBY"]
        assert {two.master()["status"] for _ in range(20)} == {"ALIVE"}
        proven("two masters: the Service leads to the leader in 20 of 20 requests")

    def test_leader_lost(self, two, new_client, proven):
        """the leader is deleted by force, stopped gently, and crashes: the other takes over, the job goes on"""
        job = LongJob(new_client(two), 100).wait_until_it_runs()
        for what, arguments, goal in [("deleted by force", ["--grace-period=0", "--force"], 10), ("stopped gently", ["--wait=false"], 3)]:
            name, state = wait_for("a leader", two.leader, 60)[0]
            self.wait_for_standby(two)
            two.namespace.kubectl("delete", "pod", name, *arguments)
            proven(f"two masters, the leader {what}", measured=back(two, state["uid"]), limit=60, goal=goal)
        job.finish()

    def test_leader_frozen(self, two, new_client, proven):
        """the leader's machine hangs: the other takes over; the old leader wakes up and cannot write"""
        job = LongJob(new_client(two), 75).wait_until_it_runs()
        self.wait_for_standby(two)
        name, state = wait_for("a leader", two.leader, 60)[0]
        pod = two.pods("master")[name]
        restarts = pod["status"]["containerStatuses"][0]["restartCount"]
        with frozen(pod):
            proven("two masters, the leader's machine hangs", measured=back(two, state["uid"]), limit=60, goal=20)
        gone = lambda: two.namespace.get("pods", name)["status"]["containerStatuses"][0]["restartCount"] > restarts
        took = wait_for("the old leader ends itself", gone, 60)[1]
        new_leader = wait_for("a leader", two.leader, 30)[0][0]
        assert new_leader != name
        said = two.namespace.kubectl("logs", name, "--previous")
        assert "lost" in said.lower(), said[-2000:]
        proven("a paused leader that wakes up writes nothing and ends itself", measured=took, limit=60)
        job.finish()

    def wait_for_standby(self, release):
        ready = lambda: sum(pod["status"]["containerStatuses"][0]["ready"] for pod in release.pods("master").values() if pod["status"].get("containerStatuses")) == 2
        wait_for("both masters are ready", ready, 120)
