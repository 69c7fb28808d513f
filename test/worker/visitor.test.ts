import fc from "fast-check";
import { expect, test } from "vitest";
import { networkOf, visitorOf } from "../../worker/visitor.ts";

test.each<[string, string | null]>([
  ["203.0.113.7", "203.0.113.0/24"],
  ["0.0.0.0", "0.0.0.0/24"],
  ["::ffff:203.0.113.7", "203.0.113.0/24"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
  ["2001:DB8::1", "2001:db8::/48"],
  ["::1", "::/48"],
  ["fe80::", "fe80::/48"],
  ["2001:0db8:0000:0001::", "2001:db8::/48"],
  ["256.1.1.1", null],
  ["1.2.3", null],
  ["", null],
  ["localhost", null],
  ["2001:db8:::1", null],
  ["1:2:3:4:5:6:7:8:9", null],
  ["[::1]", null],
  ["203.0.113.7, 198.51.100.1", null],
  ["203.0.113.7\n", null],
])("the network of %j is %j", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("nothing but the network of an address is kept", () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(networkOf(address)).toBe(`${address.split(".").slice(0, 3).join(".")}.0/24`);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.array(fc.nat(0xffff), { minLength: 5, maxLength: 5 }), (address, host) => {
      const network = networkOf(address);
      if (network === null || /\./.test(address)) return;
      expect(network).toMatch(/^[0-9a-f:]+::\/48$|^::\/48$/);
      // Another address of the same network is not told apart.
      const groups = network.slice(0, -3).split("::")[0]?.split(":").filter(Boolean) ?? [];
      const head = [...groups, "0", "0", "0"].slice(0, 3);
      expect(networkOf([...head, ...host.map((one) => one.toString(16))].join(":"))).toBe(network);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(networkOf(text)).toSatisfy((network) => network === null || /\/(24|48)$/.test(String(network)));
    }),
  );
});

test.each<[Record<string, string>, unknown]>([
  [
    { "cf-connecting-ip": "203.0.113.7", "cf-ipcountry": "DE" },
    { network: "203.0.113.0/24", country: "DE" },
  ],
  [{ "x-forwarded-for": "203.0.113.7" }, { network: null, country: null }],
  [{ "cf-ipcountry": "<script>" }, { network: null, country: null }],
  [{ "cf-ipcountry": "T1" }, { network: null, country: "T1" }],
])("of a request with %j is kept %j", (headers, visitor) => {
  expect(visitorOf(new Request("https://caisey.test/", { headers }))).toEqual(visitor);
});
