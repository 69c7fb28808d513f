import { fromUtf8, utf8 } from "../../record/bytes.ts";
import { type Checkpoint, encodeCheckpoint, signCheckpoint } from "../../record/checkpoint.ts";
import { parseVerifierKey } from "../../record/key.ts";
import { accepted } from "../answer.ts";
import type { Organization } from "./organization.ts";

/** A checkpoint as a note, signed by whichever key the organisation has when it is asked: what is signed does not name it. */
export async function signedByOrganization(organization: DurableObjectStub<Organization>, checkpoint: Checkpoint): Promise<string> {
  const { key, signature } = await accepted(organization.sign(utf8(encodeCheckpoint(checkpoint))));
  return fromUtf8(await signCheckpoint(checkpoint, parseVerifierKey(key), () => signature));
}
