import { visible } from './text.ts';

/** A value of an event or a registry. As text, whatever it holds, and without effect on the direction of what is around it. */
export const Value = ({ of: text }: { of: string | null | undefined }) => <bdi>{visible(text ?? '–')}</bdi>;
