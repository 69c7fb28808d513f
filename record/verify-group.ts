import { equal, toHex } from "./bytes.ts";
import { groupOrigin, openCheckpoint } from "./checkpoint.ts";
import { type Finding, failure, finding } from "./finding.ts";
import { parseLeaves } from "./group.ts";
import type { Handoff } from "./handoff.ts";
import type { VerifierKey } from "./key.ts";
import { GROUP_CHECKPOINT, GROUP_LEAVES } from "./path.ts";
import { rootOf } from "./tree.ts";
import type { BagCheck } from "./verify-bag.ts";
import { checkpointFailure } from "./verify-checkpoint.ts";
import type { SessionReport } from "./verify-session.ts";

/** The group log: signed by the organisation, every leaf accounted for, every session in its place. */
export async function checkGroup(
  bag: BagCheck,
  handoff: Handoff,
  keys: readonly VerifierKey[],
  sessions: readonly SessionReport[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let leaves: Uint8Array[];
  try {
    leaves = parseLeaves(await bag.read(GROUP_LEAVES));
  } catch (error) {
    return [failure("group/malformed", GROUP_LEAVES, error)];
  }
  try {
    const { checkpoint } = openCheckpoint(await bag.read(GROUP_CHECKPOINT), ...keys);
    const holds =
      keys.some((key) => checkpoint.origin === groupOrigin(key.name, handoff.client.group)) &&
      checkpoint.size === leaves.length &&
      equal(checkpoint.root, rootOf(leaves));
    if (!holds) {
      findings.push(
        finding(
          "group/root-differs",
          GROUP_CHECKPOINT,
          `expected a checkpoint of this client's log over ${leaves.length} sessions`,
        ),
      );
    }
  } catch (error) {
    findings.push(checkpointFailure("group/malformed", GROUP_CHECKPOINT, error));
  }

  const accounted = new Set<number>();
  const account = (leaf: number, subject: string) => {
    if (leaf >= leaves.length || accounted.has(leaf)) {
      findings.push(
        finding("complete/unaccounted", subject, `expected each place of the log once, got ${leaf} again or past its end`),
      );
    }
    accounted.add(leaf);
  };
  const reports = new Map(sessions.map((one) => [one.session, one]));
  for (const { session, leaf } of handoff.sessions) {
    account(leaf, session);
    const own = reports.get(session)?.leaf;
    const listed = leaves[leaf];
    if (own !== undefined && (listed === undefined || !equal(own, listed))) {
      findings.push(finding("group/leaf-differs", session, `expected leaf ${leaf} to be ${toHex(own)}`));
    }
  }
  for (const { leaf } of handoff.log.omitted) account(leaf, GROUP_LEAVES);
  if (accounted.size !== leaves.length || handoff.log.size !== leaves.length) {
    findings.push(
      finding("complete/unaccounted", GROUP_LEAVES, `${leaves.length} sessions in the log, ${accounted.size} accounted for`),
    );
  }
  const { omitted } = handoff.log;
  if (omitted.length > 0)
    findings.push(finding("complete/omitted", "package", `${omitted.length} of ${leaves.length} sessions left out`));
  if (!findings.some((one) => one.status === "failed")) {
    findings.push(
      finding("complete/accounted", "package", `${handoff.sessions.length} in the package, ${omitted.length} left out`),
    );
  }
  return findings;
}
