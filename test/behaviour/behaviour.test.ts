/** The behaviour table: manifests, requests and expected answers, on real sockets; see README.md. */
import { native } from './harness/data-plane.ts';
import { runTable } from './harness/run-table.ts';

runTable(native);
