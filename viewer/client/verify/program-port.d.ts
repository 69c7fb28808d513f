/** What a compiled program is called with; see viewer/build/assets.ts. */
declare const programPort: import("./protocol.ts").Port;
