// Package podsecurity judges rendered manifests as the admission plugin of a namespace with Pod Security
// "restricted" would, and sums what they ask of a cluster.
package podsecurity

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	apijson "sigs.k8s.io/json"
	sigsyaml "sigs.k8s.io/yaml"
)

// Read splits a YAML stream into objects. Empty documents are skipped.
func Read(stream io.Reader) ([]unstructured.Unstructured, error) {
	var objects []unstructured.Unstructured
	for reader := yaml.NewYAMLReader(bufio.NewReader(stream)); ; {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		var fields map[string]any
		if err := sigsyaml.Unmarshal(document, &fields); err != nil {
			return nil, fmt.Errorf("not a YAML object: %w\n%s", err, document)
		}
		if len(fields) != 0 {
			objects = append(objects, unstructured.Unstructured{Object: fields})
		}
	}
}

// Component is an object's place in the application, as its labels say.
func Component(object unstructured.Unstructured) string {
	if component := object.GetLabels()["app.kubernetes.io/component"]; component != "" {
		return component
	}
	return "-"
}

// Pod is what some object makes pods from.
type Pod struct {
	Owner     string // kind/name, and for a template inside a ConfigMap its key
	Count     int64  // how many of them run at once; 0 when only a running program makes them
	ShortLife bool   // ends by itself: a Job's, or one that never restarts
	Hook      bool   // made by Helm on demand, as its tests are
	Metadata  metav1.ObjectMeta
	Spec      corev1.PodSpec
}

// Pods finds every PodSpec of the objects: those of workloads, bare pods, pod templates, and the pod templates
// that a ConfigMap carries as text for a program (Airflow's executor, Spark on Kubernetes) to make pods from.
func Pods(objects []unstructured.Unstructured) ([]Pod, error) {
	var pods []Pod
	for _, object := range objects {
		found, err := podsOf(object)
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", object.GetKind(), object.GetName(), err)
		}
		pods = append(pods, found...)
	}
	return pods, nil
}

func podsOf(object unstructured.Unstructured) ([]Pod, error) {
	pod := Pod{
		Owner: object.GetKind() + "/" + object.GetName(),
		Count: 1,
		Hook:  object.GetAnnotations()["helm.sh/hook"] != "",
	}
	template := object.Object
	switch kind := object.GetKind(); kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController":
		pod.Count = integer(object.Object, 1, "spec", "replicas")
		template = at(object.Object, "spec", "template")
	case "Job", "CronJob":
		job := object.Object
		if kind == "CronJob" {
			job = at(job, "spec", "jobTemplate")
		}
		pod.Count, pod.ShortLife = integer(job, 1, "spec", "parallelism"), true
		template = at(job, "spec", "template")
	case "Pod":
		restart, _, _ := unstructured.NestedString(template, "spec", "restartPolicy")
		pod.ShortLife = restart == string(corev1.RestartPolicyNever)
	case "PodTemplate":
		pod.Count = 0
		template = at(object.Object, "template")
	case "ConfigMap":
		return podsInData(object)
	default:
		return nil, nil
	}
	return []Pod{pod}, pod.read(template)
}

func podsInData(object unstructured.Unstructured) ([]Pod, error) {
	var pods []Pod
	data := at(object.Object, "data")
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if is, _ := path.Match("*pod_template*.yaml", strings.ReplaceAll(key, "-", "_")); !is {
			continue
		}
		text, _ := data[key].(string)
		pod := Pod{Owner: fmt.Sprintf("%s/%s[%s]", object.GetKind(), object.GetName(), key)}
		var template map[string]any
		if err := sigsyaml.Unmarshal([]byte(text), &template); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if err := pod.read(template); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		pods = append(pods, pod)
	}
	return pods, nil
}

// read takes metadata and spec from a template. Unknown fields are errors: a misspelled securityContext would
// otherwise be judged by what it is not.
func (p *Pod) read(template map[string]any) error {
	text, err := json.Marshal(template)
	if err != nil {
		return err
	}
	var typed struct {
		metav1.TypeMeta        `json:",inline"`
		corev1.PodTemplateSpec `json:",inline"`
	}
	unknown, err := apijson.UnmarshalStrict(text, &typed) // unlike encoding/json, minds upper and lower case
	if err := errors.Join(append(unknown, err)...); err != nil {
		return err
	}
	if len(typed.Spec.Containers) == 0 {
		return errors.New("no containers")
	}
	p.Metadata, p.Spec = typed.ObjectMeta, typed.Spec
	return nil
}

func at(fields map[string]any, path ...string) map[string]any {
	found, _, _ := unstructured.NestedMap(fields, path...)
	return found
}

func integer(fields map[string]any, absent int64, path ...string) int64 {
	found, there, _ := unstructured.NestedFieldNoCopy(fields, path...)
	if number, is := found.(float64); there && is {
		return int64(number)
	}
	return absent
}
