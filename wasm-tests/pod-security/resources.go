package podsecurity

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Totals are what pods ask for and may take at most. Unlimited counts pods with a container without that limit.
type Totals struct {
	Pods      int64
	Requests  corev1.ResourceList
	Limits    corev1.ResourceList
	Unlimited map[corev1.ResourceName]int64
}

// Summed adds up the resources of the pods that wanted returns true for, each as often as it runs.
func Summed(pods []Pod, wanted func(Pod) bool) Totals {
	totals := Totals{
		Requests:  corev1.ResourceList{},
		Limits:    corev1.ResourceList{},
		Unlimited: map[corev1.ResourceName]int64{},
	}
	for _, pod := range pods {
		if pod.Count == 0 || !wanted(pod) {
			continue
		}
		totals.Pods += pod.Count
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			request, _ := effective(&pod.Spec, name, func(r corev1.ResourceRequirements) corev1.ResourceList {
				if _, there := r.Requests[name]; !there {
					return r.Limits // as the API server defaults it
				}
				return r.Requests
			})
			limit, limited := effective(&pod.Spec, name, func(r corev1.ResourceRequirements) corev1.ResourceList { return r.Limits })
			add(totals.Requests, name, request, pod.Count)
			add(totals.Limits, name, limit, pod.Count)
			if !limited {
				totals.Unlimited[name] += pod.Count
			}
		}
	}
	return totals
}

// effective is what the scheduler counts: all containers and sidecars together, or the largest init container
// beside the sidecars started before it. The second result is false when some container does not say.
func effective(spec *corev1.PodSpec, name corev1.ResourceName, of func(corev1.ResourceRequirements) corev1.ResourceList) (resource.Quantity, bool) {
	var running, starting resource.Quantity
	all := true
	for _, container := range spec.InitContainers {
		quantity := of(container.Resources)[name]
		if container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			running.Add(quantity)
			quantity = resource.Quantity{}
		}
		quantity.Add(running)
		if quantity.Cmp(starting) > 0 {
			starting = quantity
		}
	}
	for _, container := range spec.Containers {
		quantity, there := of(container.Resources)[name]
		all = all && there
		running.Add(quantity)
	}
	if starting.Cmp(running) > 0 {
		return starting, all
	}
	return running, all
}

func add(totals corev1.ResourceList, name corev1.ResourceName, quantity resource.Quantity, times int64) {
	sum := totals[name]
	for range times {
		sum.Add(quantity)
	}
	totals[name] = sum
}
