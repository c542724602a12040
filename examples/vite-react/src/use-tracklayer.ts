import { createContext, useContext } from 'react';
import type { BrowserClient } from '@tracklayer/browser';

// The client lives outside React: it is made once, and strict mode or a remount makes no second one.
export const TrackLayer = createContext<BrowserClient | undefined>(undefined);

export function useTrackLayer(): BrowserClient {
  const tracklayer = useContext(TrackLayer);
  if (!tracklayer) throw new Error('useTrackLayer needs <TrackLayer value={client}> above it');
  return tracklayer;
}
