import type { JsonObject } from '@tracklayer/core';

/** An event or identify, as it is stored. */
type Message = object & { context?: unknown };

/** Whether a message tells an address or a user agent, which are not kept as long as the rest. */
export function hasNetwork({ context }: Message): boolean {
  return isObject(context) && (Object.hasOwn(context, 'ip') || Object.hasOwn(context, 'user_agent'));
}

/** Leaves out the address and the user agent. */
export function withoutNetwork<Body extends Message>(message: Body): Body {
  if (!isObject(message.context)) return message;
  const { ip: _, user_agent: __, ...context } = message.context;
  return { ...message, context };
}

/** Leaves out everything that tells who it was; what happened, and under which id, stays. */
export function withoutPerson<Body extends object>(message: Body): Body {
  const personal = new Set(['user_id', 'anonymous_id', 'account_id', 'context', 'consent', 'traits']);
  return Object.fromEntries(Object.entries(message).filter(([name]) => !personal.has(name))) as Body;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
