{{/*
One intent: what was asked for, and nothing computed. The plugin sparkwasm turns it into Kubernetes objects.
Its API group is what a user reads who forgets --post-renderer sparkwasm: Helm knows no such kind and stops before any write.
Takes a dict: root (the chart's context), kind, spec (values, as they are).
*/}}
{{- define "spark-standalone.intent" -}}
apiVersion: post-renderer-sparkwasm-required/v1
kind: {{ .kind }}
metadata:
  name: {{ .root.Release.Name }}-{{ .root.Chart.Name }}
spec:
  {{- toYaml .spec | nindent 2 }}
{{- end }}
