import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OwnedObject } from '../source/index.ts';
import { isLeftover, type OwnerView } from './leftovers.ts';

const ours = 'postern.dev/gateway-controller';

interface Case {
  readonly what: string;
  readonly isLeftover: boolean;
  /** Of the object. */
  readonly name?: string;
  readonly controller?: string;
  readonly owner?: string;
  /** Of the world. */
  readonly gateway?: { readonly uid: string; readonly className: string } | 'none';
  readonly classIs?: string;
  readonly state?: ReturnType<OwnerView['stateOf']>;
  readonly isWanted?: boolean;
}

const cases: readonly Case[] = [
  { what: 'is wanted', isWanted: true, state: 'served', isLeftover: false },
  { what: 'is no longer asked for', state: 'wanted', isLeftover: true },
  { what: 'is of a Gateway that cannot be served as it is now', state: 'refused', isLeftover: false },
  { what: 'is of a former class of ours, whose successor has no traffic yet', name: 'web-former', state: 'wanted', isLeftover: false },
  { what: 'is of a former class of ours, whose successor has traffic', name: 'web-former', state: 'served', isLeftover: true },
  { what: 'is of a Gateway that is another controller\'s now', classIs: 'example.com/other', isLeftover: true },
  { what: 'is of a Gateway whose class is not there', classIs: '', isLeftover: false },
  { what: 'is of a Gateway that is not there', gateway: 'none', isLeftover: false },
  { what: 'is of a Gateway that was made anew with its name', gateway: { uid: 'new', className: 'postern' }, classIs: 'example.com/other', isLeftover: false },
  { what: 'is another installation\'s', controller: 'example.com/other', classIs: 'example.com/other', isLeftover: false },
  { what: 'has no Gateway as its owner', owner: 'Service', classIs: 'example.com/other', isLeftover: false },
];

for (const { what, isLeftover: expected, name = 'web-postern', controller = ours, owner = 'Gateway', gateway = { uid: 'u1', className: 'postern' }, classIs = ours, state = 'wanted', isWanted = false } of cases) {
  test(`an object that ${what} ${expected ? 'goes' : 'stays'}`, () => {
    const object: OwnedObject = {
      apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler',
      metadata: {
        namespace: 'shop', name, uid: 'o1', resourceVersion: '1', annotations: { 'postern.dev/controller': controller },
        ownerReferences: [{ kind: owner, name: 'web', uid: 'u1' }],
      },
    };
    const view: OwnerView = {
      controllerName: ours, gateway: (key) => (key === 'shop/web' && gateway !== 'none' ? gateway : undefined),
      controllerOf: () => (classIs === '' ? undefined : classIs), stateOf: () => state, wants: () => isWanted,
    };
    assert.equal(isLeftover(object, view), expected);
  });
}
