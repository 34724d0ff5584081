/** model: one object alone, parsed, defaulted and validated, with its place in the file. May import api, contract, base. */
export { type Model, type Modeled } from './model.ts';
export { buildModel } from './build-model.ts';
export { LiveModel, type ModelChange } from './live-model.ts';
