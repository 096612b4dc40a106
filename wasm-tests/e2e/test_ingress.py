"""Suite `ingress`: the web UIs through a real Ingress controller, in a real browser."""

import os
from pathlib import Path

import pytest

from browser import DOMAIN, Person, browser
from cluster import run, wait_for
from jobs import LongJob
from release import SMALL, merged
from test_history import listed

SPARK, HISTORY = f"spark.{DOMAIN}", f"history.{DOMAIN}"
PICTURES = Path(os.environ["SPARKWASM_ROOT"]) / ".cache/e2e/pictures"


@pytest.fixture(scope="class")
def release(store, new_release):
    release = new_release("demo", **merged(SMALL, store.values(), {
        "master": {"replicaCount": 2}, "worker": {"replicaCount": 2, "cores": 1},
        "historyServer": {"enabled": True, "updateInterval": "2s"},
        "ingress": {"enabled": True, "hosts": {"master": SPARK, "history": HISTORY}},
    }))
    release.install()
    release.wait_for_workers(2)
    return release


@pytest.fixture
def person():
    with browser() as chromium:
        person = Person(chromium, PICTURES)
        yield person
        person.close()


@pytest.fixture(scope="class")
def certificate(namespace, tmp_path_factory):
    """A Secret with a certificate for both hosts."""
    folder = tmp_path_factory.mktemp("tls")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", f"/CN={SPARK}", "-addext", f"subjectAltName=DNS:{SPARK},DNS:{HISTORY}",
        "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt"))
    namespace.kubectl("create", "secret", "tls", "spark-tls", f"--cert={folder}/tls.crt", f"--key={folder}/tls.key")
    return "spark-tls"


def visit(person, base):
    """What a person looks at while an application runs: every step is a click on a link of the page before."""
    person.open(f"{base}/", "Spark Master at spark://")
    person.picture("master")
    person.click("table a[href*='/proxy/worker-']", "Spark Worker at ")
    person.picture("worker")
    person.click("a:has-text('Back to Master')", "Spark Master at spark://")
    person.click("table a[href*='appId=']", "Application: long")
    person.click("a:has-text('Application Detail UI')", "long - Spark Jobs")
    for tab, title in {"Stages": "Stages", "Executors": "Executors", "Environment": "Environment"}.items():
        person.click(f".navbar a:has-text('{tab}')", f"long - .*{title}")
    person.picture("environment of a running application")
    person.open(f"{base}/", "Spark Master at spark://")
    person.click("table a[href*='appId=']", "Application: long")
    person.click("a:has-text('stderr')", "stderr log page for app-")


class TestIngress:
    def test_pages(self, release, person, new_client, proven):
        """master, worker, running application and history, by the links of the pages"""
        job = LongJob(new_client(release), 60).wait_until_it_runs()
        visit(person, f"http://{SPARK}")
        proven("through the Ingress, in Chromium: master, worker, running application, executor log; every link works")
        job.finish()
        wait_for("the application is in the history", lambda: listed(release, "?status=completed"), 60)
        person.open(f"http://{HISTORY}/", "History Server")
        person.picture("history")
        person.click("#history-summary-table a[href*='/history/app-']", "long - Spark Jobs")
        person.click(".navbar a:has-text('Executors')", "long - Executors")
        proven("through the Ingress, in Chromium: History Server and an application in it")

    def test_leader(self, release, person, namespace, proven):
        """the same address leads to the master that leads, after another took over"""
        name, state = wait_for("a leader", release.leader, 60)[0]
        namespace.kubectl("delete", "pod", name, "--wait=false")
        wait_for("another leads", lambda: release.recovered(2, 0, state["uid"]), 60)
        person.open(f"http://{SPARK}/", "Spark Master at spark://")
        assert "ALIVE" in person.page.inner_text("body")
        person.click("table a[href*='/proxy/worker-']", "Spark Worker at ")
        proven("through the Ingress: after a change of the leader the same address shows the new one")

    def test_tls(self, release, certificate, person, new_client, proven):
        """the same with TLS: no link falls back to http"""
        release.upgrade(ingress={"tls": [{"secretName": certificate}]})
        job = LongJob(new_client(release), 45, "long").wait_until_it_runs()
        visit(person, f"https://{SPARK}")
        person.open(f"https://{HISTORY}/", "History Server")
        person.click("#history-summary-table a[href*='/history/app-']", "long - Spark Jobs")
        assert person.page.url.startswith("https://")
        job.finish()
        proven("the same pages with TLS; no link falls back to http")
