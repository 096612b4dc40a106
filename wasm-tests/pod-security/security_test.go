package podsecurity

import (
	"fmt"
	"strings"
	"testing"
)

const admitted = `
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  securityContext: {runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: c
      image: i
      securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
`

// readOne gives the only pod of a manifest.
func readOne(t *testing.T, manifest string) (Pod, error) {
	t.Helper()
	objects, err := Read(strings.NewReader(manifest))
	if err != nil {
		t.Fatal(err)
	}
	pods, err := Pods(objects)
	if err != nil {
		return Pod{}, err
	}
	if len(pods) != 1 {
		t.Fatalf("%d pods instead of one in:\n%s", len(pods), manifest)
	}
	return pods[0], nil
}

func violations(t *testing.T, manifest string) string {
	t.Helper()
	pod, err := readOne(t, manifest)
	if err != nil {
		t.Fatal(err)
	}
	found, err := Violations(pod)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(found, "\n")
}

func TestAGoodPodIsAdmitted(t *testing.T) {
	if found := violations(t, admitted); found != "" {
		t.Error(found)
	}
}

// A judge that admits everything would pass every case: each of these spoils one thing in the good pod.
func TestBadPodsAreRefused(t *testing.T) {
	for name, test := range map[string]struct{ old, new, says string }{
		"root allowed":           {"runAsNonRoot: true, ", "", "runAsNonRoot"},
		"root by number":         {"runAsUser: 1000", "runAsUser: 0", "runAsUser=0"},
		"no seccomp profile":     {", seccompProfile: {type: RuntimeDefault}", "", "seccompProfile"},
		"unconfined":             {"RuntimeDefault", "Unconfined", "seccompProfile"},
		"escalation not refused": {"allowPrivilegeEscalation: false, ", "", "allowPrivilegeEscalation"},
		"capabilities kept":      {", capabilities: {drop: [ALL]}", "", "capabilities"},
		"capability added":       {"{drop: [ALL]}", "{drop: [ALL], add: [SYS_ADMIN]}", "SYS_ADMIN"},
		"privileged":             {"allowPrivilegeEscalation: false", "privileged: true", "privileged"},
		"host network":           {"spec:\n", "spec:\n  hostNetwork: true\n", "host"},
		"host path":              {"spec:\n", "spec:\n  volumes: [{name: v, hostPath: {path: /}}]\n", "hostPath"},
		"writable root":          {"readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "readOnlyRootFilesystem"},
		"root's mode not said":   {"readOnlyRootFilesystem: true, ", "", "readOnlyRootFilesystem"},
		"bad init container":     {"  containers:\n", "  initContainers: [{name: bad, image: i}]\n  containers:\n", `"bad"`},
		"bad debug container":    {"  containers:\n", "  ephemeralContainers: [{name: bad, image: i}]\n  containers:\n", `"bad"`},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(admitted, test.old, test.new, 1)
			if bad == admitted {
				t.Fatalf("%q is not in the good pod", test.old)
			}
			if found := violations(t, bad); !strings.Contains(found, test.says) {
				t.Errorf("not refused for %q, but: %q", test.says, found)
			}
		})
	}
}

func indented(text string, by int) string {
	return strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+strings.Repeat(" ", by))
}

// Wherever a PodSpec hides, it is found: the same bad pod is refused in every owner.
func TestEveryPlaceOfAPodSpecIsJudged(t *testing.T) {
	bad := "spec: {containers: [{name: c, image: i}]}"
	owners := map[string]string{
		"CronJob":     "spec: {jobTemplate: {spec: {template: {" + bad + "}}}}",
		"PodTemplate": "template: {" + bad + "}",
		"Pod":         bad,
		"ConfigMap":   "data:\n  pod_template_file.yaml: |\n    apiVersion: v1\n    kind: Pod\n    " + indented(bad, 4),
	}
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"} {
		owners[kind] = "spec: {template: {" + bad + "}}"
	}
	for kind, fields := range owners {
		t.Run(kind, func(t *testing.T) {
			if found := violations(t, fmt.Sprintf("kind: %s\nmetadata: {name: x}\n%s\n", kind, fields)); !strings.Contains(found, "runAsNonRoot") {
				t.Errorf("not refused, but: %q", found)
			}
		})
	}
}

func TestAMisspelledFieldIsAnError(t *testing.T) {
	_, err := readOne(t, strings.Replace(admitted, "runAsNonRoot", "runAsNonroot", 1))
	if err == nil || !strings.Contains(err.Error(), "runAsNonroot") {
		t.Errorf("got: %v", err)
	}
}

func TestFixedIDsAreFound(t *testing.T) {
	pod, err := readOne(t, admitted)
	if err != nil {
		t.Fatal(err)
	}
	if found := strings.Join(FixedIDs(pod), " "); found != "runAsUser=1000 fsGroup=1000" {
		t.Error(found)
	}
}
