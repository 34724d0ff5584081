/** What a GatewayClass names to be served by Postern. */
export const CONTROLLER_NAME = 'postern.dev/gateway-controller';
/** `spec.controllerName` of GatewayClasses whose data planes are Envoys, which carry other features. */
export const ENVOY_CONTROLLER_NAME = 'postern.dev/envoy-gateway-controller';
