import type { Cluster } from './cluster.ts';

const name = 'scenario-gateway-service';
const lines = [
  '"external-dns.alpha.kubernetes.io/hostname": "echo.cloud.ogenki.io"',
  '"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing"',
  '"service.beta.kubernetes.io/aws-load-balancer-backend-protocol": "tcp"',
];

/** What the published ClusterPolicy does to the Service of Gateway echo, as a policy of the API server itself. */
const policy = {
  apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicy', metadata: { name },
  spec: {
    failurePolicy: 'Fail', reinvocationPolicy: 'Never',
    matchConstraints: {
      resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['services'] }],
      objectSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'echo' } },
    },
    mutations: [{
      patchType: 'ApplyConfiguration',
      applyConfiguration: { expression: `Object{metadata: Object.metadata{annotations: {${lines.join(', ')}}}, spec: Object.spec{loadBalancerClass: "service.k8s.aws/nlb"}}` },
    }],
  },
};
const binding = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name } };
const both = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [policy, binding] });

/** Puts the policy in force: policies reach the API server's own plugin a moment after they are made. */
export async function enforcePolicy(cluster: Cluster): Promise<void> {
  await cluster.mustKubectl(['apply', '-f', '-'], both);
  const probe = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'probe', labels: { 'gateway.networking.k8s.io/gateway-name': 'echo' } }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } };
  await cluster.until('the mutating policy', 30, async () => {
    const { output } = await cluster.kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(probe));
    return output.includes('service.k8s.aws/nlb') ? true : undefined;
  });
}

export async function liftPolicy(cluster: Cluster): Promise<void> {
  await cluster.mustKubectl(['delete', '--ignore-not-found', '-f', '-'], both);
}
