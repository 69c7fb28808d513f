import type { Refused } from "../objects/handoff/door.ts";
import { LinkPage } from "./page.tsx";

/** Why there is nothing to be seen, and what can be done. */
export type Refusal =
  | Exclude<Refused["result"], "entrance">
  | "no-such-page"
  | "method"
  | "too-large"
  | "cross-site"
  | "malformed"
  | "fault";

/** HTTP status of each. Who lacks the secret learns nothing: for them everything is 404, with the same page. */
export const REFUSAL_STATUS = {
  unknown: 404,
  "no-such-page": 404,
  expired: 410,
  revoked: 410,
  "used-up": 410,
  locked: 429,
  method: 405,
  "too-large": 413,
  "cross-site": 403,
  malformed: 400,
  fault: 500,
} as const satisfies Record<Refusal, number>;

const ASK = "Ask whoever gave you this link for a new one.";

const WORDS: Record<Refusal, readonly [title: string, ...paragraphs: string[]]> = {
  unknown: [
    "There is nothing here",
    "This address does not lead to a package. It may be mistyped or cut off: a mail program may have broken it in two.",
    "Copy it again as a whole, or ask whoever gave it to you.",
  ],
  "no-such-page": [
    "This package has no such page",
    "The link is good, but the address after it is not one of the package's. It may be mistyped.",
  ],
  expired: [
    "This link has expired",
    "The time for which the package was to be had here is over. A copy that was downloaded is as good as before.",
    ASK,
  ],
  revoked: [
    "This link was withdrawn",
    "Whoever handed the package over has withdrawn the link.",
    "Ask them if you think that you should still have it.",
  ],
  "used-up": [
    "This link was opened as often as it may be",
    "It was made for a limited number of openings, and they are used up.",
    ASK,
  ],
  locked: [
    "Too many attempts",
    "A wrong passcode was given too often, so this link takes none any more.",
    "Ask whoever gave you this link: they can set a new passcode for it.",
  ],
  method: ["This can't be done here", "Packages can be read and downloaded, nothing else."],
  "too-large": ["That is too much text", "Go back and shorten it."],
  malformed: ["That could not be read", "Use the form of the link's own page. Open the link and try again."],
  fault: ["Something went wrong here", "It was not your doing. Try again in a moment."],
  "cross-site": ["Not from this page", "This form must be sent from the link's own page. Open the link and try again."],
};

/** @property home the link's first page, for those who may see it. */
export function RefusedPage({ why, home }: { why: Refusal; home?: string }) {
  const [title, ...paragraphs] = WORDS[why];
  return (
    <LinkPage title={title}>
      {paragraphs.map((text) => (
        <p>{text}</p>
      ))}
      {home === undefined ? null : (
        <p>
          <a href={home}>To the first page of this link</a>
        </p>
      )}
    </LinkPage>
  );
}
