/** What a GatewayClass names to be served by Postern. */
export const CONTROLLER_NAME = 'postern.dev/gateway-controller';
