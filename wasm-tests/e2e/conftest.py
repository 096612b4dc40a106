"""What every suite gets: the cluster, a namespace under Pod Security `restricted`, and a place to note what was proven."""

import json
import os
from pathlib import Path

import pytest
import yaml

import pods
from cluster import Cluster, CommandFailed, Namespace, wait_for
from proof import Line, Proofs
from release import SMALL, SPARK_IMAGE, TWO_WORKERS, Client, Release, merged
from store import SECRET, ObjectStore

HERE = Path(__file__).parent
RESULTS = Path(os.environ["SPARKWASM_ROOT"]) / ".cache/e2e"
EMULATED_SCC = {"sparkwasm.io/emulated-scc": "restricted-v2"}
proofs = Proofs()


def pytest_addoption(parser):
    parser.addoption("--keep", action="store_true", help="leave the namespaces of the suites for a look")
    parser.addoption("--profile", choices=["kubernetes", "openshift"], help="run the suites under this profile")


@pytest.fixture(scope="session")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="class")
def profile(request):
    """`openshift`: pods get an arbitrary UID and group 0, by the SCC or what emulates it; `kubernetes`: UID 1000."""
    return request.config.getoption("--profile") or getattr(request.cls, "profile", "kubernetes")


@pytest.fixture(scope="session")
def scc(request, cluster):
    """How pods get their arbitrary UID here: OpenShift's own admission, or the policies of restricted-scc.yaml."""
    if cluster.get("/apis/security.openshift.io/v1"):
        return {}
    if not cluster.serves("admissionregistration.k8s.io/v1", "mutatingadmissionpolicies"):
        pytest.skip("needs OpenShift, or Kubernetes 1.36 for its MutatingAdmissionPolicy")
    objects = list(yaml.safe_load_all((HERE / "restricted-scc.yaml").read_text()))
    cluster.apply(*objects)
    request.addfinalizer(lambda: [cluster.delete(o["kind"], o["metadata"]["name"]) for o in objects])
    return EMULATED_SCC


def arbitrary_uid(namespace):
    """The UID that a new pod would get; None while none is given."""
    pod = pods.script_pod("trial", SPARK_IMAGE, ["true"], True)
    try:
        made = namespace.kubectl("create", "--dry-run=server", "--output", "json", "--filename", "-", stdin=yaml.safe_dump(pod))
    except CommandFailed:  # one of the policies refuses what the other does not mend yet
        return None
    return json.loads(made)["spec"]["containers"][0]["securityContext"].get("runAsUser")


@pytest.fixture(scope="class")
def namespace(request, cluster, profile):
    suite = Path(request.node.fspath).stem.removeprefix("test_")
    labels = request.getfixturevalue("scc") if profile == "openshift" else {}
    namespace = Namespace(cluster, f"sparkwasm-e2e-{suite}" + ("-scc" if labels and suite != "openshift" else ""))
    namespace.create(labels)
    if labels:
        wait_for("pods get their arbitrary UID", lambda: arbitrary_uid(namespace), 60)  # a new policy is heeded after a moment
    request.cls.evidence_of = namespace
    yield namespace
    if not request.config.getoption("--keep"):
        namespace.delete()


@pytest.fixture(scope="class")
def store(namespace, profile):
    store = ObjectStore(namespace, profile == "openshift")
    store.start()
    return store


@pytest.fixture(scope="class")
def new_release(namespace, profile):
    """Makes releases with the values of the suite's profile; what a test leaves behind is uninstalled."""
    made = []

    def make(name, **values):
        if profile == "openshift":
            values = {**values, "global": {"compatibility": {"openshift": {"adaptSecurityContext": "force"}}}}
        made.append(Release(namespace, name, values))
        return made[-1]

    yield make
    for release in made:
        release.uninstall()


@pytest.fixture(scope="class")
def release(store, new_release):
    """An installed release with two workers of one core, and its event logs in the object store; a suite may have its own."""
    return new_release("demo", **merged(SMALL, store.values(), TWO_WORKERS)).install()


@pytest.fixture(scope="class")
def new_client(profile):
    return lambda release, secret=SECRET: Client(release, secret, profile == "openshift")


@pytest.fixture
def proven(request):
    """proven(what, measured=…, limit=…, goal=…): a line of the closing table. A test without one gives none."""
    suite = Path(request.node.fspath).stem.removeprefix("test_")
    profile = request.getfixturevalue("profile") if request.cls else "kubernetes"
    name = suite if profile == "kubernetes" or suite == "openshift" else f"{suite}, {profile}"
    return lambda what, **figures: proofs.add(Line(name, what, **figures))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if not report.failed:
        return
    suite = Path(item.fspath).stem.removeprefix("test_")
    what = (item.obj.__doc__ or item.name).strip().splitlines()[0]
    proofs.lines = [l for l in proofs.lines if not (l.suite == suite and l.what == what)]
    proofs.lines.append(Line(suite, f"{what} ({report.when})", passed=False))
    namespace = getattr(item.cls, "evidence_of", None)
    if namespace is not None:
        folder = RESULTS / "evidence" / suite / item.name
        namespace.save_evidence(folder)
        report.sections.append(("evidence", str(folder)))


def pytest_terminal_summary(terminalreporter, exitstatus):
    if proofs.lines:
        terminalreporter.ensure_newline()
        terminalreporter.write_line("")
        terminalreporter.write_line(proofs.table())


def pytest_sessionfinish(session, exitstatus):
    RESULTS.mkdir(parents=True, exist_ok=True)
    about = {}
    if "cluster" in {name for item in session.items for name in getattr(item, "fixturenames", [])}:
        cluster = Cluster()
        about = {"context": cluster.context(), "kubernetes": cluster.version()}
        cluster.close()
    (RESULTS / "results.json").write_text(proofs.json(passed=exitstatus == 0, **about) + "\n")
