import type { DestinationAnswer, Outcome } from './exchange.ts';
import type { ListFacts, MadeTarget } from './list-calls.ts';
import { byStatus, jsonOf } from './read-answer.ts';

/** Fields of a target that make a list. */
export const makingFields = {
  create: { kind: 'flag', hint: 'true makes the list when the account has none of this name' },
  name: { kind: 'text', hint: "the list's name there, in place of the audience's" },
} as const;

/** @returns what is wrong with a target that names a list and makes one, or does neither. */
export const problemOfMaking = (
  { create = false }: MadeTarget,
  id: string | undefined,
  field: string,
): string | undefined =>
  create === (id === undefined)
    ? undefined
    : create
      ? `\`${field}\` and \`create\` exclude each other`
      : `\`${field}\` is missing: the list's id, or \`create: true\``;

export const isTaken = ({ status }: DestinationAnswer): boolean => status >= 200 && status < 300;

/** Reads the answer of a platform that has one of its own for failures. */
export const factsOf = (
  answer: DestinationAnswer,
  read: (body: Readonly<Record<string, unknown>>) => ListFacts,
  fail: (answer: DestinationAnswer) => Outcome = byStatus,
): { facts: ListFacts } | { all: Outcome } => {
  const body = jsonOf(answer);
  return isTaken(answer) && body
    ? { facts: JSON.parse(JSON.stringify(read(body))) as ListFacts }
    : { all: fail(answer) };
};

/** A count of a body, whether number or text. */
export const countOf = (value: unknown): number | undefined =>
  (typeof value === 'number' || (typeof value === 'string' && value !== '')) && Number(value) >= 0
    ? Number(value)
    : undefined;
