import { callFunction, equals, isMember } from './functions.ts';
import { CelFault } from './fault.ts';
import { parseRule, type Expression } from './parse.ts';
import { CelSyntaxError } from './tokens.ts';

/** A compiled expression; `vars` holds `self` at 0 and the variables of the macros around it behind. */
type Step = (vars: unknown[]) => unknown;

/** A compiled rule. */
export interface CompiledRule {
  /** The rule compares with the object before an update; without one it is not checked. */
  readonly needsOld: boolean;
  /** Whether the rule holds for a value; a rule that cannot be evaluated does not hold. */
  holds(self: unknown): boolean;
}

const compiled = new Map<string, CompiledRule>();

/** Compiles a rule once, on first use. Throws CelSyntaxError for a rule outside of the subset. */
export function compileRule(rule: string): CompiledRule {
  let result = compiled.get(rule);
  if (result === undefined) compiled.set(rule, result = compileNew(rule));
  return result;
}

function compileNew(rule: string): CompiledRule {
  const tree = parseRule(rule);
  if (/\boldSelf\b/.test(rule)) return { needsOld: true, holds: () => true };
  const step = stepOf(tree, ['self']);
  return {
    needsOld: false,
    holds(self) {
      try {
        return step([self]) === true;
      } catch (error) {
        if (error instanceof CelFault) return false;
        throw error;
      }
    },
  };
}

function stepOf(tree: Expression, names: readonly string[]): Step {
  switch (tree.op) {
    case 'literal': return () => tree.value;
    case 'name': return nameStep(tree.name, names);
    case 'list': {
      const items = tree.items.map((item) => stepOf(item, names));
      return (vars) => items.map((item) => item(vars));
    }
    case 'field': return fieldStep(stepOf(tree.of, names), tree.name);
    case 'has': return hasStep(stepOf(tree.of, names), tree.name);
    case 'index': return indexStep(stepOf(tree.of, names), stepOf(tree.index, names));
    case 'call': return callStep(tree, names);
    case 'fold': return foldStep(tree, names);
    case 'not': {
      const of = stepOf(tree.of, names);
      return (vars) => !asBoolean(of(vars));
    }
    case 'binary': return binaryStep(tree.sign, stepOf(tree.left, names), stepOf(tree.right, names));
    case 'choose': {
      const [test, yes, no] = [stepOf(tree.test, names), stepOf(tree.yes, names), stepOf(tree.no, names)];
      return (vars) => (asBoolean(test(vars)) ? yes(vars) : no(vars));
    }
  }
}

function nameStep(name: string, names: readonly string[]): Step {
  const slot = names.lastIndexOf(name);
  if (slot < 0) throw new CelSyntaxError(`unknown name ${name}`);
  return (vars) => vars[slot];
}

function asBoolean(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new CelFault('no such overload: a boolean is due');
  return value;
}

function asMap(value: unknown): { readonly [key: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CelFault('no such overload: a map is due');
  return value as { readonly [key: string]: unknown };
}

function fieldStep(of: Step, name: string): Step {
  return (vars) => {
    const map = asMap(of(vars));
    if (!Object.hasOwn(map, name)) throw new CelFault(`no such key: ${name}`);
    return map[name];
  };
}

function hasStep(of: Step, name: string): Step {
  return (vars) => Object.hasOwn(asMap(of(vars)), name);
}

function indexStep(of: Step, index: Step): Step {
  return (vars) => {
    const value = of(vars);
    const key = index(vars);
    if (!Array.isArray(value)) {
      const map = asMap(value);
      if (typeof key === 'string' && Object.hasOwn(map, key)) return map[key];
    } else if (typeof key === 'number' && key >= 0 && key < value.length) return value[key];
    throw new CelFault(`no such key: ${String(key)}`);
  };
}

function callStep(tree: Extract<Expression, { op: 'call' }>, names: readonly string[]): Step {
  const isLibrary = tree.target?.op === 'name' && tree.target.name === 'format';
  const operands = tree.target === undefined || isLibrary ? tree.args : [tree.target, ...tree.args];
  const call = callFunction(`${isLibrary ? 'format.' : tree.target === undefined ? '' : '.'}${tree.name}`, operands.length);
  const [first, second] = operands.map((operand) => stepOf(operand, names));
  if (first === undefined) return () => call(undefined, undefined);
  return second === undefined ? (vars) => call(first(vars), undefined) : (vars) => call(first(vars), second(vars));
}

/** `&&` and `||` give what either side decides, though the other cannot be evaluated (CEL specification, "Logical operators"). */
function logicStep(decisive: boolean, left: Step, right: Step): Step {
  return (vars) => {
    let fault: CelFault | undefined;
    try {
      if (asBoolean(left(vars)) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof CelFault)) throw error;
      fault = error;
    }
    const value = asBoolean(right(vars));
    if (fault !== undefined && value !== decisive) throw fault;
    return value;
  };
}

function binaryStep(sign: string, left: Step, right: Step): Step {
  switch (sign) {
    case '||': return logicStep(true, left, right);
    case '&&': return logicStep(false, left, right);
    case '==': return (vars) => equals(left(vars), right(vars));
    case '!=': return (vars) => !equals(left(vars), right(vars));
    case 'in': return (vars) => isMember(left(vars), right(vars));
    default: return numberStep(sign, left, right);
  }
}

const arithmetic: { readonly [sign: string]: (a: number, b: number) => number | boolean } = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};

function numberStep(sign: string, left: Step, right: Step): Step {
  const compute = arithmetic[sign]!;
  return (vars) => {
    const [a, b] = [left(vars), right(vars)];
    if (typeof a !== 'number' || typeof b !== 'number') throw new CelFault(`no such overload: ${sign}`);
    return compute(a, b);
  };
}

function foldStep(tree: Extract<Expression, { op: 'fold' }>, names: readonly string[]): Step {
  const over = stepOf(tree.over, names);
  const slot = names.length;
  const body = stepOf(tree.body, [...names, tree.variable]);
  const fits = (item: unknown, vars: unknown[]): boolean => {
    vars[slot] = item;
    return asBoolean(body(vars));
  };
  const items = (vars: unknown[]): readonly unknown[] => {
    const value = over(vars);
    return Array.isArray(value) ? (value as unknown[]) : Object.keys(asMap(value));
  };
  switch (tree.macro) {
    case 'filter': return (vars) => items(vars).filter((item) => fits(item, vars));
    case 'exists_one': return (vars) => items(vars).filter((item) => fits(item, vars)).length === 1;
    case 'all': return (vars) => decided(items(vars), (item) => fits(item, vars), false);
    case 'exists': return (vars) => decided(items(vars), (item) => fits(item, vars), true);
  }
}

/** Folds with `&&` (decisive false) or `||` (decisive true), which one decisive item ends, though others cannot be evaluated. */
function decided(items: readonly unknown[], fits: (item: unknown) => boolean, decisive: boolean): boolean {
  let fault: CelFault | undefined;
  for (const item of items) {
    try {
      if (fits(item) === decisive) return decisive;
    } catch (error) {
      if (!(error instanceof CelFault)) throw error;
      fault = error;
    }
  }
  if (fault !== undefined) throw fault;
  return !decisive;
}
