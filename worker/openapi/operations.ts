import type * as z from "zod";
import { linkBody, linkChangeBody } from "../link-schema.ts";
import { decisionBody, findingsQuery, scanSettings, secondReviewBody, termsBody } from "../scan-schema.ts";
import * as schema from "../schema.ts";
import { searchQuery, sessionsQuery } from "../search/schema.ts";

/** What the document says of a route beyond that it is there. */
export interface Operation {
  summary: string;
  body?: z.ZodType;
  query?: z.ZodType;
}

/** By method and path, as they are mounted. The schemas are those that the routes themselves read with. */
export const OPERATIONS = {
  "POST /api/enrolments": {
    summary: "Enrol a machine with a code. Nobody is signed in; the code lets in.",
    body: schema.enrolmentBody,
  },

  "GET /api/organization": { summary: "The caller's organisation." },
  "PUT /api/organization": { summary: "Rename it.", body: schema.organizationBody },
  "PUT /api/organization/second-review": {
    summary: "Whether a second person has to review every session of every handoff.",
    body: secondReviewBody,
  },
  "POST /api/organization/key": { summary: "Put a new signing key in the place of the present one." },
  "GET /api/organization/keys": { summary: "All signing keys, the oldest first." },
  "GET /api/organization/audit": {
    summary: "Who did, viewed, searched, exported, erased what; the newest first.",
    query: schema.auditQuery,
  },

  "GET /api/groups": { summary: "Client groups.", query: schema.pageQuery },
  "POST /api/groups": { summary: "Create a client group.", body: schema.groupBody },
  "GET /api/groups/:group": { summary: "One client group." },
  "PUT /api/groups/:group/archive": { summary: "Archive it: its history stays, nothing new is taken in." },
  "DELETE /api/groups/:group/archive": { summary: "Take it into use again." },
  "GET /api/groups/:group/enrolment-codes": { summary: "Enrolment codes of the last day, without their secret part." },
  "POST /api/groups/:group/enrolment-codes": {
    summary: "Make an enrolment code: single use, one hour.",
    body: schema.enrolmentCodeBody,
  },
  "DELETE /api/groups/:group/enrolment-codes/:code": { summary: "Revoke a code at once." },
  "POST /api/groups/:group/enrolment-codes/:code/rotate": { summary: "Revoke a code and make one for the same in its place." },
  "GET /api/groups/:group/endpoints": { summary: "Machines, with their presence.", query: schema.pageQuery },
  "GET /api/groups/:group/endpoints/:endpoint": { summary: "One machine." },
  "DELETE /api/groups/:group/endpoints/:endpoint": { summary: "End its enrolment at once. What was recorded stays." },
  "POST /api/groups/:group/endpoints/:endpoint/sessions": { summary: "Open a session on it.", body: schema.openSessionBody },
  "GET /api/groups/:group/sessions": { summary: "Sessions, the newest first.", query: sessionsQuery },
  "PUT /api/groups/:group/sessions/:session/tags": { summary: "Set a session's tags.", body: schema.tagsBody },
  "GET /api/groups/:group/search": {
    summary: "Find text in commands, output, chat, approvals and notes; whole words and any part of them.",
    query: searchQuery,
  },
  "GET /api/groups/:group/tags": { summary: "Tags in use." },
  "GET /api/groups/:group/technicians": { summary: "Who took part in sessions." },
  "GET /api/groups/:group/handoff-rules": {
    summary: "What its handoffs have to keep to: words to be looked for, a second reviewer.",
  },
  "PUT /api/groups/:group/terms": { summary: "Set the client's own words, which the scanner looks for.", body: termsBody },
  "PUT /api/groups/:group/second-review": {
    summary: "Whether a second person has to review every session of its handoffs.",
    body: secondReviewBody,
  },
  "GET /api/groups/:group/handoffs": { summary: "Handoffs, the newest first.", query: schema.pageQuery },
  "POST /api/groups/:group/handoffs": { summary: "Begin a handoff.", body: schema.handoffBody },

  "GET /api/sessions/:session": { summary: "One session." },
  "GET /api/sessions/:session/entries": { summary: "Its entries: committed lines and texts.", query: schema.entriesQuery },
  "GET /api/sessions/:session/live": { summary: "A WebSocket on which entries come as they are stored.", query: schema.liveQuery },
  "POST /api/sessions/:session/commands": { summary: "Ask the machine to run a command.", body: schema.commandBody },
  "POST /api/sessions/:session/context": { summary: "Ask for the machine's context as it is now.", body: schema.contextBody },
  "POST /api/sessions/:session/cancel": { summary: "End a command, or take its request back.", body: schema.cancelBody },
  "POST /api/sessions/:session/chat": { summary: "Say something to the person at the machine.", body: schema.chatBody },
  "POST /api/sessions/:session/notes": { summary: "Add a note.", body: schema.noteBody },
  "POST /api/sessions/:session/erasures": {
    summary: "Erase lines of a closed session for good, with a reason.",
    body: schema.erasureBody,
  },
  "POST /api/sessions/:session/close": { summary: "Close it; nothing can be added afterwards.", body: schema.closeBody },

  "GET /api/handoffs/:handoff": { summary: "One handoff." },
  "PUT /api/handoffs/:handoff/period": { summary: "Which period it covers.", body: schema.periodBody },
  "PUT /api/handoffs/:handoff/sessions": {
    summary: "Which sessions are in it, and why others are not.",
    body: schema.selectionBody,
  },
  "POST /api/handoffs/:handoff/redactions": { summary: "Hide a line.", body: schema.redactionBody },
  "DELETE /api/handoffs/:handoff/redactions/:redaction": { summary: "Show it again." },
  "PUT /api/handoffs/:handoff/sessions/:session/review": {
    summary: "Title, note and what is to do; whether it is reviewed.",
    body: schema.reviewBody,
  },
  "POST /api/handoffs/:handoff/sessions/:session/second-review": {
    summary: "Say that somebody else than the first reviewer has reviewed it as well.",
  },
  "POST /api/handoffs/:handoff/preview": {
    summary:
      "Open the pages as they would be now: an address that works for an hour. Append `page/` and a page's path in the package.",
  },
  "GET /api/handoffs/:handoff/sessions/:session/entries": { summary: "Its entries as reviewed.", query: schema.entriesQuery },
  "PUT /api/handoffs/:handoff/letter": { summary: "The letter that goes with it.", body: schema.letterBody },
  "POST /api/handoffs/:handoff/publish": {
    summary:
      "Make the package, once every session is scanned as the scanner is set now, every finding decided, every session reviewed.",
    body: schema.publishBody,
  },
  "POST /api/handoffs/:handoff/cancel": { summary: "Give up the package that is being made." },
  "POST /api/handoffs/:handoff/replace": { summary: "Begin a later version of it.", body: schema.replaceBody },
  "GET /api/handoffs/:handoff/package": { summary: "The package, a ZIP." },
  "POST /api/handoffs/:handoff/disclosures": {
    summary: "Reveal a line that the package hides, with a reason.",
    body: schema.disclosureBody,
  },
  "POST /api/handoffs/:handoff/revoke": { summary: "Revoke it: the package is deleted." },
  "POST /api/handoffs/:handoff/links": { summary: "Make a link.", body: linkBody },
  "PATCH /api/handoffs/:handoff/links/:link": { summary: "Change a link's terms.", body: linkChangeBody },
  "DELETE /api/handoffs/:handoff/links/:link": { summary: "Revoke a link." },
  "GET /api/handoffs/:handoff/accesses": { summary: "Who opened it, the newest first.", query: schema.pageQuery },
  "GET /api/handoffs/:handoff/receipts": { summary: "Who acknowledged receipt.", query: schema.pageQuery },
  "GET /api/handoffs/:handoff/receipts/:receipt": { summary: "One receipt." },
  "GET /api/handoffs/:handoff/scan": { summary: "How the scanner is set, and how far it came." },
  "PUT /api/handoffs/:handoff/scan": { summary: "Set the scanner.", body: scanSettings },
  "POST /api/handoffs/:handoff/sessions/:session/scan": { summary: "Scan a session." },
  "GET /api/handoffs/:handoff/findings": { summary: "What the scanner found.", query: findingsQuery },
  "POST /api/handoffs/:handoff/decisions": { summary: "Decide about a finding.", body: decisionBody },

  "GET /api/openapi.json": { summary: "This document." },
  "GET /api/reference": { summary: "This document as a page." },
} as const satisfies Readonly<Record<string, Operation>>;
