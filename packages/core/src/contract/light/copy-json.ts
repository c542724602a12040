import { mayHoldAddress, withoutAddress } from '../../event/addresses.ts';
import { hasHalfCharacter } from '../../event/id-text.ts';
import { maxDepth, maxKeys, maxMessageBytes } from '../../event/limits.ts';
import { kindOf, pathOf, problemAt, type Problem, type ProblemCode } from '../../event/problem.ts';
import type { TypeRow } from '../property-types.ts';
import type { Slot, SlotOf } from './slot.ts';

/** What one look at `properties`, `traits` or a `context` found. */
export interface Copied {
  /** A private copy: plain data that travels as JSON, and that nobody else can change. */
  values: Record<string, unknown> | undefined;
  /** What refuses the message. */
  problems: Problem[] | undefined;
  /** What the message goes without. */
  leftOut: Problem[] | undefined;
  /** A name of it is personal, or says that its value is a hash. */
  hasPersonal: boolean;
  /** About the characters of its JSON, and six times as many as it can take in bytes. */
  size: number;
  /** Required properties that are there and right. */
  required: number;
}

/** Names whose values may hold e-mail addresses. */
export interface Allowed {
  has(name: string): boolean;
}

/** A look in progress: a {@link Copied} that fills. */
interface Walk extends Copied {
  keys: number;
  /** Why the value in hand is not kept; its path grows on the way back. */
  fault: Problem | undefined;
  /** The fault takes everything around it along, too. */
  isBroken: boolean;
}

// As most are; the six bytes that a character may take cover the others.
const sizeOfScalar = 6;

/**
 * Looks at plain data once and copies it: whether it can travel as JSON within the limits (docs/wire.md §7), whether each
 * property has its type, and whether something personal is in it (W-18). A Date becomes its ISO text, a BigInt its
 * digits. What JSON cannot hold is left out, and refuses the message only where the slot says so.
 *
 * @param path - what it is called in problems: `properties`, `traits`, `context`.
 */
export function copyJson(given: unknown, path: string, slotOf: SlotOf, allowed?: Allowed): Copied {
  const walk: Walk = {
    values: undefined,
    problems: undefined,
    leftOut: undefined,
    hasPersonal: false,
    size: 0,
    required: 0,
    keys: 0,
    fault: undefined,
    isBroken: false,
  };
  if (!isPlain(given)) {
    walk.problems = [problemAt(path, `must be a plain object, got ${kindOf(given)}`)];
    return walk;
  }
  // The copy is what is looked at: a getter or proxy cannot say one thing now and another later.
  const own: Record<string, unknown> = { ...given };
  walk.values = own;
  let place = 0;
  for (const key in own) {
    const value = own[key];
    if (value === undefined) continue;
    if (++walk.keys > maxKeys) {
      (walk.problems ??= []).push(tooManyKeys(path));
      break;
    }
    const slot = slotOf(key, place++);
    if (slot.isPersonal) walk.hasPersonal = true;
    walk.size += key.length + 4;
    if (isFine(value, slot.row, walk)) {
      if (slot.isRequired && value !== null && Object.hasOwn(own, key)) walk.required++;
      continue;
    }
    // What a page hung onto Object.prototype came along.
    if (Object.hasOwn(own, key))
      keepTyped(own, key, path, slot, slot.isPersonal || !!allowed?.has(key), walk);
  }
  return walk;
}

/** Most values: scalars that need no second look. */
function isFine(value: unknown, row: TypeRow | undefined, walk: Walk): boolean {
  switch (typeof value) {
    case 'string':
      walk.size += value.length + 2;
      return (
        (row === undefined || row.is(value)) &&
        !mayHoldAddress(value) &&
        !hasHalfCharacter(value) &&
        value.length <= maxMessageBytes
      );
    case 'number':
      walk.size += sizeOfScalar;
      // Neither NaN nor infinite.
      return value - value === 0 && (row === undefined || row.is(value));
    case 'boolean':
      walk.size += sizeOfScalar;
      return row === undefined || row.is(value);
    default:
      walk.size += sizeOfScalar;
      return value === null;
  }
}

/** Settles a property of the first level: what can travel stays in its place, or nothing does. */
function keepTyped(
  own: Record<string, unknown>,
  key: string,
  path: string,
  { row, refuses, isRequired }: Slot,
  isAllowed: boolean,
  walk: Walk,
): void {
  const { size, keys } = walk;
  const before = walk.leftOut?.length ?? 0;
  const value = own[key];
  let kept = key === '__proto__' ? lose(walk, isProto) : copyValue(value, 2, isAllowed, walk);
  if (kept !== undefined && row) {
    kept = row.mend ? row.mend(kept) : kept;
    if (!row.is(kept)) kept = mismatch(value, kept, row, walk);
  }
  prefix(walk, path, key, before);
  const { fault } = walk;
  if (fault) {
    walk.fault = undefined;
    walk.isBroken = false;
    walk.size = size;
    walk.keys = keys;
    // An address in a coupon must not cost the order; one in the order's number must not leave with it.
    const isRefused = fault.code === 'personal' ? isRequired : refuses;
    if (isRefused) (walk.problems ??= []).push(fault);
    else (walk.leftOut ??= []).push(fault);
  }
  put(own, key, kept);
}

function mismatch(value: unknown, kept: unknown, { wanted, wrongItem }: TypeRow, walk: Walk): undefined {
  const [place, itemWanted] = (Array.isArray(kept) && wrongItem?.(kept)) || [];
  if (place === undefined) return lose(walk, `must be ${wanted}, got ${kindOf(value)}`);
  lose(walk, `must be ${itemWanted}`);
  walk.fault = { ...walk.fault!, path: `.${place}` };
  return undefined;
}

/** A copy that can travel; nothing, with the walk's `fault`, of what cannot. */
function copyValue(value: unknown, depth: number, isAllowed: boolean, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return copyText(value, isAllowed, walk);
    case 'number':
      return value - value === 0 ? value : lose(walk, `is ${value}, which JSON cannot hold`);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      break;
    default:
      return lose(walk, `is ${kindOf(value)}, which JSON cannot hold`);
  }
  if (value === null) return value;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? lose(walk, 'is not a valid Date') : value.toISOString();
  }
  if (depth > maxDepth)
    return breakOff(walk, `is nested deeper than ${maxDepth} levels, or contains itself`, 'too_deep');
  if (Array.isArray(value)) return copyList(value, depth, isAllowed, walk);
  if (isPlain(value)) return copyObject(value, depth, isAllowed, walk);
  return lose(walk, 'is not plain data');
}

function copyText(text: string, isAllowed: boolean, walk: Walk): string | undefined {
  if (text.length > maxMessageBytes) return lose(walk, 'is over 40 KiB of text', 'too_large');
  if (hasHalfCharacter(text)) return lose(walk, 'holds half a character (a lone surrogate)');
  if (isAllowed || !mayHoldAddress(text)) return text;
  const safe = withoutAddress(text);
  if (safe === undefined) return lose(walk, 'is an e-mail address (docs/wire.md W-18)', 'personal');
  // The rest of a URL says much that nobody is named by.
  if (safe !== text) {
    (walk.leftOut ??= []).push(
      problemAt('', 'held an e-mail address in a URL (docs/wire.md W-18)', 'personal'),
    );
  }
  return safe;
}

function copyObject(
  object: Readonly<Record<string, unknown>>,
  depth: number,
  isAllowed: boolean,
  walk: Walk,
): unknown {
  const own: Record<string, unknown> = { ...object };
  for (const key in own) {
    const value = own[key];
    if (value === undefined) continue;
    if (++walk.keys > maxKeys) return breakOff(walk, hasTooMany);
    walk.size += key.length + 4;
    if (isFine(value, undefined, walk) || !Object.hasOwn(own, key)) continue;
    const before = walk.leftOut?.length ?? 0;
    const kept = key === '__proto__' ? lose(walk, isProto) : copyValue(value, depth + 1, isAllowed, walk);
    prefix(walk, '', key, before);
    if (walk.isBroken) return undefined;
    leave(walk);
    put(own, key, kept);
  }
  return own;
}

function copyList(list: readonly unknown[], depth: number, isAllowed: boolean, walk: Walk): unknown {
  if ((walk.keys += list.length) > maxKeys) return breakOff(walk, hasTooMany);
  const own: unknown[] = [];
  for (let place = 0; place < list.length; place++) {
    const value = list[place];
    let kept: unknown = value;
    if (!isFine(value, undefined, walk)) {
      const before = walk.leftOut?.length ?? 0;
      kept = copyValue(value, depth + 1, isAllowed, walk);
      prefix(walk, '', place, before);
      if (walk.isBroken) return undefined;
      leave(walk);
    }
    if (kept !== undefined) own[own.length] = kept;
  }
  return own;
}

/** The message goes without what the fault is about. */
function leave(walk: Walk): void {
  if (walk.fault) (walk.leftOut ??= []).push(walk.fault);
  walk.fault = undefined;
}

/** Puts a key before the paths of what was found under it: paths cost nothing until something is wrong. */
function prefix(walk: Walk, path: string, key: string | number, before: number): void {
  const inside = (problem: Problem): Problem => ({ ...problem, path: pathOf(path, key) + problem.path });
  if (walk.fault) walk.fault = inside(walk.fault);
  const { leftOut } = walk;
  if (leftOut) for (let at = before; at < leftOut.length; at++) leftOut[at] = inside(leftOut[at]!);
}

function put(own: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') delete own[key];
  else own[key] = value;
}

function lose(walk: Walk, message: string, code?: ProblemCode): undefined {
  walk.fault = problemAt('', message, code);
}

function breakOff(walk: Walk, message: string, code?: ProblemCode): undefined {
  walk.isBroken = true;
  lose(walk, message, code);
}

const isProto = 'is not a name that a property can have';
const hasTooMany = `has more than ${maxKeys} keys, all levels together`;
const tooManyKeys = (path: string): Problem => problemAt(path, hasTooMany, 'too_large');

/** Made by `{}` or `Object.create(null)`, of any realm: not a Date, a Map, a DOM node, or an instance of a class. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}
