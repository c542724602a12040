import { TrackLayerError } from '@tracklayer/core';

/** Why a port cannot be taken, in words; nothing for another error. */
export function portFault(cause: unknown, host: string, port: number): TrackLayerError | undefined {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const reasons: Record<string, string> = {
    EADDRINUSE: 'is in use; stop the process that listens there, or',
    EACCES: 'needs more rights than this user has;',
    EADDRNOTAVAIL: 'is not an address of this machine; pass --host, or',
    ENOTFOUND: 'is not an address of this machine; pass --host, or',
  };
  const reason = typeof code === 'string' ? reasons[code] : undefined;
  return reason === undefined
    ? undefined
    : new TrackLayerError(
        'invalid_options',
        `port ${port} of ${host} ${reason} pass --port with another one (0 picks a free one)`,
        { cause },
      );
}
