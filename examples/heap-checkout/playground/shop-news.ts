import type { TracedCall } from '@tracklayer/browser/trace';
import { useEffect, useState } from 'preact/hooks';

/** What one page of the shop tells the playground around it; a later one of the same page replaces it. */
export interface ShopNews {
  page: string;
  heap: readonly { event: string; isAutotrack: boolean }[];
  calls: readonly TracedCall[];
}

/** What all pages of the shop told so far, in their order. */
export function useShopNews(): Pick<ShopNews, 'heap' | 'calls'> {
  const [pages, setPages] = useState<ReadonlyMap<string, ShopNews>>(new Map());
  useEffect(() => {
    const hear = ({ origin, data }: MessageEvent<ShopNews>): void => {
      if (origin === location.origin) setPages((known) => new Map(known).set(data.page, data));
    };
    addEventListener('message', hear);
    return () => removeEventListener('message', hear);
  }, []);
  const all = [...pages.values()];
  return { heap: all.flatMap(({ heap }) => heap), calls: all.flatMap(({ calls }) => calls) };
}
