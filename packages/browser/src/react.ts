'use client';
export {
  TrackLayerProvider,
  useConsent,
  useTrackLayer,
  type PageConsent,
  type TrackLayerProviderProps,
} from './react/track-layer-provider.ts';
