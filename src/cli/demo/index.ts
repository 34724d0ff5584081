/** The demo: built-in echo backends that stand for the pods of the manifests (`postern serve --demo`). */
export { DemoBackends } from './demo-backends.ts';
export { planDemo, type DemoModel, type DemoPod } from './plan-demo.ts';
