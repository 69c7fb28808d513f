import { accepted } from "../answer.ts";
import { type Caller, demand } from "../caller.ts";
import { handoffObject } from "../objects/name.ts";
import type {
  DecidedView,
  DecisionBody,
  FindingsQuery,
  FindingView,
  ScannedSession,
  ScanSettings,
  ScanView,
} from "../scan-schema.ts";
import type { Page } from "../schema.ts";

export async function getScan(caller: Caller, handoff: string): Promise<ScanView> {
  demand(caller, "org:sessions:read");
  return accepted(handoffObject(caller.env, caller.organization, handoff).scanned());
}

export async function setScan(caller: Caller, handoff: string, settings: ScanSettings): Promise<null> {
  demand(caller, "org:handoff:prepare");
  return accepted(handoffObject(caller.env, caller.organization, handoff).setScan(settings));
}

export async function scanSession(caller: Caller, handoff: string, session: string): Promise<ScannedSession> {
  demand(caller, "org:handoff:prepare");
  return accepted(handoffObject(caller.env, caller.organization, handoff).scan(session, caller.user));
}

export async function listFindings(caller: Caller, handoff: string, query: FindingsQuery): Promise<Page<FindingView>> {
  demand(caller, "org:sessions:read");
  return accepted(handoffObject(caller.env, caller.organization, handoff).listFindings(query));
}

export async function decideFinding(caller: Caller, handoff: string, decision: DecisionBody): Promise<DecidedView> {
  demand(caller, "org:handoff:prepare");
  return accepted(handoffObject(caller.env, caller.organization, handoff).decide(decision, caller.user));
}
