"""Suite `connect`: a real Spark Connect server beside the Standalone cluster, in one namespace."""

import pytest

import pods
from cluster import wait_for
from connect import CLIENT, server_pod
from test_spark import PI


@pytest.fixture(scope="class")
def server(release, new_client):
    server = server_pod(new_client(release))
    release.namespace.apply(server.service)
    pods.start(release.namespace, server.pod)
    wait_for("the Connect server is ready", lambda: server.is_ready(release.namespace), 180)


class TestConnect:
    def test_side_by_side(self, release, server, namespace, new_client, profile, proven):
        """a Connect session and a spark-submit job run on one Standalone cluster in one namespace"""
        client = pods.script_pod("connect-client", new_client(release).image, ["python3", "/files/client.py"], profile == "openshift")
        outcome = pods.run(namespace, client, {"client.py": CLIENT})
        assert "RESULT 3.5.7 499500" in outcome.log
        submitted = new_client(release).submit("beside", "--conf", "spark.cores.max=1", *PI)
        assert "Pi is roughly 3.1" in submitted.log
        names = {app["name"] for app in release.master()["activeapps"]}
        assert "spark-connect" in names
        proven("Spark Connect and spark-submit side by side on one cluster, no port or name clash")
