import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IANA's special-purpose registries: what is not an address of another organisation on the internet. */
const SPECIAL_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, with the metadata service of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3], // multicast, reserved, broadcast
] as const;

/** Within 2000::/3, outside of which nothing is public: loopback, mapped, NAT64, private, link-local. */
const SPECIAL_IPV6 = [
  ['2001::', 23], // Teredo and other protocols, some of which carry an IPv4 address
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries an IPv4 address
  ['3fff::', 20],
] as const;

const ipv4 = new BlockList();
for (const [net, prefix] of SPECIAL_IPV4) ipv4.addSubnet(net, prefix, 'ipv4');
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const ipv6 = new BlockList();
for (const [net, prefix] of SPECIAL_IPV6) ipv6.addSubnet(net, prefix, 'ipv6');

/** True for an address on the public internet; false for any other, and for text that is no address. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !ipv4.check(address, 'ipv4');
  // A zone names an interface of this machine.
  return (
    isIPv6(address) &&
    !address.includes('%') &&
    global6.check(address, 'ipv6') &&
    !ipv6.check(address, 'ipv6')
  );
}
