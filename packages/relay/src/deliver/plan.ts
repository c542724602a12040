import type { WireEvent } from '@tracklayer/core';
import { nameThere } from '@tracklayer/destinations';
import type { PlannedDelivery } from '../store/deliveries.ts';
import type { Configured } from './configured.ts';
import { isControlled } from './is-controlled.ts';

/** Where an event goes, decided when it is accepted: every destination of its environment that takes its name. */
export type Plan = (environment: string, event: WireEvent, received_at: number) => readonly PlannedDelivery[];

export function createPlan(configured: readonly Configured[]): Plan {
  const byEnvironment = new Map<string, Configured[]>();
  for (const one of configured)
    for (const environment of one.environments)
      byEnvironment.set(environment, [...(byEnvironment.get(environment) ?? []), one]);
  return (environment, event, received_at) => {
    if (isControlled(event)) return [];
    return (byEnvironment.get(environment) ?? [])
      .filter(({ destination, settings }) => nameThere(destination, settings, event.event) !== undefined)
      .map(({ name, holdMs }) => ({ destination: name, due_at: received_at + holdMs }));
  };
}
