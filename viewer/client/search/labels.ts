import { visibleText } from "../../html/visible.ts";
import type { Facet } from "../../search/facets.ts";
import { type DocumentKind, KINDS, OUTCOMES } from "../../search/files.ts";
import { OUTCOME } from "../../words.ts";

export const KIND: Record<DocumentKind, string> = {
  session: "Session",
  command: "Command",
  approval: "Approval",
  chat: "Chat",
  note: "Note",
  machine: "Machine facts",
  gap: "Gap",
  closing: "Closing",
};

export const FACET: Record<Facet, string> = {
  machine: "Machine",
  kind: "Kind",
  period: "Month",
  outcome: "Outcome",
  incident: "Incident",
};

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** A facet's value for people. Recorded text in it is made visible, and goes into text nodes only. */
export function valueLabel(facet: Facet, value: string): string {
  switch (facet) {
    case "kind":
      return KIND[KINDS.find((kind) => kind === value) ?? "session"];
    case "outcome":
      return OUTCOME[OUTCOMES.find((outcome) => outcome === value) ?? "informational"];
    case "period":
      return `${MONTHS[Number(value.slice(5, 7)) - 1]} ${value.slice(0, 4)}`;
    default:
      return visibleText(value.length > 60 ? `${value.slice(0, 59).toWellFormed()}\u2026` : value);
  }
}
