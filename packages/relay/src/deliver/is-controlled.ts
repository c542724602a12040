import type { WireEvent } from '@tracklayer/core';

/** A controlled event is nobody's conversion, unless whoever sent it wants it to go all the way (`verify --live`). */
export const isControlled = ({ context }: Pick<WireEvent, 'context'>): boolean =>
  context !== undefined && 'test' in context && context.test !== 'live';
