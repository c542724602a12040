import ipaddr from 'ipaddr.js';

/** How many proxies in front of the app are the app's own: `true` for all, a number for the last so many. */
export type TrustProxy = boolean | number;

/**
 * The address of the visitor. Anybody can write `X-Forwarded-For`; only what our own proxies appended to it, from the
 * right, is known to be true.
 *
 * @param ip - address of the connection.
 */
export function readAddress(
  forwarded: string | null,
  ip: string | undefined,
  trust: TrustProxy,
): string | undefined {
  const chain = trust === false || trust === 0 ? [] : (forwarded ?? '').split(',');
  const hops = [...chain, ip ?? ''].map(plainAddress);
  const candidate = hops[trust === true ? 0 : Math.max(hops.length - 1 - Number(trust), 0)];
  return candidate ?? plainAddress(ip ?? '');
}

/** An address alone: without a port, a zone or IPv6's wrapping of IPv4. */
function plainAddress(text: string): string | undefined {
  const address = text
    .trim()
    .replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  const isWhole = ipaddr.IPv6.isValid(address) || ipaddr.IPv4.isValidFourPartDecimal(address);
  if (!isWhole) return undefined;
  const parsed = ipaddr.process(address.replace(/%.*$/, ''));
  return parsed.toString();
}
