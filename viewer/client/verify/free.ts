/** Younger than the oldest browser that the page works in; without it memory comes back when the garbage is collected. */
type Transferable = ArrayBufferLike & { transfer?(length: number): ArrayBuffer };

/**
 * Gives back at once the memory of a buffer that nobody looks at any more: a worker that has nothing more to do collects no garbage, and
 * one that has does so too late for buffers, which it counts among the small things that it made.
 */
export function free({ buffer }: Uint8Array): void {
  (buffer as Transferable).transfer?.(0);
}
