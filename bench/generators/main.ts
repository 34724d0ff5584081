/** A program: one of our own load generators, where no tool of others does what is wanted. Ends with the line `RESULT {json}`. */
import { echoGrpc } from './grpc.ts';
import { Latencies } from './latencies.ts';
import { paced } from './paced.ts';
import type { GeneratorPlan } from './plan.ts';
import { echoUdp } from './udp.ts';
import { echoWebSocket } from './websocket.ts';

const generators = { websocket: echoWebSocket, udp: echoUdp, grpc: echoGrpc, paced } as const;

const plan = JSON.parse(process.argv[2] ?? '') as GeneratorPlan;
const latencies = new Latencies();
const began = performance.now();
await generators[plan.protocol](plan, latencies);
console.log(latencies.line(performance.now() - began));
process.exit();
