import type { JsonObject } from '@tracklayer/core';
import type { AudienceTarget } from '../audiences/rules.ts';
import type { Calls } from '../deliver/call-destination.ts';
import { callList, type Answered } from './call-list.ts';

/** Finds a list by its name, or makes it. Returns its target, nothing when it is to be found by its name next. */
export async function provideList(
  audience: string,
  to: AudienceTarget,
  calls: Calls,
): Promise<Answered<{ made: JsonObject | undefined }>> {
  const { mirror, configured, target } = to;
  const { settings } = configured;
  const making = mirror.lists?.making;
  if (!making) return { all: { class: 'config', detail: 'no list can be made here' } };
  const name = (target as { name?: string }).name ?? audience;
  const known = await callList<{ found: JsonObject | undefined }>(
    to,
    calls,
    (access) => making.find(name, settings, target, access),
    (answer) => making.readFound(answer, name, target),
  );
  if ('all' in known) return known;
  if (known.found) return { made: known.found };
  return callList<{ made: JsonObject | undefined }>(
    to,
    calls,
    (access) => making.create(name, settings, target, access),
    (answer) => making.readMade(answer),
  );
}
