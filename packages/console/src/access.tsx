import type { Scope } from '@tracklayer/relay';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** What the key of this page may do; nothing while that is asked. */
export const Access = createContext<ReadonlySet<Scope> | undefined>(undefined);

/** Whether the key may do what needs a scope. */
export const useMay = (scope: Scope): boolean => useContext(Access)?.has(scope) ?? true;

/** The `id` of the sentence that says why buttons are off. */
export const whyNot = (scope: Scope): string => `needs-${scope.replace(':', '-')}`;

/** Says why buttons of this page are off, where they are. */
export function MayNot({ scope, action }: { scope: Scope; action: string }) {
  if (useMay(scope)) return null;
  return (
    <p class="state" id={whyNot(scope)}>
      This key can only read here. To {action}, use a key with the scope <code>{scope}</code>.
    </p>
  );
}
