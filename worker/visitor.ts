import type { Visitor } from "./objects/handoff/access-log.ts";

/**
 * From where a request comes, as far as it is kept. Not the address, which is a person's: the network around it (IPv4 /24, IPv6 /48)
 * and the country tell an office from a stranger, and no more is needed for that.
 */
export function visitorOf(request: Request): Visitor {
  const country = request.headers.get("cf-ipcountry");
  return {
    network: networkOf(request.headers.get("cf-connecting-ip") ?? ""),
    // XX and T1 stand for unknown and Tor.
    country: country !== null && /^[A-Z][A-Z0-9]$/.test(country) ? country : null,
  };
}

/** `203.0.113.0/24`, `2001:db8:1::/48`; null for what is no address. */
export function networkOf(address: string): string | null {
  const mapped = /^(?:::ffff:)?((?:\d{1,3}\.){3}\d{1,3})$/i.exec(address)?.[1];
  if (mapped !== undefined) {
    const parts = mapped.split(".").map(Number);
    return parts.every((part) => part < 256) ? `${parts.slice(0, 3).join(".")}.0/24` : null;
  }
  if (!/^[0-9a-f:]{2,39}$/i.test(address) || !URL.canParse(`http://[${address}]/`)) return null;
  // As the URL parser writes it (RFC 5952): lower case, no leading zeros, the longest run of zeros as `::`.
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return `${new URL(`http://[${[...groups.slice(0, 3), ..."00000"].join(":")}]/`).hostname.slice(1, -1)}/48`;
}
