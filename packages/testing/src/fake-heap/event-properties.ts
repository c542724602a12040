import type { HeapRecord } from './heap-record.ts';
import type { Method } from './heap-window.ts';

/** Properties that ride on every later event, in both generations. */
export function eventPropertyMethods(
  record: HeapRecord,
  save: () => void,
): Record<'addEventProperties' | 'removeEventProperty' | 'clearEventProperties', Method> {
  return {
    addEventProperties(properties) {
      Object.assign(record.eventProperties, properties);
      save();
    },
    removeEventProperty(name) {
      Reflect.deleteProperty(record.eventProperties, String(name));
      save();
    },
    clearEventProperties() {
      record.eventProperties = {};
      save();
    },
  };
}
