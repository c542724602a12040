import { onTestFinished } from 'vitest';
import { defineRegistry, type CaptureInput, type EventName, type RegistryEntry } from '@tracklayer/core';
import { autocapture, type Autocapture } from '../../../../src/autocapture.ts';

type Entry = Partial<RegistryEntry<EventName>>;

export interface RulesPage extends Autocapture {
  root: HTMLElement;
  captured: CaptureInput[];
  click(selector: string): void;
}

/** Rules of one page with this markup, for `sign_up` unless the entry says otherwise. */
export function rulesOn(markup: string, ...entries: Entry[]): RulesPage {
  const root = document.body.appendChild(document.createElement('div'));
  root.innerHTML = markup;
  const captured: CaptureInput[] = [];
  const registry = defineRegistry(
    entries.map((entry, place): RegistryEntry<EventName> => ({
      source: 'heap',
      source_event: `rule ${place}`,
      canonical_event: 'sign_up',
      status: 'approved',
      ...entry,
    })),
  );
  const capture = (event: CaptureInput) => {
    captured.push(event);
    return { event_id: 'id', settled: async () => ({ status: 'delivered' as const }) };
  };
  const promotion = autocapture({ capture }, { registry });
  onTestFinished(() => {
    promotion.stop();
    root.remove();
  });
  return {
    ...promotion,
    root,
    captured,
    click: (selector) => root.querySelector<HTMLElement>(selector)!.click(),
  };
}
