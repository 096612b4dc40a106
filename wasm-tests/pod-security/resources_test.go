package podsecurity

import "testing"

func TestResourcesAreSummedAsTheSchedulerCounts(t *testing.T) {
	pod, err := readOne(t, `
kind: StatefulSet
metadata: {name: s}
spec:
  replicas: 3
  template:
    spec:
      initContainers:
        - {name: sidecar, image: i, restartPolicy: Always, resources: {requests: {cpu: 100m, memory: 64Mi}}}
        - {name: large, image: i, resources: {requests: {cpu: 10m, memory: 2Gi}}}
      containers:
        - {name: a, image: i, resources: {requests: {cpu: 500m, memory: 512Mi}, limits: {memory: 1Gi}}}
        - {name: b, image: i, resources: {limits: {cpu: 250m, memory: 512Mi}}}
`)
	if err != nil {
		t.Fatal(err)
	}
	totals := Summed([]Pod{pod}, func(Pod) bool { return true })
	for what, pair := range map[string][2]string{
		"cpu: 3 x (sidecar + a + b, whose limit is its request)": {totals.Requests.Cpu().String(), "2550m"},
		"memory: 3 x (large init container beside the sidecar)":  {totals.Requests.Memory().String(), "6336Mi"},
		"memory limit": {totals.Limits.Memory().String(), "4608Mi"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %s, not %s", what, pair[0], pair[1])
		}
	}
	if totals.Pods != 3 || totals.Unlimited["cpu"] != 3 || totals.Unlimited["memory"] != 0 {
		t.Errorf("pods %d, unlimited %v", totals.Pods, totals.Unlimited)
	}
}
