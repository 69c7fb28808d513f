import type { Programs } from "./run.ts";
import type { Program } from "./start.ts";

/** Where the compiled programs put themselves, see viewer/build/assets.ts. */
interface Compiled {
  caiseyVerify?: Program;
  caiseyStamps?: Program;
}
const compiled = globalThis as Compiled;

/**
 * The programs that the page's scripts brought along. The one for time stamps is fetched when it is asked for, from beside this script,
 * unless it is there already.
 * @throws TypeError when the verifying one is not there.
 */
export function programs(): Programs {
  const { caiseyVerify: verify } = compiled;
  if (verify === undefined) throw new TypeError("expected the page to have the verifying program");
  const own = document.currentScript;
  const beside = own instanceof HTMLScriptElement && own.src !== "" ? new URL("verify-stamps.js", own.src).href : undefined;
  return { verify, stamps: async () => compiled.caiseyStamps ?? (beside === undefined ? undefined : await load(beside)) };
}

function load(address: string): Promise<Program | undefined> {
  return new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(compiled.caiseyStamps);
    script.onerror = () => resolve(undefined);
    document.head.append(script);
  });
}
