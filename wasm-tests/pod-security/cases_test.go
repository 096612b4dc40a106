package podsecurity

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	sigsyaml "sigs.k8s.io/yaml"
)

// Every pod of every case that sparkwasm renders is admitted by "restricted". In the OpenShift profile none names
// a user or group by number; in the Kubernetes profile each names both, and never root.
func TestEveryCaseIsAdmitted(t *testing.T) {
	cases, err := filepath.Glob("../cases/*/expected.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases found (%v): wasm-tests/cases/*/expected.yaml", err)
	}
	profiles := map[bool]int{}
	for _, expected := range cases {
		folder := filepath.Dir(expected)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			openShift := isOpenShift(t, folder)
			pods := podsIn(t, expected)
			if len(pods) > 0 {
				profiles[openShift]++
			}
			for _, pod := range pods {
				judge(t, pod, openShift)
			}
		})
	}
	if profiles[true] == 0 || profiles[false] == 0 {
		t.Errorf("both profiles must have cases with pods: OpenShift has %d, Kubernetes %d", profiles[true], profiles[false])
	}
}

func judge(t *testing.T, pod Pod, openShift bool) {
	t.Helper()
	found, err := Violations(pod)
	if err != nil {
		t.Fatal(err)
	}
	for _, violation := range found {
		t.Errorf("%s: %s", pod.Owner, violation)
	}
	fixed := FixedIDs(pod)
	if openShift {
		if len(fixed) > 0 {
			t.Errorf("%s: names IDs in the OpenShift profile: %v", pod.Owner, fixed)
		}
		return
	}
	context := pod.Spec.SecurityContext
	if context == nil || context.RunAsUser == nil || context.FSGroup == nil {
		t.Errorf("%s: securityContext must set runAsUser and fsGroup in the Kubernetes profile, has %v", pod.Owner, fixed)
	}
}

func podsIn(t *testing.T, file string) []Pod {
	t.Helper()
	stream, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	objects, err := Read(stream)
	if err != nil {
		t.Fatal(err)
	}
	pods, err := Pods(objects)
	if err != nil {
		t.Fatal(err)
	}
	return pods
}

// isOpenShift reads the profile from the case's values, or from its name where the cluster decides ("auto").
func isOpenShift(t *testing.T, folder string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var values struct {
		Global struct {
			Compatibility struct {
				OpenShift struct {
					AdaptSecurityContext string `json:"adaptSecurityContext"`
				} `json:"openshift"`
			} `json:"compatibility"`
		} `json:"global"`
	}
	if err := sigsyaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	return values.Global.Compatibility.OpenShift.AdaptSecurityContext == "force" || strings.Contains(filepath.Base(folder), "openshift")
}
