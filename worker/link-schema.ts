import * as z from "zod";
import { isWellFormed } from "../record/bytes.ts";
import { days, name } from "./schema.ts";

/** Bodies that the API takes for links, and what it answers. */

export const PASSCODE_LEAST = 6;
const passcode = z.string().trim().min(PASSCODE_LEAST).max(200).refine(isWellFormed);
const opens = z.int().min(1).max(10_000);

export const linkBody = z.strictObject({
  name,
  /** From now on. One hour is 1/24. */
  days: days.default(30),
  /** To be told to the recipient by another way than the link. */
  passcode: passcode.optional(),
  /** How often it may be opened. */
  opens: opens.optional(),
});
export type LinkBody = z.infer<typeof linkBody>;

/** What is not given stays as it is; null takes it away. */
export const linkChangeBody = z
  .strictObject({ days: days.optional(), passcode: passcode.nullable().optional(), opens: opens.nullable().optional() })
  .refine((body) => Object.keys(body).length > 0, "expected days, passcode or opens");
export type LinkChangeBody = z.infer<typeof linkChangeBody>;

/** What a recipient says in a form. Lines end as forms end them, or don't. */
const line = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine(isWellFormed)
  .refine((text) => !/\p{Cc}/u.test(text));
export const receiptWords = z.strictObject({
  name: line,
  company: line,
  statement: z
    .string()
    .trim()
    .min(1)
    .max(4000)
    .refine(isWellFormed)
    .transform((text) => text.replaceAll("\r\n", "\n")),
});
export type ReceiptWords = z.infer<typeof receiptWords>;

export interface LinkView {
  link: string;
  /** Whom it is for, or what for, as its maker calls it. */
  name: string;
  created: string;
  expires: string;
  revoked: string | null;
  /** Whether it asks for one. */
  passcode: boolean;
  /** In a row, since the last right one. */
  wrongPasscodes: number;
  /** How often it may be opened; null for any number. */
  limit: number | null;
  /** Of a link with passcode or limit: how often somebody was let in. Of others: how often overview or ZIP were fetched. */
  opens: number;
  lastOpened: string | null;
}

export interface AccessView {
  at: string;
  link: string;
  /** In the package; or `passcode`, `receipt`: what was sent by a form. */
  path: string;
  /** HTTP status of the answer. */
  status: number;
  bytes: number;
  /** Network that it came from (IPv4 /24, IPv6 /48), where known. */
  from: string | null;
  /** ISO 3166-1 alpha-2, where known. */
  country: string | null;
}

/** What a recipient said on receiving the package. Nobody has checked who it was. */
export interface ReceiptView {
  receipt: string;
  at: string;
  name: string;
  company: string;
  statement: string;
  /** Name of the link through which it came. */
  link: string;
}

/** A receipt as it is handed out: record/receipt.ts. */
export interface SignedReceipt {
  /** What is signed: one line of canonical JSON and its newline. */
  body: string;
  /** Armoured SSH signature. */
  signature: string;
}
