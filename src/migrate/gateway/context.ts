import type { ControllerConfig } from '../controller-config.ts';
import type { Server } from '../nginx/server.ts';
import type { Notes } from '../report.ts';
import type { Surroundings } from '../services.ts';
import type { CheckRegex, Reading } from './way.ts';

/** What a translation needs beside the servers. */
export interface Context {
  readonly notes: Notes;
  readonly surroundings: Surroundings;
  readonly check: CheckRegex;
  /** Of the class that is translated. */
  readonly servers: readonly Server[];
  readonly reading: Reading;
  readonly config: ControllerConfig;
  /** Annotations whose loss somebody has accepted. */
  readonly accepted: ReadonlySet<string>;
  /** Answers over TLS carry Strict-Transport-Security, as ingress-nginx's do. */
  readonly hsts: boolean;
}
