import { parseVerifierKey } from "../../record/key.ts";
import { sshFingerprint } from "../../record/sshsig.ts";
import type { HandoffView } from "../schema.ts";
import { day } from "./time.tsx";
import { counted } from "./words.ts";

export interface EmailDraft {
  subject: string;
  /** Lines end with a newline. */
  body: string;
}

export interface EmailFacts {
  /** Whom the link is for. */
  to: string;
  handoff: HandoffView;
  organization: string;
  /** C2SP verifier key of the organisation. */
  key: string;
  url: string;
  /** When the link ends. */
  expires: string;
  passcode: boolean;
}

/** The e-mail to client and incoming MSP: the link, until when it works, and how to find out that the package is the one that was made. */
export function draftEmail({ to, handoff, organization, key, url, expires, passcode }: EmailFacts): EmailDraft {
  const { name, publicKey } = parseVerifierKey(key);
  const todo = handoff.sessions.flatMap((session) => session.todo.map((item) => `- ${item} (${session.title || session.subject})`));
  const lines = [
    `Dear ${to},`,
    "",
    `we hand over to you what we know about ${handoff.groupName}: ${counted(handoff.sessions.length, "support session")}, with what was done,`,
    "what was approved, and what is still open.",
    "",
    url,
    "",
    `The link works until ${day(expires)}, ${expires.slice(11, 16)} UTC.${passcode ? " It asks for a passcode, which we tell you by another way." : ""}`,
    "You can read the package there, or download it as a ZIP and read it without a network.",
    ...(todo.length === 0 ? [] : ["", "Still open:", ...todo]),
    ...(handoff.letter.trim() === ""
      ? []
      : ["", "Our letter, which is in the package as well:", "", quoted(handoff.letter.trim())]),
    "",
    "How to check that it is ours and unchanged",
    "The package is signed. Compare this fingerprint with the one that the package shows; ask us on the telephone if you want to be sure:",
    `  ${sshFingerprint(publicKey)}`,
    `  (${name})`,
    ...(handoff.package === null ? [] : ["SHA-256 of the ZIP:", `  ${handoff.package.sha256}`]),
    "The page Verify in the package checks everything in your browser; START-HERE.html says how to do it with common tools.",
    "",
    "Kind regards",
    organization,
  ];
  return { subject: `Handoff of ${handoff.groupName} from ${organization}`, body: `${lines.join("\n")}\n` };
}

/** As mail programs mark what is somebody else's words, or was said elsewhere. */
function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? ">" : `> ${line}`))
    .join("\n");
}

/** As a file that mail programs open as a draft (RFC 5322, RFC 6532; `X-Unsent` is what Outlook looks for). */
export function emailFile({ subject, body }: EmailDraft): string {
  const encoded = btoa(String.fromCharCode(...new TextEncoder().encode(body)));
  return [
    `Subject: =?UTF-8?B?${btoa(String.fromCharCode(...new TextEncoder().encode(subject.slice(0, 200))))}?=`,
    "X-Unsent: 1",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    ...(encoded.match(/.{1,76}/g) ?? []),
    "",
  ].join("\r\n");
}

/** Address that opens a draft in the reader's mail program. */
export function mailto({ subject, body }: EmailDraft): string {
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body.replaceAll("\n", "\r\n"))}`;
}
