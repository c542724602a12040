/** Whether the window has room for tables; the stylesheet makes cards of their rows where it has not. */
export const isWide = (): boolean => matchMedia('(min-width: 48rem)').matches;
