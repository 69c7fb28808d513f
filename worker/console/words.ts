import type { EntryKind, EntryOf, Outcome } from "../../record/entry.ts";
import type { HiddenReason } from "../../record/text.ts";
import type { FindingKind, Sureness } from "../scan/finding.ts";
import type { HandoffState } from "../schema.ts";

/** The words by which the console names the closed sets of the record. */

export const OUTCOME: Record<Outcome, string> = {
  resolved: "Resolved",
  workaround: "Workaround",
  unresolved: "Unresolved",
  informational: "Informational",
};

export const REASON: Record<HiddenReason, string> = {
  credential: "Credential",
  "personal-data": "Personal data",
  "third-party": "Third party",
  privileged: "Privileged",
  other: "Other reason",
  erased: "Erased on request",
};

export const OMITTED: Record<string, string> = {
  "outside-period": "outside the period",
  "not-selected": "not selected",
  privileged: "left out as privileged",
  "other-endpoint": "on another machine",
};

/** What is chosen for a session in the first step of a handoff. */
export const CHOICE = {
  include: "Include",
  "not-selected": "Leave out",
  privileged: "Leave out: privileged",
  "other-endpoint": "Leave out: other machine",
} as const;

/** Where something was found. */
export const KIND: Record<EntryKind, string> = {
  opened: "Subject",
  joined: "Participant",
  context: "State of the machine",
  "approval.asked": "Request for approval",
  "approval.answered": "Answer to a request",
  command: "Command",
  output: "Output",
  finished: "End of a command",
  chat: "Chat",
  note: "Note",
  gap: "Gap",
  closed: "Closing words",
};

export const ANSWER: Record<EntryOf<"approval.answered">["answer"], string> = {
  approved: "Approved",
  denied: "Denied",
  expired: "Not answered in time",
  stopped: "Stopped by the person",
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

export const ROLE: Record<EntryOf<"joined">["role"], string> = {
  technician: "technician",
  person: "the person at the machine",
  agent: "the recorder on the machine",
};

export const CONTEXT: Record<EntryOf<"context">["part"], string> = {
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

export const HANDOFF: Record<HandoffState, string> = {
  draft: "Draft",
  "in-review": "In review",
  generating: "Being made",
  published: "Published",
  expired: "Expired",
  revoked: "Revoked",
};

export const FOUND: Record<FindingKind, string> = {
  "private-key": "Private key",
  password: "Password",
  token: "Key or token",
  connection: "Address with password",
  "password-hash": "Password hash",
  email: "E-mail address",
  phone: "Telephone number",
  "payment-card": "Payment card",
  iban: "Bank account",
  "national-id": "National number",
  "date-of-birth": "Date of birth",
  name: "Name of a person",
  term: "Word of this client",
  account: "Account name",
  "private-address": "Network address",
};

export const SURE: Record<Sureness, string> = { sure: "certain", likely: "likely", possible: "perhaps" };

/** `1 session`, `3 sessions`. */
export function counted(value: number, one: string, plural = `${one}s`): string {
  return `${value.toLocaleString("en-US")} ${value === 1 ? one : plural}`;
}

/** `4.2 MB`; decimal units. */
export function byteSize(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`. */
export function span(milliseconds: number): string {
  if (milliseconds < 10_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
