import type { MetricFamily } from '../../contract/index.ts';
import type { Ir } from '../../ir/index.ts';
import type { ProxyStats } from '../stats.ts';
import { certificateFamilies } from './certificate-families.ts';
import type { Meters } from './meters.ts';
import { ProcessFigures } from './process-families.ts';
import { backendFamilies, proxyFamilies, streamFamilies } from './proxy-families.ts';
import { requestFamilies } from './request-families.ts';

/** All that one process of the data plane can tell of itself, gathered when it is asked for. */
export class ProxyMetrics {
  private readonly meters: Meters;
  private readonly stats: ProxyStats;
  private readonly figures = new ProcessFigures();

  constructor(meters: Meters, stats: ProxyStats) {
    this.meters = meters;
    this.stats = stats;
  }

  /** `ir`: the configuration that is in force, whose certificates are told. */
  families(ir: Pick<Ir, 'certificates'>): MetricFamily[] {
    const { listeners, backends } = this.meters;
    return [
      ...requestFamilies(listeners), ...streamFamilies(listeners), ...backendFamilies(backends),
      ...proxyFamilies(this.stats), ...certificateFamilies(ir), ...this.figures.families(),
    ];
  }

  stop(): void {
    this.figures.stop();
  }
}
