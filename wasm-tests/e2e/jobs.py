"""Applications whose result is known, for the suites to disturb."""

import pods
from cluster import wait_for

# The mounted ConfigMap says the rest.
SESSION = """
from pyspark.sql import SparkSession

builder = SparkSession.builder
"""

# Stages of tasks that sleep: long, cheap, and with a sum that is known.
LONG_JOB = SESSION + """
import sys

stages, tasks, millis, cores = map(int, sys.argv[1:])
spark = builder.appName("long").config("spark.cores.max", str(cores)).getOrCreate()
total = 0
for stage in range(1, stages + 1):
    slow = f"id * {stage} + length(reflect('java.lang.Thread', 'sleep', {millis}L)) - length('null') AS x"
    total += spark.range(0, tasks, 1, tasks).selectExpr(slow).groupBy().sum("x").first()[0]
    print("STAGE", stage, flush=True)
print("DONE", total)
spark.stop()
"""


class LongJob:
    """An application that runs for about `seconds`; its result is checked at the end."""

    def __init__(self, client, seconds, name="long", cores=2):
        self.namespace, self.name, self.seconds = client.release.namespace, name, seconds
        self.stages, self.tasks = seconds, 2 * cores  # of half a second: two rounds, a second a stage
        command = ["python3", "/files/job.py", str(self.stages), str(self.tasks), "500", str(cores)]
        pods.start(self.namespace, client.pod(name, command), {"job.py": LONG_JOB})

    def wait_until_it_runs(self):
        wait_for(f"the job {self.name} runs", lambda: "STAGE 2\n" in self.log(), 180, 0.5)
        return self

    def log(self):
        pod = self.namespace.get("pods", self.name)
        started = any(status["state"].get("running") for status in pod["status"].get("containerStatuses", []))
        return self.namespace.kubectl("logs", self.name) if started else ""

    def finish(self):
        """Waits for the end. The sum must be right whatever happened meanwhile."""
        log = pods.outcome(self.namespace, self.name, self.seconds * 3 + 180).log
        expected = sum(range(self.tasks)) * sum(range(1, self.stages + 1))
        assert f"DONE {expected}" in log, log[-2000:]
