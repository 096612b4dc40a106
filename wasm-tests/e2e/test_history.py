"""Suite `history`: one History Server shows the applications of the Standalone cluster and of Spark Connect."""

import re

import pytest

import pods
from cluster import wait_for
from connect import CLIENT, server_pod
from release import SMALL, merged
from test_spark import PI

CONNECT_LOGS = "s3a://spark-connect-logs/events"


@pytest.fixture(scope="class")
def release(store, new_release):
    # the second bucket is another team's: the server is up before it is there
    release = new_release("demo", **merged(SMALL, store.values(), {
        "worker": {"replicaCount": 1, "cores": 1},
        "historyServer": {"enabled": True, "extraLogDirectories": [CONNECT_LOGS], "updateInterval": "2s"},
    }))
    release.install()
    release.wait_for_workers(1)
    return release


def listed(release, query=""):
    """The applications that the server lists, by name.

    Source: Spark's documentation, "Monitoring and Instrumentation", "REST API"
    """
    found = release.namespace.service_json(f"{release.fullname}-history-server", "http", f"/api/v1/applications{query}") or []
    return {app["name"]: app for app in found}


class TestHistory:
    def test_two_buckets(self, release, store, namespace, new_client, profile, proven):
        """applications of Spark Standalone and of Spark Connect, from two buckets, in one list; their pages open"""
        client = new_client(release)
        client.submit("spark-pi", *PI)
        standalone, took = wait_for("the Standalone application is listed", lambda: listed(release).get("Spark Pi"), 60)
        proven("an application of Spark Standalone is listed after its end", measured=took, limit=60)

        store.make_folder("spark-connect-logs", "events")
        server = server_pod(client, "--conf", f"spark.eventLog.dir={CONNECT_LOGS}")
        namespace.apply(server.service)
        pods.start(namespace, server.pod)
        wait_for("the Connect server is ready", lambda: server.is_ready(namespace), 180)
        pods.run(namespace, pods.script_pod("connect-client", client.image, ["python3", "/files/client.py"], profile == "openshift"), {"client.py": CLIENT})
        # S3 has no half-written objects: a log is there when its application ends
        pods.delete(namespace, server.name)
        connect, _ = wait_for("the Connect application is listed", lambda: listed(release, "?status=completed").get("spark-connect"), 90)
        assert set(listed(release)) == {"Spark Pi", "spark-connect"}
        proven("one list: Standalone and Connect applications from two buckets")

        for app in (standalone, connect):
            page = lambda path: namespace.service_text(f"{release.fullname}-history-server", "http", f"/history/{app['id']}/{path}")
            for path, content in {"jobs/": "Completed Jobs", "executors/": "Executors", "environment/": "spark.app.name"}.items():
                text = wait_for(f"{app['name']}: {path}", lambda: page(path), 60)[0]
                assert content in text and app["id"] in text, f"{app['name']}: {path}\n{text[:2000]}"
        assert re.search("spark-connect", page("SQL/"))
        proven("their pages open: jobs, executors, environment, SQL")

    def test_restart(self, release, namespace, proven):
        """a new History Server has all of it again"""
        (name, _), = release.pods("history-server").items()
        namespace.kubectl("delete", "pod", name, "--wait=false")
        wait_for("a new pod", lambda: name not in release.pods("history-server"), 60)
        took = wait_for("both applications are listed again", lambda: len(listed(release)) == 2, 120)[1]
        proven("the History Server's pod deleted: both are listed again", measured=took, limit=120)
