"""Suite `shuffle`: the external shuffle service keeps shuffle data of executors that are gone; scale-in loses no job."""

from cluster import wait_for
from jobs import SESSION, LongJob

# The same shuffle read twice; in between every executor is released. The second reading must not run the map stage again.
DYNAMIC_JOB = SESSION + """
import json, time, urllib.request

spark = (builder.appName("dynamic").config("spark.dynamicAllocation.enabled", "true")
         .config("spark.dynamicAllocation.minExecutors", "0").config("spark.dynamicAllocation.initialExecutors", "2")
         .config("spark.dynamicAllocation.executorIdleTimeout", "3s").getOrCreate())
sc = spark.sparkContext
pairs = sc.parallelize(range(10000), 4).map(lambda x: (x % 10, x)).reduceByKey(lambda a, b: a + b, 4)
first = sorted(pairs.collect())
end = time.time() + 90
while sc._jsc.sc().getExecutorMemoryStatus().size() > 1:  # the driver counts as one
    assert time.time() < end, "executors are not released"
    time.sleep(0.5)
print("RELEASED", flush=True)
second = sorted(pairs.collect())
with urllib.request.urlopen(f"http://127.0.0.1:4040/api/v1/applications/{sc.applicationId}/stages") as answer:
    stages = json.load(answer)
ran = [s for s in stages if s["status"] != "SKIPPED"]
print("RESULT", first == second, sum(value for _, value in second), len(ran), sum(s["numFailedTasks"] for s in ran))
spark.stop()
"""


class TestShuffle:
    def test_dynamic_allocation(self, release, new_client, proven):
        """a dynamic-allocation job loses its executors and keeps its shuffle data"""
        outcome = new_client(release).run("dynamic", ["python3", "/files/job.py"], {"job.py": DYNAMIC_JOB})
        # map and reduce once, then reduce only; no task failed, so no fetch failed
        assert f"RESULT True {sum(range(10000))} 3 0" in outcome.log, outcome.log[-2000:]
        proven("dynamic allocation: executors released, shuffle data read again, nothing recomputed")

    def test_scale_in(self, release, new_client, proven):
        """a scale-in from 4 to 2 workers during a job fails no job"""
        release.upgrade(worker={"replicaCount": 4})
        release.wait_for_workers(4)
        job = LongJob(new_client(release), 60, cores=4).wait_until_it_runs()
        release.upgrade(worker={"replicaCount": 2})
        wait_for("two workers are left", lambda: len(release.pods("worker")) == 2 and len(release.alive_workers() or []) == 2, 120)
        job.finish()
        proven("scale-in from 4 to 2 workers during a job: the job ends with the right result")
