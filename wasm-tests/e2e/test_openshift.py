"""Suite `openshift`: all that suite `spark` proves, under an arbitrary UID with group 0."""

import test_spark
from cluster import run
from test_spark import client, release  # noqa: F401, fixtures

ANY_UID = "[ $(id -u) != 1000 ] && [ $(id -g) = 0 ] && id"


class TestOpenShift(test_spark.TestSpark):
    profile = "openshift"

    def test_arbitrary_uid(self, release, namespace, proven):
        """every container runs under the UID that the namespace gives, with group 0, and the chart asks for none"""
        rendered = run("helm", "get", "manifest", release.name, "--namespace", namespace.name)
        assert "runAsUser" not in rendered and "runAsGroup" not in rendered and "fsGroup" not in rendered
        for name, pod in release.pods().items():
            for container in pod["spec"]["containers"]:
                namespace.exec(name, ["sh", "-c", ANY_UID], container["name"])
        proven("every container runs under an arbitrary UID with group 0; the chart sets no UID")
