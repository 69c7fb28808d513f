import type { Child } from "hono/jsx";
import type { HandoffView } from "../schema.ts";
import { Page, type PageProps } from "./page.tsx";
import { HANDOFF } from "./words.ts";

/** The steps of a handoff, in order. Each can be left and come back to. */
export const STEPS = [
  { step: "select", text: "Select" },
  { step: "scan", text: "Scan" },
  { step: "review", text: "Review" },
  { step: "notes", text: "Notes" },
  { step: "publish", text: "Publish" },
] as const;
export type Step = (typeof STEPS)[number]["step"];

export interface HandoffFrameProps {
  user: PageProps["user"] & {};
  handoff: HandoffView;
  step: Step;
  title: string;
  scripts?: string[];
  refresh?: number;
  children?: Child;
}

/** Whether a step has nothing left to be done. */
function done(handoff: HandoffView, step: Step): boolean {
  switch (step) {
    case "select":
      return handoff.sessions.length > 0;
    case "scan":
      return handoff.sessions.length > 0 && handoff.scan.unscanned === 0 && handoff.scan.open === 0;
    case "review":
      return (
        handoff.sessions.length > 0 &&
        handoff.sessions.every(({ reviewed, second }) => reviewed !== null && (second !== null || !handoff.secondReview))
      );
    case "notes":
      return handoff.letter.trim() !== "";
    case "publish":
      return handoff.state === "published";
  }
}

/** Where to go on with it: the first step that has something left to be done. */
export function nextStep(handoff: HandoffView): Step {
  if (!isOpen(handoff)) return "publish";
  // Findings are decided where sessions are reviewed.
  const { length } = handoff.sessions;
  if (length > 0 && handoff.scan.unscanned === 0 && handoff.scan.open > 0) return "review";
  return STEPS.find(({ step }) => !done(handoff, step))?.step ?? "publish";
}

/** The frame of every step: whose handoff this is, and how far it has come. */
export function HandoffFrame({ user, handoff, step, title, scripts, refresh, children }: HandoffFrameProps) {
  return (
    <Page
      title={title}
      user={user}
      crumbs={[
        { href: "/", text: "Clients" },
        { href: `/groups/${handoff.group}`, text: handoff.groupName },
      ]}
      {...(scripts === undefined ? {} : { scripts })}
      {...(refresh === undefined ? {} : { refresh })}
    >
      <h1>
        Handoff to {handoff.recipient} <span class={`chip ${handoff.state}`}>{HANDOFF[handoff.state]}</span>
      </h1>
      <nav class="steps" aria-label="Steps of the handoff">
        <ol>
          {STEPS.map((one) => (
            <li class={done(handoff, one.step) ? "done" : ""}>
              <a href={`/handoffs/${handoff.handoff}/${one.step}`} aria-current={one.step === step ? "step" : undefined}>
                {one.text}
                {done(handoff, one.step) ? <span class="sr">, done</span> : null}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      {children}
    </Page>
  );
}

/** Whether selection, review and words can still be changed. */
export function isOpen(handoff: HandoffView): boolean {
  return handoff.state === "draft" || handoff.state === "in-review";
}
