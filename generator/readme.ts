import type { Handoff } from "../record/handoff.ts";
import { ALLOWED_SIGNERS, MANIFEST, README, SIGNATURE, START_HERE, TAG_MANIFEST } from "../record/path.ts";
import { SSHSIG_NAMESPACE } from "../record/sshsig.ts";

/**
 * `README.txt`: how to open the package, and how to check it with tools that are not ours.
 * @param fingerprint the signing key's, as `ssh-keygen -l` prints it.
 */
export function readmeText(handoff: Handoff, principal: string, fingerprint: string): string {
  const sessions = handoff.sessions.length === 1 ? "1 session" : `${handoff.sessions.length} sessions`;
  return `${heading("Handoff of remote support records")}
From:     ${oneLine(handoff.from.organization)}
To:       ${oneLine(handoff.to.name)}
Client:   ${oneLine(handoff.client.name)}
Period:   ${handoff.period.from.slice(0, 10)} to ${handoff.period.to.slice(0, 10)} (UTC)
Content:  ${sessions}
Created:  ${handoff.created}
Package:  ${handoff.handoff}

${heading("How to open it")}
1. If this came as a ZIP file, unpack all of it first (Windows: right-click, Extract All).
2. Double-click ${START_HERE}.

It opens in your browser. Nothing is installed, and no network is needed.

${heading("How to check that nothing was changed")}
Anyone can do this, without our software, in the unpacked folder.

Step 1. Every file is as it was listed.

  Linux:
    sha256sum --check --strict --quiet ${TAG_MANIFEST}
    sha256sum --check --strict --quiet ${MANIFEST}

  macOS:
    shasum -a 256 --check ${TAG_MANIFEST}
    shasum -a 256 --check ${MANIFEST}

  Windows (PowerShell); prints the names of files that were changed or are missing:
    Get-Content ${TAG_MANIFEST}, ${MANIFEST} | ForEach-Object {
      $hash, $file = $_ -split '  ', 2
      if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $hash) { "CHANGED: $file" } }

Step 2. The list is the one that was signed. Linux, macOS and Windows' Command Prompt:

    ssh-keygen -Y verify -f ${ALLOWED_SIGNERS} -I ${principal} -n ${SSHSIG_NAMESPACE} -s ${SIGNATURE} < ${TAG_MANIFEST}

  It must answer: Good "${SSHSIG_NAMESPACE}" signature for ${principal}

Step 3. The key is the sender's. A package can't vouch for itself: ${ALLOWED_SIGNERS}
came with it. Ask ${oneLine(handoff.from.organization)}, by a way that you
trust, for the fingerprint of their key. It must be

    ${fingerprint}

Step 4. Nothing was added. The number of files in the folder data must be the number
after the dot in the line Payload-Oxum of bag-info.txt (Linux, macOS):

    find data -type f | wc -l

That shows that the package is complete and unchanged since it was signed. That each
entry is the one which was recorded at the time is proven by the files in data/records;
the verify program checks it, and the page data/help.html explains how.

This folder is a BagIt 1.0 bag (RFC 8493). This file is ${README}.
`;
}

function heading(text: string): string {
  return `${text}\n${"-".repeat(text.length)}`;
}

/** Names are other people's words: they stay on their line, and can't move a terminal's cursor. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, " ").trim();
}
