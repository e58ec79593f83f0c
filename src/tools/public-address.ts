import { BlockList, isIP } from 'node:net';
import { lazy } from '../core/lazy.ts';

/** Ranges that are not of the public internet: IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), and multicast. */
const v4Ranges: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Only 2000::/3 is given out; within it, those that carry another address or none (Teredo, 6to4, ORCHID, documentation) are not public. */
const v6Ranges: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const notPublic = lazy(() => {
  const list = new BlockList();
  for (const [network, bits] of v4Ranges) list.addSubnet(network, bits, 'ipv4');
  for (const [network, bits] of v6Ranges) list.addSubnet(network, bits, 'ipv6');
  return list;
});
const givenOut = lazy(() => {
  const list = new BlockList();
  list.addSubnet('2000::', 3, 'ipv6');
  return list;
});

/** Whether an IP address is one of the public internet: not loopback, private, link-local, or one that hides such a one. False for what is no address. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped !== undefined) return isPublicAddress(mapped);
  if (isIP(plain) === 4) return !notPublic().check(plain, 'ipv4');
  return isIP(plain) === 6 && givenOut().check(plain, 'ipv6') && !notPublic().check(plain, 'ipv6');
}
