import type { ComponentChildren } from 'preact';

/** A table that scrolls by itself where the window is narrow, with the keyboard too. */
export function Table({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </div>
  );
}
