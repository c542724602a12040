import type { Problem } from '@tracklayer/core';
import { refusal } from '../problem.ts';
import { findFaults } from './find-faults.ts';
import { parseJsonObject } from './parse-json-object.ts';
import { readBody } from './read-body.ts';
import { readReport } from './read-report.ts';

/** A message that breaks the contract. `event_id` and `event` are there only when they can be shown (W-3, W-10). */
export interface RefusedMessage {
  event_id: string | null;
  event: string | undefined;
  errors: readonly Problem[];
}

/** The messages of one request, in its order. */
export interface Messages<Message> {
  isBatch: boolean;
  items: readonly ({ message: Message; refused?: undefined } | { refused: RefusedMessage })[];
  /** The client's clock at sending: the batch's, or that of the message that travels alone (W-13). */
  sent_at: string | undefined;
  /** What the client dropped since its last report, by reason (W-37). */
  dropped: Readonly<Record<string, number>>;
}

/** Reads one message: what it says, or what is wrong with it. */
export type Parse<Message> = (body: unknown) => { message: Message } | { errors: readonly Problem[] };

const maxBatchEvents = 500;

/**
 * Reads a request of `POST /api/capture` or `POST /api/identify`: a message alone or `{ "batch": […] }`.
 * A message that is wrong is refused in its place; its neighbours are read as if it were not there (W-12).
 *
 * @throws a refusal when the request as a whole cannot be read.
 */
export async function readMessages<Message>(
  request: Request,
  parse: Parse<Message>,
): Promise<Messages<Message>> {
  const text = await readBody(request);
  const body = parseJsonObject(text, 'an event, or { "batch": [event, …] }');
  const dropped = readReport(body['client_report']);
  // It rides on a message that travels alone, and is no part of it.
  delete body['client_report'];
  const isBatch = Object.hasOwn(body, 'batch');
  const raw = isBatch ? body['batch'] : [body];
  if (!Array.isArray(raw) || raw.length === 0) {
    throw refusal(400, 'invalid_batch', 'batch is a list of 1 to 500 events');
  }
  // 413 and not 400: the client halves the batch, and everything arrives (W-25).
  if (raw.length > maxBatchEvents) throw refusal(413, 'too_many_events', 'a batch has at most 500 events');

  const faults = findFaults(text, isBatch);
  const around = faults.get(-1);
  if (isBatch && around)
    throw refusal(400, 'invalid_batch', 'the batch breaks the contract', { errors: around });

  const items = raw.map((candidate: unknown, place) => {
    const found = faults.get(isBatch ? place : -1);
    const parsed = found ? { errors: found } : parse(candidate);
    return 'errors' in parsed ? { refused: refuse(candidate, parsed.errors) } : parsed;
  });
  const sent_at = typeof body['sent_at'] === 'string' ? body['sent_at'] : undefined;
  return { isBatch, items, sent_at, dropped };
}

function refuse(candidate: unknown, errors: readonly Problem[]): RefusedMessage {
  const given = typeof candidate === 'object' && candidate !== null ? candidate : {};
  return {
    event_id: ownMatch(given, 'event_id', /^[\w.:-]{1,128}$/) ?? null,
    event: ownMatch(given, 'event', /^[a-z][a-z0-9_]{0,63}$/),
    errors,
  };
}

function ownMatch(object: object, key: string, shape: RegExp): string | undefined {
  const value: unknown = Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}
