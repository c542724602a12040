import { BlockList, isIP } from 'node:net';

/** Networks that no webhook may lead into (IANA special-purpose address registries). */
const special = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  special.addSubnet(network, prefix, 'ipv6');

/** Whether an address is of the public internet; mapped IPv4 counts as what it maps. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  if (family !== 6) return false;
  const mapped = /(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ? isPublicAddress(mapped) : !special.check(address, 'ipv6');
}

/**
 * Why a URL may not be called from here: not https, or a host that is private by its name or address. A public name may
 * still resolve to a private address: whoever connects asks {@link isPublicAddress} again.
 */
export function problemOfHost(url: string): string | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return 'must be a URL';
  }
  if (parsed.protocol !== 'https:') return 'must be https (or set `allowPrivate`)';
  const host = parsed.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (
    isIP(host)
      ? !isPublicAddress(host)
      : /(^|\.)(localhost|local|internal|intranet|home\.arpa)$/.test(host) || !host.includes('.')
  )
    return 'must not lead into a private network (or set `allowPrivate`)';
  return undefined;
}
