package podsecurity

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Violations says why a namespace that enforces Pod Security "restricted" would refuse the pod, by the very
// checks that kube-apiserver runs, newest version; and which containers could write to their root file system,
// which "restricted" allows and this project does not. None means: admitted.
func Violations(pod Pod) ([]string, error) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, err
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	var violations []string
	for _, result := range evaluator.EvaluatePod(restricted, &pod.Metadata, &pod.Spec) {
		if !result.Allowed {
			violations = append(violations, fmt.Sprintf("%s: %s", result.ForbiddenReason, result.ForbiddenDetail))
		}
	}
	for _, container := range containers(&pod.Spec) {
		context := container.SecurityContext
		if context == nil || context.ReadOnlyRootFilesystem == nil || !*context.ReadOnlyRootFilesystem {
			violations = append(violations, fmt.Sprintf("writable root file system: container %q must set securityContext.readOnlyRootFilesystem=true", container.Name))
		}
	}
	return violations, nil
}

// containers lists all of a pod's: init and ephemeral ones too.
func containers(spec *corev1.PodSpec) []corev1.Container {
	all := append(append([]corev1.Container{}, spec.InitContainers...), spec.Containers...)
	for _, ephemeral := range spec.EphemeralContainers {
		all = append(all, corev1.Container(ephemeral.EphemeralContainerCommon))
	}
	return all
}

// FixedIDs lists the user and group IDs that a pod asks for by number. OpenShift's restricted SCC gives them out
// itself and refuses a pod that names one outside the namespace's range.
func FixedIDs(pod Pod) []string {
	var found []string
	note := func(place, field string, id *int64) {
		if id != nil {
			found = append(found, fmt.Sprintf("%s%s=%d", place, field, *id))
		}
	}
	if context := pod.Spec.SecurityContext; context != nil {
		note("", "runAsUser", context.RunAsUser)
		note("", "runAsGroup", context.RunAsGroup)
		note("", "fsGroup", context.FSGroup)
		for i := range context.SupplementalGroups {
			note("", "supplementalGroups", &context.SupplementalGroups[i])
		}
	}
	for _, container := range containers(&pod.Spec) {
		if context := container.SecurityContext; context != nil {
			note(container.Name+".", "runAsUser", context.RunAsUser)
			note(container.Name+".", "runAsGroup", context.RunAsGroup)
		}
	}
	return found
}
