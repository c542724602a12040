import { isFields } from '../../event/is-fields.ts';
import { mayHoldAddress, withoutAddress } from '../../event/addresses.ts';
import { hasHalfCharacter } from '../../event/id-text.ts';
import { maxDepth, maxKeys, maxMessageBytes } from '../../event/limits.ts';
import { kindOf, pathOf, problemAt, type Problem, type ProblemCode } from '../../event/problem.ts';
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

type Key = string | number;

/** A look in progress: a {@link Copied} that fills. */
interface Walk extends Copied {
  readonly path: string;
  readonly allowed: Allowed | undefined;
  keys: number;
  /** The property in hand, on the first level, and what is asked of it. */
  property: string;
  slot: Slot;
  /** The keys below it that lead to the object or list in hand: paths cost nothing until something is wrong. */
  readonly inside: Key[];
  /** A page hung something onto Object.prototype, which comes along. Asked once, since asking each key costs a third. */
  readonly isCrowded: boolean;
  /** That property is lost as a whole. */
  isLost: boolean;
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
    path,
    allowed,
    keys: 0,
    property: '',
    slot: plain,
    inside: [],
    isCrowded: isCrowded(),
    isLost: false,
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
    if (value === undefined || (walk.isCrowded && !Object.hasOwn(own, key))) continue;
    if (++walk.keys > maxKeys) {
      walk.problems = [...(walk.problems ?? []), problemAt(path, hasTooMany, 'too_large')];
      break;
    }
    const slot = slotOf(key, place++);
    if (slot.isPersonal) walk.hasPersonal = true;
    walk.size += key.length + 4;
    const { size, keys } = walk;
    walk.property = key;
    walk.slot = slot;
    walk.isLost = false;
    const kept = typed(copyField(own, key, value, 1, walk), slot, walk);
    if (kept === undefined) {
      walk.size = size;
      walk.keys = keys;
    } else if (slot.isRequired && kept !== null) walk.required++;
    if (kept !== value) own[key] = kept;
  }
  return walk;
}

/** A property of the first level as its type has it; a wrong one is lost. */
function typed(value: unknown, { row }: Slot, walk: Walk): unknown {
  if (!row || value === undefined || value === null || row.is(value)) return value;
  const mended = row.mend?.(value);
  if (row.is(mended)) return mended;
  const { item } = row;
  const place = item && Array.isArray(value) ? value.findIndex((one) => !item.is(one)) : -1;
  walk.isLost = true;
  return place < 0
    ? lose(walk, '', 1, `must be ${row.wanted}, got ${kindOf(value)}`)
    : lose(walk, place, 2, `must be ${item!.wanted}`);
}

/** The copy of a field, at the depth of what it holds. */
function copyField(own: object, key: string, value: unknown, depth: number, walk: Walk): unknown {
  if (key !== '__proto__') return copyValue(value, key, depth, walk);
  Reflect.deleteProperty(own, key);
  return lose(walk, key, depth, 'cannot be the name of a property');
}

/** A copy that can travel; nothing of what cannot. */
function copyValue(value: unknown, key: Key, depth: number, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return copyText(value, key, depth, walk);
    case 'bigint':
      return copyText(String(value), key, depth, walk);
    case 'number':
      walk.size += sizeOfScalar;
      // Neither NaN nor infinite.
      return value - value === 0 ? value : lose(walk, key, depth, `is ${value}, which JSON cannot hold`);
    case 'boolean':
      walk.size += sizeOfScalar;
      return value;
    case 'object':
      break;
    default:
      return lose(walk, key, depth, `is ${kindOf(value)}, which JSON cannot hold`);
  }
  walk.size += sizeOfScalar;
  if (value === null) return value;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime())
      ? lose(walk, key, depth, 'is not a valid Date')
      : value.toISOString();
  }
  if (depth >= maxDepth) {
    walk.isLost = true;
    return lose(walk, key, depth, `is nested deeper than ${maxDepth} levels, or contains itself`, 'too_deep');
  }
  if (depth > 1) walk.inside[depth - 2] = key;
  if (Array.isArray(value)) return copyList(value, depth, walk);
  return isPlain(value) ? copyObject(value, depth, walk) : lose(walk, key, depth, 'is not plain data');
}

function copyText(text: string, key: Key, depth: number, walk: Walk): string | undefined {
  walk.size += text.length + 2;
  if (text.length > maxMessageBytes) return lose(walk, key, depth, 'is over 40 KiB of text', 'too_large');
  if (hasHalfCharacter(text)) return lose(walk, key, depth, 'contains half a character (a lone surrogate)');
  if (!mayHoldAddress(text) || walk.slot.isPersonal || walk.allowed?.has(walk.property)) return text;
  const safe = withoutAddress(text);
  if (safe === undefined)
    return lose(walk, key, depth, 'is an e-mail address (docs/wire.md W-18)', 'personal');
  // The rest of a URL says much that nobody is named by.
  if (safe !== text)
    leave(walk, key, depth, 'contained an e-mail address in a URL (docs/wire.md W-18)', 'personal');
  return safe;
}

function copyObject(object: Readonly<Record<string, unknown>>, depth: number, walk: Walk): unknown {
  const own: Record<string, unknown> = { ...object };
  for (const key in own) {
    const value = own[key];
    if (value === undefined || (walk.isCrowded && !Object.hasOwn(own, key))) continue;
    if (++walk.keys > maxKeys) return loseAll(walk);
    walk.size += key.length + 4;
    const kept = copyField(own, key, value, depth + 1, walk);
    if (walk.isLost) return undefined;
    if (kept !== value) own[key] = kept;
  }
  return own;
}

function copyList(list: readonly unknown[], depth: number, walk: Walk): unknown {
  if ((walk.keys += list.length) > maxKeys) return loseAll(walk);
  const own: unknown[] = [];
  for (let place = 0; place < list.length; place++) {
    const kept = copyValue(list[place], place, depth + 1, walk);
    if (walk.isLost) return undefined;
    if (kept !== undefined) own[own.length] = kept;
  }
  return own;
}

/** The property in hand goes as a whole: a basket of many hundreds of items must not cost the order. */
function loseAll(walk: Walk): undefined {
  walk.isLost = true;
  if (walk.slot.isRequired) return lose(walk, '', 1, hasTooMany, 'too_large');
  leave(walk, '', 1, hasTooMany, 'too_large');
  return undefined;
}

/** The message goes without a value, or is refused for it when it is a property that counts. */
function lose(
  walk: Walk,
  key: Key,
  depth: number,
  message: string,
  code: ProblemCode = 'invalid',
): undefined {
  const { slot } = walk;
  const isProperty = depth === 1 || walk.isLost;
  // An address in a coupon must not cost the order; one in the order's number must not leave with it.
  if (isProperty && (code === 'personal' ? slot.isRequired : slot.refuses)) {
    (walk.problems ??= []).push(problemAt(pathIn(walk, key, depth), message, code));
  } else leave(walk, key, depth, message, code);
}

function leave(walk: Walk, key: Key, depth: number, message: string, code: ProblemCode): void {
  (walk.leftOut ??= []).push(problemAt(pathIn(walk, key, depth), message, code));
}

function pathIn({ path, property, inside }: Walk, key: Key, depth: number): string {
  const keys = depth > 1 ? [property, ...inside.slice(0, depth - 2), key] : [property];
  return keys.reduce<string>(pathOf, path);
}

const hasTooMany = `has more than ${maxKeys} keys, all levels together`;

/** Of no data at all. */
export const nothing: Readonly<Copied> = {
  values: undefined,
  problems: undefined,
  leftOut: undefined,
  hasPersonal: false,
  size: 0,
  required: 0,
};

const plain: Slot = { name: '', row: undefined, refuses: false, isRequired: false, isPersonal: false };

/** For data of which nothing is asked: a context. */
export const plainSlot: SlotOf = () => plain;

/** Made by `{}` or `Object.create(null)`, of any realm: not a Date, a Map, a DOM node, or an instance of a class. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isFields(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isCrowded(): boolean {
  for (const _ in {}) return true;
  return false;
}
