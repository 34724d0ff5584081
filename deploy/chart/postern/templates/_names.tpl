{{- define "postern.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "postern.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Objects without a namespace, so that releases of one name in two namespaces don't meet. */}}
{{- define "postern.clusterName" -}}
{{- printf "%s-%s" (include "postern.fullname" .) .Release.Namespace | trunc 253 | trimSuffix "-" -}}
{{- end -}}

{{- define "postern.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "postern.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "postern.selectorLabels" -}}
app.kubernetes.io/name: {{ include "postern.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "postern.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "postern.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: postern
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The name of an image from registry, repository, tag and digest. */}}
{{- define "postern.imageName" -}}
{{- $path := .repository -}}
{{- if .registry -}}{{- $path = printf "%s/%s" (trimSuffix "/" .registry) .repository -}}{{- end -}}
{{- if .digest -}}{{- printf "%s@%s" $path .digest -}}{{- else -}}{{- printf "%s:%s" $path .tag -}}{{- end -}}
{{- end -}}

{{- define "postern.image" -}}
{{- with .Values.image -}}
{{- include "postern.imageName" (dict "registry" .registry "repository" .repository "tag" (default $.Chart.AppVersion .tag) "digest" .digest) -}}
{{- end -}}
{{- end -}}

{{- define "postern.proxyImage" -}}
{{- $proxy := .Values.proxy.image -}}
{{- if $proxy.repository -}}
{{- include "postern.imageName" (dict "registry" $proxy.registry "repository" $proxy.repository "tag" (default .Chart.AppVersion $proxy.tag) "digest" $proxy.digest) -}}
{{- else -}}
{{- include "postern.image" . -}}
{{- end -}}
{{- end -}}

{{- define "postern.envoyImage" -}}
{{- include "postern.imageName" .Values.envoy.image -}}
{{- end -}}

{{/* As it is written before a port. */}}
{{- define "postern.listenAddress" -}}
{{- if contains ":" .Values.listenAddress -}}{{- printf "[%s]" .Values.listenAddress -}}{{- else -}}{{- .Values.listenAddress -}}{{- end -}}
{{- end -}}
