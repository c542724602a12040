import type { CaptureInput } from './contract/capture-input.ts';
import { builtIn } from './contract/contract.ts';
import { copyJson, type Allowed } from './contract/light/copy-json.ts';
import { fit } from './contract/light/fit.ts';
import { createSlots } from './contract/light/slot.ts';
import { problemOfEventId, problemOfNobody } from './event/envelope.ts';
import type { ConsentSnapshot } from './event/event.ts';
import { createFinish } from './finish-message.ts';
import type { AdapterOptions, IdentifyInput } from './options.ts';
import type { Platform } from './platform.ts';
import { refused, type Prepared } from './prepared.ts';
import type { Reporter } from './reporter.ts';

/** From what the app says to a message as it is kept and sent: contract, id, person, text. May throw on hostile input. */
export interface Preparation {
  /** @param isWhole - nothing is added from the options: the input has been through here. */
  event(input: CaptureInput, isWhole?: boolean): Prepared;
  identify(input: IdentifyInput): Prepared;
}

export function createPreparation(
  options: Pick<
    AdapterOptions,
    'identity' | 'context' | 'platformContext' | 'source' | 'hashTraits' | 'events' | 'clearTraits'
  >,
  platform: Platform,
  uuid: () => string,
  consent: () => ConsentSnapshot | undefined,
  report: Reporter['report'],
): Preparation {
  const { rows, check, idOf } = options.events ?? builtIn;
  const allowed: Allowed | undefined = options.clearTraits?.length ? new Set(options.clearTraits) : undefined;
  const traitSlot = createSlots(() => undefined, []);
  const finish = createFinish(options, platform, rows, allowed, consent, report);

  return {
    event(input, isWhole = false) {
      const { event, event_id, properties } = input ?? {};
      const copied = check(event, properties, allowed);
      if (copied.problems) return refused(typeof event === 'string' ? event : undefined, copied.problems);
      const person = isWhole ? undefined : options.identity?.read();
      const { user_id = person?.user_id, anonymous_id = person?.anonymous_id } = input;
      const nobody = problemOfNobody(user_id, anonymous_id);
      if (nobody) return refused(event, [nobody]);
      const { key, priority = key ? 2 : 1 } = rows[event]!;
      if (event_id !== undefined) {
        const problem = problemOfEventId(event_id);
        if (problem) return refused(event, [problem]);
        return finish(
          'capture',
          event,
          input,
          { event_id, user_id, anonymous_id, priority, isNamed: true },
          copied,
          isWhole,
        );
      }
      const made = idOf(event, copied.values, user_id, anonymous_id);
      if ('problem' in made) return refused(event, [made.problem]);
      const isNamed = 'id' in made;
      const id = isNamed ? made.id : uuid();
      return finish(
        'capture',
        event,
        input,
        { event_id: id, user_id, anonymous_id, priority, isNamed },
        copied,
      );
    },

    identify(input) {
      const { user_id, anonymous_id = options.identity?.read().anonymous_id, traits } = input ?? {};
      const copied = traits === undefined ? undefined : copyJson(traits, 'traits', traitSlot, allowed);
      if (copied) fit(copied, 'traits', () => false);
      const nobody = problemOfNobody(user_id, anonymous_id);
      const problems = nobody ? [nobody] : copied?.problems;
      if (problems) return refused('identify', problems);
      const identified = { event_id: uuid(), user_id, anonymous_id, priority: 1, isNamed: false };
      const made = finish('identify', 'identify', input, identified, copied);
      if ('message' in made && user_id !== undefined) options.identity?.identified(user_id);
      return made;
    },
  };
}
