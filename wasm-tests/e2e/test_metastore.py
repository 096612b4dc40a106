"""Suite `metastore`: tables outlive the jobs that made them, the Hive Metastore and its PostgreSQL."""

import pytest

from cluster import wait_for
from jobs import SESSION
from release import SMALL, merged

MAKE = SESSION + """
spark = builder.appName("make").getOrCreate()
spark.sql("CREATE DATABASE IF NOT EXISTS sales")
spark.range(1000).selectExpr("id", "id % 4 AS quarter").write.mode("overwrite").partitionBy("quarter").saveAsTable("sales.orders")
spark.sql("CREATE OR REPLACE VIEW sales.first AS SELECT * FROM sales.orders WHERE quarter = 1")
print("MADE", spark.catalog.tableExists("sales.orders"))
spark.stop()
"""
READ = SESSION + """
spark = builder.appName("read").getOrCreate()
print("TABLES", [t.name for t in spark.catalog.listTables("sales")])
print("SUM", spark.table("sales.orders").groupBy().sum("id").first()[0], spark.table("sales.first").count())
spark.sql("INSERT INTO sales.orders VALUES (1000, 1)")
print("AFTER", spark.table("sales.orders").count())
spark.stop()
"""


@pytest.fixture(scope="class")
def release(store, new_release):
    release = new_release("demo", **merged(SMALL, store.values(), {
        "worker": {"replicaCount": 1, "cores": 1}, "hiveMetastore": {"enabled": True},
    }))
    release.install()
    release.wait_for_workers(1)
    return release


def is_ready(release, component):
    statuses = [s for pod in release.pods(component).values() for s in pod["status"].get("containerStatuses", [])]
    return bool(statuses) and all(status["ready"] for status in statuses)


class TestMetastore:
    def test_kept(self, release, new_client, namespace, proven):
        """a table of one job is read by another, after metastore and PostgreSQL were deleted and came back"""
        client = new_client(release)
        assert "MADE True" in client.run("make", ["python3", "/files/make.py"], {"make.py": MAKE}).log
        for component in ("hive-metastore", "hive-metastore-db"):
            for name in release.pods(component):
                namespace.kubectl("delete", "pod", name, "--grace-period=0", "--force")
        took = wait_for("metastore and PostgreSQL are ready again",
                        lambda: is_ready(release, "hive-metastore") and is_ready(release, "hive-metastore-db"), 180)[1]
        proven("metastore and its PostgreSQL deleted together by force, until both are ready", measured=took, limit=180, goal=30)
        read = client.run("read", ["python3", "/files/read.py"], {"read.py": READ}).log
        assert "TABLES ['first', 'orders']" in read and f"SUM {sum(range(1000))} 250" in read and "AFTER 1001" in read, read[-2000:]
        proven("a table made by one job is read and written by another after that")

    def test_database_alone(self, release, new_client, namespace, proven):
        """the metastore outlives a restart of its database without one of its own"""
        (name, before), = release.pods("hive-metastore").items()
        database, = release.pods("hive-metastore-db")
        namespace.kubectl("delete", "pod", database, "--wait=true")
        wait_for("PostgreSQL is ready again", lambda: is_ready(release, "hive-metastore-db"), 120)
        wait_for("the metastore is ready", lambda: is_ready(release, "hive-metastore"), 120)
        assert "AFTER 1002" in new_client(release).run("read", ["python3", "/files/read.py"], {"read.py": READ}).log
        after = namespace.get("pods", name)
        assert after["metadata"]["uid"] == before["metadata"]["uid"]
        assert after["status"]["containerStatuses"][0]["restartCount"] == before["status"]["containerStatuses"][0]["restartCount"]
        proven("its PostgreSQL restarted: the metastore goes on without a restart")

    def test_upgrade_and_reinstall(self, release, new_client, namespace, proven):
        """helm upgrade keeps password and tables; so do helm uninstall and a new install"""
        secret = lambda: namespace.get("secrets", f"{release.name}-spark-standalone-hive-metastore-db")["data"]
        before = secret()
        release.upgrade(hiveMetastore={"replicaCount": 2})
        assert secret() == before
        release.uninstall()
        wait_for("no pod is left", lambda: not release.pods(), 120)
        assert secret() == before, "the Secret went with the release, and its volume stayed"
        release.install()
        release.wait_for_workers(1)
        assert "AFTER 1003" in new_client(release).run("read", ["python3", "/files/read.py"], {"read.py": READ}).log
        proven("helm upgrade, and helm uninstall with a new install, keep tables and password")
