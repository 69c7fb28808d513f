import type { ContextPart, EntryOf, Outcome } from "../record/entry.ts";
import type { Handoff } from "../record/handoff.ts";
import type { HiddenReason } from "../record/text.ts";
import type { Verdict } from "../record/verify.ts";
import type { TermKind } from "./survey/rows.ts";

// The words by which pages name the closed sets of the format. A technician and a lawyer read the same ones.

export const OUTCOME: Record<Outcome, string> = {
  resolved: "Resolved",
  workaround: "Workaround",
  unresolved: "Unresolved",
  informational: "Informational",
};

export const HIDDEN: Record<HiddenReason, string> = {
  credential: "credential",
  "personal-data": "personal data",
  "third-party": "third party",
  privileged: "privileged",
  other: "other reason",
  erased: "erased on request",
};

export const OMITTED: Record<Handoff["log"]["omitted"][number]["reason"], string> = {
  "outside-period": "outside the period",
  "not-selected": "not selected",
  privileged: "privileged",
  "other-endpoint": "on another machine",
};

export const CONTEXT: Record<ContextPart, string> = {
  os: "Operating system",
  updates: "Installed updates",
  processes: "Running processes",
  services: "Services",
  software: "Installed software",
  disks: "Disks",
  memory: "Memory",
  network: "Network",
  users: "Users logged on",
  clock: "Clock and time zone",
};

export const ROLE: Record<EntryOf<"joined">["role"], string> = {
  technician: "technician",
  person: "person at the machine",
  agent: "recorder on the machine",
};

export const ANSWER: Record<EntryOf<"approval.answered">["answer"], string> = {
  approved: "Approved",
  denied: "Denied",
  expired: "Not answered in time",
  stopped: "Session stopped",
  standing: "Allowed by standing consent",
};

export const GAP: Record<EntryOf<"gap">["cause"], string> = {
  "agent-offline": "the machine was not connected",
  "agent-restarted": "the recorder on the machine restarted",
  "worker-restarted": "the recording server restarted",
  "journal-full": "the machine's journal was full",
  "clock-jump": "the machine's clock jumped",
  "machine-slept": "the machine slept",
  "not-recorded": "the source did not record this",
};

export const END: Record<EntryOf<"finished">["end"], string> = {
  exited: "ended by itself",
  cancelled: "cancelled",
  "time-limit": "stopped at the time limit",
  lost: "lost sight of",
};

export const VERDICT: Record<Verdict, string> = {
  holds: "holds",
  unknown: "not proven",
  failed: "fails",
};

export const TERM: Record<TermKind, string> = {
  event: "Event",
  code: "Error",
  update: "Update",
  service: "Service",
  message: "Message",
};
