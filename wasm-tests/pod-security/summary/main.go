// Command summary reads rendered manifests on stdin and says what they are: the objects by component, the verdict
// of Pod Security "restricted" on every pod, and the resources asked for. It ends with 1 when a pod would be refused.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	podsecurity "github.com/sparkwasm/sparkwasm/wasm-tests/pod-security"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func main() {
	refused, err := summarize(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
	if refused > 0 {
		os.Exit(1)
	}
}

func summarize(in io.Reader, out io.Writer) (refused int, err error) {
	objects, err := podsecurity.Read(in)
	if err != nil {
		return 0, err
	}
	pods, err := podsecurity.Pods(objects)
	if err != nil {
		return 0, err
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	writeObjects(table, objects, pods)
	fmt.Fprintln(table)
	refused, err = writeVerdict(table, pods)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(table)
	writeTotals(table, pods)
	return refused, table.Flush()
}

func writeObjects(out io.Writer, objects []unstructured.Unstructured, pods []podsecurity.Pod) {
	counts := map[string]string{}
	for _, pod := range pods {
		counts[pod.Owner] = strconv.FormatInt(pod.Count, 10)
	}
	objects = slices.Clone(objects)
	slices.SortStableFunc(objects, func(a, b unstructured.Unstructured) int {
		return strings.Compare(podsecurity.Component(a), podsecurity.Component(b))
	})
	fmt.Fprintln(out, "COMPONENT\tKIND\tNAME\tPODS")
	shown := ""
	for _, object := range objects {
		component := podsecurity.Component(object)
		name := component
		if component == shown {
			name = ""
		}
		shown = component
		kind := object.GetKind()
		if object.GetAnnotations()["helm.sh/hook"] != "" {
			kind += " (" + object.GetAnnotations()["helm.sh/hook"] + " hook)"
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", name, kind, object.GetName(), counts[object.GetKind()+"/"+object.GetName()])
	}
}

func writeVerdict(out io.Writer, pods []podsecurity.Pod) (refused int, err error) {
	for _, pod := range pods {
		violations, err := podsecurity.Violations(pod)
		if err != nil {
			return 0, err
		}
		if len(violations) > 0 {
			refused++
			fmt.Fprintf(out, "refused: %s\n    %s\n", pod.Owner, strings.Join(violations, "\n    "))
		}
	}
	verdict := "all admitted, root file systems read-only"
	if refused > 0 {
		verdict = fmt.Sprintf("%d of %d refused", refused, len(pods))
	}
	fmt.Fprintf(out, "Pod Security restricted, %d pod templates: %s\n", len(pods), verdict)
	return refused, nil
}

func writeTotals(out io.Writer, pods []podsecurity.Pod) {
	always := podsecurity.Summed(pods, func(pod podsecurity.Pod) bool { return !pod.Hook && !pod.ShortLife })
	jobs := podsecurity.Summed(pods, func(pod podsecurity.Pod) bool { return !pod.Hook && pod.ShortLife })
	fmt.Fprintln(out, "RESOURCES\tPODS\tCPU REQUEST\tCPU LIMIT\tMEMORY REQUEST\tMEMORY LIMIT")
	writeRow(out, "always running", always)
	if jobs.Pods > 0 {
		writeRow(out, "jobs, while they run", jobs)
	}
}

func writeRow(out io.Writer, label string, totals podsecurity.Totals) {
	limit := func(name corev1.ResourceName) string {
		quantity := totals.Limits[name]
		switch unlimited := totals.Unlimited[name]; {
		case unlimited == totals.Pods:
			return "none"
		case unlimited > 0:
			return fmt.Sprintf("%s (%d pods without)", quantity.String(), unlimited)
		}
		return quantity.String()
	}
	fmt.Fprintf(out, "%s\t%d\t%s\t%s\t%s\t%s\n", label, totals.Pods, totals.Requests.Cpu(), limit(corev1.ResourceCPU),
		totals.Requests.Memory(), limit(corev1.ResourceMemory))
}
