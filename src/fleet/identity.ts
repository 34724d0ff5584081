import { fleetName, labelValue } from './fleet-name.ts';
import type { FleetGateway } from './fleet-gateway.ts';

/** What all objects of a Gateway have in common. */
export interface Identity {
  readonly name: string;
  /** Labels of every object, the Gateway's own wishes among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Of these the labels by which pods are found; no data plane of another implementation has all of them. */
  readonly selector: Readonly<Record<string, string>>;
}

export function identityOf({ name, className, labels }: FleetGateway): Identity {
  const selector = {
    'gateway.networking.k8s.io/gateway-name': labelValue(name),
    'gateway.networking.k8s.io/gateway-class-name': labelValue(className),
    'app.kubernetes.io/managed-by': 'postern',
  };
  return {
    name: fleetName(name, className), selector,
    labels: { ...labels, 'app.kubernetes.io/name': 'postern', 'app.kubernetes.io/component': 'proxy', ...selector },
  };
}

/** The annotation that names the controller whose the object is. */
export const controllerAnnotation = 'postern.dev/controller';
/** By this label all objects are found that some Postern made. */
export const fleetSelector = 'app.kubernetes.io/managed-by=postern,gateway.networking.k8s.io/gateway-name';
