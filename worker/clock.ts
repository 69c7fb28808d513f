/** Instants as this project writes them (RFC 3339, UTC, milliseconds) are in order when compared as strings. */

/** The Worker's clock. */
export function now(): string {
  return new Date().toISOString();
}

export function earlier(a: string, b: string): string {
  return [a, b].sort()[0] as string;
}

export function later(a: string, b: string): string {
  return [a, b].sort()[1] as string;
}
