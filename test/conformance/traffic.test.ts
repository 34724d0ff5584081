/** The suite's requests on real sockets through the native proxy. */
import { createProxy, nativeCapabilities } from '../../src/proxy/index.ts';
import { replaySuite } from './harness/replay.ts';

const proxy = createProxy();

replaySuite({ capabilities: nativeCapabilities, apply: (ir) => proxy.apply(ir), stop: () => proxy.close(0) });
