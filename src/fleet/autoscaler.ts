import type { FleetParameters } from './fleet-gateway.ts';

/** Where nothing is said of targets, data planes are added before they have no CPU left. Percent of what they request. */
const usualCpuTarget = 80;

/** `spec` of the HorizontalPodAutoscaler (autoscaling/v2). */
export function autoscaler(name: string, least: number, wishes: NonNullable<FleetParameters['autoscaling']>): object {
  const { maxReplicas, targetCPUUtilizationPercentage: cpu, targetMemoryUtilizationPercentage: memory } = wishes;
  return {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: least, maxReplicas,
    metrics: [
      ...(cpu === undefined && memory !== undefined ? [] : [metric('cpu', cpu ?? usualCpuTarget)]),
      ...(memory === undefined ? [] : [metric('memory', memory)]),
    ],
  };
}

function metric(name: string, averageUtilization: number): object {
  return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } };
}
