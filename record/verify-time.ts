import { type Finding, failure, finding } from "./finding.ts";
import { GROUP_CHECKPOINT, GROUP_TIMESTAMP, SIGNATURE, TIMESTAMP } from "./path.ts";
import type { checkTimestamp, Timestamp } from "./timestamp.ts";
import type { BagCheck } from "./verify-bag.ts";

/** How a reader checks time stamps. */
export interface TimestampCheck {
  check: typeof checkTimestamp;
  /** Certificates (DER) of the authorities that the reader trusts. Undefined: none were named. */
  authorities?: readonly Uint8Array[] | undefined;
}

/** What the time stamps prove: the group log's head, and the package's signature, were there at these times. */
export interface Times {
  group: Timestamp | undefined;
  package: Timestamp | undefined;
}

/** Checks the time stamps that are there; a package without any is none the worse. */
export async function checkTimes(bag: BagCheck, how: TimestampCheck | undefined): Promise<{ times: Times; findings: Finding[] }> {
  const findings: Finding[] = [];
  const one = async (token: string, over: string): Promise<Timestamp | undefined> => {
    if (!bag.has(token)) return undefined;
    if (how === undefined) {
      findings.push(finding("time/token-not-checked", token, "expected a program that checks RFC 3161 tokens"));
      return undefined;
    }
    try {
      const stamp = await how.check(await bag.read(token), await bag.read(over), how.authorities);
      const code = stamp.trusted ? "time/token" : how.authorities === undefined ? "time/token-unknown" : "time/token-not-trusted";
      findings.push(finding(code, token, `${over} was there on ${stamp.time}`));
      return stamp;
    } catch (error) {
      findings.push(failure("time/token-bad", token, error));
      return undefined;
    }
  };
  const times = { group: await one(GROUP_TIMESTAMP, GROUP_CHECKPOINT), package: await one(TIMESTAMP, SIGNATURE) };
  return { times, findings };
}
